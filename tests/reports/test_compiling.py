"""Compiling on the real system: sums that an independent count over the database gives too, and failures that are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import product
from typing import Any

import psycopg
import pytest
from openpyxl import load_workbook
from psycopg.types.json import Jsonb

from shared.bootstrap import System
from tests.api.conftest import Ask, tip
from tests.conftest import CAMPAIGN, STARTS
from tests.reports.sums import COLUMNS, counted
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


UNITS = (STATION, "station_shiqiao", "market", "customs")  # the last does not report
EDGES = ("2017-08-10T00:00:00+08:00", "2017-09-18T23:59:59+08:00", "2017-09-19T00:00:00+08:00")
MOMENTS = (
    "accepted_at", "verified_at", "refuted_at", "transferred_at", "closed_at", "rejected_at", "merged_at",
    "referred_at", "filed_at", "police_filed_at", "referral_accepted_at",
)  # fmt: skip


def crowd(database: str, definition: CampaignDefinition) -> None:
    """Rows of every kind, with every word a column asks for, on the edges of the period, of units that report or not."""
    words = {name: [word.id for word in known] for name, known in definition.vocabularies.items()}
    with psycopg.connect(database, autocommit=True) as connection:
        copied = "SELECT * FROM leads WHERE campaign_id = %s LIMIT 1"
        lead = connection.execute(copied, (CAMPAIGN,)).fetchone()
        names = [d.name for d in connection.execute(copied, (CAMPAIGN,)).description or ()]
        whole = dict(zip(names, lead or (), strict=True))
        for n, (act, edge, unit) in enumerate(product(words["act"], EDGES, UNITS)):
            value = ("200000", "199999.99", "1500000.5")[n % 3]
            row = {
                **whole,
                "id": f"made-{n}",
                "number": f"YS-2017-9{n:03}",
                "external_ref": None,
                "lead_agency": unit,
                "received_at": edge,
                "intake": Jsonb({**whole["intake"], "act": "sell"}),
                "attributes": Jsonb(
                    {
                        **dict.fromkeys(MOMENTS, edge),
                        "lead_agency": unit,
                        "act": act,
                        "estimated_value_yuan": value,
                    }
                ),
            }
            _insert(connection, "leads", row)
            moments = {"sent_at": edge, "filed_at": EDGES[n % 3]}
            common = {"campaign_id": CAMPAIGN, "definition_hash": whole["definition_hash"], "version": 1}
            sent = {
                "from_agency": unit,
                "to_agency": "office",
                "state": "done",
                "proposed_at": edge,
                "updated_at": edge,
            }
            _insert(
                connection,
                "transfers",
                {**common, **sent, "id": f"t-{n}", "lead_id": f"made-{n}", "attributes": Jsonb(moments)},
            )
        for n, (kind, edge, unit) in enumerate(product(definition.record_kinds, EDGES, UNITS)):
            for turn_of in range(len(words["place_type"])):
                data = {name: _value(definition, words, name, n + turn_of) for name in kind.fields}
                row = {
                    "id": f"r-{n}-{turn_of}",
                    "campaign_id": CAMPAIGN,
                    "lead_id": f"made-{n % 100}" if turn_of % 2 else None,
                    "kind": kind.id,
                    "agency_id": unit,
                    "occurred_on": edge[:10],
                    "data": Jsonb({name: value for name, value in data.items() if value is not None}),
                    "recorded_at": edge,
                    "recorded_by": "made",
                }
                _insert(connection, "records", row)


def _value(definition: CampaignDefinition, words: dict[str, list[str]], name: str, n: int) -> Any:
    field = definition.field(name)
    if field.type == "choice":
        known = words[field.vocabulary or name]
        return known[n % len(known)]
    if field.type == "boolean":
        return n % 3 != 0
    return {"integer": n % 7, "decimal": f"{n}.25"}.get(field.type)


def _insert(connection: psycopg.Connection[Any], table: str, row: dict[str, Any]) -> None:
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    values = [Jsonb(value) if isinstance(value, dict | list) else value for value in row.values()]
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # type: ignore[arg-type]  # names are ours


def test_sql_written_by_hand_gives_every_figure_of_every_unit(
    ask: Ask, worked: str, database: str, definition: CampaignDefinition
) -> None:
    crowd(database, definition)
    snapshot = ask("GET", f"{PATH}/table").json["snapshot"]
    rows, total = snapshot["table"]["rows"], snapshot["table"]["total"]
    assert {c["code"] for c in snapshot["table"]["columns"] if c["basis"] != "manual"} == set(COLUMNS)
    units = {row["unit"] for row in rows} - {""}
    covers = [date.fromisoformat(snapshot["report"][end]) for end in ("covers_from", "covers_to")]
    with psycopg.connect(database) as connection:
        expected = counted(connection, CAMPAIGN, covers[0], covers[1], units)
    for code in COLUMNS:
        found = {row["unit"]: Decimal(row["period"][code]["value"] or 0) for row in rows}
        assert {unit: value for unit, value in found.items() if value} == {
            unit: value for unit, value in expected[code].items() if value
        }, code
        assert Decimal(total["period"][code]["value"]) == sum(found.values()) > 0, code


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


def test_one_figure_followed_to_its_leads_through_the_interface_and_the_workbook(
    ask: Ask, worked: str
) -> None:
    ask("POST", f"{PATH}/compilations", json={})
    figure = ask("GET", f"{PATH}/compilation/figures/{STATION}/B4").json
    assert figure["figure"]["value"] == "3"
    assert [(record["number"], record["amount"]) for record in figure["records"]] == [(worked, "3")]
    book = load_workbook(BytesIO(ask("GET", f"{PATH}/compilation.xlsx").data))
    table = book.worksheets[0]
    codes = {table.cell(row, 1).value: row for row in range(4, table.max_row + 1)}
    heads = {table.cell(3, place).value: place for place in range(4, table.max_column + 1)}
    assert table.cell(codes["B4"], heads["青岚林业站"]).value == 3
    (behind,) = [
        row for row in book["出处"].iter_rows(values_only=True) if row[:2] == ("青岚林业工作站", "B4")
    ]
    assert (behind[4], behind[5], behind[6]) == ("3", "1", worked)
    assert ask("GET", f"/v1/leads/{worked}").json["number"] == worked


def test_a_zero_report_beside_records_is_refused_until_it_says_why(ask: Ask, worked: str) -> None:
    body: dict[str, Any] = {"zero": True, "texts": {}, "figures": {}}
    path, liaison = f"{PATH}/units/{STATION}", f"{STATION}.liaison"
    refused = ask("PUT", path, by=liaison, json=body)
    assert [(e["code"], e["pointer"]) for e in refused.json["errors"]] == [("zero_beside_records", "/zero")]
    why = "两次检查由县局组织"
    assert ask("PUT", path, by=liaison, json={**body, "reason": why}).status_code == 201
    ask("POST", f"{PATH}/compilations", json={})
    found = ask("GET", f"{PATH}/compilation").json["snapshot"]["contradictions"]
    (entry,) = [e for e in found if e["code"] == "zero_report_with_records"]
    assert entry["unit"] == STATION
    assert why in entry["message"]["zh"]


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
