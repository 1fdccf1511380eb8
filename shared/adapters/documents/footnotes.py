"""Footnotes for Word files: the part python-docx does not have."""

from __future__ import annotations

from docx.document import Document as DocxDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph
from lxml import etree

_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_TEXT, _MARK = "footnotetext", "footnotereference"


class Footnotes:
    """The footnotes of one document, numbered by the reader's program; `close` writes them into it."""

    def __init__(self, document: DocxDocument) -> None:
        self._document = document
        self._root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
        for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
            note = self._note(number, kind)
            note.append(_paragraph(_run(OxmlElement(f"w:{kind}"))))
        self._last = 0

    def add(self, paragraph: Paragraph, text: str) -> None:
        """This will hang a footnote on the end of a paragraph's last run."""
        self._last += 1
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(self._last))
        paragraph._p.append(_run(reference, raised=True))
        words = OxmlElement("w:t")
        words.set(qn("xml:space"), "preserve")
        words.text = f" {text}"
        mark = _run(OxmlElement("w:footnoteRef"), raised=True)
        self._note(self._last).append(_paragraph(mark, _run(words)))

    def close(self) -> None:
        """This will add the footnotes to the document; nothing is added where there is none."""
        if not self._last:
            return
        part = self._document.part
        content = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        notes = Part(PackURI("/word/footnotes.xml"), _CONTENT_TYPE, content, part.package)
        part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)

    def _note(self, number: int, kind: str | None = None) -> BaseOxmlElement:
        note = OxmlElement("w:footnote")
        if kind:
            note.set(qn("w:type"), kind)
        note.set(qn("w:id"), str(number))
        self._root.append(note)
        return note


def _paragraph(*runs: BaseOxmlElement) -> BaseOxmlElement:
    paragraph = parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{_TEXT}"/></w:pPr></w:p>')
    for run in runs:
        paragraph.append(run)
    return paragraph


def _run(child: BaseOxmlElement, *, raised: bool = False) -> BaseOxmlElement:
    run = OxmlElement("w:r")
    if raised:
        run.append(parse_xml(f'<w:rPr {nsdecls("w")}><w:rStyle w:val="{_MARK}"/></w:rPr>'))
    run.append(child)
    return run
