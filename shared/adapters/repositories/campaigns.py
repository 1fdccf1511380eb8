"""Definitions, campaigns, people and tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import tables
from shared.adapters.repositories.wire import read_successions, utc, write_successions
from shared.application.ports import Campaign, Row
from workflows.campaign import CampaignDefinition
from workflows.definition_format import canonical, parse_json
from workflows.succession import Succession

DOORBELL = "xunxian"
"""The channel on which a commit rings for the workers, when it left them something to do."""

Reader = Callable[[Mapping[str, Any], str], CampaignDefinition]


class DefinitionRows:
    """Published definitions; a version never changes, so one reading per process is enough."""

    def __init__(self, connection: Connection, reader: Reader, known: dict[str, CampaignDefinition]) -> None:
        self._connection, self._read, self._known = connection, reader, known

    def get(self, definition_hash: str) -> CampaignDefinition:
        """This will give the definition with a hash; raises KeyError for one never published."""
        if definition_hash not in self._known:
            self._known[definition_hash] = self._read(self.document(definition_hash), definition_hash)
        return self._known[definition_hash]

    def find(self, definition_id: str, version: int | None) -> CampaignDefinition | None:
        """This will find a version of a definition, the newest where none is named."""
        table = tables.definitions
        query = (
            select(table.c.hash).where(table.c.id == definition_id).order_by(table.c.version.desc()).limit(1)
        )
        if version is not None:
            query = query.where(table.c.version == version)
        found = self._connection.execute(query).scalar()
        return self.get(found) if found is not None else None

    def publish(
        self, definition: CampaignDefinition, document: Mapping[str, Any], by: str, at: datetime
    ) -> bool:
        """This will store a version; False if the very same document was published before."""
        values = {
            "hash": definition.hash,
            "id": definition.id,
            "version": definition.version,
            "document": canonical(document).decode(),
            "published_at": at,
            "published_by": by,
        }
        table = tables.definitions
        same = (
            upsert(table)
            .values(**values)
            .on_conflict_do_nothing(index_elements=["hash"])
            .returning(table.c.hash)
        )
        return self._connection.execute(same).first() is not None

    def document(self, definition_hash: str) -> Mapping[str, Any]:
        """This will give the document a definition was read from; raises KeyError."""
        table = tables.definitions
        found = self._connection.execute(
            select(table.c.document).where(table.c.hash == definition_hash)
        ).scalar()
        if found is None:
            raise KeyError(definition_hash)
        return parse_json(found.encode())

    def listed(self) -> Sequence[Row]:
        """This will list every published version without its document."""
        table = tables.definitions
        columns = (table.c.id, table.c.version, table.c.hash, table.c.published_at, table.c.published_by)
        query = select(*columns).order_by(table.c.id, table.c.version)
        return [dict(row) for row in self._connection.execute(query).mappings()]


_CAMPAIGN = select(tables.campaigns).where(tables.campaigns.c.id == bindparam("id"))
_CAMPAIGN_LOCKED = _CAMPAIGN.with_for_update()


class CampaignRows:
    """Campaigns, their clocks and counters."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, campaign_id: str, *, lock: bool = False) -> Campaign | None:
        """This will find a campaign, and lock its row for the transaction if asked."""
        query = _CAMPAIGN_LOCKED if lock else _CAMPAIGN
        row = self._connection.execute(query, {"id": campaign_id}).mappings().first()
        if row is None:
            return None
        opened_at = utc(row["opened_at"])
        assert opened_at is not None
        return Campaign(
            row["id"],
            row["definition_hash"],
            row["mode"],
            utc(row["clock_at"]),
            utc(row["clock_target"]),
            opened_at,
            read_successions(row["successions"]),
        )

    def add(self, campaign: Campaign) -> None:
        """This will store a new campaign."""
        values = {name: getattr(campaign, name) for name in Campaign.__dataclass_fields__}
        values["successions"] = write_successions(campaign.successions)
        self._connection.execute(insert(tables.campaigns).values(**values))

    def succeed(self, campaign_id: str, successions: Sequence[Succession]) -> None:
        """This will store which agencies took over from which."""
        table = tables.campaigns
        values = {"successions": write_successions(successions)}
        self._connection.execute(update(table).where(table.c.id == campaign_id).values(**values))

    def set_clock(self, campaign_id: str, at: datetime, target: datetime | None) -> None:
        """This will set an exercise's clock and how far it is asked to run."""
        table = tables.campaigns
        values = {"clock_at": at, "clock_target": target}
        self._connection.execute(update(table).where(table.c.id == campaign_id).values(**values))
        if target is not None:
            self._connection.execute(select(func.pg_notify(DOORBELL, "clock")))

    def take_number(self, campaign_id: str, counter: str) -> int:
        """This will give the next number of a counter ("next_lead" or "next_order"); none is ever given twice."""
        table = tables.campaigns
        column = table.c[counter]
        taken = update(table).where(table.c.id == campaign_id).values({counter: column + 1}).returning(column)
        return int(self._connection.execute(taken).scalar_one()) - 1

    def live_ids(self) -> Sequence[str]:
        """This will list the campaigns that run on real time."""
        return self._ids(tables.campaigns.c.mode == "live")

    def advancing_ids(self) -> Sequence[str]:
        """This will list the exercises whose clock was asked to move."""
        return self._ids(tables.campaigns.c.clock_target.is_not(None))

    def _ids(self, which: ColumnElement[bool]) -> Sequence[str]:
        query = select(tables.campaigns.c.id).where(which).order_by(tables.campaigns.c.id)
        return list(self._connection.execute(query).scalars())


