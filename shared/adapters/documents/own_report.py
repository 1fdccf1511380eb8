"""A compiled report in an office's own Word template: its letterhead, measures and faces around the words of the snapshot.

The template names facts in braces, and in paragraphs of their own the text (`{{ body }}`) and the table (`{{ table }}`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.text.paragraph import Paragraph
from lxml import etree

from shared.adapters.documents import official_page as page
from shared.adapters.documents.archive import reproducible
from shared.adapters.documents.docx_report import DRAFT, write_body, write_table
from shared.adapters.documents.letter_template import filled
from shared.adapters.documents.report_text import report_text
from workflows.letters import BLOCKS, REPORT
from workflows.rejection import Reason, Rejected
from workflows.text import Text

_STYLED, _VALUE = (qn("w:pStyle"), qn("w:rStyle"), qn("w:tblStyle")), qn("w:val")
_MARKS = {name: f"\ue000{name}\ue000" for name in BLOCKS}
"""What stands for a block until it is written: characters of private use, which nobody types."""


def report_template() -> bytes:
    """This will write the shipped layout of reports as a template to begin with."""
    document = page.official_document()
    page.write(document, "{{ draft }}", page.MARK)
    for line in ("", "{{ campaign }}", "{{ name }}"):
        page.write(document, line, page.TITLE)
    page.write(document, "{{ version }}", page.NOTE_LINE)
    for line in ("", "{{ body }}"):
        page.write(document, line, page.BODY)
    for line in (
        "",
        "附件：{{ annex }}",
        "",
        "",
    ):  # with the last words of the text: no signature stands alone
        page.write(document, line, page.BODY).paragraph_format.keep_with_next = True
    page.write(document, "{{ sender }}", page.SIGNATURE).paragraph_format.keep_with_next = True
    page.write(document, "{{ date }}", page.SIGNATURE)
    page.landscape(document)
    page.write(document, "附件", page.MARK)
    page.write(document, "{{ annex }}", page.TITLE)
    page.write(document, "{{ table }}", page.BODY)
    document.core_properties.title = REPORT.name.zh
    document.core_properties.author = document.core_properties.comments = ""
    content = BytesIO()
    document.save(content)
    return reproducible(content.getvalue(), "2017-08-10T00:00:00Z")


def check_report_template(content: bytes) -> None:
    """This will refuse a template whose blocks do not stand each in a paragraph of its own. Raises Rejected (invalid)."""
    document = Document(BytesIO(filled(content, {**dict.fromkeys(REPORT.fields, "样"), **_MARKS})))
    if next(document.element.body.iter(qn("w:footnoteReference")), None) is not None:
        zh, en = (
            "模板里不能有脚注：数字的脚注由系统写",
            "a template has no footnotes: those of figures are written by the system",
        )
        raise Rejected(Reason("template_not_allowed", Text(zh, en), "/file"), kind="invalid")
    everything = "".join(node.text or "" for node in document.element.body.iter(qn("w:t")))
    for name, mark in _MARKS.items():
        alone = sum(paragraph.text.strip() == mark for paragraph in document.paragraphs)
        named_at_all = everything.count(mark)
        if named_at_all != alone or alone > 1 or (name == "body" and not alone):
            words = Text(
                f"“{{{{ {name} }}}}”须独占一段，不在表格里，{'且须有一处' if name == 'body' else '至多一处'}",
                f"{{{{ {name} }}}} stands in a paragraph of its own, outside tables, once",
            )
            raise Rejected(Reason("misplaced_block", words, "/file"), kind="invalid")


def own_report(template: bytes, snapshot: Mapping[str, Any]) -> bytes:
    """This will write a report with a template that was checked; the same template and snapshot give the same bytes."""
    text = report_text(snapshot)
    facts = {
        "draft": DRAFT,
        "campaign": text.title[0],
        "name": text.title[1],
        "version": text.version,
        "annex": text.annex,
        "sender": text.signature,
        "date": text.date,
    }
    document = Document(BytesIO(filled(template, {**facts, **_MARKS})))
    ids = page.with_official_styles(document)
    _without_notes(document)
    _put(document, "body", lambda: write_body(document, text), ids)
    _put(document, "table", lambda: write_table(document, snapshot), ids)
    _notes_in(document, ids)
    core = document.core_properties
    core.title, core.author, core.last_modified_by = "".join(text.title), text.signature, text.signature
    content = BytesIO()
    document.save(content)
    moment = datetime.fromisoformat(snapshot["as_of"]).astimezone(UTC)
    return reproducible(content.getvalue(), f"{moment:%Y-%m-%dT%H:%M:%SZ}")


def _put(document: DocxDocument, name: str, write: Callable[[], None], ids: Mapping[str, str]) -> None:
    """Write a block at the end of the document, then move it to where its paragraph stands."""
    place = next((p for p in document.paragraphs if p.text.strip() == _MARKS[name]), None)
    if place is None:
        return
    body, before = document.element.body, set(document.element.body)
    write()
    for element in [element for element in body if element not in before]:
        for named_style in element.iter(*_STYLED):
            named_style.set(_VALUE, ids.get(named_style.get(_VALUE), named_style.get(_VALUE)))
        place._p.addprevious(element)
    _end(place)


def _end(place: Paragraph) -> None:
    """Take the paragraph of a block away; one that holds the end of a section stays, too small to be seen."""
    if place._p.pPr is not None and place._p.pPr.find(qn("w:sectPr")) is not None:
        place.text = ""
        page.flat(place)
        return
    place._p.getparent().remove(place._p)


def _notes_in(document: DocxDocument, ids: Mapping[str, str]) -> None:
    """The styles of notes by the names the template has for them: Word names styles anew when it saves."""
    for found in document.part.rels.values():
        if found.reltype == RELATIONSHIP_TYPE.FOOTNOTES:
            part = found.target_part
            root = parse_xml(part.blob)
            for named_style in root.iter(*_STYLED):
                named_style.set(_VALUE, ids.get(named_style.get(_VALUE), named_style.get(_VALUE)))
            part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _without_notes(document: DocxDocument) -> None:
    """A template may hold an empty part of footnotes, as Word makes one: the figures bring their own."""
    part = document.part
    for key in [key for key, found in part.rels.items() if found.reltype == RELATIONSHIP_TYPE.FOOTNOTES]:
        part.rels.pop(key)
