"""A ruled table in a Word file: given widths, heads that come again on every page, rows that no page end tears."""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document as DocxDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt
from docx.table import Table

from shared.adapters.documents import official_page as page


def grid(document: DocxDocument, lines: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
    """This will add a table of `lines` (the first are the heads) with columns of so many millimetres, in 小四 (12 pt)."""
    table: Table = document.add_table(rows=len(lines), cols=len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    cells = iter(table._cells)  # read once: asking row by row takes quadratic time
    for line in lines:
        for width, words in zip(widths, line, strict=True):
            cell = next(cells)
            cell.width = Mm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph = cell.paragraphs[0]
            paragraph.style = document.styles[page.CELL]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.line_spacing = Pt(18)
            paragraph.add_run(words).font.size = Pt(12)
    for number, row in enumerate(table.rows):
        rules = row._tr.get_or_add_trPr()
        rules.append(OxmlElement("w:cantSplit"))
        if number == 0:
            rules.append(OxmlElement("w:tblHeader"))
    sides = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))
    return table
