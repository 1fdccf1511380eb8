"""A results table of another topic is carried by data alone: other columns, units and splits, through to the documents."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from shared.adapters.documents import render
from tests.reporting_campaign import at
from tests.workflows import quarry
from workflows.campaign import CampaignDefinition
from workflows.reporting import Snapshot, Submission, compile_period

_TABLE = Path(__file__).parents[1] / "workflows" / "definitions" / "fireworks-results.toml"
UNITS = ("resources", "water", "police")


def _laid_over(document: dict[str, Any]) -> None:
    table = tomllib.loads(_TABLE.read_text("utf-8"), parse_float=Decimal)
    document["fields"] += table["fields"]
    document["record_kinds"] += table["record_kinds"]
    document["vocabularies"] |= table["vocabularies"]
    document["results"] = {"columns": table["columns"], "checks": table["checks"]}


@pytest.fixture(scope="module")
def campaign() -> CampaignDefinition:
    return quarry.altered(_laid_over)


def record(
    key: str, kind: str, agency: object, on: date = date(2027, 4, 2), **facts: object
) -> dict[str, object]:
    return {"id": key, "kind": kind, "number": None, "agency": agency, "occurred_on": on, **facts}


RECORDS = [
    record("c1", "outlet_check", "resources", shop_kind="long_term", check_result="in_order", night=False),
    record("c2", "outlet_check", "resources", shop_kind="temporary", check_result="to_mend", night=True),
    record("c3", "outlet_check", "police", shop_kind="unlicensed", check_result="closed", night=True),
    # A joint check stands once, with the unit that led it.
    record("c4", "outlet_check", ("police", "water"), shop_kind="unlicensed", check_result="closed"),
    record("h1", "haul", "police", boxes=120, kilograms=Decimal("2450.5"), fuse_metres=300),
    record("h2", "haul", "water", boxes=7),
    record("h3", "haul", "police", fuse_metres=Decimal("12.5")),
    record("f1", "sanction", "resources", fine_yuan=Decimal(35000)),
    record("f2", "sanction", "resources", fine_yuan=Decimal("1234.5")),
    record("p1", "prosecution", "police", stage_reached="filed"),
    record("p2", "prosecution", "police", stage_reached="filed"),
    record("p3", "prosecution", "police", stage_reached="sent"),
]


def report(unit: str, **parts: Any) -> Submission:
    given: dict[str, Any] = {"zero": False, "figures": {"P1": 12, "X": 100}, **parts}
    return Submission(unit, "stage", "2027-05", submitted_at=at("2027-05-30T10:00"), **given)


@pytest.fixture(scope="module")
def snapshot(campaign: CampaignDefinition) -> Snapshot:
    submissions = [
        report(
            "resources",
            figures={"P1": {"period": 3000, "qualifier": "余"}, "X": {"period": 20000, "qualifier": "约"}},
        ),
        report("police", corrections={"R-3": {"value": 3, "reason": "另有一家当日移交外县"}}),
        report("water", zero=True, figures={}),
    ]
    rule = campaign.report("stage", "2027-05")
    moment = at("2027-06-01T09:00")
    return compile_period(
        campaign, rule, records=RECORDS, submissions=submissions, at=moment, version=1, previous=None
    )


def totals(snapshot: Snapshot) -> dict[str, Any]:
    return dict(snapshot.document["table"]["total"]["period"])


def test_each_figure_in_its_own_unit_and_never_across(snapshot: Snapshot) -> None:
    found = {code: cell["value"] for code, cell in totals(snapshot).items()}
    assert found == {
        "P1": "3012", "W": "4", "W-1": "1", "W-2": "1", "W-3": "2", "R-1": "1", "R-2": "1", "R-3": "3", "N": "2",
        "H-box": "127", "H-t": "2.4505", "H-m": "312.5", "F": "3.62345", "K": "2", "K-s": "1", "K-j": "0", "X": "20100",
    }  # fmt: skip


def test_rounded_figures_stay_rounded(snapshot: Snapshot) -> None:
    cells = totals(snapshot)
    assert (cells["P1"]["qualifier"], cells["X"]["qualifier"]) == ("余", "约")


def test_one_total_may_be_split_in_several_ways_and_a_split_that_does_not_add_up_is_named(
    snapshot: Snapshot,
) -> None:
    named = [(e["code"], e["unit"], e["column"]) for e in snapshot.document["contradictions"]]
    assert ("check_failed", "police", "W") in named
    assert ("corrected", "police", "R-3") in named
    assert ("zero_report_with_records", "water", None) in named
    assert not [entry for entry in named if entry[1] == "resources"]


def test_a_joint_check_counts_once(snapshot: Snapshot) -> None:
    rows = {row["unit"]: row["period"]["W"]["value"] for row in snapshot.document["table"]["rows"]}
    assert rows == {"resources": "2", "water": "0", "police": "2"}


def test_the_documents_carry_it_without_a_line_of_code(
    campaign: CampaignDefinition, snapshot: Snapshot
) -> None:
    word = Document(BytesIO(render(snapshot.document, "docx").content))
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    for part in ("出动检查人员3012余人次", "约20100份", "2.451吨", "127箱", "312.5米", "3.62万元"):
        assert part in text
    book = load_workbook(BytesIO(render(snapshot.document, "xlsx").content))
    sheet = book.worksheets[0]
    codes = [sheet.cell(row, 1).value for row in range(4, sheet.max_row + 1)]
    assert codes == [column.code for column in campaign.columns]
    assert render(snapshot.document, "pdf").content.startswith(b"%PDF")
