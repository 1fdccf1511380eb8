"""The report as a workbook: what is typed comes back exactly, and nothing else comes in."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from shared.adapters.documents.report_form import SHEET, read_csv_form, read_form, write_csv_form, write_form
from tests.reporting_campaign import STAGE_1, STATIONS, a_campaign, some_records
from workflows.rejection import Rejected
from workflows.reporting import check_submission, compute_table
from workflows.reporting.form import typed_number
from workflows.text import Text

CAMPAIGN = a_campaign()
OBLIGATION = CAMPAIGN.report("stage", STAGE_1)
ROW = compute_table(CAMPAIGN, some_records(), OBLIGATION.covers_from, OBLIGATION.covers_to, STATIONS, {}).row(
    "north"
)
FORM = write_form("exercise-1", CAMPAIGN, OBLIGATION, ROW)
ZERO, A1, A2, B1, G2, J2, J3, PROGRESS = "E5", "E6", "E7", "E8", "E13", "E14", "E15", "E16"


def filled(**cells: Any) -> bytes:
    return changed(lambda sheet: [sheet.__setitem__(address, value) for address, value in cells.items()])


def changed(change: Callable[[Any], object]) -> bytes:
    book = load_workbook(BytesIO(FORM))
    change(book[SHEET])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def codes(content: bytes) -> list[str]:
    with pytest.raises(Rejected) as refusal:
        read_form(content)
    assert refusal.value.kind == "invalid"
    return [reason.code for reason in refusal.value.reasons]


def test_the_form_says_whose_it_is_and_what_the_records_know():
    sheet = load_workbook(BytesIO(FORM))[SHEET]
    assert [cell.value for cell in sheet[1]][:5] == [
        "xunxian-report-1",
        "campaign=exercise-1",
        "kind=stage",
        f"period={STAGE_1}",
        "unit=north",
    ]
    assert [sheet[f"{column}6"].value for column in "ABCD"] == ["A1", "出动执法人员", "人次", "10"]


def test_only_cells_to_fill_are_open():
    sheet = load_workbook(BytesIO(FORM))[SHEET]
    assert sheet.protection.sheet
    assert [sheet[address].protection.locked for address in (A2, J2, A1, B1, G2, "D6")] == [False] * 3 + [
        True
    ] * 3


def test_the_same_form_has_the_same_bytes():
    assert write_form("exercise-1", CAMPAIGN, OBLIGATION, ROW) == FORM


def test_what_is_typed_comes_back_and_passes_the_checks():
    words = "已检查市场两处。\n发现线索一条。"
    form = read_form(filled(**{A2: 2, J2: 10, J3: 20, A1: 13, "F6": "漏录三人次", PROGRESS: words}))
    assert (form.campaign, form.kind, form.period, form.unit) == ("exercise-1", "stage", STAGE_1, "north")
    assert (form.zero, form.figures) == (False, {"A2": 2, "J2": 10, "J3": 20})
    assert form.corrections == {"A1": {"value": 13, "reason": "漏录三人次"}}
    assert form.texts == {"progress": words}
    faults = check_submission(
        CAMPAIGN,
        OBLIGATION,
        unit=form.unit,
        zero=form.zero,
        texts=form.texts,
        figures=form.figures,
        corrections=form.corrections,
        computed=ROW.computed,
        previous=ROW.before,
    )
    assert faults == ()


def test_empty_cells_stay_empty():
    form = read_form(filled(**{A2: 0, J2: "  "}))
    assert form.figures == {"A2": 0}


def test_a_zero_report_is_one_word():
    assert read_form(filled(**{ZERO: "是"})).zero is True
    assert codes(filled(**{ZERO: "也许"})) == ["yes_or_no"]


def test_a_formula_is_not_a_figure():
    assert codes(filled(**{A2: "=1+1", J2: '=WEBSERVICE("http://x")'})) == ["formula", "formula"]


def test_a_date_in_a_numbers_place_is_a_word():
    form = read_form(filled(**{A2: date(2017, 9, 1), J2: timedelta(hours=3), J3: "#REF!"}))
    assert form.figures == {"A2": "2017-09-01 00:00:00", "J2": "3:00:00", "J3": "#REF!"}


def test_words_that_look_like_a_form_are_checked_like_any_others():
    """Reading does not guess: a word in a number's place stays a word, and the checks refuse it."""
    assert read_form(filled(**{A2: "十二"})).figures == {"A2": "十二"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a workbook",
        FORM[: len(FORM) // 2],
        b"\0" * (1 << 20) + b"\0",
        changed(lambda sheet: sheet.__setitem__("A1", "another")),
        changed(lambda sheet: [sheet.__setitem__(f"A{row}", "x") for row in range(5, 500)]),
        changed(lambda sheet: sheet.__setitem__("A4", "Code")),
    ],
    ids=["empty", "no zip", "half", "too large", "other form", "too long", "no heads"],
)
def test_what_is_no_form_is_refused(content):
    assert codes(content) == ["not_a_form"]


