"""Rejected: the one way a rule says no, with reasons a person can act on."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something cannot be done: a stable code, the sentence, the input it concerns, what to do instead, and where
    the rule stands, if it is one of the definition's.
    """

    code: str
    text: Text
    field: str | None = None
    hint: Text | None = None
    source: str | None = None


class Rejected(Exception):
    """A rule said no. `reasons` lists every one that applies, not only the first.

    `kind` chooses the answer at the edge: "invalid" (the input is wrong), "conflict" (not possible in this state),
    "forbidden" (not for this caller), "missing" (no such thing, or not for this caller to know of),
    "stale" (somebody else changed it first), "reused" (an idempotency key with another request).
    """

    def __init__(
        self,
        *reasons: Reason,
        kind: str = "conflict",
        possible: tuple[str, ...] = (),
        details: dict[str, object] | None = None,
    ) -> None:
        super().__init__("; ".join(r.text.en or r.text.zh for r in reasons))
        self.reasons = reasons
        self.kind = kind
        self.possible = possible
        self.details = details or {}


def invalid(field: str, code: str, zh: str, en: str, hint: Text | None = None) -> Rejected:
    """This will make the refusal of one wrong input."""
    return Rejected(Reason(code, Text(zh, en), field, hint), kind="invalid")
