"""A report in an office's own Word template: its words around the snapshot's, and everything such a file may not be."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from shared.adapters.documents import check_letter_template, render, render_template
from tests.adapters.test_documents import a_snapshot
from workflows.rejection import Rejected


def shipped() -> Any:
    return Document(BytesIO(render_template("report", None).content))


def saved(document: Any) -> bytes:
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def body(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(BytesIO(content)).paragraphs]


def test_the_shipped_template_is_one_an_office_may_begin_with():
    template = render_template("report", None).content
    check_letter_template("report", template)
    own, plain = (render(a_snapshot(), "docx", kept) for kept in (template, None))
    assert render(a_snapshot(), "docx", template).content == own.content
    said, wanted = ([line for line in body(file.content) if line.strip()] for file in (own, plain))
    assert [line for line in wanted if line not in said] == []
    tables = [Document(BytesIO(file.content)).tables[-1] for file in (own, plain)]
    assert len({tuple(cell.text for cell in table._cells) for table in tables}) == 1


def test_words_and_faces_of_the_office_stand_around_the_figures():
    document = shipped()
    document.paragraphs[0].insert_paragraph_before("临江县打击走私领导小组文件（{{ name }}）")
    template = saved(document)
    check_letter_template("report", template)
    said = body(render(a_snapshot(), "docx", template).content)
    assert said[0] == "临江县打击走私领导小组文件（阶段性工作情况）"
    assert "{{" not in "".join(said)
    assert "\ue000" not in "".join(said)


def test_styles_that_word_named_anew_are_found_by_their_names():
    document = shipped()
    for number, style in enumerate(
        style for style in document.styles if style.name in ("公文正文", "Heading 1")
    ):
        old, new = style.style_id, f"a{number}"
        style.element.set(qn("w:styleId"), new)
        for named in document.element.body.iter(qn("w:pStyle")):
            if named.get(qn("w:val")) == old:
                named.set(qn("w:val"), new)
    made = Document(BytesIO(render(a_snapshot(), "docx", saved(document)).content))
    heads = [p for p in made.paragraphs if p.text.startswith("一、")]
    assert heads[0].style.name == "Heading 1"
    known = {style.style_id for style in made.styles}
    assert {named.get(qn("w:val")) for named in made.element.body.iter(qn("w:pStyle"))} <= known


def test_every_figure_keeps_its_note_in_a_file_that_brings_a_part_of_notes():
    template = saved(Document(BytesIO(render(a_snapshot(), "docx").content)))
    document = Document(BytesIO(template))  # it holds a part of notes, as Word makes one
    for element in list(document.element.body)[:-1]:
        document.element.body.remove(element)
    document.add_paragraph("{{ body }}")
    made = render(a_snapshot(), "docx", saved(document)).content
    notes = [rel for rel in Document(BytesIO(made)).part.rels.values() if rel.reltype.endswith("/footnotes")]
    assert len(notes) == 1
    assert notes[0].target_part.blob.count(b"<w:footnote ") > 5


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["{{ table }}"], "misplaced_block"),
        (["{{ body }}", "{{ body }}"], "misplaced_block"),
        (["如下：{{ body }}"], "misplaced_block"),
        (["{{ body }}", "{{ table }}", "{{ table }}"], "misplaced_block"),
        (["{{ body }}", "{{ seal }}"], "unknown_placeholder"),
        (["{{ body }}", "{{ body.x }}"], "unknown_placeholder"),
    ],
)
def test_a_template_that_would_lose_the_report_is_refused(words: list[str], code: str):
    document = Document()
    for line in words:
        document.add_paragraph(line)
    with pytest.raises(Rejected) as refused:
        check_letter_template("report", saved(document))
    assert next(reason.code for reason in refused.value.reasons) == code


def test_a_block_in_a_table_is_refused():
    document = Document()
    document.add_table(1, 1).cell(0, 0).text = "{{ body }}"
    with pytest.raises(Rejected) as refused:
        check_letter_template("report", saved(document))
    assert [reason.code for reason in refused.value.reasons] == ["misplaced_block"]
