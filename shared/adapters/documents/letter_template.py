"""Templates of letters as Word files: the shipped one to begin with, and an office's own, checked before it is kept.

A template names facts in braces and may repeat or leave out paragraphs; it can do nothing else: no calls, no filters, no
reaching into objects. A file with macros, links to the outside, or names the letter does not have is refused with all
of them listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import takewhile
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.shared import Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import TemplateError, nodes
from lxml.etree import XMLSyntaxError

from shared.adapters.documents import official_page as page
from shared.adapters.documents.archive import reproducible
from shared.adapters.documents.letter_words import Line, environment, words_of
from shared.adapters.documents.table_cells import grid
from workflows.letters import COLOUR_NAMES, KINDS, LetterKind
from workflows.rejection import Reason, Rejected
from workflows.text import Text

MOST_BYTES, MOST_INFLATED, MOST_REASONS = 2 << 20, 32 << 20, 50
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_OUTSIDE = re.compile(rb'TargetMode\s*=\s*["\']External', re.IGNORECASE)
_STYLES = {
    "mark": page.MARK,
    "title": page.TITLE,
    "line": page.NOTE_LINE,
    "to": page.BODY,
    "body": page.BODY,
    "list": page.BODY,
    "section": page.SECTION,
    "note": page.BODY,
    "sign": page.SIGNATURE,
    "hand": page.BODY,
    "gap": page.BODY,
}
_TIGHT = {"title": Pt(28.95), "gap": Pt(20)}
"""A letter that fits on one page is not torn for the air around its title and signature."""
_SHEETS = {"blue": ("2F5597", "FFFFFF"), "yellow": ("FFD966", "000000"), "red": ("C00000", "FFFFFF")}
"""The colours of supervision sheets: ground and letters, legible in print."""
_ONLY_WORDS = ("docProps/core.xml", "docProps/app.xml", "word/footnotes.xml", "word/endnotes.xml")
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
    nodes.Const,
)
_BROKEN = (
    BadZipFile, PackageNotFoundError, XMLSyntaxError, ParseError, KeyError, ValueError, OSError, RuntimeError,
    AttributeError, TypeError, IndexError,
)  # fmt: skip
"""What the readers of archives and Word files raise for files that are broken or something else."""


def shipped_template(kind: str) -> bytes:
    """This will write the shipped words of a kind of letter as a Word template in the official measures."""
    document, breaks = page.official_document(), False
    lines, frame = words_of(kind), None
    for place, line in enumerate(lines):
        if line.style == "page":
            breaks = True
        elif line.closing:
            frame = frame or _frame(document, lines, place)
            _write(frame, line)
        else:
            frame, first = None, len(document.paragraphs)
            _write(document, line)
            if breaks:
                document.paragraphs[first].paragraph_format.page_break_before = True
                breaks = False
    if lines[-1].closing:
        page.hidden(document)
    document.core_properties.title = KINDS[kind].name.zh
    document.core_properties.author = document.core_properties.comments = ""
    content = BytesIO()
    document.save(content)
    return reproducible(content.getvalue(), "2017-08-10T00:00:00Z")


def _frame(document: DocxDocument, lines: Sequence[Line], first: int) -> _Cell:
    """Where a closing stands: a list is signed in a row of its own, all else in a frame."""
    closing = takewhile(lambda line: line.closing, lines[first:])
    if lines[first - 1].style == "table" and any(line.style == "hand" for line in closing):
        return page.row_to_sign(document.tables[-1])
    return page.kept_together(document)


def _write(place: DocxDocument | _Cell, line: Line) -> None:
    if line.style == "band":
        for colour, (fill, ink) in _SHEETS.items():
            _tag(place, f'if colour == "{COLOUR_NAMES[colour].zh}"')
            _band(page.write(place, line.words, page.TITLE), fill, ink)
            _tag(place, "endif")
        return
    if line.when or line.each:
        _tag(place, f"if {line.when}" if line.when else f"for line in {line.each}")
    if line.style == "table":
        _table(place, line)
    else:
        _paragraph(place, line)
    if line.when or line.each:
        _tag(place, "endif" if line.when else "endfor")


def _tag(place: DocxDocument | _Cell, words: str) -> None:
    page.write(place, f"{{%p {words} %}}", page.BODY)


def _paragraph(place: DocxDocument | _Cell, line: Line) -> None:
    paragraph = page.write(place, line.words, _STYLES[line.style])
    if line.style == "to":
        page.flush_left(paragraph)
    if line.style == "note":
        paragraph.paragraph_format.keep_together = True
        for run in paragraph.runs:
            run.font.size = Pt(12)
    if line.style in ("title", "gap"):
        paragraph.paragraph_format.line_spacing = _TIGHT[line.style]


def _band(paragraph: Paragraph, fill: str, ink: str) -> None:
    """The colour of a supervision sheet, at the upper right."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for run in paragraph.runs:
        run.font.size = Pt(16)
        run.font.color.rgb = RGBColor.from_string(ink)
        run._r.get_or_add_rPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="{fill}"/>'))


def _table(place: DocxDocument | _Cell, line: Line) -> None:
    assert not isinstance(place, _Cell), "a closing holds no table"
    cells = [f"{{{{ row.{head.name} }}}}" if head.name else "" for head in line.heads]
    first = [f"{{%tr for row in {line.words} %}}", *[""] * (len(cells) - 1)]
    last = ["{%tr endfor %}", *[""] * (len(cells) - 1)]
    table: Table = grid(
        place,
        [[head.words for head in line.heads], first, cells, last],
        [head.width for head in line.heads],
    )
    table.rows[0].height = None


