"""What the exercise is fed: each lead as it arrived, with what is known of its outcome.

Nothing is defaulted: a row that cannot be read stops the player with its reference and column.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from importlib.resources import files

DEFINITION = "yangshan-ivory-2017"
_EAST_8 = timezone(timedelta(hours=8))
STARTS = datetime(2017, 8, 10, 8, tzinfo=_EAST_8)
"""The first morning of the campaign."""
ENDS = datetime(2018, 3, 30, 18, tzinfo=_EAST_8)
"""The evening of its last day, after the last lead."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to a lead. Grams, whole pieces, animals by head, yuan, calendar days; None where not reported."""

    handled_by: str
    track: str
    result: str
    persons: int | None
    seized_pieces: int | None
    seized_grams: float | None
    seized_live: int | None
    fine_yuan: float | None
    value_yuan: float | None
    days_taken: int | None


@dataclass(frozen=True, slots=True)
class Matter:
    """One lead of the exercise. Lists were separated by semicolons; words are those of the source."""

    ref: str
    reported_at: datetime
    channel: str
    place_type: str
    township: str
    address: str
    act: str
    products: tuple[str, ...]
    species: tuple[str, ...]
    pieces: int | None
    grams: float | None
    live_count: int | None
    estimated_value_yuan: float | None
    vehicles: int | None
    suspects: int | None
    description: str
    reporter_kind: str
    urgency: str
    duplicate_of: str | None
    outcome: Outcome | None

    @property
    def track(self) -> str:
        """Which way the matter goes: criminal, administrative, customs, none, or unknown."""
        return self.outcome.track if self.outcome else "unknown"

    @property
    def urgent(self) -> bool:
        """Whether people act on it at night and on days off."""
        return self.urgency != "normal"


def shipped_matters() -> tuple[Matter, ...]:
    """This will read the 77 leads and outcomes that come with the campaign, in the order they were reported."""
    folder = files("workflows").joinpath("campaigns", DEFINITION, "exercise")
    leads = folder.joinpath("leads.csv").read_text("utf-8").splitlines()
    outcomes = folder.joinpath("outcomes.csv").read_text("utf-8").splitlines()
    return read_matters(csv.DictReader(leads), csv.DictReader(outcomes))


def read_matters(leads: Iterable[Row], outcomes: Iterable[Row]) -> tuple[Matter, ...]:
    """This will join leads and outcomes by reference; raises ValueError naming the row and column that is wrong.

    A duplicate's outcome belongs to the lead it duplicates where that one has none of its own.
    """
    known = {row["external_ref"]: _outcome(row) for row in outcomes}
    rows = list(leads)
    refs = {row["external_ref"] for row in rows}
    for row in rows:
        target = row["duplicate_of"]
        if target and target not in refs:
            raise ValueError(f"{row['external_ref']}: duplicate_of names no lead: {target!r}")
        if target and row["external_ref"] in known:
            known.setdefault(target, known[row["external_ref"]])
    return tuple(
        sorted((_matter(row, known) for row in rows), key=lambda matter: (matter.reported_at, matter.ref))
    )


def _matter(row: Row, outcomes: Mapping[str, Outcome]) -> Matter:
    reported_at = datetime.fromisoformat(row["reported_at"])
    if reported_at.tzinfo is None:
        raise ValueError(f"{row['external_ref']}: reported_at needs an offset: {row['reported_at']!r}")
    return Matter(
        ref=row["external_ref"],
        reported_at=reported_at,
        channel=row["channel"],
        place_type=row["place_type"],
        township=row["township"],
        address=row["address"],
        act=row["act"],
        products=_words(row["product"]),
        species=_words(row["species"]),
        pieces=_whole(row, "pieces"),
        grams=_number(row, "grams"),
        live_count=_whole(row, "live_count"),
        estimated_value_yuan=_number(row, "estimated_value_yuan"),
        vehicles=_whole(row, "vehicles"),
        suspects=_whole(row, "suspects"),
        description=row["description"],
        reporter_kind=row["reporter_kind"],
        urgency=row["urgency"],
        duplicate_of=row["duplicate_of"] or None,
        outcome=outcomes.get(row["external_ref"]),
    )


def _outcome(row: Row) -> Outcome:
    return Outcome(
        handled_by=row["handled_by"],
        track=row["track"],
        result=row["result"],
        persons=_whole(row, "persons"),
        seized_pieces=_whole(row, "seized_pieces"),
        seized_grams=_number(row, "seized_grams"),
        seized_live=_whole(row, "seized_live"),
        fine_yuan=_number(row, "fine_yuan"),
        value_yuan=_number(row, "value_yuan"),
        days_taken=_whole(row, "days_taken"),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(";") if word)


def _whole(row: Row, column: str) -> int | None:
    number = _number(row, column)
    if number is not None and number != int(number):
        raise ValueError(f"{row['external_ref']}: {column} must be a whole number: {row[column]!r}")
    return None if number is None else int(number)


def _number(row: Row, column: str) -> float | None:
    text = row[column]
    if not text:
        return None
    try:
        number = float(text)
    except ValueError as wrong:
        raise ValueError(f"{row['external_ref']}: {column} is not a number: {text!r}") from wrong
    if not 0 <= number < 1e12:
        raise ValueError(f"{row['external_ref']}: {column} is out of range: {text!r}")
    return number
