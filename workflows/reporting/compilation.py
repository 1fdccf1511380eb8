"""Compilation: a period's records and submissions folded into one frozen, hashed snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.campaign import CampaignDefinition, ReportObligation
from workflows.reporting.submission import Submission


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A compiled period: a JSON-ready document and the SHA-256 (hex) of its canonical form."""

    document: Mapping[str, Any]
    hash: str


def compile_period(
    definition: CampaignDefinition,
    obligation: ReportObligation,
    *,
    records: Iterable[Mapping[str, object]],
    submissions: Iterable[Submission],
    at: datetime,
    version: int,
    previous: Mapping[str, Any] | None,
    waivers: Mapping[str, str] | None = None,
) -> Snapshot:
    """This will compile a period as it stands at the aware moment `at`.

    `submissions` are those of this period and of earlier ones (cumulative figures need them); of several versions of
    one report the highest counts. `previous` is the document of the version before, if there is one: the changes are
    listed against it. `waivers` gives the reason by unit. Order of the inputs does not matter; nothing is invented.
    """
    raise NotImplementedError
