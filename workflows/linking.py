"""What ties two leads together: upstream and downstream of one flow of goods, the same party, or simply related."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.commands import Command
from workflows.text import Text

UPSTREAM, DOWNSTREAM, SAME_PARTY, RELATED = "upstream", "downstream", "same_party", "related"
KINDS = {
    UPSTREAM: Text("上游", "upstream"),
    DOWNSTREAM: Text("下游", "downstream"),
    SAME_PARTY: Text("同一当事人", "the same party"),
    RELATED: Text("相关", "related"),
}
TURNED = {UPSTREAM: DOWNSTREAM, DOWNSTREAM: UPSTREAM}
"""What a link is called from its other end, where that differs."""


@dataclass(frozen=True, slots=True)
class LinkLeads(Command):
    """Link a lead to another: `kind` says what the other one is to it (upstream, downstream, same_party, related)."""

    number: str
    other: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnlinkLeads(Command):
    """End a link; that it stood stays on record."""

    number: str
    other: str
    kind: str
    reason: str


def stored(lead_id: str, other_id: str, kind: str) -> tuple[str, str, str]:
    """This will give the one way a link is kept: downstream turned round, the others with the smaller id first."""
    if kind == DOWNSTREAM:
        return other_id, lead_id, UPSTREAM
    if kind == UPSTREAM:
        return lead_id, other_id, UPSTREAM
    first, second = sorted((lead_id, other_id))
    return first, second, kind


def seen_from(lead_id: str, kept_first: str, kind: str) -> str:
    """This will say what the other lead of a kept link is to this one."""
    if kind == UPSTREAM and lead_id != kept_first:
        return DOWNSTREAM
    return kind
