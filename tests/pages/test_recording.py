"""Work done, pasted from a spreadsheet: every line checked first, all added at once, nothing added twice."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from services.api.pages.pasted_records import read_sheet
from shared.application import queries
from shared.bootstrap import System
from tests.conftest import CAMPAIGN
from tests.pages.conftest import Enter
from workflows.commands import system_caller

PAGE = "/results/record"
INSPECTIONS = (
    "日期\t检查方式\t场所类型\t检查场所\t出动执法人员（人次）\n"
    "2017-09-14\t明查\t贸易市场\t3\t6\n"
    "2017/9/15\t暗访\t贸易市场\t1\t１，２００\n"
)


def _field(name: str, zh: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "name": {"zh": zh, "en": name}, "type": kind, "choices": [], **more}


FIELDS = {
    "pieces": _field("pieces", "件数(件)", "integer"),
    "kilos": _field("kilos", "重量", "decimal"),
    "sure": _field("sure", "已确认", "boolean"),
    "kind": _field(
        "kind", "种类", "choice", choices=[{"id": "ivory", "name": {"zh": "象牙", "en": "ivory"}}]
    ),
}
KIND = {"id": "seizure", "fields": list(FIELDS)}


def test_cells_are_read_by_the_kinds_of_their_fields() -> None:
    sheet = read_sheet(
        "线索编号\t日期\t件数\t重量\t已确认\t种类\nA-1\t2017年9月5日\t1,200\t0.50\t是\t象牙", KIND, FIELDS
    )
    line = sheet.lines[0]
    assert (line.number, str(line.day), line.faults) == ("A-1", "2017-09-05", ())
    assert line.data == {"pieces": 1200, "kilos": Decimal("0.50"), "sure": True, "kind": "ivory"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "没有粘贴内容"),
        ("件数\n3", "发生日期"),
        ("日期\t价钱\n2017-09-05\t3", "“价钱”不是这类记录的项目"),
        ("日期\t件数\t件数(件)\n2017-09-05\t3\t4", "出现两次"),
        ("日期\t件数", "没有记录"),
        ("日期\n" + "2017-09-05\n" * 201, "一次最多 200 行"),
        ("日期\n" * 100_000, "请分几次粘贴"),
    ],
)
def test_heads_that_cannot_be_understood_are_named(text: str, fault: str) -> None:
    sheet = read_sheet(text, KIND, FIELDS)
    assert not sheet.lines
    assert any(fault in found.zh for found in sheet.faults)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("昨天\t3", "发生日期应写成"),
        ("2017-02-30\t3", "发生日期应写成"),
        ("2017-09-05\t3\t9", "格数多于表头"),
    ],
)
def test_a_line_that_says_more_or_less_than_its_heads_is_named(line: str, fault: str) -> None:
    assert fault in read_sheet(f"日期\t件数\n{line}", KIND, FIELDS).lines[0].faults[0].zh


def test_what_is_no_number_is_handed_on_for_the_rules_to_refuse() -> None:
    assert read_sheet("日期\t件数\n2017-09-05\t若干", KIND, FIELDS).lines[0].data == {"pieces": "若干"}


def fields_of(page: str, cells: str, do: str) -> dict[str, str]:
    """What the form on the page sends."""
    hidden = dict(re.findall(r'<input type="hidden" name="(csrf|key|kind)" value="([^"]*)"', page))
    return {name: unescape(value) for name, value in hidden.items()} | {"cells": cells, "do": do}


def inspections(exercise: System) -> int:
    """How many inspections are on record."""
    rows = exercise.read(lambda work: work.uow.records.every(CAMPAIGN), system_caller(CAMPAIGN))
    return sum(row["kind"] == "inspection" for row in rows)


def test_lines_are_looked_at_first_and_then_added_all_at_once(visit: Enter, exercise: System) -> None:
    person, before = visit("market.liaison"), inspections(exercise)
    page = person.open(f"{PAGE}?kind=inspection")
    looked = person.client.post(PAGE, data=fields_of(page, INSPECTIONS, "check"))
    assert looked.status_code == 200
    assert looked.text.count("将登记</td>") == 2
    assert inspections(exercise) == before
    page = person.follow(person.client.post(PAGE, data=fields_of(page, INSPECTIONS, "store")))
    assert "已登记 2 条" in page
    assert inspections(exercise) == before + 2
    again = person.client.post(PAGE, data=fields_of(page, INSPECTIONS, "check"))
    assert again.text.count("已有，不重复登记</td>") == 2
    assert person.client.post(PAGE, data=fields_of(page, INSPECTIONS, "store")).status_code == 303
    assert inspections(exercise) == before + 2


def test_with_one_wrong_line_none_is_added_and_the_fault_stands_beside_it(
    visit: Enter, exercise: System
) -> None:
    person, before = visit("market.liaison"), inspections(exercise)
    page = person.open(f"{PAGE}?kind=inspection")
    wrong = INSPECTIONS + "2017-09-15\t明查\t火星\t一处\t2\n2099-01-01\t明查\t贸易市场\t1\t2\n"
    refused = person.client.post(PAGE, data=fields_of(page, wrong, "store"))
    assert refused.status_code == 422
    assert refused.text.count('class="r-overdue"') == 2
    assert inspections(exercise) == before


def test_a_record_beside_a_lead_needs_the_lead_to_be_one_s_own(visit: Enter, exercise: System) -> None:
    person = visit("transport.liaison")
    page = person.open(f"{PAGE}?kind=inspection")
    cells = INSPECTIONS.replace("日期\t", "日期\t线索编号\t").replace(
        "2017-09-14\t", "2017-09-14\tYS-2017-0009\t"
    )
    cells = "\n".join(cells.split("\n")[:2])
    assert person.client.post(PAGE, data=fields_of(page, cells, "check")).status_code == 422
    lead = exercise.read(queries.lead, system_caller(CAMPAIGN), number="YS-2017-0009")
    own = visit(f"{lead['lead_agency']['id']}.officer")
    page = own.open(f"{PAGE}?kind=inspection")
    assert own.client.post(PAGE, data=fields_of(page, cells, "check")).status_code == 200
    own.open(f"{PAGE}?kind=poem", status=404)


def test_a_line_tells_all_its_faults_at_once_in_the_words_of_the_spreadsheet(visit: Enter) -> None:
    unit = visit("market.liaison")
    unit.open(PAGE)
    heads = "发生日期\t检查方式\t场所类型\t检查场所（处次）\t出动执法人员（人次）\n"
    refused = unit.send(PAGE, cells=f"{heads}9月15日\t公开检查\t饭店\t两\t4\n", do="check")
    assert refused.status_code == 422
    row = re.search(r'data-test="pasted-row".*?</tr>', unescape(refused.text), re.DOTALL)
    assert row
    for said in ("发生日期应写成", "检查方式：须为下列之一：明查、暗访", "检查场所（处次）：须为数字"):
        assert said in row[0]
    assert "open" not in row[0]
    assert "<th>检查场所（处次）</th>" in refused.text.rpartition("<table")[2], "as it was typed"


def test_words_are_kept_as_they_were_typed() -> None:
    fields = {"note": _field("note", "说明", "text")}
    sheet = read_sheet(
        "日期\t说明\n２０１７-09-05\t象牙（疑似）：３件", {"id": "other", "fields": ["note"]}, fields
    )
    assert sheet.lines[0].data == {"note": "象牙（疑似）：３件"}
    assert str(sheet.lines[0].day) == "2017-09-05"
