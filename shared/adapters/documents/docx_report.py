"""A compiled report as a Word draft, with footnotes and the results table on its side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx.document import Document as DocxDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.shared import Mm
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph as WordParagraph

from shared.adapters.documents import official_page as page
from shared.adapters.documents.annex_table import AnnexTable, annex_table
from shared.adapters.documents.archive import reproducible
from shared.adapters.documents.footnotes import Footnotes
from shared.adapters.documents.report_charts import charts_of, picture
from shared.adapters.documents.report_text import Paragraph, ReportText, report_text
from workflows.charts import Chart

DRAFT = "草　稿"
_STYLES = {"section": page.SECTION, "unit": page.UNIT, "body": page.BODY}


def docx_report(snapshot: Mapping[str, Any]) -> bytes:
    """This will write the report as a Word file; the same snapshot gives the same bytes."""
    document, text = page.official_document(), report_text(snapshot)
    _properties(document, snapshot, text)
    _report(document, text)
    page.landscape(document)
    _annex(document, snapshot, text)
    content = BytesIO()
    document.save(content)
    moment = datetime.fromisoformat(snapshot["as_of"]).astimezone(UTC)
    return reproducible(content.getvalue(), f"{moment:%Y-%m-%dT%H:%M:%SZ}")


def write_body(document: DocxDocument, text: ReportText) -> None:
    """This will write everything a report says, with its notes; the last paragraph stays with what follows."""
    notes = Footnotes(document)
    written = None
    for paragraph in text.paragraphs:
        written = _paragraph(document, paragraph, notes)
    if written is not None:
        written.paragraph_format.keep_with_next = True
    notes.close()


def write_table(document: DocxDocument, snapshot: Mapping[str, Any]) -> None:
    """This will write the annexed table with its remark and charts."""
    table = annex_table(snapshot)
    _fill(document, table)
    page.write(document, table.remark, page.CELL)
    _pictures(document, charts_of(snapshot))


def _properties(document: DocxDocument, snapshot: Mapping[str, Any], text: ReportText) -> None:
    core = document.core_properties
    core.title, core.author, core.comments = "".join(text.title), text.signature, ""
    core.last_modified_by, core.revision = text.signature, snapshot["version"]


def _report(document: DocxDocument, text: ReportText) -> None:
    page.write(document, DRAFT, page.MARK)
    for line in ("", *text.title):
        page.write(document, line, page.TITLE)
    page.write(document, text.version, page.NOTE_LINE)
    page.write(document, "", page.BODY)
    notes = Footnotes(document)
    body = len(text.paragraphs) - text.closing
    for number, paragraph in enumerate(text.paragraphs[:body], 1):
        written = _paragraph(document, paragraph, notes)
        if text.held and number == body:
            written.paragraph_format.keep_with_next = written.paragraph_format.widow_control = True
    _close(page.kept_together(document), text, notes)
    notes.close()


def _paragraph(place: DocxDocument | _Cell, paragraph: Paragraph, notes: Footnotes) -> WordParagraph:
    written = page.write(place, "", _STYLES[paragraph.style])
    for run in paragraph.runs:
        written.add_run(run.text)
        if run.note:
            notes.add(written, run.note)
    return written


def _close(frame: _Cell, text: ReportText, notes: Footnotes) -> None:
    for paragraph in text.paragraphs[len(text.paragraphs) - text.closing :]:
        _paragraph(frame, paragraph, notes)
    for line in ("", f"附件：{text.annex}", "", ""):
        page.write(frame, line, page.BODY)
    for line in (text.signature, text.date):
        page.write(frame, line, page.SIGNATURE)


def _annex(document: DocxDocument, snapshot: Mapping[str, Any], text: ReportText) -> None:
    page.write(document, "附件", page.MARK)
    page.write(document, text.annex, page.TITLE)
    page.write(document, "", page.CELL)
    write_table(document, snapshot)


def _pictures(document: DocxDocument, charts: list[Chart]) -> None:
    """Two charts a line, each with the words that say it, for whoever hears the page read out."""
    for pair in (charts[place : place + 2] for place in range(0, len(charts), 2)):
        paragraph = document.add_paragraph()
        for chart in pair:
            drawn = paragraph.add_run().add_picture(BytesIO(picture(chart)), width=Mm(110))
            drawn._inline.docPr.set("descr", chart.words)


def _fill(document: DocxDocument, annex: AnnexTable) -> None:
    heads, lines = annex.heads, annex.lines
    table = document.add_table(rows=1 + len(lines), cols=len(heads), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = annex.widths
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    style = document.styles[page.CELL].style_id  # by its id: by name each cell would search all styles
    cells = iter(table._cells)  # read once: asking row by row takes quadratic time
    for number, line in enumerate((heads, *lines)):
        for place, text in enumerate(line):
            _write(next(cells), text, widths[place], style, left=number > 0 and place == 1)
    for number, row in enumerate(table.rows):
        _row_rules(row, head=number == 0)
    _cell_margins(table)


def _write(cell: _Cell, text: str, width: float, style: str, *, left: bool) -> None:
    cell.width = Mm(width)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph._p.style = style
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(text)


def _row_rules(row: _Row, *, head: bool) -> None:
    """No row is torn by a page end; the head row comes again on every page."""
    rules = row._tr.get_or_add_trPr()
    rules.append(OxmlElement("w:cantSplit"))
    if head:
        rules.append(OxmlElement("w:tblHeader"))


def _cell_margins(table: Table) -> None:
    """One millimetre at each side: fourteen columns need the room."""
    sides = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))