def check_template(kind: LetterKind, content: bytes, sample: dict[str, Any]) -> None:
    """This will refuse a template that is no Word file, reaches outside, or names what the letter does not have.

    `sample` holds the letter's names with words of no meaning; the template is filled in with them once. Raises Rejected
    (invalid) with every fault.
    """
    _look_into(content)
    try:
        faults = list(_faults(kind, content))
        if not faults:
            filled(content, sample)
    except TemplateError as fault:
        words = Text(f"模板语法有误：{fault.message}", f"the template cannot be read: {fault.message}")
        raise Rejected(Reason("template_syntax", words, "/file"), kind="invalid") from fault
    except _BROKEN as fault:
        raise _refused("不是可读的 Word 文件（.docx）", "this is not a readable Word file (.docx)") from fault
    if faults:
        raise Rejected(*faults[:MOST_REASONS], kind="invalid")


def filled(content: bytes, values: dict[str, Any]) -> bytes:
    """This will fill a template with a letter's names."""
    template = DocxTemplate(BytesIO(content))
    template.render(values, jinja_env=environment(), autoescape=True)
    for table in template.docx.tables:
        page.keep_signed(table)
    target = BytesIO()
    template.save(target)
    return target.getvalue()


def _look_into(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise _refused("文件过大（至多2MB）", "the file is too large (2 MB at most)")
    try:
        archive = ZipFile(BytesIO(content))
        if sum(info.file_size for info in archive.infolist()) > MOST_INFLATED:
            raise _refused("文件展开后过大", "the file is too large when unpacked")
        for name in archive.namelist():
            if "vbaProject" in name or "/embeddings/" in name or "/activeX/" in name:
                raise _refused("文件中有宏或嵌入对象", "the file holds macros or embedded objects")
            part = archive.read(name) if name.endswith((".xml", ".rels")) else b""
            if name in _ONLY_WORDS and (b"{{" in part or b"{%" in part):
                raise _refused(
                    "文档属性和脚注里不能有占位名称", "properties and footnotes may hold no names in braces"
                )
            if _DECLARES.search(part) or b"\0" in part:
                raise _refused("文件中有不允许的XML声明", "the file declares XML entities")
            if _OUTSIDE.search(part):
                raise _refused(
                    "文件引用了外部内容（链接、图片或模板）", "the file refers to something outside itself"
                )
    except _BROKEN as fault:
        raise _refused("不是可读的 Word 文件（.docx）", "this is not a readable Word file (.docx)") from fault


def _faults(kind: LetterKind, content: bytes) -> Iterator[Reason]:
    """Everything the template says that it may not, or that the letter does not know."""
    template = DocxTemplate(BytesIO(content))
    template.init_docx()
    sources = [template.patch_xml(template.get_xml())]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        sources += [
            template.patch_xml(template.get_part_xml(part)) for _, part in template.get_headers_footers(uri)
        ]
    told: set[str] = set()
    for source in sources:
        tree = environment().parse(source)
        for code, name in _strange(tree, kind, {}):
            if name not in told:
                told.add(name)
                yield _reason(code, name, kind)


def _strange(node: nodes.Node, kind: LetterKind, loops: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a template uses that it may not; `loops` names the list each loop variable in sight stands for."""
    if not isinstance(node, _ALLOWED):
        yield "template_not_allowed", type(node).__name__.lower()
        return
    if isinstance(node, nodes.For):
        target, held = node.target, node.iter
        plain = not (loops or node.else_ or node.test or node.recursive)
        if not (plain and isinstance(target, nodes.Name) and isinstance(held, nodes.Name)):
            yield "template_not_allowed", "for"
        elif held.name not in kind.lists:
            yield "unknown_placeholder", held.name
        else:
            for child in node.body:
                yield from _strange(child, kind, {target.name: held.name})
        return
    if isinstance(node, nodes.Getattr):
        owner = node.node.name if isinstance(node.node, nodes.Name) else "…"
        if node.attr not in kind.lists.get(loops.get(owner, ""), {}):
            yield "unknown_placeholder", f"{owner}.{node.attr}"
        return
    if isinstance(node, nodes.Name) and node.name not in {*kind.fields, *kind.lists}:
        yield "unknown_placeholder", node.name
    for child in node.iter_child_nodes():
        yield from _strange(child, kind, loops)


def _reason(code: str, name: str, kind: LetterKind) -> Reason:
    shown = name[:60]
    if code == "template_not_allowed":
        words = Text(f"模板里不能用“{shown}”", f"a template may not use {shown!r}")
        return Reason(
            code, words, "/file", Text("只能写名称、判断和循环", "only names, if and for are allowed")
        )
    names = (
        *kind.fields,
        *kind.lists,
        *(f"{held}.{part}" for held, parts in kind.lists.items() for part in parts),
    )
    words = Text(f"没有“{shown}”这一项", f"there is nothing called {shown!r}")
    return Reason(code, words, "/file", Text(f"可用：{'、'.join(names)}", f"known: {', '.join(names)}"))


def _refused(zh: str, en: str) -> Rejected:
    return Rejected(Reason("not_a_template", Text(zh, en), "/file"), kind="invalid")
