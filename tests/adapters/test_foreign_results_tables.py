"""Results tables of campaigns that have nothing in common, each carried by its data alone.

A fishing ban splits one total twice and counts vessels, nets and tonnes beside each other; prosecutors count files and
persons whose review is half done; a wage campaign has joint cases, money in 万元 and figures that are only about right.
A land campaign has sub-totals of sub-totals, hectares beside mu, money in 亿元, rates, averages, growth over last year,
what is still open at the end, sites counted once however often they are visited, and lines only one kind of agency fills.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from shared.adapters.documents import render, write_report_form
from shared.adapters.documents.annex_table import annex_table
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


LAND = {
    "fields": [field("site", "text"), field("illegal", "boolean"), field("farmland", "boolean"),
               field("square_metres", "decimal"), field("fine_yuan", "decimal"), field("put_right_on", "date")],
    "kinds": [kind("site_check", "site", "illegal", "farmland", "square_metres", "fine_yuan", "put_right_on")],
    "columns": [
        column("A1", "检查图斑（次）", "次", records="site_check"),
        column("A2", "检查图斑（个）", "个", records="site_check", distinct="site"),
        column("B", "违法用地合计", "宗"),
        column("B1", "其中：占用农用地", "宗"),
        column("B11", "　　耕地", "宗", records="site_check", where={"all": [is_("illegal", True), is_("farmland", True)]}),
        column("B12", "　　林地等", "宗", "manual"),
        column("B2", "　建设用地", "宗", "manual"),
        column("C1", "违法用地面积", "公顷", records="site_check", total="square_metres", decimals=4,
               scale=Decimal("0.0001"), where=is_("illegal", True)),
        {**column("C2", "违法用地面积（折合）", "亩", decimals=2), "ratio": {"of": ["C1"], "scale": 15}},
        column("D1", "罚款", "亿元", records="site_check", total="fine_yuan", decimals=4, scale=Decimal("0.00000001")),
        {**column("D2", "宗均罚款", "万元/宗", decimals=2), "ratio": {"of": ["D1"], "per": ["B11"], "scale": 10000}},
        {**column("E1", "期末未整改", "宗"),
         "measure": {"records": "site_check", "moment": "occurred_on", "until": "put_right_on", "where": is_("illegal", True)}},
        {**column("E2", "整改率", "%", decimals=1), "ratio": {"of": ["B11"], "less": ["E1"], "per": ["B11"], "scale": 100}},
        column("F1", "上年同期违法用地", "宗", "manual"),
        {**column("F2", "同比增减", "%", decimals=1), "ratio": {"of": ["B"], "less": ["F1"], "per": ["F1"], "scale": 100}},
        {**column("G1", "批准逮捕", "人", "manual"), "filled_by": ["public_security"]},
        {**column("G2", "在逃", "人", "manual"), "filled_by": ["public_security"], "stock": True},
    ],
    "checks": [check("B", "equals", "B1", "B2"), check("B1", "equals", "B11", "B12"), check("A2", "at_most", "A1"),
               {**check("E1", "at_most", "B"), "over": "cumulative"}],
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


SITES = [
    record("site_check", "resources", 1, site="东坡 3 号", illegal=True, farmland=True, square_metres=Decimal(12500),
           fine_yuan=Decimal(250000), put_right_on=date(2027, 4, 20)),
    record("site_check", "water", 2, site="东坡3号", illegal=False),
    record("site_check", "water", 3, site="西坝", illegal=True, farmland=True, square_metres=Decimal(800)),
]  # fmt: skip


def figures(table: dict[str, Any], figure: object, unit: str = "police") -> dict[str, Any]:
    only_police = unit != "police"
    manual = [c for c in table["columns"] if c["basis"] == "manual"]
    return {c["code"]: figure for c in manual if not (only_police and "filled_by" in c)}


def compiled(
    table: dict[str, Any], records: list[dict[str, object]], **parts: Any
) -> tuple[CampaignDefinition, Snapshot]:
    campaign = laid_over(table)
    reports = [
        Submission(unit, "stage", "2027-05", zero=False, submitted_at=at("2027-05-30T10:00"), figures=typed, **given)
        for unit, typed, given in zip(
            UNITS,
            (figures(table, {"period": 3000, "qualifier": "余"}, "resources"),
             figures(table, {"period": 200, "qualifier": "约"}, "water"), figures(table, 17)),
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


CASES = [("fishing", FISHING, CATCHES), ("prosecution", PROSECUTION, REVIEWS), ("wages", WAGES, ARREARS),
         ("land", LAND, SITES)]  # fmt: skip


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


def test_rates_areas_and_growth_stand_beside_counts():
    _, snapshot = compiled(LAND, SITES)
    assert totals(snapshot) == {
        "A1": "3", "A2": "2", "B": "6436", "B1": "3219", "B11": "2", "B12": "3217", "B2": "3217", "C1": "1.33",
        "C2": "19.95", "D1": "0.0025", "D2": "12.5", "E1": "1", "E2": "50", "F1": "3217", "F2": "100.1",
        "G1": "17", "G2": "17",
    }  # fmt: skip
    assert snapshot.document["contradictions"] == []
    rows = {row["unit"]: row["period"] for row in snapshot.document["table"]["rows"]}
    assert [rows[unit]["A2"]["value"] for unit in UNITS] == ["1", "1", "0"]
    assert rows["water"]["G1"] == {"value": None, "asked": False}


def test_the_workbook_computes_rates_from_the_figures_in_it_and_adds_none_up():
    _, snapshot = compiled(LAND, SITES)
    sheet = load_workbook(BytesIO(render(snapshot.document, "xlsx").content)).worksheets[0]
    lines = {sheet.cell(row, 1).value: row for row in range(4, sheet.max_row + 1)}
    total = next(place for place in range(4, 12) if sheet.cell(3, place).value == "合计")
    letter = get_column_letter(total)
    a, b, f = (lines[code] for code in ("E1", "B11", "F1"))
    assert sheet.cell(lines["E2"], total).value == (
        f"=ROUND((SUM({letter}{b})-SUM({letter}{a}))*100/SUM({letter}{b}),1)"
    )
    assert sheet.cell(lines["C2"], total).value == f"=(SUM({letter}{lines['C1']}))*15"
    assert str(sheet.cell(lines["B"], 4).value) == f"=SUM(D{lines['B1']},D{lines['B2']})"
    assert str(sheet.cell(f, total).value).startswith("=SUM(D")


def test_the_annex_says_who_was_not_asked_and_what_a_total_of_rates_is():
    _, snapshot = compiled(LAND, SITES)
    annex = annex_table(snapshot.document)
    line = next(line for line in annex.lines if line[0] == "G1")
    assert line[3:] == ("／", "／", "17", "17", "17")
    assert all(
        words in annex.remark for words in ("“／”为不由该单位填报", "E1、G2为期末时点数", "由合计数算出")
    )


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
