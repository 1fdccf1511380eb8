"""Documents are looked into: measures, words, real sums, text that stays text, and the same bytes every time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from openpyxl import load_workbook

from shared.adapters.documents import FORMATS, render
from shared.adapters.documents.annex_table import annex_table
from shared.adapters.documents.wording import breakable, figure, long_moment, ordinal, printable, span
from tests.reporting_campaign import STAGE_1, SUMMARY, a_campaign, a_report, at, some_records
from workflows.rejection import Rejected
from workflows.reporting import Submission, compile_period
from workflows.sources import cited

FORMULA = "=cmd|'/C calc'!A0"
TEXTS = {
    "progress": f"会同工商部门检查古玩城 <b>A区</b> & B区。\n{FORMULA}",
    "problems": "鉴定周期较长。",
    "next": "#set page(fill: red)  $x$ \\ @回访",
}
FIGURES = {"A2": 2, "J2": 500, "J3": {"period": 1200, "qualifier": "余"}}
CORRECTION = {"A1": {"value": 13, "reason": FORMULA}}
NORTH = a_report("north", texts=TEXTS, figures=FIGURES, corrections=CORRECTION)
SOUTH = a_report("south", zero=True, texts={}, figures={}, submitted="2017-09-19T09:00")


def a_snapshot(*submissions: Submission, period: str = STAGE_1, previous: Any = None) -> Any:
    """A compiled period as storage gives it back: keys in another order."""
    campaign = a_campaign()
    snapshot = compile_period(
        campaign,
        campaign.report("summary" if period == SUMMARY else "stage", period),
        records=some_records(),
        submissions=submissions or (NORTH, SOUTH),
        at=at("2017-09-20T08:00") if period == STAGE_1 else at("2018-03-24T08:00"),
        version=1 if previous is None else 2,
        previous=previous,
    )
    return json.loads(json.dumps(snapshot.document, sort_keys=True))


@cache
def plain(file_format: str) -> bytes:
    return render(a_snapshot(), file_format).content


def word_file(snapshot: Mapping[str, Any] | None = None) -> Any:
    return Document(BytesIO(plain("docx") if snapshot is None else render(snapshot, "docx").content))


def words_of(snapshot: Mapping[str, Any] | None = None) -> list[str]:
    return [Paragraph(found, None).text for found in word_file(snapshot).element.body.iter(qn("w:p"))]


def workbook(snapshot: Mapping[str, Any] | None = None) -> Any:
    return load_workbook(BytesIO(plain("xlsx") if snapshot is None else render(snapshot, "xlsx").content))


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_snapshot_gives_the_same_bytes(file_format):
    assert render(a_snapshot(), file_format).content == plain(file_format)


@pytest.mark.parametrize("file_format", ["docx", "xlsx"])
def test_office_files_carry_the_snapshots_time_and_no_other(file_format):
    archive = ZipFile(BytesIO(plain(file_format)))
    assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    moments = re.findall(rb"<dcterms:\w+[^>]*>([^<]+)<", archive.read("docProps/core.xml"))
    assert set(moments) == {b"2017-09-20T00:00:00Z"}


def test_files_are_named_after_campaign_report_and_version():
    rendered = render(a_snapshot(), "docx")
    assert rendered.filename == "invented-campaign-stage-2017-09-v1.docx"
    assert rendered.media_type.endswith("wordprocessingml.document")


def test_another_format_is_refused():
    with pytest.raises(Rejected) as refusal:
        render(a_snapshot(), "odt")
    assert refusal.value.kind == "invalid"


def test_json_is_the_snapshot():
    assert json.loads(render(a_snapshot(), "json").content) == a_snapshot()


def test_the_page_has_the_official_measures():
    document = word_file()
    page = document.sections[0]
    size, sides = (page.page_width, page.page_height), (page.top_margin, page.bottom_margin)
    margins = (*sides, page.left_margin, page.right_margin)
    assert [round(side.mm) for side in (*size, *margins)] == [210, 297, 37, 35, 28, 26]
    body, title = document.styles["公文正文"], document.styles["公文标题"]
    assert (body.font.size, title.font.size) == (Pt(16), Pt(22))
    assert abs(body.paragraph_format.line_spacing - Pt(28.95)) <= Pt(0.05)
    assert body.element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert round(document.sections[1].page_width.mm) == 297


@pytest.mark.parametrize(
    ("style", "face"),
    [("公文标题", "方正小标宋简体"), ("Heading 1", "黑体"), ("Heading 2", "楷体"), ("公文正文", "仿宋")],
)
def test_the_official_faces_are_named(style, face):
    assert word_file().styles[style].element.rPr.rFonts.get(qn("w:eastAsia")) == face


def test_page_numbers_stand_on_odd_and_even_pages():
    document = word_file()
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer in (section.footer, section.even_page_footer):
        assert "PAGE" in footer._element.xml
        assert footer.paragraphs[0].text == "—  —"


def test_the_report_has_its_sections_in_order():
    headings = [line for line in words_of() if re.match(r"[一二三四五六七]、", line)]
    assert headings == [
        "一、基本情况",
        "二、工作开展情况",
        "三、取得成效",
        "四、存在问题",
        "五、下一步打算",
        "六、需要核对的数据",
    ]


def test_it_says_it_is_a_draft_and_has_no_number():
    lines = words_of()
    assert lines[0] == "草　稿"
    assert not any("〔" in line or "号" in line for line in lines)


def test_missing_late_and_zero_units_are_named():
    everything = "".join(words_of())
    assert "按时报送1个（北山林业站）" in everything
    assert "迟报零报告1个（南坡林业站）" in everything
    assert "漏报1个（河湾林业站）" in everything


def test_units_words_stand_as_they_were_written():
    lines = words_of()
    assert "会同工商部门检查古玩城 <b>A区</b> & B区。" in lines
    assert FORMULA in lines


def test_every_figure_in_the_text_has_a_footnote():
    snapshot = a_snapshot()
    archive = ZipFile(BytesIO(plain("docx")))
    notes = re.findall(r"<w:t[^>]*>([^<]+)</w:t>", archive.read("word/footnotes.xml").decode())
    references = re.findall(rb"<w:footnoteReference ", archive.read("word/document.xml"))
    assert len(notes) == len(references) == len(snapshot["table"]["columns"])
    (leads,) = [note for note in notes if note.strip().startswith("C1：")]
    assert "线索台账3条（LJ-2017-0001、LJ-2017-0002、LJ-2017-0004）" in leads
    assert "截至2017-09-20 08:00" in leads


def test_what_nobody_reported_is_not_called_zero():
    nothing_typed = a_report("river", figures={})
    everything = "".join(words_of(a_snapshot(nothing_typed)))
    assert "无单位填报，不作零处理：其中公安民警、发放资料、受教育群众" in everything


def test_a_summary_leads_with_the_whole_campaign():
    everything = "".join(words_of(a_snapshot(period=SUMMARY)))
    assert "本报告反映2017年8月10日至2018年3月22日的工作情况" in everything
    assert "接收线索4条（本期0条）" in everything
    assert "发放资料500份（本期未填报）" in everything


def test_the_next_version_says_what_changed():
    first = a_snapshot(NORTH)
    everything = "".join(words_of(a_snapshot(NORTH, SOUTH, previous=first)))
    assert "南坡林业站：由漏报变为迟报零报告（第1版）。" in everything


def test_the_workbook_says_what_the_next_version_changed():
    first = a_snapshot(NORTH)
    sheet = workbook(a_snapshot(NORTH, SOUTH, previous=first))["变动"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["南坡林业站", None, "报送情况", "本期", "漏报", "零报告（迟报）（第1版）"] in lines
    assert ["南坡林业站", "J2", "发放资料", "本期", "未填报", "0"] in lines


def test_a_reason_that_ends_in_a_stop_is_not_stopped_twice():
    south = a_report(
        "north", zero=True, texts={}, figures={}, submitted="2017-09-17T09:00", reason="以记录为准。"
    )
    said = "".join(words_of(a_snapshot(south)))
    assert "说明：以记录为准。" in said
    assert "。。" not in said


def test_round_brackets_stand_within_square_ones():
    snapshot = a_snapshot()
    (column,) = (c for c in snapshot["table"]["columns"] if c["code"] == "B2")
    column["unit"]["zh"] = "处（次）"
    snapshot["table"]["total"]["period"]["B2"]["value"] = "1"
    snapshot["table"]["total"]["cumulative"]["B2"]["value"] = "3"
    assert "贸易市场1处（次）〔累计3处（次）〕" in "".join(words_of(snapshot))


def many_figures(lines: int) -> Any:
    """A report of so many lines before six groups of ten figures, each with its note."""
    snapshot = a_snapshot()
    snapshot["texts"][0]["entries"][0]["text"] = "\n".join(["一行字。"] * lines)
    table = snapshot["table"]
    rows, columns = [*table["rows"], table["total"]], table["columns"]
    table["columns"] = [
        {**column, "code": f"{n}{column['code']}", "group": str(n)} for n in range(6) for column in columns
    ]
    for row in rows:
        for span_id in ("period", "cumulative"):
            cells = row[span_id]
            row[span_id] = {f"{n}{code}": cells[code] for n in range(6) for code in cells}
    return snapshot


def test_every_note_of_the_pdf_stands_on_the_page_of_its_mark(monkeypatch):
    pdf_report = import_module("shared.adapters.documents.pdf_report")
    seen = []

    def looked_at(data: str) -> list[tuple[int, int]]:
        seen.append(list(pages(data)))
        return seen[-1]

    pages = pdf_report._pages
    monkeypatch.setattr(pdf_report, "_pages", looked_at)
    for lines in (4, 8, 11):
        render(many_figures(lines), "pdf")
        assert all(mark == note for mark, note in seen[-1])
    assert any(mark != note for found in seen for mark, note in found), (
        "no case here would have torn them apart"
    )


def test_the_table_repeats_its_head_and_marks_corrections():
    table = word_file().tables[-1]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    lines = [[cell.text for cell in row.cells] for row in table.rows]
    assert lines[0] == ["编码", "指标", "单位", "北山站", "南坡站", "河湾站", "其他单位", "合计", "累计"]
    assert lines[1] == ["A1", "出动执法人员", "人次", "13*", "0", "0", "0", "13*", "13*"]
    assert lines[2][3:] == ["2", "0", "—", "／", "2", "2"]
    assert lines[-1][3:5] == ["1200余", "0"]


def test_many_units_leave_the_word_table_to_the_totals():
    snapshot = a_snapshot()
    first = snapshot["table"]["rows"][0]
    snapshot["table"]["rows"] = [{**first, "unit": f"unit-{n}"} for n in range(13)]
    head = word_file(snapshot).tables[-1].rows[0]
    assert [cell.text for cell in head.cells] == ["编码", "指标", "单位", "合计", "累计"]


def test_no_figure_of_the_annex_is_wider_than_its_column():
    snapshot = json.loads(json.dumps(a_snapshot()))
    for cells in (*snapshot["table"]["rows"], snapshot["table"]["total"]):
        cells["period"]["G2"]["value"] = cells["cumulative"]["G2"]["value"] = "123456789.123"
    table = annex_table(snapshot)
    assert len(table.heads) == 9
    assert sum(table.widths) == pytest.approx(247)
    assert all(width > 1.75 * len("123456789.123") for width in table.widths[3:])
    for cells in snapshot["table"]["rows"]:
        cells["period"]["G2"]["value"] = "1" * 25
    assert annex_table(snapshot).heads == ("编码", "指标", "单位", "合计", "累计")


def test_characters_no_format_can_carry_are_seen_to_be_lost():
    snapshot = a_snapshot()
    snapshot["texts"][0]["entries"][0]["text"] = "甲\x00乙\ud800丙\ufffe"
    assert "甲�乙�丙�" in words_of(snapshot)


def computed(sheet: Any, value: Any) -> Decimal:
    """What a spreadsheet program makes of a cell: sums of numbers, of ranges, and of other sums."""
    if not (isinstance(value, str) and value.startswith("=")):
        return Decimal(str(value or 0))
    assert re.fullmatch(r"=SUM\([A-Z0-9:,]+\)", value)
    total = Decimal(0)
    for part in value[5:-1].split(","):
        cells = sheet[part]
        total += sum(computed(sheet, c.value) for c in (cells[0] if isinstance(cells, tuple) else [cells]))
    return total


@pytest.mark.parametrize(
    ("name", "span_id"), [("战果表（本期）", "period"), ("战果表（累计）", "cumulative")]
)
def test_sums_are_formulas_that_give_the_compiled_totals(name, span_id):
    table, sheet = a_snapshot()["table"], workbook()[name]
    for row, column in enumerate(table["columns"], 4):
        total = sheet.cell(row, len(table["rows"]) + 4)
        assert total.data_type == "f"
        assert computed(sheet, total.value) == Decimal(table["total"][span_id][column["code"]]["value"])


def test_programs_that_calculate_nothing_find_the_sums_all_the_same():
    table, sheet = (
        a_snapshot()["table"],
        load_workbook(BytesIO(plain("xlsx")), data_only=True)["战果表（累计）"],
    )
    for row, column in enumerate(table["columns"], 4):
        shown = sheet.cell(row, len(table["rows"]) + 4).value
        assert Decimal(str(shown)) == Decimal(table["total"]["cumulative"][column["code"]]["value"])


def test_a_sum_column_adds_its_parts():
    sheet = workbook()["战果表（本期）"]
    assert (sheet["A6"].value, sheet["D6"].value) == ("B1", "=SUM(D7,D8)")


def test_empty_is_not_zero_in_the_workbook():
    sheet = workbook()["战果表（本期）"]
    assert [sheet[f"{column}5"].value for column in "ADEF"] == ["A2", 2, 0, None]


def test_the_workbook_prints_on_a4_with_its_heads():
    sheet = workbook()["战果表（本期）"]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.print_title_rows == "$1:$3"
    assert sheet["C4"].value == "人次"


def test_no_words_become_a_formula():
    snapshot = a_snapshot()
    snapshot["units"][0]["short"] = "@SUM(1)"
    snapshot["units"][0]["name"]["zh"] = "+1+1"
    book = workbook(snapshot)
    for cell in (book["战果表（本期）"]["D3"], book["报送情况"]["A2"]):
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(FORMULA in str(cell.value) for cell in cells)
    assert all(cell.value.startswith("=SUM(") for cell in cells if cell.data_type == "f")


def test_the_workbook_leads_from_figures_to_records():
    rows = [[cell.value for cell in row] for row in workbook()["出处"].iter_rows(min_row=2)]
    assert ["北山林业站", "C1", "接收线索", "本期、累计", "1", "1", "LJ-2017-0001"] in [
        row[:7] for row in rows
    ]
    (corrected,) = [row for row in rows if row[:2] == ["北山林业站", "A1"]]
    assert "记录为 10，更正为 13" in corrected[7]


def test_a_word_longer_than_a_line_may_go_on_in_the_next():
    address = "https://shop.example.com/items/20170915/ivory-bracelet"
    assert breakable(f"见{address}。").replace("\u200b", "") == f"见{address}。"
    assert "\u200b" in breakable(address)
    assert breakable("YS-2017-0001、12345") == "YS-2017-0001、12345"
    long = a_report("north", texts={"progress": f"见{address * 3}"})
    assert render(a_snapshot(long), "pdf").content.startswith(b"%PDF-")


def test_the_pdf_is_made_to_be_kept():
    content = plain("pdf")
    assert content.startswith(b"%PDF-")
    assert b"pdfaid" in content


def test_a_character_no_font_has_is_refused_aloud():
    snapshot = a_snapshot()
    snapshot["texts"][0]["entries"][0]["text"] = "\U000f0000"
    with pytest.raises(Rejected) as refusal:
        render(snapshot, "pdf")
    assert refusal.value.reasons[0].code == "missing_glyph"


def test_words_of_official_documents():
    assert [ordinal(n) for n in (1, 10, 11, 20, 47, 100)] == ["一", "十", "十一", "二十", "四十七", "100"]
    assert span("2017-08-10", "2017-09-18") == "2017年8月10日至9月18日"
    assert span("2017-12-19", "2018-03-22") == "2017年12月19日至2018年3月22日"
    assert long_moment("2017-09-18T08:05:00+08:00") == "2017年9月18日8时05分"
    assert [figure({"value": value}, 3) for value in ("0.5335", "0", None)] == ["0.534", "0", "—"]
    assert figure({"value": "300", "qualifier": "约"}, 0) == "约300"
    assert cited("law decree-310 art. 5", {"decree-310": "某规定"}) == "《某规定》第5条"
    assert cited("law decree-310 art. 5", {}) == "decree-310第5条"
    assert cited("plan 六(二)", {}) == "行动方案六(二)"
    assert cited("policy (results table)", {}, "整治指挥部（设在应急局）") == "整治指挥部规定"
    assert cited("practice", {}) == "工作惯例"
    assert printable("甲\t乙\n丙") == "甲\t乙\n丙"
