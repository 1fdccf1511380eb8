"""What the database gathers of the past is what one gets by reading the history event by event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from shared.application import figures
from shared.application.work import Work
from shared.bootstrap import System
from tests.conftest import CAMPAIGN
from workflows.commands import system_caller

MOMENTS = ("2017-08-11T09:00", "2017-08-25T12:30", "2017-09-05T12:00", "2017-09-16T10:00", "")
"""Moments of the exercise, and its present."""


def told(work: Work, at: datetime) -> list[Mapping[str, Any]]:
    """Every event of leads and their clocks that was known at a moment, in the order it was recorded."""
    rows = work.uow.events.feed(CAMPAIGN, 0, 100_000)
    return [
        row
        for row in rows
        if row["lead_id"] and row["subject"] in {"lead", "deadline"}
        if row["recorded_at"] <= at and row["occurred_at"] <= at
    ]


def read_one_by_one(work: Work, at: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Moments and holders of leads, and clocks as (lead, original, due, ended), folded without the database's help."""
    leads: dict[str, dict[str, Any]] = {}
    clocks: dict[str, dict[str, Any]] = {}
    for row in told(work, at):
        data = row["data"]
        if row["subject"] == "lead":
            lead = leads.setdefault(row["lead_id"], {"agency": None})
            lead[row["kind"].partition(".")[2]] = row["occurred_at"]
            machine = work.pinned(row["definition_hash"]).lifecycles["lead"]
            step = machine.transition(data.get("trigger", ""), row["from_state"] or "")
            if row["kind"] == "lead.given_back":
                lead["agency"] = None
            elif step is not None and "lead_agency" in step.sets:
                lead["agency"] = data["given"].get(str(step.sets["lead_agency"]).removeprefix("given."))
        elif "due_at" in data:
            clock = clocks.setdefault(
                row["subject_id"], {"lead": row["lead_id"], "ended": None, "counts": True}
            )
            clock |= {name: datetime.fromisoformat(data[name]) for name in ("due_at", "original_due_at")}
            if row["kind"] in {"deadline.started", "deadline.stopped"}:
                clock["ended"] = row["occurred_at"] if row["kind"] == "deadline.stopped" else None
            if row["kind"] in {"deadline.stopped", "deadline.expired"}:
                clock["counts"] &= data.get("outcome") not in {"lapsed", "cancelled"}
    return leads, {name: clock for name, clock in clocks.items() if clock["counts"]}


@pytest.mark.parametrize("moment", MOMENTS)
def test_leads_and_clocks_of_a_past_moment_are_those_of_the_history(exercise: System, moment: str) -> None:
    def check(work: Work) -> None:
        at = datetime.fromisoformat(f"{moment}+08:00") if moment else work.at
        leads, clocks = read_one_by_one(work, at)
        known = {one.lead["id"]: one for one in figures.known(work, at)}
        assert set(known) == set(leads)
        for lead_id, one in known.items():
            agency = leads[lead_id].pop("agency")
            assert one.lead["agency"] == agency
            assert one.moments == {name: leads[lead_id][name] for name in one.moments}
            mine = [clock for clock in clocks.values() if clock["lead"] == lead_id]
            judged = [clock for clock in mine if clock["ended"] or clock["due_at"] <= at]
            met = [clock for clock in judged if clock["ended"]]
            kept = (
                len(judged),
                sum(clock["ended"] <= clock["original_due_at"] for clock in met),
                sum(clock["ended"] <= clock["due_at"] for clock in met),
            )
            assert one.kept == kept
        assert sum(one.kept[2] for one in known.values()) or moment == MOMENTS[0]

    exercise.read(check, system_caller(CAMPAIGN))
