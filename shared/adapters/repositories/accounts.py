"""Passwords, sessions and wrong tries as rows. Passwords are kept as Argon2id, everything else as digests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import account_tables, tables
from shared.adapters.repositories.wire import utc
from shared.application.ports import Row

_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
"""Argon2id as RFC 9106 recommends where memory is dear; a hash made otherwise is made anew at the next sign-in."""

_ID = 16
_FORGOTTEN_AFTER = timedelta(days=366)


@lru_cache
def _nobody() -> str:
    """A password nobody has: checking it costs what checking a real one does."""
    return _HASHER.hash("nobody has this password")


class AccountRows:
    """Who may sign in on the pages, and who has."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set_password(self, campaign_id: str, person_id: str, password: str, at: datetime) -> None:
        """This will keep a new password and end the person's sessions."""
        values = {"hash": _HASHER.hash(password), "changed_at": at}
        person = {"campaign_id": campaign_id, "person_id": person_id}
        stored = upsert(account_tables.passwords).values(**person, **values)
        self._connection.execute(
            stored.on_conflict_do_update(index_elements=["campaign_id", "person_id"], set_=values)
        )
        table = account_tables.sessions
        mine = (table.c.campaign_id == campaign_id) & (table.c.person_id == person_id)
        self._connection.execute(update(table).where(mine, table.c.ended_at.is_(None)).values(ended_at=at))

    def check_password(self, person_id: str, password: str) -> str | None:
        """This will name the newest campaign in which this is an active person's password."""
        table, people, campaigns = account_tables.passwords, tables.people, tables.campaigns
        joined = table.join(
            people, (people.c.campaign_id == table.c.campaign_id) & (people.c.id == table.c.person_id)
        ).join(campaigns, campaigns.c.id == table.c.campaign_id)
        query = select(table.c.campaign_id, table.c.hash).select_from(joined)
        rows = self._connection.execute(
            query.where(table.c.person_id == person_id, people.c.active)
            .order_by(campaigns.c.opened_at.desc())
            .limit(5)
        ).all()
        for campaign_id, stored in rows:
            if _is_right(stored, password):
                self._renew(str(campaign_id), person_id, stored, password)
                return str(campaign_id)
        if not rows:
            _is_right(_nobody(), password)
        return None

    def is_password(self, campaign_id: str, person_id: str, password: str) -> bool:
        """This will say whether this is a person's password in a campaign."""
        table = account_tables.passwords
        mine = (table.c.campaign_id == campaign_id) & (table.c.person_id == person_id)
        stored = self._connection.execute(select(table.c.hash).where(mine)).scalar()
        return _is_right(stored or _nobody(), password) and stored is not None

    def _renew(self, campaign_id: str, person_id: str, stored: str, password: str) -> None:
        table = account_tables.passwords
        if _HASHER.check_needs_rehash(stored):
            mine = (table.c.campaign_id == campaign_id) & (table.c.person_id == person_id)
            self._connection.execute(update(table).where(mine).values(hash=_HASHER.hash(password)))

    def failures(self, key: str) -> tuple[int, datetime | None]:
        """This will say how often in a row a password was wrong, and when last."""
        table = account_tables.sign_in_failures
        row = self._connection.execute(
            select(table.c.failures, table.c.last_at).where(table.c.key == key)
        ).first()
        return (row[0], utc(row[1])) if row is not None else (0, None)

    def note_failure(self, key: str, at: datetime) -> None:
        """This will count one more wrong password."""
        table = account_tables.sign_in_failures
        first = upsert(table).values(key=key, failures=1, last_at=at)
        again = {"failures": table.c.failures + 1, "last_at": at}
        self._connection.execute(first.on_conflict_do_update(index_elements=["key"], set_=again))

    def forget_failures(self, key: str) -> None:
        """This will begin the count anew."""
        table = account_tables.sign_in_failures
        self._connection.execute(delete(table).where(table.c.key == key))

    def open_session(
        self, session_hash: str, campaign_id: str, person_id: str, at: datetime, label: str = ""
    ) -> None:
        """This will begin a session."""
        person = {"campaign_id": campaign_id, "person_id": person_id, "label": label}
        values = {"hash": session_hash, **person, "issued_at": at, "last_seen_at": at}
        self._connection.execute(upsert(account_tables.sessions).values(**values))

    def sessions(
        self, campaign_id: str, person_id: str, seen_after: datetime, issued_after: datetime
    ) -> Sequence[Row]:
        """This will list a person's open sessions, the one used last first; `id` names one and opens nothing."""
        table = account_tables.sessions
        mine = (table.c.campaign_id == campaign_id) & (table.c.person_id == person_id)
        live = (table.c.last_seen_at > seen_after) & (table.c.issued_at > issued_after)
        query = select(table).where(mine, live, table.c.ended_at.is_(None))
        rows = self._connection.execute(query.order_by(table.c.last_seen_at.desc(), table.c.hash)).mappings()
        shown = ("hash", "label")
        return [
            {
                **{name: row[name] for name in shown},
                "id": row["hash"][:_ID],
                "issued_at": utc(row["issued_at"]),
                "last_seen_at": utc(row["last_seen_at"]),
            }
            for row in rows
        ]

    def end_sessions(
        self, campaign_id: str, person_id: str, session_id: str | None, but: str, at: datetime
    ) -> int:
        """This will end one session of a person, or all but one, and say how many ended."""
        table = account_tables.sessions
        mine = (table.c.campaign_id == campaign_id) & (table.c.person_id == person_id)
        which = table.c.hash != but if session_id is None else func.left(table.c.hash, _ID) == session_id
        ended = update(table).where(mine, which, table.c.ended_at.is_(None)).values(ended_at=at)
        return self._connection.execute(ended).rowcount

    def knows_device(self, person_id: str, device: str) -> bool:
        """This will say whether a person signed in with a browser before."""
        table = account_tables.known_devices
        mine = (table.c.digest == device) & (table.c.person_id == person_id)
        return self._connection.execute(select(table.c.digest).where(mine)).first() is not None

    def know_device(self, person_id: str, device: str, at: datetime) -> None:
        """This will remember a browser, and forget those not used for a year."""
        table = account_tables.known_devices
        stored = upsert(table).values(digest=device, person_id=person_id, at=at)
        self._connection.execute(
            stored.on_conflict_do_update(index_elements=["digest", "person_id"], set_={"at": at})
        )
        self._connection.execute(delete(table).where(table.c.at < at - _FORGOTTEN_AFTER))

    def touch_session(self, session_hash: str, at: datetime) -> None:
        """This will note that a session is in use."""
        self._change(session_hash, {"last_seen_at": at})

    def end_session(self, session_hash: str, at: datetime) -> None:
        """This will end a session."""
        self._change(session_hash, {"ended_at": at})

    def _change(self, session_hash: str, values: dict[str, Any]) -> None:
        table = account_tables.sessions
        mine = (table.c.hash == session_hash) & table.c.ended_at.is_(None)
        self._connection.execute(update(table).where(mine).values(**values))

    def session(self, session_hash: str, seen_after: datetime, issued_after: datetime) -> Row | None:
        """This will find a session in use with the active person it belongs to."""
        table, people = account_tables.sessions, tables.people
        joined = table.join(
            people, (people.c.campaign_id == table.c.campaign_id) & (people.c.id == table.c.person_id)
        )
        query = select(people, table.c.issued_at, table.c.last_seen_at).select_from(joined)
        live = (table.c.last_seen_at > seen_after) & (table.c.issued_at > issued_after)
        row = self._connection.execute(
            query.where(table.c.hash == session_hash, table.c.ended_at.is_(None), live, people.c.active)
        )
        found = row.mappings().first()
        return dict(found) if found is not None else None


def _is_right(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except VerifyMismatchError:
        return False
