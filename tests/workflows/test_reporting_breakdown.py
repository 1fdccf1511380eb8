"""The results table taken apart: every line's parts and rest are its total, and what cannot be split says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.reporting_campaign import (
    SOURCE,
    STAGE_1,
    STATIONS,
    a_campaign,
    a_lead,
    a_report,
    a_seizure,
    at,
    some_records,
)
from workflows.campaign import CampaignDefinition, Choice, Field
from workflows.reporting import compile_period
from workflows.reporting.breakdown import (
    MONTH,
    STANDS,
    TYPED,
    UNKNOWN,
    Line,
    groups_of,
    kinds_of_goods,
    shown,
    taken_apart,
)
from workflows.text import Text

UNITS = (*STATIONS, "")


def timber() -> CampaignDefinition:
    """A campaign whose goods are of kinds of its own."""
    campaign = a_campaign()
    kinds = (Choice("oak", Text("栎木", "oak"), SOURCE), Choice("fir", Text("杉木", "fir"), SOURCE))
    fields = (
        *campaign.fields,
        Field("timber", Text("木材", "timber"), "choice", SOURCE, vocabulary="timber"),
        *(Field(name, Text(name, name), "decimal", SOURCE) for name in ("pieces", "grams")),
    )
    goods = replace(campaign.record_kinds[1], fields=("timber", "pieces", "grams"))
    return replace(
        campaign,
        vocabularies={"timber": kinds},
        fields=fields,
        record_kinds=(campaign.record_kinds[0], goods),
    )


def a_period(definition: CampaignDefinition, records: list[dict[str, object]], *sent: Any) -> Any:
    rule = definition.report("stage", STAGE_1)
    moment = at("2017-09-20T09:00")
    return compile_period(
        definition, rule, records=records, submissions=sent, at=moment, version=1, previous=None
    ).document


def apart(by: str, *sent: Any, span: str = "period") -> tuple[dict[str, Line], Any]:
    definition = timber()
    records = [
        *some_records(),
        a_seizure("s-3", date(2017, 9, 3), "south", 4, 250) | {"timber": "fir"},
        a_lead("LJ-2017-0009", "2017-09-02T08:00", "south", timber="oak"),
        a_seizure("s-4", date(2017, 9, 3), "south", 2, 100) | {"number": "LJ-2017-0009"},
    ]
    document = a_period(definition, records, *sent)
    lines = taken_apart(definition, document, records, by, span, UNITS)
    return {line.code: line for line in lines}, document


@pytest.mark.parametrize("span", ["period", "cumulative"])
@pytest.mark.parametrize("by", [MONTH, "timber"])
def test_parts_and_rest_are_the_total_of_the_table_by_unit(by: str, span: str) -> None:
    correction = {"A1": {"value": 14, "reason": "漏登四人次"}}
    lines, document = apart(by, a_report("north", corrections=correction), a_report("south"), span=span)
    total = document["table"]["total"][span]
    for code, line in lines.items():
        held = sum((part.value for part in line.parts.values()), Decimal(0))
        whole = None if line.rest is None else held + line.rest
        said = total[code]["value"]
        assert (None if said is None else Decimal(said)) == whole, code


def test_goods_are_of_their_own_kind_else_of_the_kind_of_their_lead() -> None:
    lines, _ = apart("timber")
    parts = lines["G1"].parts
    assert {group: part.value for group, part in parts.items()} == {"fir": 4, "oak": 2, UNKNOWN: 25}
    names = [group for group, _ in groups_of(timber(), "timber", lines.values())]
    assert names == ["oak", "fir", UNKNOWN]


def test_a_record_counts_in_the_month_of_the_day_it_counts_on() -> None:
    lines, _ = apart(MONTH)
    found = {group: part.value for group, part in lines["C1"].parts.items()}
    assert found == {"2017-08": 1, "2017-09": 3}
    assert [name.zh for _, name in groups_of(timber(), MONTH, lines.values())] == ["2017年8月", "2017年9月"]


def test_a_part_names_its_records_and_what_each_counts_for() -> None:
    lines, document = apart("timber")
    part = shown(lines["G2"].parts["fir"])
    assert part["value"] == "0.25"
    assert [document["records"][place]["id"] for place in part["records"]] == ["s-3"]
    assert part["amounts"] == ["0.25"]
    assert shown(None) == {"value": "0"}


def test_a_sum_is_the_sum_of_its_parts_in_every_month() -> None:
    lines, _ = apart(MONTH)
    assert lines["B1"].parts["2017-08"].value == lines["B2"].parts["2017-08"].value + 1


def test_a_correction_is_no_part_of_any_month() -> None:
    lines, _ = apart(MONTH, a_report("north", corrections={"A1": {"value": 14, "reason": "漏登"}}))
    assert lines["A1"].rest == 4
    assert lines["A1"].parts["2017-08"].value == 10


def test_what_units_type_is_said_to_be_theirs() -> None:
    lines, _ = apart(MONTH, a_report("north"), a_report("south"))
    assert (lines["J2"].why, lines["J2"].parts, lines["J2"].rest) == (TYPED, {}, 20)


def test_what_stands_at_a_day_has_no_months_but_has_kinds() -> None:
    definition = timber()
    columns = tuple(
        replace(c, measure=replace(c.measure, until="returned_on")) if c.code == "G1" and c.measure else c
        for c in definition.columns
    )
    stock = replace(definition, columns=columns)
    records = [a_seizure("s-3", date(2017, 9, 3), "south", 4, None) | {"timber": "fir"}]
    document = a_period(stock, records)
    by_month = {x.code: x for x in taken_apart(stock, document, records, MONTH, "period", UNITS)}
    by_kind = {x.code: x for x in taken_apart(stock, document, records, "timber", "period", UNITS)}
    assert (by_month["G1"].why, by_month["G1"].rest) == (STANDS, 4)
    assert by_kind["G1"].parts["fir"].value == 4


def test_a_campaign_that_records_no_kind_of_goods_offers_none() -> None:
    assert kinds_of_goods(a_campaign()) == ()
    assert [field.id for field in kinds_of_goods(timber())] == ["timber"]


def test_one_unit_has_its_own_parts_alone() -> None:
    definition, records = timber(), some_records()
    document = a_period(definition, records)
    lines = {x.code: x for x in taken_apart(definition, document, records, MONTH, "period", ["north"])}
    assert {group: part.value for group, part in lines["C1"].parts.items()} == {"2017-08": 1}
