"""Rows of the outbox are done together, and a bad one among them harms no other."""

from __future__ import annotations

import psycopg

from shared.bootstrap import System
from shared.settings import Settings
from tests.conftest import CAMPAIGN
from tests.leads import an_intake
from workflows.commands import DeliverOutbox, ReceiveLead, system_caller

INSIDE = system_caller(CAMPAIGN)
BAD = (
    "INSERT INTO outbox (campaign_id, key, kind, data, created_at) VALUES (%s, 'bad', 'notify', '{}', now())"
)
ROWS = "SELECT key, done_at IS NOT NULL, tries FROM outbox ORDER BY id"


def test_a_bad_row_is_put_off_and_those_around_it_are_told_once(system: System, settings: Settings) -> None:
    system.handle(ReceiveLead(INSIDE, an_intake(), "test"))
    with psycopg.connect(settings.database_url, autocommit=True) as database:
        database.execute(BAD, [CAMPAIGN])
        system.handle(ReceiveLead(INSIDE, an_intake(), "test"))
        every = tuple(row[0] for row in database.execute("SELECT id FROM outbox ORDER BY id").fetchall())
        assert len(every) >= 3, "one before the bad row and one behind it"
        system.handle(DeliverOutbox(INSIDE, every))
        after = database.execute(ROWS).fetchall()
        told = database.execute("SELECT count(DISTINCT key), count(*) FROM notices").fetchone()
        system.handle(DeliverOutbox(INSIDE, every))
        again = database.execute("SELECT count(DISTINCT key), count(*) FROM notices").fetchone()
    assert {key: (done, tries) for key, done, tries in after if key == "bad"} == {"bad": (False, 1)}
    assert all(done and tries == 0 for key, done, tries in after if key != "bad")
    assert told is not None
    assert told[0] == told[1] >= 2
    assert again == told
