"""Reports on the pages: confirm instead of retype, paste, zero in one act, take back, waive, compile, open every figure."""

from __future__ import annotations

import csv
import re
from html import unescape
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from services.api.pages.reports import pressing
from tests.pages.conftest import Enter, Person

LIAISON, OFFICER, STAFF = "station_bailu.liaison", "station_bailu.officer", "office.office_staff"
FORM = "/reports/stage/2017-09/units/station_bailu"
ROOM = "/reports/stage/2017-09"


def text(page: str) -> str:
    """The words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def counted(page: str, code: str) -> str:
    """The figure of the period a form shows for a column."""
    found = re.search(rf'"code">{code}</td>.*?<td class="n"[^>]*>(.*?)</td>', page, re.DOTALL)
    assert found, code
    return text(found[1]).strip()


def test_what_the_records_know_is_filled_in_and_needs_no_typing(visit: Enter) -> None:
    page = visit(LIAISON).open(FORM)
    assert counted(page, "C1") == "3"
    assert counted(page, "A1") == "3"
    assert len(re.findall(r'<textarea[^>]+name="texts\.', page)) <= 3
    assert len(re.findall(r'name="figures\.', page)) == 5


def test_the_list_says_how_many_are_in_and_to_a_unit_how_it_stands_itself(visit: Enter) -> None:
    office = text(visit(STAFF).open("/reports"))
    assert "第一次阶段性工作情况" in office
    assert "5/10" in office
    unit = visit(LIAISON).open("/reports")
    assert unit.count('data-test="report-row"') == 3
    assert f'href="{FORM}"' in unit
    assert "5/10" not in unit


def test_an_empty_figure_is_not_zero_and_is_named_where_it_stands(visit: Enter) -> None:
    person = visit(LIAISON)
    person.open(FORM)
    refused = person.send(FORM, figures__J1="2", figures__J2="一百", texts__work_done="走访市场。")
    assert refused.status_code == 422
    assert 'href="#f-figures-J3"' in refused.text
    assert re.search(r'id="f-figures-J2"[^>]*value="一百" aria-invalid="true"', refused.text)
    assert "走访市场。" in refused.text
    assert "还没有报送" in text(person.open(FORM))


def test_saying_that_the_rest_is_zero_is_one_press_and_gives_a_receipt_and_a_hash(visit: Enter) -> None:
    person = visit(LIAISON)
    person.open(FORM)
    page = person.follow(person.send(FORM, figures__J1="约３００", rest="zero"))
    assert "已提交第1版，回执 2017-09-stage-station_bailu-1-" in text(page)
    assert re.search(r'<code class="hash">[0-9a-f]{64}</code>', page)
    assert re.search(r'name="figures\.J1"[^>]*value="约300"', page)
    assert re.search(r'name="figures\.J2"[^>]*value="0"', page)


def test_a_zero_report_is_one_press(visit: Enter) -> None:
    person = visit("transport.liaison")
    form = "/reports/stage/2017-09/units/transport"
    person.open(form)
    assert "零报告" in text(person.follow(person.send(form, do="zero")))


def test_a_zero_report_beside_records_asks_why_and_keeps_what_was_said(visit: Enter) -> None:
    person = visit(LIAISON)
    assert "零报告理由" in text(person.open(FORM))
    refused = person.send(FORM, do="zero", reason="  ")
    assert refused.status_code == 422
    assert re.search(r'id="f-zero"[^>]*aria-invalid="true"', refused.text), "the fault stands at the field"
    assert "还没有报送" in text(person.open(FORM))
    sent = text(person.follow(person.send(FORM, do="zero", reason="检查由县局组织，本站未参加。")))
    assert "零报告" in sent
    assert "2017-09-stage-station_bailu-1-" in sent


def test_cells_pasted_from_a_spreadsheet_fill_the_form_and_send_nothing(visit: Enter) -> None:
    person = visit(LIAISON)
    person.open(FORM)
    cells = "指标\t数\nJ1\t宣传活动\t4\n发放资料\t1,200\nA1\t9\n不相干\t7"
    answer = person.client.post(FORM, data=hidden(person) | {"do": "paste", "cells": cells})
    assert answer.status_code == 200
    assert re.search(r'name="figures\.J1"[^>]*value="4"', answer.text)
    assert re.search(r'name="figures\.J2"[^>]*value="1,200"', answer.text)
    assert "由系统从记录算出" in answer.text
    assert "没有这个指标" in answer.text
    assert "还没有报送" in text(person.open(FORM))


def hidden(person: Person) -> dict[str, str]:
    """The hidden fields of a form on the page."""
    return {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(csrf|key)" value="([^"]*)"', person.page)
    }


def test_a_report_is_taken_back_before_it_is_due_and_may_be_sent_again(visit: Enter) -> None:
    person = visit(LIAISON)
    person.open(FORM)
    person.follow(person.send(FORM, rest="zero"))
    assert person.send(f"{FORM}/withdrawal", reason=" ").status_code == 422
    page = person.follow(person.send(f"{FORM}/withdrawal", reason="数字核错"))
    assert "已撤回" in text(page)
    assert 'data-test="standing">待报' in page
    assert "已提交第3版" in text(person.follow(person.send(FORM, rest="zero")))


def test_the_filled_sheet_is_sent_back_with_the_same_receipt(visit: Enter) -> None:
    person = visit(LIAISON)
    person.open(FORM)
    sheet = person.client.get(f"{FORM}/form.csv").get_data().decode("utf-8-sig")
    filled = re.sub(r"(?m)^(\"?J[1-5]\"?,[^,\n]*,[^,\n]*,[^,\n]*),", r"\1,6", sheet)
    assert filled != sheet
    send = {"form": (BytesIO(filled.encode("utf-8-sig")), "填好.csv")}
    page = person.follow(person.client.post(f"{FORM}/form", data=hidden(person) | send))
    assert "回执 2017-09-stage-station_bailu-1-" in text(page)
    other = {"form": (BytesIO(filled.encode("utf-8-sig")), "填好.pdf")}
    assert person.client.post(f"{FORM}/form", data=hidden(person) | other).status_code == 422
    assert person.client.post(f"{FORM}/form", data=hidden(person)).status_code == 422


def test_only_who_submits_gets_a_form_and_another_unit_gets_nothing(visit: Enter) -> None:
    page = visit(OFFICER).open(FORM)
    assert "<textarea" not in page
    assert "由本单位联络员或负责人报送" in page
    visit("market.liaison").open(FORM, status=404)
    visit("market.liaison").open(ROOM, status=404)


def test_the_room_names_who_is_missing_and_waives_with_a_reason(visit: Enter) -> None:
    person = visit(STAFF)
    page = person.open(ROOM)
    assert "未报 5 家" in text(page)
    action = f"{ROOM}/units/transport/waive"
    assert person.send(action).status_code == 422
    page = person.follow(person.send(action, reason="整建制抽调"))
    assert "整建制抽调" in page
    assert "未报 4 家" in text(page)
    assert "仍须报送" in text(person.follow(person.send(f"{ROOM}/units/transport/unwaive", reason="已归建")))


def test_all_who_are_missing_are_urged_in_one_press_and_the_room_says_how_often(visit: Enter) -> None:
    person = visit(STAFF)
    assert "催报未报 5 家" in text(person.open(ROOM))
    assert "已催" not in text(person.page)
    first = person.send(f"{ROOM}/urge")
    page = text(person.follow(first))
    assert "已催报 5 家" in page
    assert page.count("已催 1 次，上次") == 5
    person.send(f"{ROOM}/units/transport/waive", reason="整建制抽调")
    person.open(ROOM)
    page = text(person.follow(person.send(f"{ROOM}/urge")))
    assert "已催报 4 家" in page
    assert page.count("已催 2 次，上次") == 4
    assert "已催 1 次" not in page, "of a unit that owes nothing any more it is not said"


def test_the_same_press_sent_twice_urges_once(visit: Enter) -> None:
    person = visit(STAFF)
    person.open(ROOM)
    person.send(f"{ROOM}/urge")
    page = text(person.follow(person.send(f"{ROOM}/urge")))
    assert "已催报 5 家" in page
    assert page.count("已催 1 次，上次") == 5


def test_nobody_is_urged_when_nobody_is_missing_or_the_period_has_not_begun(visit: Enter) -> None:
    person = visit(STAFF)
    page = person.open("/reports/stage/2017-12")
    assert "此前不能催报" in text(page)
    assert 'data-test="urge"' not in page
    person.open(ROOM)
    before = hidden(person)
    for unit in re.findall(rf'action="{ROOM}/units/([a-z_]+)/waive"', person.page):
        person.send(f"{ROOM}/units/{unit}/waive", reason="整建制抽调")
    refused = person.client.post(f"{ROOM}/urge", data=before)
    assert refused.status_code == 409
    assert "没有未报的单位：5 家已报，5 家免报" in text(refused.text)
    assert 'data-test="urge"' not in refused.text
    early = person.client.post("/reports/stage/2017-12/urge", data=before | {"key": "another"})
    assert early.status_code == 409
    assert "统计期还没有开始" in text(early.text)


def test_only_who_compiles_urges(visit: Enter) -> None:
    person = visit("office.leader")
    assert 'data-test="urge"' not in person.open(ROOM)
    answer = person.client.post(f"{ROOM}/urge", data=hidden(person))
    assert answer.status_code == 403
    assert "汇总报告须由" in text(answer.text)


def test_compiling_makes_a_version_and_a_late_change_the_next_with_what_changed(visit: Enter) -> None:
    person = visit(STAFF)
    person.open(ROOM)
    assert "已汇总为第1版" in text(person.follow(person.send(f"{ROOM}/compile")))
    assert "仍为第1版" in text(person.follow(person.send(f"{ROOM}/compile")))
    for ending in ("docx", "xlsx", "pdf"):
        answer = person.client.get(f"{ROOM}/1.{ending}")
        assert answer.status_code == 200
        assert len(answer.get_data()) > 1000
    unit = visit(LIAISON)
    unit.open(FORM)
    unit.follow(unit.send(FORM, figures__J1="7", rest="zero"))
    person.open(ROOM)
    page = text(person.follow(person.send(f"{ROOM}/compile")))
    assert "与第1版相比" in page
    assert "宣传活动 · 本期：10 → 17" in page
    assert visit(LIAISON).client.post(f"{ROOM}/compile", data={}).status_code == 403


def test_every_figure_of_the_table_opens_what_it_counts(visit: Enter) -> None:
    person = visit(STAFF)
    page = person.open("/results/stage/2017-09/period")
    links = re.findall(r'<td class="n"><a href="([^"]+)">([^<]+)</a>', page)
    assert len(links) > 100
    for href, shown in links[::9]:
        behind = person.open(f"/results/stage/2017-09/{href}")
        value = re.search(r'data-test="figure"><b>([^<]+)</b>', behind)
        assert value
        assert value[1] == shown
        amounts = re.findall(r'data-test="behind-row">.*?<td class="n">([^<]+)</td></tr>', behind, re.DOTALL)
        if amounts:
            assert abs(sum(map(float, amounts)) - float(shown)) < 1e-6, href
        else:
            assert "由这些分项相加" in behind or "单位报送的数" in behind


def rows_of(page: str) -> dict[str, list[str]]:
    """The cells of a table taken apart, by the code of the column."""
    rows = re.findall(r'data-code="([^"]+)">(.*?)</tr>', page, re.DOTALL)
    return {code: [text(c).strip() for c in re.findall(r"<td[^>]*>(.*?)</td>", row)] for code, row in rows}


def number(cell: str) -> float:
    return float(cell.strip("*约余") or 0)


@pytest.mark.parametrize("by", ["product", "month"])
def test_by_kind_and_by_month_the_table_has_the_totals_it_has_by_unit(visit: Enter, by: str) -> None:
    person = visit(STAFF)
    plain = person.open("/results/stage/2017-09/period?lines=all")
    assert f'href="period?by={by}"' in plain
    page = person.open(f"/results/stage/2017-09/period?by={by}")
    whole = dict(re.findall(r'<a href="period/([^/"]+)/total">([^<]+)</a></td><td class="n">', plain))
    lines = rows_of(page)
    assert len(lines) > 15
    for code, cells in lines.items():
        if "不" not in cells[1]:
            parts = sum(map(number, cells[1:-1]))
            assert abs(parts - number(cells[-1])) < 1e-6, code
        assert whole.get(code, cells[-1]) == cells[-1]
    assert set(whole) <= set(lines)


def test_every_part_opens_the_records_it_counts(visit: Enter) -> None:
    person = visit(STAFF)
    for by in ("product", "month"):
        page = person.open(f"/results/stage/2017-09/period?by={by}")
        links = re.findall(r'<a href="(period/[^"]+group=[^"]+)">([^<]+)</a>', page)
        assert links
        for href, shown in links[::5]:
            behind = person.open(f"/results/stage/2017-09/{unescape(href)}")
            amounts = re.findall(
                r'data-test="behind-row">.*?<td class="n">([^<]+)</td></tr>', behind, re.DOTALL
            )
            assert abs(sum(map(float, amounts)) - float(shown)) < 1e-6, href


def test_a_table_taken_apart_is_a_workbook_and_a_csv_and_an_answer_too(visit: Enter) -> None:
    person = visit(STAFF)
    sheet = person.client.get("/results/stage/2017-09/period.csv?by=product").data.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(sheet)))
    assert rows[0][:3] == ["编码", "指标", "计量单位"]
    assert rows[0][-3:] == ["未细分", "合计", "说明"]
    book = load_workbook(BytesIO(person.client.get("/results/stage/2017-09/period.xlsx?by=product").data))
    cells = [[cell.value for cell in row] for row in book["战果表"].iter_rows(min_row=3)]
    for row, line in zip(cells[1:], rows[1:], strict=True):
        assert [None if v is None else float(v) for v in row[3:-1]] == [
            float(v) if v else None for v in line[3:-1]
        ]
    plain = person.client.get("/results/stage/2017-09/period.csv").data.decode("utf-8-sig")
    assert plain.splitlines()[0].endswith("合计,说明")


def test_of_the_parts_too_a_unit_sees_its_own_alone(visit: Enter) -> None:
    person = visit(LIAISON)
    page = person.open("/results/stage/2017-09/cumulative?by=month")
    assert rows_of(page)["C1"][-1] == "3"
    assert "/total" not in page
    person.open("/results/stage/2017-09/period/C1/station_qinglan?by=month&group=2017-09", status=404)
    person.open("/results/stage/2017-09/period/C1/total?by=month&group=2017-09", status=404)


def test_another_way_to_take_it_apart_is_refused_naming_those_there_are(visit: Enter) -> None:
    person = visit(STAFF)
    assert "month（按月）" in text(person.open("/results/stage/2017-09/period?by=weather", status=422))
    person.open("/results/stage/2017-09/period/C1/total?by=month&group=1999-01", status=404)


def test_a_unit_sees_its_own_row_and_no_total(visit: Enter) -> None:
    person = visit(LIAISON)
    page = person.open("/results/stage/2017-09/cumulative")
    assert "白鹭林业站" in page
    assert "青岚林业站" not in page
    assert ">累计合计<" not in page
    assert "/total" not in page
    person.open("/results/stage/2017-09/period/C1/station_bailu")
    person.open("/results/stage/2017-09/period/C1/station_qinglan", status=404)
    person.open("/results/stage/2017-09/period/C1/total", status=404)
    person.open("/results/stage/2017-09/period?version=1", status=404)


def test_what_would_be_compiled_is_looked_at_as_a_document_and_no_version_is_kept(visit: Enter) -> None:
    person = visit(STAFF)
    page = person.open(ROOM)
    links = re.findall(r'href="([^"]+)" data-test="preview"', page)
    assert len(links) == 3
    for href in links:
        answer = person.client.get(href)
        assert answer.status_code == 200
        assert "preview-" in answer.headers["Content-Disposition"]
    assert "还没有汇总稿" in text(person.open(ROOM))
    assert visit(LIAISON).client.get(links[0]).status_code == 404


def test_a_frozen_version_keeps_its_figures(visit: Enter) -> None:
    person = visit(STAFF)
    person.open(ROOM)
    person.follow(person.send(f"{ROOM}/compile"))
    unit = visit(LIAISON)
    unit.open(FORM)
    unit.follow(unit.send(FORM, figures__J1="7", rest="zero"))
    now = person.open("/results/stage/2017-09/period/J1/total")
    then = person.open("/results/stage/2017-09/period/J1/total?version=1")
    assert "<b>17</b>" in now
    assert "<b>10</b>" in then


def test_what_is_not_there_is_said_and_not_broken(visit: Enter) -> None:
    person = visit(STAFF)
    for path in (
        "/reports/stage/1999-01",
        f"{ROOM}?version=99999999999999999999",
        f"{ROOM}/9.docx",
        "/reports/stage/2017-09/units/nowhere",
        "/results/stage/2017-09/period/ZZ/total",
        "/results/stage/2017-09/period/C1/nobody",
        "/results/none/none/period",
    ):
        person.open(path, status=404)


def test_of_a_long_series_the_next_and_the_unfinished_come_first() -> None:
    def week(day: int, came: int) -> dict[str, object]:
        return {
            "kind": "weekly",
            "period": f"w{day}",
            "due_at": f"2017-09-{day:02d}T10:00:00+08:00",
            "came": came,
            "waived": 0,
            "items": [{}, {}],
        }

    rooms = [week(day, 2 if day != 4 else 1) for day in range(1, 21)]
    first, rest = pressing(rooms, "2017-09-10T12:00:00+08:00")
    assert [room["period"] for room in first] == ["w4", "w11"]
    assert len(rest) == 18
    assert pressing(rooms[:3], "2017-09-10T12:00:00+08:00") == (rooms[:3], [])
