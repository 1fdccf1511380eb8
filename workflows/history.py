"""Keeping proof of the history outside: verifying it, anchors of the tips of its chains, and packs to check without a database.

An anchor names every chain's last entry and its hash. Whoever keeps one elsewhere can show later that no entry up to there
was altered, removed, or cut off and written anew, which the chains alone cannot show of their tail. A pack is an anchor
and all entries; as lines of JSON, so that it is read piece by piece.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.commands import Command
from workflows.events import ChainFault, Event, RecordedEvent, canonical, verify_chain

FORMAT = "xunxian-history-1"
_NAMES = ("kind", "subject", "subject_id", "data", "from_state", "to_state", "reason")
_PLACED = ("stream", "seq", "person", "agency", "request_id", "definition_hash", "previous_hash", "hash")
Tip = tuple[str, int, str]
"""A chain, its last entry, and that entry's hash."""


@dataclass(frozen=True, slots=True)
class VerifyHistory(Command):
    """Recompute every chain, and keep who did when, up to where, and with what result."""


@dataclass(frozen=True, slots=True)
class AnchorHistory(Command):
    """Take an anchor of the history and keep to whom it goes."""

    kept_by: str


class NoPack(ValueError):
    """A file that is no pack and no anchor; the message says what is wrong with it, in both languages."""


def seal_of(tips: Iterable[Tip]) -> str:
    """This will give one hash for where all chains stand; the same in whatever order they come."""
    return hashlib.sha256(canonical(sorted(map(list, tips))).encode()).hexdigest()


def lines_of(
    head: Mapping[str, Any], tips: Sequence[Tip], chains: Iterable[Iterable[RecordedEvent]] | None
) -> Iterator[str]:
    """This will write an anchor, or with `chains`, in the order of `tips`, a pack."""
    kind = "anchor" if chains is None else "pack"
    yield canonical({"format": FORMAT, "kind": kind, "seal": seal_of(tips), **head})
    entries = iter(chains) if chains is not None else None
    for tip in tips:
        yield canonical({"tip": list(tip)})
        for entry in next(entries) if entries is not None else ():
            yield canonical({"entry": _written(entry)})


def _written(entry: RecordedEvent) -> dict[str, Any]:
    event = entry.event
    return {
        **{name: getattr(event, name) for name in _NAMES},
        **{name: getattr(entry, name) for name in _PLACED},
        "occurred_at": event.occurred_at,
        "recorded_at": entry.recorded_at,
    }


def _read(entry: Mapping[str, Any]) -> RecordedEvent:
    occurred_at = datetime.fromisoformat(entry["occurred_at"])
    event = Event(occurred_at=occurred_at, **{name: entry[name] for name in _NAMES})
    recorded_at = datetime.fromisoformat(entry["recorded_at"])
    return RecordedEvent(event=event, recorded_at=recorded_at, **{name: entry[name] for name in _PLACED})


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a file came to: its head, what it holds, and what does not fit."""

    head: Mapping[str, Any]
    tips: Sequence[Tip]
    events: int
    faults: Sequence[ChainFault]


def check(lines: Iterable[str], anchor: Sequence[Tip] = ()) -> Checked:
    """This will check a pack: every chain recomputed, each to its tip, and every entry of `anchor` found where it was.

    Raises NoPack.
    """
    found = _Reading(lines)
    held = {stream: (seq, digest) for stream, seq, digest in anchor}
    tips, faults, events = [], [], 0
    for tip, entries in found.chains():
        tips.append(tip)
        events += len(entries)
        fault = verify_chain(entries) or _to_its_tip(tip, entries) or _as_anchored(tip, entries, held)
        held.pop(tip[0], None)
        if fault is not None:
            faults.append(fault)
    faults += [ChainFault(stream, seq, "chain missing since the anchor") for stream, (seq, _) in held.items()]
    if seal_of(tips) != found.head.get("seal"):
        faults.append(ChainFault("head", 1, "the seal is not that of the tips"))
    if found.head["kind"] == "pack" and found.head.get("events") != events:
        faults.append(ChainFault("head", 1, "not as many entries as the head says"))
    return Checked(found.head, tips, events, faults)


def anchored(lines: Iterable[str]) -> tuple[Mapping[str, Any], Sequence[Tip]]:
    """This will read the tips of an anchor, or of a pack that serves as one. Raises NoPack."""
    found = _Reading(lines)
    tips = [tip for tip, _ in found.chains()]
    if seal_of(tips) != found.head.get("seal"):
        raise NoPack(
            "锚点文件已被改动：封值与内容不符 · the anchor was altered: its seal is not that of its tips"
        )
    return found.head, tips


def _to_its_tip(tip: Tip, entries: Sequence[RecordedEvent]) -> ChainFault | None:
    stream, seq, digest = tip
    last = (entries[-1].seq, entries[-1].hash) if entries else (0, None)
    return None if last == (seq, digest) else ChainFault(stream, last[0] + 1, "tail missing")


def _as_anchored(
    tip: Tip, entries: Sequence[RecordedEvent], held: Mapping[str, tuple[int, str]]
) -> ChainFault | None:
    """A chain recomputes, yet may have been cut and written anew: only what was kept elsewhere shows it."""
    if tip[0] not in held:
        return None
    seq, digest = held[tip[0]]
    if len(entries) < seq:
        return ChainFault(tip[0], len(entries) + 1, "tail missing since the anchor")
    return None if entries[seq - 1].hash == digest else ChainFault(tip[0], seq, "not as anchored")


class _Reading:
    """A pack or an anchor, read line by line."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = enumerate(lines, 1)
        _, self.head = next(self._parsed(), (0, {}))
        if self.head.get("format") != FORMAT or self.head.get("kind") not in ("pack", "anchor"):
            raise NoPack("这不是校验包或锚点文件 · this is no pack and no anchor of a history")

    def _parsed(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, line in self._lines:
            try:
                parsed = json.loads(line)
            except ValueError:
                parsed = None
            if not isinstance(parsed, dict):
                raise NoPack(f"第 {number} 行读不懂 · line {number} cannot be read")
            yield number, parsed

    def chains(self) -> Iterator[tuple[Tip, list[RecordedEvent]]]:
        """This will give each chain's tip with its entries, none in an anchor. Raises NoPack."""
        tip: Tip | None = None
        entries: list[RecordedEvent] = []
        for number, line in self._parsed():
            try:
                if "tip" in line:
                    if tip is not None:
                        yield tip, entries
                    stream, seq, digest = line["tip"]
                    tip, entries = (str(stream), int(seq), str(digest)), []
                    continue
                entries.append(_read(line["entry"]))
            except (KeyError, TypeError, ValueError):
                raise NoPack(f"第 {number} 行读不懂 · line {number} cannot be read") from None
            if tip is None or entries[-1].stream != tip[0]:
                raise NoPack(f"第 {number} 行不属于这条链 · line {number} is of another chain")
        if tip is not None:
            yield tip, entries
