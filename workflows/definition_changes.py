"""What differs between two versions of a definition document, place by place.

Entries of lists are paired by what names them (id, code, trigger, level …), not by their position, so that an entry put
in between changes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

NAMES: Final = ("id", "code", "trigger", "level", "version", "event")
"""What names an entry of a list; the first that every entry has and no two share is used."""

ABSENT: Final = None


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs: `before` None where it is new, `after` None where it is gone."""

    path: str
    before: Any
    after: Any


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """This will list every place in which two documents differ, in the order of their paths."""
    return tuple(sorted(_between("", before, after), key=lambda change: change.path))


def _between(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _entries(path, before, after)
        return
    if isinstance(before, list) and isinstance(after, list):
        name = _name(before, after)
        if name is not None:
            keyed = ({str(entry[name]): entry for entry in entries} for entries in (before, after))
            yield from _entries(path, *keyed)
            return
    yield Change(path, before, after)


def _entries(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in (*before, *(key for key in after if key not in before)):
        place = f"{path}/{key}"
        if key not in after:
            yield Change(place, before[key], ABSENT)
        elif key not in before:
            yield Change(place, ABSENT, after[key])
        else:
            yield from _between(place, before[key], after[key])


def _name(before: Sequence[Any], after: Sequence[Any]) -> str | None:
    """What names the entries of both lists; None where nothing does, so that the lists are compared as they stand."""
    if not all(isinstance(entry, Mapping) for entry in (*before, *after)):
        return None
    return next((name for name in NAMES if _names(name, before) and _names(name, after)), None)


def _names(name: str, entries: Sequence[Any]) -> bool:
    found = [str(entry[name]) for entry in entries if name in entry]
    return len(found) == len(entries) == len(set(found))
