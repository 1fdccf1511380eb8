"""A signature never stands on a page without text of the body above it, however long the words and the lists are."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from shared.adapters.documents import render, render_letter
from tests.adapters.test_documents import a_snapshot
from tests.pdf_pages import pages_of
from workflows.letters import KINDS, Letter

SENTENCE = "经初步了解，该店长期摆卖疑似象牙雕件，并向熟客暗中出售。"
SIGNED = "2017年9月8日"
SENDERS = ("县办公室", "临江县打击非法加工销售象牙及制品专项行动领导小组办公室")
WRITTEN = ("description", "request", "report", "act")
LISTS = ("transfer", "items")
SIGNED_LETTERS = tuple(kind for kind in KINDS if kind != "items")


def a_letter(kind: str, sentences: int, lines: int, sender: str, words: str = "某事") -> Letter:
    fields = dict.fromkeys(KINDS[kind].fields, words)
    fields |= {name: SENTENCE * sentences for name in WRITTEN if name in fields}
    fields |= {"sender": sender, "date": SIGNED, "draft": "草　稿", "number": "〔　　　　〕　　号"}
    fields |= {"colour": "红"} if "colour" in fields else {}
    lists = {
        name: tuple(dict.fromkeys(parts, f"第{n}项") | {"place": str(n)} for n in range(1, lines + 1))
        for name, parts in KINDS[kind].lists.items()
    }
    return Letter(kind, KINDS[kind].name.zh, fields, lists, datetime(2017, 9, 8, 1, tzinfo=UTC))


def pages(kind: str, *about: Any) -> list[list[str]]:
    found = pages_of(render_letter(a_letter(kind, *about), None, "pdf").content)
    assert all(found), "there is an empty page"
    return found


def above_signature(found: list[list[str]], signed: str, ends: str) -> int:
    """Lines on the page of the date before the last that begins with the sender's name, or says what is annexed."""
    (page,) = (page for page in found if signed in page)
    return max(n for n, line in enumerate(page[: page.index(signed)]) if line.startswith(ends))


@pytest.mark.parametrize("kind", SIGNED_LETTERS)
def test_every_length_of_a_letter_leaves_its_signature_company(kind: str) -> None:
    for n, (sentences, lines) in enumerate(((0, 0), (1, 1), (5, 7), (8, 11), (9, 12), (11, 14), (17, 40))):
        sender = SENDERS[n % 2]
        found = pages(kind, sentences, lines, sender)
        assert above_signature(found, SIGNED, sender[:20]) >= 2, (sentences, lines)


@pytest.mark.parametrize("kind", LISTS)
def test_who_signs_a_list_sees_two_lines_of_it(kind: str) -> None:
    for lines in (1, 2, 17, 18, 40):
        for page in pages(kind, 1, lines, SENDERS[0]):
            signing = next((n for n, line in enumerate(page) if "（签名）" in line and "人" in line), None)
            rows = [line for line in page[:signing] if "项" in line]
            assert signing is None or len(rows) >= min(lines, 2), (lines, page)


def a_report(letters: int, office: str, units: int) -> Any:
    snapshot = a_snapshot()
    snapshot["campaign"]["office"]["zh"] = office
    snapshot["contradictions"] = []
    for section in snapshot["texts"]:
        section["entries"] = [{**section["entries"][0], "text": (SENTENCE * 60)[:letters]}] * units
    return snapshot


@pytest.mark.parametrize("office", SENDERS)
def test_every_length_of_a_report_leaves_its_signature_company(office: str) -> None:
    for letters, units in ((0, 0), (20, 3), (60, 3), (230, 1), (330, 1), (430, 1), (1200, 1)):
        found = pages_of(render(a_report(letters, office, units), "pdf").content)
        assert all(found)
        assert above_signature(found, "2017年9月20日", "附件：") >= 2, (letters, units)


def frames(content: bytes) -> list[str]:
    """The words of every cell that no page end tears and that has no lines around it."""
    body = Document(BytesIO(content)).element.body
    tables = [t for t in body.iter(qn("w:tbl")) if len(t.findall(qn("w:tr"))) == 1]
    assert all(t.find(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for t in tables)
    assert all(t.getnext() is not None and t.getprevious().tag == qn("w:p") for t in tables)
    return [
        "\n".join("".join(run.text or "" for run in p.iter(qn("w:t"))) for p in t.iter(qn("w:p")))
        for t in tables
    ]


@pytest.mark.parametrize("kind", SIGNED_LETTERS)
def test_in_word_the_signature_shares_a_frame_with_the_last_words(kind: str) -> None:
    (frame,) = frames(render_letter(a_letter(kind, 3, 2, SENDERS[1]), None, "docx").content)
    *body, sender, date = frame.split("\n")
    assert (sender, date) == (SENDERS[1], SIGNED)
    assert sum(1 + len(line) // 28 for line in body if line) >= 2


def test_in_word_a_report_is_signed_in_such_a_frame_and_a_long_end_stays_beside_it() -> None:
    (short,) = frames(render(a_report(60, SENDERS[0], 2), "docx").content)
    assert short.startswith("（二）北山林业站\n经初步了解")
    content = render(a_report(600, SENDERS[0], 1), "docx").content
    (long,) = frames(content)
    assert long.startswith("\n附件：")
    (last,) = (p for p in Document(BytesIO(content)).paragraphs[-40:] if p.paragraph_format.widow_control)
    assert (len(last.text), last.paragraph_format.keep_with_next) == (600, True)
