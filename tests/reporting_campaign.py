"""A small invented campaign to report on: three stations, two stages, a summary, a table of ten columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from workflows.campaign import (
    Agency,
    CampaignDefinition,
    Column,
    Field,
    Measure,
    RecordKind,
    ReportObligation,
    TableCheck,
)
from workflows.conditions import Comparison
from workflows.reporting import Submission
from workflows.text import Text

SOURCE = "policy"
STATIONS = ("north", "south", "river")
STAGE_1, STAGE_2, SUMMARY = "2017-09", "2017-12", "2018-03"


def a_campaign() -> CampaignDefinition:
    """This will give the campaign every reporting test speaks about."""
    return CampaignDefinition(
        id="invented-campaign",
        version=1,
        title=Text("临江县打击非法加工销售象牙及制品专项行动", "Ivory campaign of Linjiang"),
        time_zone="Asia/Shanghai",
        starts_on=date(2017, 8, 10),
        ends_on=date(2018, 3, 30),
        lead_number="LJ-{year}-{seq:04d}",
        source=SOURCE,
        hash="0" * 64,
        basis=(),
        phases=(),
        agency_types=(),
        agencies=(
            Agency(
                "office",
                Text("领导小组办公室", "Leading-group office"),
                "办公室",
                "forest_police",
                SOURCE,
                office=True,
            ),
            Agency(
                "north", Text("北山林业站", "North Hill station"), "北山站", "forestry", SOURCE, reports=True
            ),
            Agency(
                "south", Text("南坡林业站", "South Slope station"), "南坡站", "forestry", SOURCE, reports=True
            ),
            Agency(
                "river", Text("河湾林业站", "River Bend station"), "河湾站", "forestry", SOURCE, reports=True
            ),
            Agency("market", Text("县工商局", "Market regulator"), "工商局", "market", SOURCE),
        ),
        roles=(),
        duties=(),
        vocabularies={},
        fields=(
            Field("progress", Text("工作开展情况", "Work done"), "text", SOURCE, maximum=200),
            Field("problems", Text("存在问题", "Problems"), "text", SOURCE),
            Field("next", Text("下一步打算", "Next steps"), "text", SOURCE),
        ),
        lifecycles={},
        reactions=(),
        coordination=(),
        clocks=(),
        ladders=(),
        routing=(),
        reports=(
            _report(STAGE_1, "stage", date(2017, 8, 10), date(2017, 9, 18)),
            _report(STAGE_2, "stage", date(2017, 9, 19), date(2017, 12, 18)),
            _report(SUMMARY, "summary", date(2017, 12, 19), date(2018, 3, 22)),
        ),
        record_kinds=(
            RecordKind("inspection", Text("检查记录", "inspections"), (), (), SOURCE),
            RecordKind("seizure", Text("查获物品记录", "seizures"), (), (), SOURCE),
        ),
        columns=COLUMNS,
        checks=(
            TableCheck(
                "A2", "at_most", ("A1",), Text("民警人次不能多于出动人次", "police at most all"), SOURCE
            ),
            TableCheck(
                "B1", "equals", ("B2", "B3"), Text("检查场所合计等于分项之和", "places add up"), SOURCE
            ),
            TableCheck(
                "J2",
                "at_most",
                ("J3",),
                Text("资料份数不能多于受教育人次", "leaflets at most people"),
                SOURCE,
            ),
        ),
    )


def _report(period: str, kind: str, covers_from: date, covers_to: date) -> ReportObligation:
    name = (
        Text("阶段性工作情况", "Stage report") if kind == "stage" else Text("行动总结报告", "Summary report")
    )
    words = f"{covers_to.month}月{covers_to.day}日前"
    texts = ("progress", "problems", "next")
    return ReportObligation(period, kind, name, covers_from, covers_to, covers_to, words, SOURCE, texts)


def _column(
    code: str, name: str, unit: str, basis: str, measure: Measure | None = None, decimals: int = 0
) -> Column:
    return Column(code, Text(name), Text(unit), code[0], basis, SOURCE, measure, decimals)


_MARKET = Comparison("place_type", "equals", "market")
COLUMNS = (
    _column("A1", "出动执法人员", "人次", "corrected", Measure("inspection", "occurred_on", "officers")),
    _column("A2", "其中公安民警", "人次", "manual"),
    _column("B1", "检查场所合计", "处", "derived"),
    _column("B2", "贸易市场", "处", "derived", Measure("inspection", "occurred_on", where=_MARKET)),
    _column(
        "B3",
        "其他场所",
        "处",
        "derived",
        Measure("inspection", "occurred_on", where=Comparison("place_type", "not_equals", "market")),
    ),
    _column("C1", "接收线索", "条", "derived", Measure("leads", "received_at", unit_fact="lead_agency")),
    _column("G1", "象牙及制品（件）", "件", "derived", Measure("seizure", "occurred_on", "pieces")),
    _column("G2", "象牙及制品（重量）", "千克", "derived",
            Measure("seizure", "occurred_on", "grams", scale=Decimal("0.001")), 3),
    _column("J2", "发放资料", "份", "manual"),
    _column("J3", "受教育群众", "人次", "manual"),
)  # fmt: skip


def at(text: str) -> datetime:
    """This will read a moment; without an offset it is a time in the campaign's zone (+08:00)."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else datetime.fromisoformat(f"{moment.isoformat()}+08:00")