def test_columns_may_stand_in_another_order_and_rows_apart():
    def moved(sheet: Any) -> None:
        sheet.unmerge_cells("E16:F16")
        for row in range(4, 19):
            code, name, typed = (sheet.cell(row, place).value for place in (1, 2, 5))
            sheet.cell(row, 1).value, sheet.cell(row, 2).value, sheet.cell(row, 5).value = typed, code, name
        sheet["A7"], sheet["A16"] = 3, "已检查。"
        sheet.insert_rows(8, 30)

    form = read_form(changed(moved))
    assert (form.figures, form.texts, form.zero) == ({"A2": 3}, {"progress": "已检查。"}, False)
    assert form.cells["/figures/A2"] == "A7"
    assert form.cells["/texts/progress"] == "A46"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"H7": "另有三次"}, ("outside", "/file/H7")),
        ({"A7": None, A2: 3}, ("no_code", "/file/B7")),
        ({"E40": 12}, ("no_code", "/file/E40")),
        ({"F4": "备注"}, ("no_head", "/file/A4")),
        ({"F4": "编码"}, ("no_head", "/file/A4")),
        ({A2: ArrayFormula("E7", "=SUM(1)")}, ("formula", "/file/E7")),
    ],
    ids=["beside the form", "code gone", "below the form", "head gone", "head twice", "array formula"],
)
def test_no_cell_somebody_filled_is_passed_over(change, fault):
    with pytest.raises(Rejected) as refusal:
        read_form(filled(**change))
    assert fault in [(reason.code, reason.field) for reason in refusal.value.reasons]


def in_book(change: Callable[[Any], object]) -> bytes:
    book = load_workbook(BytesIO(FORM))
    book[SHEET][A2] = 3
    change(book)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_renamed_form_is_still_the_form_and_an_empty_sheet_does_no_harm():
    assert read_form(in_book(lambda book: setattr(book[SHEET], "title", "Sheet1"))).figures == {"A2": 3}
    assert read_form(in_book(lambda book: book.create_sheet("Sheet2"))).figures == {"A2": 3}


def test_words_on_another_sheet_are_not_lost_in_silence():
    def hidden(book: Any) -> None:
        book.create_sheet("底稿")["C3"] = "另有数据"
        book["底稿"].sheet_state = "hidden"

    assert codes(in_book(hidden)) == ["other_sheet"]
    assert codes(in_book(lambda book: book.copy_worksheet(book[SHEET]))) == ["not_a_form"]


def test_a_workbook_with_macros_is_refused():
    assert codes(repacked(**{"xl/vbaProject.bin": b"macro"})) == ["not_a_form"]


def test_formats_far_below_the_form_are_no_rows():
    assert read_form(changed(lambda sheet: sheet.__setitem__("A20000", "  "))).figures == {}


def test_a_csv_form_survives_a_spreadsheet_that_makes_dates_of_periods():
    """Excel turns a cell 2017-09 into a date as it opens the file; a cell that says what it is stays."""
    first = write_csv_form("exercise-1", CAMPAIGN, OBLIGATION, ROW).decode("utf-8-sig").splitlines()[0]
    assert "period=2017-09" in first.split(",")
    assert read_csv_form(typed_as_csv(A2="2")).period == STAGE_1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_csv_is_read_as_spreadsheets_save_it(encoding, ends):
    content = typed_as_csv(A2="２", J2="1,200", progress="第一行\n第二行").decode().replace("\r\n", ends)
    form = read_csv_form((content + ends + ",,,,," + ends).encode(encoding))
    assert form.figures == {"A2": 2, "J2": 1200}
    assert form.texts["progress"].splitlines() == ["第一行", "第二行"]


