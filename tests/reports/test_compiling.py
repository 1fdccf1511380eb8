"""Compiling on the real system: sums that an independent count over the database gives too, and failures that are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask, tip
from tests.conftest import CAMPAIGN, STARTS
from tests.turning import turn
from workflows.campaign import CampaignDefinition
from workflows.commands import DeliverOutbox

STATION, OFFICER, HEAD = "station_qinglan", "station_qinglan.officer", "station_qinglan.unit_head"
PATH = "/v1/reports/stage/2017-09"


@pytest.fixture
def worked(ask: Ask) -> str:
    """A lead a station works on, with an inspection, goods seized and a fine."""
    number: str = ask("POST", "/v1/leads", json=tip()).json["number"]
    ask("POST", f"/v1/leads/{number}/actions/accept", json={"given": {"lead_agency": STATION}})
    for kind, data in (
        (
            "inspection",
            {
                "place_type": "antique_market",
                "inspection_method": "joint",
                "places": 3,
                "staff": 7,
                "police": 2,
                "vehicles_used": 2,
            },
        ),
        (
            "inspection",
            {"place_type": "hotel", "inspection_method": "open", "places": 2, "staff": 4, "vehicles_used": 1},
        ),
        ("seizure", {"product": "ivory", "pieces": 12, "grams": 533.5, "identified": True}),
        ("seizure", {"product": "ivory", "pieces": 3, "identified": True}),
    ):
        body = {"kind": kind, "data": data, "occurred_on": "2017-08-10"}
        answer = ask("POST", f"/v1/leads/{number}/records", by=OFFICER, json=body)
        assert answer.status_code == 201, answer.json
    return number


def counted(database: str, definition: CampaignDefinition, covers: tuple[date, date]) -> dict[str, Decimal]:
    """Every figure measured from records, by plain SQL over the table of records: another way to the same number."""
    found: dict[str, Decimal] = {}
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT kind, data, occurred_on FROM records WHERE campaign_id = %s", (CAMPAIGN,)
        ).fetchall()
    for column in definition.columns:
        measure = column.measure
        if measure is None or measure.records in ("leads", "handoffs", "transfers"):
            continue
        total = Decimal(0)
        for kind, data, occurred_on in rows:
            inside = covers[0] <= occurred_on <= covers[1]
            if (
                kind != measure.records
                or not inside
                or not (measure.where is None or measure.where.holds(data))
            ):
                continue
            amount = 1 if measure.total is None else data.get(measure.total)
            total += Decimal(str(amount)) * measure.scale if amount is not None else 0
        found[column.code] = total
    return found


def test_an_independent_count_over_the_database_gives_the_same_sums(
    ask: Ask, worked: str, database: str, definition: CampaignDefinition
) -> None:
    ask("POST", f"{PATH}/compilations", json={})
    table = ask("GET", f"{PATH}/compilation").json["snapshot"]["table"]
    rule = definition.report("stage", "2017-09")
    expected = counted(database, definition, (rule.covers_from, rule.covers_to))
    assert sum(amount > 0 for amount in expected.values()) >= 6
    for code, amount in expected.items():
        total = table["total"]["period"][code]["value"]
        assert Decimal(total or 0) == amount, code
        assert (
            sum((Decimal(row["period"][code]["value"] or 0) for row in table["rows"]), Decimal(0)) == amount
        ), code


def test_every_figure_is_the_sum_of_the_records_it_opens(ask: Ask, worked: str) -> None:
    ask("POST", f"{PATH}/compilations", json={})
    columns = ask("GET", f"{PATH}/compilation").json["snapshot"]["table"]["columns"]
    opened = 0
    for column in columns:
        if column["basis"] != "derived":
            continue
        figure = ask("GET", f"{PATH}/compilation/figures/total/{column['code']}").json
        amounts = [Decimal(record["amount"]) for record in figure["records"]]
        assert sum(amounts, Decimal(0)) == Decimal(figure["figure"]["value"] or 0), column["code"]
        opened += bool(amounts)
    assert opened >= 4


def test_weight_and_pieces_stay_apart(ask: Ask, worked: str) -> None:
    ask("POST", f"{PATH}/compilations", json={})
    table = ask("GET", f"{PATH}/compilation").json["snapshot"]["table"]
    values = {
        (column["name"]["zh"], column["unit"]["zh"]): table["total"]["period"][column["code"]]["value"]
        for column in table["columns"]
        if "象牙" in column["name"]["zh"]
    }
    assert {unit: value for (_, unit), value in values.items()} == {"件": "15", "千克": "0.5335"}


def spoil(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "UPDATE records SET data = jsonb_set(data, '{places}', '\"many\"') WHERE kind = 'inspection'"
        )


def test_a_record_no_figure_can_come_from_is_named_to_whoever_compiles(
    ask: Ask, worked: str, database: str
) -> None:
    spoil(database)
    refused = ask("POST", f"{PATH}/compilations", json={})
    assert (refused.status_code, refused.json["code"]) == (409, "bad_record")
    assert "places" in refused.json["detail"]


def test_when_the_compiling_at_the_due_time_fails_the_office_is_told(
    ask: Ask, worked: str, database: str, system: System, callers: Any
) -> None:
    spoil(database)
    turn(system, callers["system"], STARTS.replace(month=9, day=20))
    for _ in range(3):
        waiting = system.chores().outbox
        system.handle(DeliverOutbox(callers["system"], waiting))
    told = [n for n in ask("GET", "/v1/notices").json["items"] if n["kind"] == "report.compile_failed"]
    assert [(n["data"]["subject_id"], n["data"]["code"]) for n in told] == [("stage/2017-09", "bad_record")]
    assert ask("GET", "/v1/reports").json["compiling"] == []
    failed = [
        e for e in ask("GET", "/v1/events?limit=200").json["items"] if e["kind"] == "report.compile_failed"
    ]
    assert len(failed) <= 1


def test_what_waits_to_be_compiled_is_shown(ask: Ask, system: System, callers: Any) -> None:
    turn(system, callers["system"], STARTS.replace(month=9, day=19, hour=9))
    shown = ask("GET", "/v1/reports").json
    done = [(c["kind"], c["period"]) for c in shown["compilations"]]
    waiting = [(c["kind"], c["period"], c["cause"]) for c in shown["compiling"]]
    assert waiting == [("stage", "2017-09", "due")] or done == [("stage", "2017-09")]
