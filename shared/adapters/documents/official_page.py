"""An empty official document with the measures of GB/T 9704-2012: page, styles and page numbers, all in one
place.

A4, margins 37/35/28/26 mm, type area 156 by 225 mm with 22 lines of 28 characters: body 三号 (16 pt) on exact
28.95 pt, first line indented by two characters; title 二号 (22 pt). The official faces are named; Word or WPS
puts its nearest face where one is not installed. It can hold no document number and no seal: what is made
here is a draft.
"""

from __future__ import annotations

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Length, Mm, Pt, Twips
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from lxml import etree

TITLE, SECTION, UNIT, BODY = "公文标题", "Heading 1", "Heading 2", "公文正文"
MARK, NOTE_LINE, SIGNATURE, CELL = "公文标识", "公文题注", "公文落款", "表格文字"
_FACES = {
    TITLE: "方正小标宋简体",
    SECTION: "黑体",
    UNIT: "楷体",
    BODY: "仿宋",
    MARK: "黑体",
    NOTE_LINE: "楷体",
    SIGNATURE: "仿宋",
    CELL: "仿宋",
}
_LINE = Pt(28.95)
_TYPE_AREA = Mm(156)
_LATIN = "Times New Roman"
_GRID_LINE = "579"  # twentieths of a point: 22 lines a page
_TIGHTER = "-4"  # twentieths of a point: 28 characters of 16 pt in 156 mm
_INSTEAD = {"方正小标宋简体": "华文中宋", "仿宋": "仿宋_GB2312", "楷体": "楷体_GB2312", "黑体": "SimHei"}


def official_document() -> DocxDocument:
    """This will give an empty document with the official page and styles."""
    document = Document()
    for relation in [r for r in document.part.package.rels.values() if r.reltype.endswith("/thumbnail")]:
        document.part.package.rels.pop(relation.rId)
    _normal(document)
    for name in (TITLE, SECTION, UNIT, BODY, MARK, NOTE_LINE, SIGNATURE, CELL):
        _style(document, name)
    _faces(document)
    _notes(document)
    document.settings.odd_and_even_pages_header_footer = True
    portrait(document.sections[0])
    return document


def with_official_styles(document: DocxDocument) -> dict[str, str]:
    """This will give a document the styles it lacks of those reports are written in; its own stay as they are.

    The answer names, by the id each has here, the id it has in the document: Word gives styles new ids when it saves.
    """
    names = {style.name for style in document.styles}
    for name in (SECTION, UNIT, BODY, CELL):
        if name not in names:
            _style(document, name)
    if "footnote text" not in names:
        _notes(document)
    if "Table Grid" not in names:
        document.styles.add_style("Table Grid", WD_STYLE_TYPE.TABLE)
    wanted = (SECTION, UNIT, BODY, CELL, "footnote text", "footnote reference", "Table Grid")
    return {name.replace(" ", ""): document.styles[name].style_id for name in wanted}


def portrait(section: Section) -> None:
    """This will give a section the official page, upright, with its page numbers."""
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    _margins(section, Mm(37), Mm(35), Mm(28), Mm(26))


def landscape(document: DocxDocument) -> Section:
    """This will begin a section on its side for wide tables, bound at the top."""
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    flat(
        document.paragraphs[-1]
    )  # it holds the end of the section before, and would open a page if that one is full
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    _margins(section, Mm(28), Mm(26), Mm(25), Mm(25))
    return section


def _margins(section: Section, top: Length, bottom: Length, left: Length, right: Length) -> None:
    section.top_margin, section.bottom_margin = top, bottom
    section.left_margin, section.right_margin = left, right
    section.header_distance, section.footer_distance = Mm(15), Length(bottom - Mm(13))
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), _GRID_LINE)
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """四号 (14 pt), between dashes, one character in from the outer side."""
    if paragraph.runs:
        return
    paragraph.alignment = side
    indent = Pt(14)
    paragraph.paragraph_format.right_indent = indent if side == WD_ALIGN_PARAGRAPH.RIGHT else None
    paragraph.paragraph_format.left_indent = indent if side == WD_ALIGN_PARAGRAPH.LEFT else None
    for part in ("— ", "PAGE", " —"):
        run = paragraph.add_run("" if part == "PAGE" else part)
        run.font.size = Pt(14)
        run.font.name = "宋体"
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
        if part == "PAGE":
            for kind in ("begin", None, "end"):
                run._r.append(_field(kind))