def test_the_reason_of_a_zero_report_stands_beside_it():
    form = read_form(filled(**{ZERO: "是 ", "F5": "检查由县局登记"}))
    assert (form.zero, form.reason, form.cells["reason"]) == (True, "检查由县局登记", "F5")


def repacked(**parts: bytes) -> bytes:
    """The form with some parts put in the place of others, or beside them."""
    content = BytesIO()
    with ZipFile(BytesIO(FORM)) as source, ZipFile(content, "w", ZIP_DEFLATED) as target:
        for name in {*source.namelist(), *parts}:
            target.writestr(name, parts.get(name) or source.read(name))
    return content.getvalue()


def outcome(content: bytes) -> str:
    try:
        read_form(content)
    except Rejected as refusal:
        return refusal.kind
    return "read"


def test_a_file_that_would_grow_is_refused_before_it_grows():
    bomb = repacked(**{"xl/worksheets/more.xml": b" " * (17 << 20)})
    assert len(bomb) < (1 << 20)
    assert codes(bomb) == ["not_a_form"]


def test_entities_are_refused_before_they_are_read():
    laughs = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><worksheet>&a;</worksheet>'
    assert codes(repacked(**{"xl/worksheets/sheet1.xml": laughs})) == ["not_a_form"]
    assert codes(repacked(**{"xl/worksheets/sheet1.xml": laughs.decode().encode("utf-16")})) == ["not_a_form"]


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"]),
    st.integers(0, 10**6),
    st.binary(min_size=1, max_size=12),
)
def test_a_broken_file_is_refused_or_read_and_never_breaks_us(part, place, noise):
    with ZipFile(BytesIO(FORM)) as archive:
        content = bytearray(archive.read(part))
    at_place = place % len(content)
    content[at_place : at_place + len(noise)] = noise
    assert outcome(repacked(**{part: bytes(content)})) in ("read", "invalid")


def typed_as_csv(**values: str) -> bytes:
    rows = list(
        csv.reader(StringIO(write_csv_form("exercise-1", CAMPAIGN, OBLIGATION, ROW).decode("utf-8-sig")))
    )
    for row in rows[4:]:
        row[4] = values.get(row[0].removeprefix("text:"), row[4])
    target = StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


def test_csv_says_what_the_workbook_says():
    form = read_csv_form(typed_as_csv(A2="2", J2="10", J3="约300", progress="已检查，“象牙”未见"))
    book = read_form(filled(**{A2: 2, J2: 10, J3: "约300", PROGRESS: "已检查，“象牙”未见"}))
    assert form == book
    assert form.figures["J3"] == {"period": 300, "qualifier": "约"}


def test_a_line_given_twice_is_refused_with_its_cell():
    with pytest.raises(Rejected) as refusal:
        read_csv_form(typed_as_csv(A2="2") + b"A2,,,,3,\r\n")
    assert [(r.code, r.field) for r in refusal.value.reasons] == [("repeated", "/file/E19")]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", 12), (" １２ ", 12), ("12.5", 12.5), ("3000余", {"period": 3000, "qualifier": "余"}), ("-3", -3), ("1，200", 1200),
        ("②", "②"), ("12²", "12²"), ("½", "½"), ("㊿", "㊿"), ("三百", "三百"), ("12件", "12件"),
        ("十二", "十二"), ("1,200", 1200), ("3,000余", {"period": 3000, "qualifier": "余"}), ("1,20", "1,20"),
        ("约300余", "约300余"), ("9" * 20, int("9" * 20)), ("0.12345678901234567", "0.12345678901234567"),
    ],
)  # fmt: skip
def test_digits_are_read_exactly_and_nothing_is_guessed(typed, read):
    assert typed_number(typed) == read


def test_names_that_look_like_formulas_stay_words_in_csv():
    column = replace(CAMPAIGN.columns[1], name=Text("=cmd|'/c calc'!A1"))
    campaign = replace(CAMPAIGN, columns=(CAMPAIGN.columns[0], column, *CAMPAIGN.columns[2:]))
    assert b"'=cmd" in write_csv_form("exercise-1", campaign, OBLIGATION, ROW)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_sent_as_csv_are_read_or_refused(noise):
    form = write_csv_form("exercise-1", CAMPAIGN, OBLIGATION, ROW)[:150]
    with suppress(Rejected):
        read_csv_form(form + noise)