def a_lead(number: str, received: str, agency: str | None, **facts: object) -> dict[str, object]:
    """This will give a lead as the ledger gives it."""
    moment = at(received).astimezone(UTC)
    where = {"agency": agency, "lead_agency": agency}
    return {
        "id": f"lead-{number}",
        "kind": "leads",
        "number": number,
        "received_at": moment,
        **where,
        **facts,
    }


def an_inspection(
    key: str, on: date, agency: str, officers: int, place_type: str = "market"
) -> dict[str, object]:
    """This will give an inspection as the ledger gives it."""
    return {"id": key, "kind": "inspection", "number": None, "agency": agency, "occurred_on": on,
            "officers": officers, "place_type": place_type}  # fmt: skip


def a_seizure(key: str, on: date, agency: object, pieces: int | None, grams: object) -> dict[str, object]:
    """This will give a seizure as the ledger gives it."""
    return {"id": key, "kind": "seizure", "number": "LJ-2017-0001", "agency": agency, "occurred_on": on,
            "pieces": pieces, "grams": grams}  # fmt: skip


def a_report(
    unit: str, period: str = STAGE_1, submitted: str = "2017-09-15T10:00", **parts: Any
) -> Submission:
    """This will give a unit's report with every manual figure, unless told otherwise."""
    figures: Mapping[str, object] = {"A2": 2, "J2": 10, "J3": 20}
    given: dict[str, Any] = {
        "zero": False,
        "texts": {"progress": f"{unit} 已开展摸排。"},
        "figures": figures,
        **parts,
    }
    kind = "summary" if period == SUMMARY else "stage"
    return Submission(unit, kind, period, submitted_at=at(submitted), **given)


def some_records() -> list[dict[str, object]]:
    """This will give a ledger in which every column has something to count."""
    return [
        a_lead("LJ-2017-0001", "2017-08-10T09:40", "north"),
        a_lead("LJ-2017-0002", "2017-09-18T23:59", "south"),
        a_lead("LJ-2017-0003", "2017-09-19T00:00", "north"),
        a_lead("LJ-2017-0004", "2017-09-01T08:00", None),
        an_inspection("i-1", date(2017, 8, 12), "north", 6),
        an_inspection("i-2", date(2017, 8, 20), "north", 4, "hotel"),
        an_inspection("i-3", date(2017, 10, 9), "south", 5),
        a_seizure("s-1", date(2017, 8, 20), "north", 25, None),
        a_seizure("s-2", date(2017, 9, 2), ["south", "north"], None, 533.5),
    ]
