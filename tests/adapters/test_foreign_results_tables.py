"""Three results tables of campaigns that have nothing in common, each carried by its data alone.

A fishing ban splits one total twice and counts vessels, nets and tonnes beside each other; prosecutors count files and
persons whose review is half done; a wage campaign has joint cases, money in 万元 and figures that are only about right.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from shared.adapters.documents import render, write_report_form
from tests.reporting_campaign import at
from tests.workflows import quarry
from workflows.campaign import CampaignDefinition
from workflows.reporting import Snapshot, Submission, check_submission, compile_period, compute_table

UNITS = ("resources", "water", "police")
DAY = date(2027, 4, 2)


def name(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def field(key: str, kind: str = "integer", **more: Any) -> dict[str, Any]:
    return {"id": key, "name": name(key), "type": kind, "source": "policy", **more}


def column(code: str, words: str, unit: str, basis: str = "derived", **measure: Any) -> dict[str, Any]:
    decimals = {"decimals": measure.pop("decimals")} if "decimals" in measure else {}
    counted = {"measure": {"moment": "occurred_on", **measure}} if measure else {}
    about = {"code": code, "name": name(words), "unit": name(unit), "group": code[0], "basis": basis}
    return {**about, "source": "policy", **decimals, **counted}


def is_(fact: str, value: object) -> dict[str, Any]:
    return {"fact": fact, "equals": value}


def check(left: str, relation: str, *right: str) -> dict[str, Any]:
    reason = name(f"{left} {relation}")
    return {"left": left, "relation": relation, "right": list(right), "reason": reason, "source": "policy"}


def kind(key: str, *fields: str) -> dict[str, Any]:
    return {"id": key, "name": name(key), "fields": list(fields), "needs": [], "source": "policy"}


FISHING = {
    "fields": [field("by_vessel", "boolean"), field("criminal", "boolean"), field("kilograms", "decimal"),
               field("nets"), field("vessels")],
    "kinds": [kind("catch", "by_vessel", "criminal", "kilograms", "nets", "vessels")],
    "columns": [
        column("Z", "查获案件", "起", records="catch"),
        column("Z1", "其中：渔船", "起", records="catch", where=is_("by_vessel", True)),
        column("Z2", "其中：个人", "起", records="catch", where=is_("by_vessel", False)),
        column("Z3", "其中：行政", "起", records="catch", where=is_("criminal", False)),
        column("Z4", "其中：司法", "起", records="catch", where=is_("criminal", True)),
        column("Y1", "渔获物", "公斤", records="catch", total="kilograms", decimals=1),
        column("Y2", "渔获物（折合）", "吨", records="catch", total="kilograms", decimals=3, scale=Decimal("0.001")),
        column("Y3", "违规网具", "张（顶）", records="catch", total="nets"),
        column("Y4", "“三无”船舶", "艘", "corrected", records="catch", total="vessels"),
        column("X1", "出动执法人员", "人次", "manual"),
    ],
    "checks": [check("Z", "equals", "Z1", "Z2"), check("Z", "equals", "Z3", "Z4"), check("Y4", "at_most", "Z")],
}  # fmt: skip
PROSECUTION = {
    "fields": [field("outcome", "choice", vocabulary="outcome"), field("suspects_reviewed")],
    "words": {"outcome": ["arrested", "not_arrested"]},
    "kinds": [kind("review", "outcome", "suspects_reviewed")],
    "columns": [
        column(f"{letter}{n}", f"{what}（{unit}）", unit, records="review", **more, **where)
        for letter, what, where in (
            ("S", "受理审查逮捕", {}),
            ("P", "批准逮捕", {"where": is_("outcome", "arrested")}),
            ("B", "不批准逮捕", {"where": is_("outcome", "not_arrested")}),
            ("Z", "正在审查", {"where": {"fact": "outcome", "absent": True}}),
        )
        for n, unit, more in ((1, "件", {}), (2, "人", {"total": "suspects_reviewed"}))
    ],
    "checks": [check(f"S{n}", "equals", f"P{n}", f"B{n}", f"Z{n}") for n in (1, 2)],
}
WAGES = {
    "fields": [field("workers"), field("wages_yuan", "decimal"), field("from_inspection", "boolean")],
    "kinds": [kind("arrears", "workers", "wages_yuan", "from_inspection")],
    "columns": [
        column("A", "欠薪案件合计", "件"),
        column("A1", "检查发现", "件", records="arrears", where=is_("from_inspection", True)),
        column("A2", "投诉举报", "件", records="arrears", where=is_("from_inspection", False)),
        column("B", "涉及劳动者", "人", "corrected", records="arrears", total="workers"),
        column("C", "追发工资", "万元", records="arrears", total="wages_yuan", decimals=2, scale=Decimal("0.0001")),
        column("D", "发放宣传资料", "份", "manual"),
    ],
    "checks": [check("A", "equals", "A1", "A2")],
}  # fmt: skip


def laid_over(table: dict[str, Any]) -> CampaignDefinition:
    def change(document: dict[str, Any]) -> None:
        document["fields"] += table["fields"]
        document["record_kinds"] += table["kinds"]
        for vocabulary, words in table.get("words", {}).items():
            document["vocabularies"][vocabulary] = [
                {"id": word, "name": name(word), "source": "policy"} for word in words
            ]
        document["results"] = {"columns": table["columns"], "checks": table["checks"]}

    return quarry.altered(change)


def record(kind: str, agency: object, n: int, **facts: object) -> dict[str, object]:
    return {"id": f"{kind}-{n}", "kind": kind, "number": None, "agency": agency, "occurred_on": DAY, **facts}


CATCHES = [
    record("catch", "water", 1, by_vessel=True, criminal=False, kilograms=Decimal("12.5"), nets=3, vessels=1),
    record("catch", ["police", "water"], 2, by_vessel=False, criminal=True, kilograms=Decimal("1000.25")),
    record("catch", "police", 3, by_vessel=False, criminal=False, nets=40),
]
REVIEWS = [
    record("review", "police", 1, outcome="arrested", suspects_reviewed=3),
    record("review", "police", 2, suspects_reviewed=5),
    record("review", "resources", 3, outcome="not_arrested", suspects_reviewed=1),
]
ARREARS = [
    record("arrears", ("resources", "police"), 1, workers=31, wages_yuan=Decimal("512345.67"), from_inspection=True),
    record("arrears", "police", 2, workers=2, wages_yuan=Decimal(9000), from_inspection=False),
]  # fmt: skip


def figures(table: dict[str, Any], figure: object) -> dict[str, Any]:
    return {c["code"]: figure for c in table["columns"] if c["basis"] == "manual"}


def compiled(
    table: dict[str, Any], records: list[dict[str, object]], **parts: Any
) -> tuple[CampaignDefinition, Snapshot]:
    campaign = laid_over(table)
    reports = [
        Submission(unit, "stage", "2027-05", zero=False, submitted_at=at("2027-05-30T10:00"), figures=typed, **given)
        for unit, typed, given in zip(
            UNITS,
            (figures(table, {"period": 3000, "qualifier": "余"}), figures(table, {"period": 200, "qualifier": "约"}),
             figures(table, 17)),
            ({}, {}, parts),
            strict=True,
        )
    ]  # fmt: skip
    rule = campaign.report("stage", "2027-05")
    moment = at("2027-06-01T09:00")
    snapshot = compile_period(
        campaign, rule, records=records, submissions=reports, at=moment, version=1, previous=None
    )
    return campaign, snapshot


def totals(snapshot: Snapshot) -> dict[str, str | None]:
    return {code: cell["value"] for code, cell in snapshot.document["table"]["total"]["period"].items()}


CASES = [("fishing", FISHING, CATCHES), ("prosecution", PROSECUTION, REVIEWS), ("wages", WAGES, ARREARS)]


def test_a_total_is_split_twice_and_tonnes_stand_beside_kilograms():
    _, snapshot = compiled(FISHING, CATCHES)
    assert totals(snapshot) == {
        "Z": "3", "Z1": "1", "Z2": "2", "Z3": "2", "Z4": "1", "Y1": "1012.75", "Y2": "1.01275", "Y3": "43", "Y4": "1",
        "X1": "3217",
    }  # fmt: skip
    assert [c["code"] for c in snapshot.document["contradictions"]] == []
    assert snapshot.document["table"]["total"]["period"]["X1"]["qualifier"] == "约"


def test_reviews_half_done_are_neither_lost_nor_counted_as_done():
    _, snapshot = compiled(PROSECUTION, REVIEWS)
    assert totals(snapshot) == {
        "S1": "3", "S2": "9", "P1": "1", "P2": "3", "B1": "1", "B2": "1", "Z1": "1", "Z2": "5",
    }  # fmt: skip
    assert snapshot.document["contradictions"] == []


def test_joint_cases_count_once_and_a_correction_stands_beside_the_records():
    reason = "另有四人当日补登"
    _, snapshot = compiled(WAGES, ARREARS, corrections={"B": {"value": 6, "reason": reason}})
    assert totals(snapshot) == {"A": "2", "A1": "1", "A2": "1", "B": "37", "C": "52.134567", "D": "3217"}
    rows = {row["unit"]: row["period"] for row in snapshot.document["table"]["rows"]}
    assert [rows[unit]["A"]["value"] for unit in UNITS] == ["1", "0", "1"]
    assert (rows["police"]["B"]["computed"], rows["police"]["B"]["reason"]) == ("2", reason)


@pytest.mark.parametrize(("topic", "table", "records"), CASES, ids=[case[0] for case in CASES])
def test_every_document_of_it_is_made_and_says_the_same(topic, table, records):
    _, snapshot = compiled(table, records)
    for file_format in ("docx", "pdf", "xlsx"):
        once = render(snapshot.document, file_format).content
        assert render(snapshot.document, file_format).content == once
    sheet = load_workbook(BytesIO(once)).worksheets[0]
    heads = [str(sheet.cell(row, 3).value) for row in range(4, sheet.max_row + 1)]
    assert heads == [c["unit"]["zh"] for c in table["columns"]]


@pytest.mark.parametrize(("topic", "table", "records"), CASES, ids=[case[0] for case in CASES])
def test_its_form_asks_for_what_no_record_knows_and_its_reports_are_checked(topic, table, records):
    campaign = laid_over(table)
    rule = campaign.report("stage", "2027-05")
    row = compute_table(campaign, records, rule.covers_from, rule.covers_to, UNITS, {}).row("police")
    assert write_report_form("c", campaign, rule, row, "xlsx").content.startswith(b"PK")
    given: dict[str, Any] = {"unit": "police", "zero": False, "texts": {}, "corrections": {}}
    known: dict[str, Any] = {"computed": row.computed, "previous": row.before}
    assert not check_submission(campaign, rule, figures=figures(table, 3), **given, **known)
    asked = figures(table, 3)
    missing = check_submission(campaign, rule, figures={}, **given, **known)
    assert [(reason.code, reason.field) for reason in missing] == [
        ("figure_missing", f"/figures/{c}") for c in asked
    ]
