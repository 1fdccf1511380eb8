"""Obligations: in time, late, missing, zero and waived, at the moments where they turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.reporting_campaign import STAGE_1, STATIONS, a_campaign, at
from workflows.reporting import due_at, reporting_units, status_of

DUE = at("2017-09-19T00:00")
BEFORE, AFTER = at("2017-09-18T23:59:59"), at("2017-09-20T08:00")


def test_the_named_day_belongs_to_the_term():
    campaign = a_campaign()
    assert due_at(campaign, campaign.report("stage", STAGE_1)) == DUE


def test_an_obligation_may_name_the_time_of_day():
    campaign = a_campaign()
    obligation = replace(campaign.report("stage", STAGE_1), due_time=time(10))
    assert due_at(campaign, obligation) == at("2017-09-18T10:00")


def test_only_units_that_report_owe_reports():
    assert tuple(agency.id for agency in reporting_units(a_campaign())) == STATIONS


@pytest.mark.parametrize(
    ("submitted", "zero", "waived", "seen", "status"),
    [
        (None, False, False, BEFORE, "scheduled"),
        (None, False, False, DUE, "missing"),
        (None, False, True, AFTER, "waived"),
        (BEFORE, False, False, AFTER, "on_time"),
        (DUE, False, False, AFTER, "late"),
        (BEFORE, True, False, AFTER, "zero"),
        (DUE, True, False, AFTER, "zero_late"),
        (DUE, False, True, AFTER, "on_time"),
        (AFTER, False, False, DUE, "missing"),
        (BEFORE, False, False, BEFORE, "on_time"),
    ],
)
def test_status_is_computed_from_the_moments(submitted, zero, waived, seen, status):
    assert status_of(DUE, submitted, zero, waived, seen) == status
