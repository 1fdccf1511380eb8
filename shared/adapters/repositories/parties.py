"""Parties: what names them is sealed; keyed marks of numbers, phones and plates find the same party again unopened."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import private_tables as tables
from shared.adapters.repositories.links import WITH_MERGED
from shared.adapters.repositories.resealing import seal_rows_again
from shared.adapters.vault import Vault
from shared.application.guarded import Row

PARTY = "party"
_OPEN = ("id", "campaign_id", "kind", "agency_id", "added_by", "added_at")

_OF_LEAD = (
    select(
        tables.party_leads.c.party_id,
        tables.parties.c.kind,
        tables.party_leads.c.role,
        tables.party_leads.c.agency_id,
        tables.party_leads.c.linked_at,
    )
    .join(tables.parties, tables.parties.c.id == tables.party_leads.c.party_id)
    .where(tables.party_leads.c.lead_id.in_(WITH_MERGED))
    .order_by(tables.party_leads.c.linked_at, tables.party_leads.c.party_id)
)


class PartyRows:
    """Parties and the leads they take part in."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection, self._vault = connection, vault

    def add(self, party: Row, identity: Mapping[str, str], marks: Mapping[str, str]) -> None:
        """This will seal a new party and keep its marks."""
        key_id, sealed = self._vault.seal(PARTY, party["id"], json.dumps(dict(identity)).encode())
        self._connection.execute(insert(tables.parties).values(**party, key_id=key_id, ciphertext=sealed))
        for name, value in marks.items():
            mark = {
                "party_id": party["id"],
                "name": name,
                "digest": self._mark(party["campaign_id"], name, value),
            }
            self._connection.execute(
                insert(tables.party_marks).values(campaign_id=party["campaign_id"], **mark)
            )

    def known(self, campaign_id: str, marks: Mapping[str, str]) -> Sequence[str]:
        """This will list the ids of parties that share any of the marks."""
        table = tables.party_marks
        found: dict[str, None] = {}
        for name, value in marks.items():
            same = (table.c.name == name) & (table.c.digest == self._mark(campaign_id, name, value))
            query = select(table.c.party_id).where(table.c.campaign_id == campaign_id, same)
            found |= dict.fromkeys(self._connection.execute(query.order_by(table.c.party_id)).scalars())
        return list(found)

    def get(self, party_id: str) -> Row | None:
        """This will find a party by its id, unopened."""
        columns = [tables.parties.c[name] for name in _OPEN]
        row = (
            self._connection.execute(select(*columns).where(tables.parties.c.id == party_id))
            .mappings()
            .first()
        )
        return dict(row) if row is not None else None

    def link(self, party: Row, lead_id: str, role: str, by: str, agency: str, at: datetime) -> bool:
        """This will let a party take part in a lead; False if it does already in that role."""
        table = tables.party_leads
        values = {
            "campaign_id": party["campaign_id"],
            "party_id": party["id"],
            "lead_id": lead_id,
            "role": role,
        }
        row = upsert(table).values(**values, agency_id=agency, linked_by=by, linked_at=at)
        stored = row.on_conflict_do_nothing().returning(table.c.party_id)
        return self._connection.execute(stored).first() is not None

    def of_lead(self, lead_id: str) -> Sequence[Row]:
        """This will list the parties of a lead, and of leads merged into it, unopened: `party_id`, `kind`, `role` and who
        added it; a party that takes part in several of them in one role is named once.
        """
        found: dict[tuple[str, str], Row] = {}
        for row in self._connection.execute(_OF_LEAD, {"lead": lead_id}).mappings():
            found.setdefault((row["party_id"], row["role"]), dict(row))
        return list(found.values())

    def leads_of(self, party_id: str) -> Sequence[str]:
        """This will list the ids of the leads a party takes part in."""
        table = tables.party_leads
        query = (
            select(table.c.lead_id).where(table.c.party_id == party_id).distinct().order_by(table.c.lead_id)
        )
        return list(self._connection.execute(query).scalars())

    def open(self, party_id: str) -> Mapping[str, str]:
        """This will open what names a party. Raises SealBroken."""
        table = tables.parties
        row = self._connection.execute(select(table).where(table.c.id == party_id)).mappings().one()
        plain = self._vault.open(PARTY, party_id, row["key_id"], bytes(row["ciphertext"]))
        found: dict[str, str] = json.loads(plain)
        return found

    def seal_again(self, limit: int) -> int:
        """This will seal rows of older keys with the newest, at most `limit`, and say how many. Raises SealBroken."""
        return seal_rows_again(
            self._connection, self._vault, PARTY, tables.parties, lambda row: str(row["id"]), limit
        )

    def _mark(self, campaign_id: str, name: str, value: str) -> str:
        return self._vault.mark(PARTY, campaign_id, name, value)