def _field(kind: str | None) -> BaseOxmlElement:
    if kind is None:
        element = OxmlElement("w:instrText")
        element.set(qn("xml:space"), "preserve")
        element.text = "PAGE"
        return element
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def _faces(document: DocxDocument) -> None:
    """Say what to put where an official face is not installed."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    for face, instead in _INSTEAD.items():
        family = "swiss" if face == "黑体" else "roman"
        table.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{face}"><w:altName w:val="{instead}"/><w:charset w:val="86"/>'
                f'<w:family w:val="{family}"/><w:pitch w:val="fixed"/></w:font>'
            )
        )
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)


def _notes(document: DocxDocument) -> None:
    """The two styles of footnotes: 小五 (9 pt), the number raised."""
    text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.font.size = Pt(9)
    text.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    text.paragraph_format.space_before = text.paragraph_format.space_after = Pt(0)
    mark = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    mark.font.superscript = True


def _normal(document: DocxDocument) -> None:
    normal = document.styles["Normal"]
    normal.font.name = _LATIN
    normal.font.size = Pt(16)
    normal.element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), _FACES[BODY])
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.rPr.append(language)


def _style(document: DocxDocument, name: str) -> None:
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = styles["Normal"]
    _font(style, _FACES[name], {TITLE: Pt(22), CELL: Pt(9)}.get(name, Pt(16)))
    layout = style.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.widow_control = False
    layout.keep_with_next = name in (SECTION, UNIT)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = {TITLE: Pt(33), CELL: Pt(12)}.get(name, _LINE)
    if name in (TITLE, NOTE_LINE):
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if name == SIGNATURE:
        layout.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        layout.right_indent = Pt(64)
        _indent(style, "rightChars", "400")
    if name == BODY:
        layout.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if name in (SECTION, UNIT, BODY):
        layout.first_line_indent = Pt(32)
        _indent(style, "firstLineChars", "200")
    if name in (SECTION, UNIT, BODY):
        tighter = OxmlElement("w:spacing")
        tighter.set(qn("w:val"), _TIGHTER)
        style.element.rPr.insert_element_before(tighter, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    if name in (TITLE, CELL):
        _off_the_grid(style.element.get_or_add_pPr())


def _font(style: ParagraphStyle, face: str, size: Length) -> None:
    style.font.name, style.font.size = _LATIN, size
    style.font.bold = style.font.italic = False
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), face)
    color = style.element.rPr.find(qn("w:color"))
    if color is not None:
        style.element.rPr.remove(color)


def _indent(style: ParagraphStyle, side: str, hundredths: str) -> None:
    style.element.get_or_add_pPr().get_or_add_ind().set(qn(f"w:{side}"), hundredths)


def write(place: DocxDocument | _Cell, words: str, style: str) -> Paragraph:
    """This will add a paragraph in one of the styles here; asked by name Word's library searches all styles each time."""
    paragraph = place.add_paragraph(words)
    paragraph._p.style = style.replace(" ", "")  # the id a style of that name has
    return paragraph


def kept_together(document: DocxDocument) -> _Cell:
    """This will add a frame nobody sees whose content no page end tears: what is written into the cell stays together.

    A table of one cell, for programs differ in how they keep paragraphs together, above all after a table. Before anything
    is written its cell is empty; after it a document needs another paragraph, as `hidden` adds one, and before it stands
    one, lest it be taken for a part of a table there.
    """
    hidden(document).paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=1)
    table.autofit = False
    properties = table._tbl.tblPr
    sides = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
    properties.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cell: _Cell = table.cell(0, 0)
    cell.width = table.columns[0].width = _TYPE_AREA
    cell._tc.remove(cell.paragraphs[0]._p)
    return cell


def row_to_sign(table: Table) -> _Cell:
    """This will add a last row without lines, for those who sign a list: `keep_signed` keeps it with the rows above."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]  # python-docx says nothing of its types
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cell: _Cell = row.cells[0].merge(row.cells[-1])
    sides = "".join(f'<w:{side} w:val="nil"/>' for side in ("left", "bottom", "right"))
    cell._tc.get_or_add_tcPr().append(parse_xml(f"<w:tcBorders {nsdecls('w')}>{sides}</w:tcBorders>"))
    for paragraph in cell.paragraphs:
        cell._tc.remove(paragraph._p)
    return cell


def keep_signed(table: Table) -> None:
    """This will keep the row that signs a list with the two rows above it: nobody signs a page without a line of the list."""
    if len(table._tbl.tr_lst[-1].tc_lst) > 1:
        return
    for row in table.rows[-3:-1]:
        for paragraph in (paragraph for cell in row.cells for paragraph in cell.paragraphs):
            paragraph.paragraph_format.keep_with_next = True


def hidden(document: DocxDocument) -> Paragraph:
    """This will add a paragraph too small to see, where Word wants one."""
    paragraph = document.add_paragraph()
    flat(paragraph)
    return paragraph


def flat(paragraph: Paragraph) -> None:
    """This will make a paragraph too small to see or to begin a page with."""
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Twips(1)
    layout.space_before = layout.space_after = Pt(0)
    _off_the_grid(paragraph._p.get_or_add_pPr())


def _off_the_grid(properties: BaseOxmlElement) -> None:
    off = OxmlElement("w:snapToGrid")
    off.set(qn("w:val"), "0")
    properties.insert_element_before(off, "w:spacing", "w:ind", "w:jc")


def flush_left(paragraph: Paragraph) -> None:
    """This will begin a paragraph of body text at the margin, as the line of the agency addressed does."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLine"), "0")
    indent.set(qn("w:firstLineChars"), "0")
