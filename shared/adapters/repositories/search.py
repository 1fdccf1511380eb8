"""Finding leads by words: bigrams through a GIN index, then the words themselves; only what an agency may see.

Who may see a row is part of the query, so neither a hit nor a count ever comes from outside of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Text,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.adapters import tables
from shared.adapters.repositories.subjects import read_lead
from shared.adapters.search_tables import search_entries
from shared.application.ports import Row
from workflows.lead import Lead

_HITS_SHOWN = 3


class SearchRows:
    """Words of leads and what belongs to them, as rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def normal(self, words: Sequence[str]) -> Sequence[str]:
        """This will give words as they are compared: NFKC, lower case, without spaces and punctuation; none empty."""
        asked = func.unnest(cast(list(words), ARRAY(Text))).table_valued("word").render_derived()
        found = self._connection.execute(select(func.search_normal(asked.c.word))).scalars()
        return list(dict.fromkeys(word for word in found if word))

    def leads(
        self, campaign_id: str, words: Sequence[str], visible_to: str | None, offset: int, limit: int
    ) -> tuple[Sequence[tuple[Lead, Sequence[Row]]], int]:
        """This will list the leads in which every one of the normal `words` is found, with the rows they stand in, and
        how many there are.

        A lead whose number ends in the words comes first, then those whose title has them, newest first.
        `visible_to` is the agency that asks, None for who sees everything.
        """
        hits = _hits(campaign_id, words, visible_to)
        table = tables.leads
        every = func.count(hits.c.word.distinct()) == len(words)
        fit = (
            select(hits.c.lead_id, func.min(hits.c.rank).label("rank")).group_by(hits.c.lead_id).having(every)
        )
        fitting = fit.subquery()
        query = (
            select(table, func.count().over().label("total"))
            .join(fitting, fitting.c.lead_id == table.c.id)
            .order_by(fitting.c.rank, table.c.received_at.desc(), table.c.id.desc())
        )
        rows = self._connection.execute(query.offset(offset).limit(limit)).mappings().all()
        if not rows:
            counted = select(func.count()).select_from(fitting)
            return [], int(self._connection.execute(counted).scalar_one()) if offset else 0
        found = self._places(hits, [row["id"] for row in rows])
        return [(read_lead(row), found[row["id"]]) for row in rows], int(rows[0]["total"])

    def _places(self, hits: CTE, lead_ids: Sequence[str]) -> dict[str, list[Row]]:
        query = (
            select(hits.c.lead_id, hits.c.subject, hits.c.subject_id, hits.c.part, hits.c.words)
            .where(hits.c.lead_id.in_(lead_ids))
            .group_by(hits.c.lead_id, hits.c.subject, hits.c.subject_id, hits.c.part, hits.c.words)
            .order_by(hits.c.lead_id, func.min(hits.c.rank), hits.c.subject_id)
        )
        found: dict[str, list[Row]] = {lead_id: [] for lead_id in lead_ids}
        for row in self._connection.execute(query).mappings():
            if len(found[row["lead_id"]]) < _HITS_SHOWN:
                found[row["lead_id"]].append(dict(row))
        return found


def _hits(campaign_id: str, words: Sequence[str], visible_to: str | None) -> CTE:
    """One row for each word in each entry that has it and may be seen."""
    entry, lead = search_entries, tables.leads
    asked = func.unnest(cast(list(words), ARRAY(Text))).table_valued("word").render_derived()
    rank = case(
        (
            and_(
                entry.c.part == "number",
                func.right(entry.c.normal, func.length(asked.c.word)) == asked.c.word,
            ),
            0,
        ),
        (entry.c.part == "title", 1),
        (entry.c.subject == "lead", 2),
        else_=3,
    )
    columns = (entry.c.lead_id, entry.c.subject, entry.c.subject_id, entry.c.part, entry.c.words)
    has_word = and_(
        entry.c.grams.contains(func.search_grams(asked.c.word)),
        func.strpos(entry.c.normal, asked.c.word) > 0,
    )
    query = (
        select(*columns, asked.c.word, rank.label("rank"))
        .select_from(asked.join(entry, has_word).join(lead, lead.c.id == entry.c.lead_id))
        .where(entry.c.campaign_id == campaign_id, _may_see(visible_to))
    )
    return query.cte("hits")


def _may_see(agency: str | None) -> ColumnElement[bool]:
    if agency is None:
        return true()
    entry = search_entries
    whole = tables.leads.c.lead_agency == agency
    named = literal(agency) == any_(entry.c.agencies)
    by_audience = case(
        (entry.c.audience == "shared", true()),
        (entry.c.audience == "source", or_(whole, _granted(agency, "intake"))),
        (entry.c.audience == "inside", or_(whole, named)),
        (
            entry.c.audience == "evidence",
            or_(whole, named, _granted(agency, "transfer")),
        ),
        else_=named,
    )
    return and_(_granted(agency), by_audience)


def _granted(agency: str, cause: str | None = None) -> ColumnElement[bool]:
    grants = tables.grants
    conditions: list[Any] = [
        grants.c.lead_id == search_entries.c.lead_id,
        grants.c.agency_id == agency,
        grants.c.ended_at.is_(None),
    ]
    if cause is not None:
        conditions.append(grants.c.cause == cause)
    return exists().where(*conditions)
