"""Search: leads by their numbers and words, and by the words of what belongs to them, as far as the caller may see.

What is sealed (who reported, parties) is never searched: it is not among the words kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import normalize

from shared.application.sight import sights_of
from shared.application.views import lead_row
from shared.application.work import Work
from workflows.lead import Lead
from workflows.rejection import Reason, Rejected
from workflows.text import Text

Row = Mapping[str, Any]

LONGEST_PAGE, MOST_WORDS, LONGEST_QUERY = 200, 8, 100
_AROUND = 24
"""Characters shown on either side of a word that was found."""

_PAGES = {"item": "/items/", "order": "/orders/", "handoff": "/t/", "transfer": "/transfers/"}


def search(work: Work, q: str, page: int, limit: int) -> dict[str, Any]:
    """This will find the leads in which every word of `q` stands, somewhere: the best first, pages counted from 1.

    Full and half width, capitals, spaces inside numbers and punctuation make no difference. Raises Rejected: a query
    of nothing but punctuation, too long, or of too many words.
    """
    words = _words(work, q)
    visible_to = None if work.sees_everything else work.by.agency_id
    found, total = work.uow.search.leads(work.campaign.id, words, visible_to, (page - 1) * limit, limit)
    leads = [lead for lead, _ in found]
    clocks, sights = work.uow.deadlines.open_of_leads([lead.id for lead in leads]), sights_of(work, leads)
    return {
        "items": [
            {
                "lead": lead_row(work, lead, clocks[lead.id], sights[lead.id]),
                "found": [_place(lead, row, words) for row in rows],
            }
            for lead, rows in found
        ],
        "total": total,
        "page": page,
        "limit": limit,
        "as_of": work.in_zone(work.at),
    }


def _words(work: Work, q: str) -> Sequence[str]:
    asked = q.split()
    if len(q) > LONGEST_QUERY:
        text = Text(f"最多 {LONGEST_QUERY} 个字", f"at most {LONGEST_QUERY} characters")
        raise Rejected(Reason("too_long", text, "?q"), kind="invalid")
    if len(asked) > MOST_WORDS:
        text = Text(f"一次最多 {MOST_WORDS} 个词", f"at most {MOST_WORDS} words at once")
        raise Rejected(Reason("too_many", text, "?q"), kind="invalid")
    words = work.uow.search.normal(asked)
    if not words:
        text = Text("请输入要找的字词或编号", "say which words or number to look for")
        raise Rejected(Reason("blank", text, "?q"), kind="invalid")
    return words


def _place(lead: Lead, row: Row, words: Sequence[str]) -> dict[str, Any]:
    before, match, after = excerpt(row["words"], words)
    page = _PAGES.get(row["subject"])
    return {
        "subject": row["subject"],
        "id": row["subject_id"],
        "part": "label" if row["subject"] == "item" else row["part"],
        "before": before,
        "match": match,
        "after": after,
        "href": f"{page}{row['subject_id']}" if page else f"/leads/{lead.number}",
    }


def excerpt(said: str, words: Sequence[str]) -> tuple[str, str, str]:
    """This will cut a text around the first of the normal `words` in it: what stands before, the word, what follows."""
    kept = [
        (sign, at)
        for at, char in enumerate(said)
        for sign in normalize("NFKC", char).lower()
        if sign.isalnum()
    ]
    plain = "".join(sign for sign, _ in kept)
    starts = [(plain.index(word), len(word)) for word in words if word in plain]
    if not starts:
        return said[: 2 * _AROUND] + ("…" if len(said) > 2 * _AROUND else ""), "", ""
    start, length = min(starts)
    first, last = kept[start][1], kept[start + length - 1][1] + 1
    before = ("…" if first > _AROUND else "") + said[max(0, first - _AROUND) : first]
    after = said[last : last + _AROUND] + ("…" if last + _AROUND < len(said) else "")
    return before, said[first:last], after