_TOKENS, _PEOPLE = tables.tokens, tables.people
_BY_TOKEN = (
    select(_PEOPLE)
    .join(_TOKENS, (_PEOPLE.c.campaign_id == _TOKENS.c.campaign_id) & (_PEOPLE.c.id == _TOKENS.c.person_id))
    .where(
        _TOKENS.c.hash == bindparam("hash"),
        _TOKENS.c.revoked_at.is_(None),
        _TOKENS.c.expires_at.is_(None) | (_TOKENS.c.expires_at > bindparam("at")),
        _PEOPLE.c.active,
    )
)


class PeopleRows:
    """People and tokens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, campaign_id: str, person: Row) -> None:
        """This will add a person; one already there stays as it is."""
        self.add_all(campaign_id, [person])

    def add_all(self, campaign_id: str, people: Sequence[Row]) -> None:
        """This will add people in one go; those already there stay as they are."""
        names = ("id", "name", "agency_id", "roles", "stand_in")
        rows = [{"campaign_id": campaign_id, **{name: p.get(name) for name in names}} for p in people]
        if rows:
            self._connection.execute(upsert(tables.people).on_conflict_do_nothing(), rows)

    def find(self, campaign_id: str, person_id: str) -> Row | None:
        """This will find a person of a campaign."""
        table = tables.people
        query = select(table).where(table.c.campaign_id == campaign_id, table.c.id == person_id)
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row is not None else None

    def in_role(self, campaign_id: str, agency_id: str, role: str) -> Sequence[Row]:
        """This will list the active people of an agency who hold a role."""
        table = tables.people
        query = select(table).where(
            table.c.campaign_id == campaign_id,
            table.c.agency_id == agency_id,
            table.c.roles.contains([role]),
            table.c.active,
        )
        return [dict(row) for row in self._connection.execute(query.order_by(table.c.id)).mappings()]

    def listed(self, campaign_id: str) -> Sequence[Row]:
        """This will list the people of a campaign."""
        table = tables.people
        query = (
            select(table).where(table.c.campaign_id == campaign_id).order_by(table.c.agency_id, table.c.id)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def save(self, campaign_id: str, person: Row) -> None:
        """This will store what a person is now: agency, roles, whether active. The name stays."""
        table = tables.people
        mine = (table.c.campaign_id == campaign_id) & (table.c.id == person["id"])
        values = {name: person[name] for name in ("agency_id", "roles", "active")}
        self._connection.execute(update(table).where(mine).values(**values))

    def by_token(self, token_hash: str, wall_time: datetime) -> Row | None:
        """This will find whom a token belongs to, unless it has ended."""
        row = self._connection.execute(_BY_TOKEN, {"hash": token_hash, "at": wall_time}).mappings().first()
        return dict(row) if row is not None else None

    def add_token(
        self, token_hash: str, campaign_id: str, person_id: str, at: datetime, ends: datetime | None
    ) -> None:
        """This will store a token's hash; the same again changes nothing."""
        self._add_tokens([(token_hash, person_id)], campaign_id, at, ends)

    def add_tokens(self, campaign_id: str, hashes: Mapping[str, str], at: datetime) -> None:
        """This will store the hash of a token without end for each of some people, by their ids, in one go."""
        self._add_tokens([(digest, person_id) for person_id, digest in hashes.items()], campaign_id, at, None)

    def _add_tokens(
        self, tokens: Sequence[tuple[str, str]], campaign_id: str, at: datetime, ends: datetime | None
    ) -> None:
        shared = {"campaign_id": campaign_id, "issued_at": at, "expires_at": ends}
        rows = [{"hash": digest, "person_id": person_id, **shared} for digest, person_id in tokens]
        if rows:
            self._connection.execute(upsert(tables.tokens).on_conflict_do_nothing(), rows)

    def revoke_token(self, token_hash: str, campaign_id: str, at: datetime) -> bool:
        """This will end a token; False if there was none to end."""
        table = tables.tokens
        mine = (
            (table.c.hash == token_hash) & (table.c.campaign_id == campaign_id) & table.c.revoked_at.is_(None)
        )
        return self._connection.execute(update(table).where(mine).values(revoked_at=at)).rowcount == 1
