"""Who plays: the agencies of the campaign and their people, each with a token of the exercise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can act in the exercise."""

    id: str
    agency: str
    roles: frozenset[str]
    token: str


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency as its campaign describes it."""

    id: str
    type: str
    office: bool
    reports: bool
    townships: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """All agencies and people of one exercise."""

    agencies: Mapping[str, Agency]
    people: tuple[Person, ...]

    @property
    def office(self) -> str:
        """The leading-group office."""
        return next(a.id for a in self.agencies.values() if a.office)

    def of_type(self, kind: str) -> str:
        """This will name the first agency of a type; raises KeyError when the campaign has none."""
        found = sorted(a.id for a in self.agencies.values() if a.type == kind and not a.office)
        if not found:
            raise KeyError(f"no agency of type {kind}")
        return found[0]

    def station_of(self, township: str) -> str | None:
        """This will name the agency that serves a township, if one does."""
        return next((a.id for a in self.agencies.values() if township and township in a.townships), None)

    def stations(self) -> tuple[str, ...]:
        """This will name every agency that serves townships."""
        return tuple(sorted(a.id for a in self.agencies.values() if a.townships))

    def reporting(self) -> tuple[str, ...]:
        """This will name every unit that owes reports."""
        return tuple(sorted(a.id for a in self.agencies.values() if a.reports))

    def person(self, agency: str, role: str, nth: int = 0) -> Person:
        """This will find the n-th person with a role; raises KeyError. With too few people, the last one acts."""
        found = sorted((p for p in self.people if p.agency == agency and role in p.roles), key=lambda p: p.id)
        if not found:
            raise KeyError(f"nobody is {role} at {agency}")
        return found[min(nth, len(found) - 1)]


def read_cast(agencies: Iterable[Mapping[str, Any]], people: Iterable[Mapping[str, Any]]) -> Cast:
    """This will read the agencies of a campaign and the people of an exercise as the service gives them."""
    return Cast(
        {a["id"]: _agency(a) for a in agencies},
        tuple(Person(p["id"], _id(p["agency"]), frozenset(p["roles"]), p["token"]) for p in people),
    )


def _agency(found: Mapping[str, Any]) -> Agency:
    return Agency(
        found["id"],
        found["type"],
        bool(found.get("office")),
        bool(found.get("reports")),
        tuple(found.get("townships") or ()),
    )


def _id(agency: Any) -> str:
    return str(agency["id"] if isinstance(agency, Mapping) else agency)
