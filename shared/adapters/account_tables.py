"""The tables of the pages' sign-in: passwords (Argon2id), sessions (digests of tokens), second factors (sealed),
recovery codes and devices (digests), wrong tries (digests). No address is in any of them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from shared.adapters.tables import metadata


def _person() -> tuple[Column[str], Column[str], ForeignKeyConstraint]:
    columns = ("campaign_id", "person_id")
    return (
        Column("campaign_id", Text, nullable=False),
        Column("person_id", Text, nullable=False),
        ForeignKeyConstraint(columns, ["people.campaign_id", "people.id"]),
    )


def _moment(name: str, *, required: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required)


passwords = Table(
    "passwords",
    metadata,
    *_person(),
    Column("hash", Text, nullable=False),
    _moment("changed_at"),
    PrimaryKeyConstraint("campaign_id", "person_id"),
    Index("ix_passwords_person", "person_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True),
    *_person(),
    _moment("issued_at"),
    _moment("last_seen_at"),
    _moment("ended_at", required=False),
    Column("label", Text, nullable=False, server_default=""),
    Index("ix_sessions_person", "campaign_id", "person_id"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    _moment("last_at"),
)

half_sessions = Table(
    "half_sessions",
    metadata,
    Column("hash", Text, primary_key=True),
    *_person(),
    _moment("at"),
    Column("tries", Integer, nullable=False),
)

second_factors = Table(
    "second_factors",
    metadata,
    *_person(),
    Column("key_id", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    _moment("confirmed_at", required=False),
    Column("last_step", BigInteger, nullable=False),
    PrimaryKeyConstraint("campaign_id", "person_id"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    *_person(),
    Column("digest", Text, nullable=False),
    _moment("used_at", required=False),
    PrimaryKeyConstraint("campaign_id", "person_id", "digest"),
)

known_devices = Table(
    "known_devices",
    metadata,
    Column("digest", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    _moment("at"),
    PrimaryKeyConstraint("digest", "person_id"),
)
