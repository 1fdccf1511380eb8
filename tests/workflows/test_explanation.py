"""A due date told in words and as data."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.clock_cases import at, pause
from workflows.calendars import china
from workflows.explanation import due_document, ending_lines, explain_text, plain_amount
from workflows.term import Boundary, Roll, Term, Unit, add, explain, extend
from workflows.text import Text

RULE = Text("线索核查", "verification of the lead")


def test_an_officer_reads_every_stretch_with_its_reason_and_running_total() -> None:
    trace = explain(at("2017-09-25"), Term(7, Unit.WORKING_DAY), china(), rule=RULE, source="市监 第十八条")
    assert explain_text(trace).splitlines()[:9] == [
        "规则：线索核查（来源：市监 第十八条）",
        "起算：2017-09-25（周一）09:00",
        "期限：7个工作日；起算之日不计；末日遇节假日不顺延；至末日24:00止",
        "  2017-09-25（周一）09:00 — 24:00：起算之日，不计",
        "  2017-09-26（周二） — 2017-09-29（周五）：工作日，计入4日，累计4日",
        "  2017-09-30（周六）：补班日（国庆节），计入1日，累计5日 [1]",
        "  2017-10-01（周日） — 2017-10-03（周二）：放假（国庆节），3日不计 [1]",
        "  2017-10-04（周三）：放假（中秋），1日不计 [1]",
        "  2017-10-05（周四） — 2017-10-08（周日）：放假（国庆节），4日不计 [1]",
    ]
    assert "到期：2017-10-10（周二）24:00" in explain_text(trace)
    assert "国务院办公厅关于2017年部分节假日安排的通知" in explain_text(trace).splitlines()[-1]


def test_the_same_account_in_english() -> None:
    trace = explain(at("2017-09-25"), Term(7, Unit.WORKING_DAY), china(), rule=RULE, source="art. 18")
    lines = explain_text(trace, "en").splitlines()
    assert lines[0] == "Rule: verification of the lead (source: art. 18)"
    assert "  Sat 2017-09-30: make-up working day (National Day), counts 1 day, 5 days so far [1]" in lines
    assert "Due: Tue 2017-10-10 24:00" in lines


def test_the_latest_arguable_date_stands_beside_the_strict_one() -> None:
    strict = add(at("2017-09-29"), Term(3, Unit.CALENDAR_DAY), china()).trace
    assert ending_lines(strict)[:2] == [
        "到期：2017-10-02（周一）24:00",
        "若主张末日顺延，最迟：2017-10-09（周一）24:00",
    ]
    rolled = add(at("2017-09-29"), Term(3, Unit.CALENDAR_DAY, roll=Roll.NON_WORKING_DAY), china()).trace
    assert ending_lines(rolled)[:2] == [
        "到期：2017-10-09（周一）24:00",
        "顺延前的末日：2017-10-02（周一）24:00",
    ]
    assert "末日为国庆节，顺延" in explain_text(rolled)


def test_a_pause_is_told_with_its_ground_and_what_it_took() -> None:
    told = explain_text(
        add(
            at("2017-09-25"),
            Term(3, Unit.WORKING_DAY),
            china(),
            [pause("2017-09-27 10:00", "2017-09-29 09:00")],
        ).trace
    )
    assert "中止：2017-09-27（周三）10:00 — 2017-09-29（周五）09:00（鉴定）" in told
    assert "2017-09-27（周三） — 2017-09-28（周四）：中止（鉴定），2日不计" in told


def test_an_open_pause_is_told_as_an_unknown_end() -> None:
    trace = add(at("2017-09-25"), Term(3, Unit.WORKING_DAY), china(), [pause("2017-09-27", None)]).trace
    assert "到期：未知，计时中止且未恢复。" in explain_text(trace)
    assert "Due: unknown" in explain_text(trace, "en")


def test_a_provisional_date_names_the_days_it_depends_on() -> None:
    told = explain_text(add(at("2026-12-25"), Term(15, Unit.WORKING_DAY), china()).trace)
    assert "暂定：2027-01-01（周五） — 2027-01-18（周一） 的放假安排尚未公布，导入通知后重新计算。" in told
    assert "（年份未确认）" in told


def test_a_month_says_how_many_days_it_is() -> None:
    told = explain_text(add(at("2018-01-31"), Term(1, Unit.MONTH), china()).trace)
    assert "期限：1个月；即28日" in told
    assert "累计28日" in told


def test_hours_and_parts_of_days_are_told_to_the_minute() -> None:
    hours = add(at("2017-09-25 09:00"), Term(Decimal("4.5"), Unit.OFFICE_HOUR), china()).trace
    assert "计入1小时30分，累计4小时30分" in explain_text(hours)
    days = add(at("2017-09-25 10:20"), Term(2, Unit.WORKING_DAY, boundary=Boundary.SAME_TIME), china()).trace
    assert "计入2日，累计2日" in explain_text(days)
    assert "2017-09-27（周三）10:20" in explain_text(days)


def test_an_extension_shows_the_original_date() -> None:
    original = add(at("2017-09-25"), Term(15, Unit.WORKING_DAY), china())
    told = explain_text(extend(original, Term(15, Unit.WORKING_DAY), china()).trace)
    assert told.splitlines()[0] == "延长，自原到期 2017-10-20（周五）24:00 起"
    assert "起算之日，不计" not in told


def test_the_document_is_plain_json_and_its_counted_amounts_sum_to_the_term() -> None:
    document = due_document(add(at("2017-09-29 09:00"), Term(10, Unit.OFFICE_HOUR), china()))
    again = json.loads(json.dumps(document))
    assert again == document
    counted = [Fraction(str(segment["amount"])) for segment in again["segments"] if segment["counted"]]
    assert sum(counted) == again["counted_total"] == 10
    assert again["due_at"] == "2017-09-30T15:00:00+08:00"


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (15, 15),
        (Fraction(30, 2), 15),
        (Decimal("1.50"), "1.5"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-5, 2), "-2.5"),
    ],
)
def test_amounts_are_written_exactly(amount: int | Decimal | Fraction, written: int | str) -> None:
    assert plain_amount(amount) == written


@pytest.mark.parametrize(
    ("term", "line"),
    [
        (
            Term(2, Unit.WORKING_DAY, boundary=Boundary.SAME_TIME),
            "期限：2个工作日；末日遇节假日不顺延；至同一时刻止",
        ),
        (Term(8, Unit.OFFICE_HOUR), "期限：8个办公小时；至同一时刻止"),
        (Term(2, Unit.HOUR, boundary=Boundary.END_OF_HOUR), "期限：2小时；起算之时不计；按整点计算"),
        (Term(unit=Unit.FIXED, fixed=date(2017, 12, 18)), "期限：规则指定的日期"),
    ],
)
def test_a_start_that_is_counted_from_its_moment_is_not_said_to_be_left_out(term: Term, line: str) -> None:
    trace = add(at("2017-09-25"), term, china()).trace
    assert explain_text(trace).splitlines()[1] == line


def test_a_roll_that_keeps_the_time_of_day_is_told_from_moment_to_moment() -> None:
    term = Term(4, Unit.CALENDAR_DAY, boundary=Boundary.SAME_TIME, roll=Roll.NON_WORKING_DAY)
    due = add(at("2017-09-28"), term, china())
    counted, rolled = due.trace.segments
    assert (counted.end, rolled.end, rolled.amount) == (rolled.start, due.at, 7)
    assert "2017-10-02（周一）09:00 — 2017-10-09（周一）09:00：末日为国庆节，顺延，7日不计" in explain_text(
        due.trace
    )


def test_a_roll_to_the_close_of_office_ends_where_the_term_does() -> None:
    term = Term(4, Unit.CALENDAR_DAY, boundary=Boundary.END_OF_OFFICE_DAY, roll=Roll.NON_WORKING_DAY)
    due = add(at("2017-09-28"), term, china())
    assert due.trace.segments[-1].end == due.at


def test_a_term_before_an_event_moves_back_and_has_no_later_date_to_argue_for() -> None:
    before = add(at("2017-10-09"), Term(-4, Unit.CALENDAR_DAY, roll=Roll.NON_WORKING_DAY), china()).trace
    told = explain_text(before)
    assert "末日遇非工作日前移" in told
    assert "前移前的末日：2017-10-05（周四）24:00" in told
    assert "最迟" not in told
