"""/search: leads by number and words, in Chinese as well as in letters."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import fields
from services.api.answers import LeadRow, View, many, moment, one, text, whole, words
from services.api.operations import Noun
from services.api.reading import show
from services.api.schemas import Closed
from shared.application import search as cases

search = Noun("search", __name__, url_prefix="/v1", description="搜索 · Search")


class SearchQuery(Closed):
    """What to look for. Every word, separated by spaces, must be found; widths, capitals and punctuation do not count."""

    q = fields.Text(cases.LONGEST_QUERY, required=True)
    page = fields.Digits(1, 1000, load_default=1)
    limit = fields.Digits(1, cases.LONGEST_PAGE, load_default=50)


class Place(View):
    """Where a word was found, with what stands around it."""

    subject = words("lead", "handoff", "transfer", "order", "record", "material", "item")
    id = text()
    part = text()
    before = text()
    match = text()
    after = text()
    href = text()


class Hit(View):
    """A lead that was found, and at most three places it was found in."""

    lead = one(LeadRow)
    found = many(Place)


class SearchPage(View):
    """One page of what was found; `total` counts all of it."""

    items = many(Hit)
    total = whole()
    page = whole()
    limit = whole()
    as_of = moment()


@search.operation("GET", "/search", query=SearchQuery, answer=SearchPage)
def look_for(query: dict[str, Any]) -> Response:
    """搜索线索 · Find leads by number and words, also those of their handoffs, records, files and exhibits

    只找得到你能看到的；数目也只数你能看到的。
    You find only what you may see, and only that is counted.
    """
    return show(cases.search, **query)
