"""A chain of custody that was altered in the tables is found, for the history tells each of its steps too."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from shared.application import history
from shared.bootstrap import System
from tests.api.conftest import Ask
from tests.conftest import STARTS
from workflows.commands import Caller
from workflows.succession import SucceedAgency, Succession
from workflows.text import Text

Callers = dict[str, Caller]
UNIT = "station_qinglan"


@pytest.fixture
def item(ask: Ask, lead: dict[str, Any]) -> str:
    """A tusk that was collected, handed to the appraisers, and succeeded to a merged station."""
    path = f"/v1/leads/{lead['number']}"
    ask("POST", f"{path}/actions/accept", json={"given": {"lead_agency": UNIT}})
    thing = {"label": "象牙雕件", "product": "ivory", "pieces": 3, "grams": 600.5}
    made = ask("POST", f"{path}/items", json=thing, by=f"{UNIT}.officer").json["id"]
    handed = {"act": "hand_out", "to": "appraisal", "note": "送检"}
    assert ask("POST", f"/v1/items/{made}/custody", json=handed, by=f"{UNIT}.officer").status_code == 200
    return str(made)


def audit(system: System, callers: Callers) -> dict[str, Any]:
    found: dict[str, Any] = system.read(history.verify_audit, callers["office.auditor"])
    return found


def test_an_honest_chain_fits_the_history_also_after_a_succession(
    ask: Ask, system: System, callers: Callers, item: str
) -> None:
    new = Succession(UNIT, "station_new", STARTS.date(), Text("新设林业站", "new station"), "新林业站")
    system.handle(SucceedAgency(callers["office.administrator"], new, "撤并"))
    received = ask("POST", f"/v1/items/{item}/custody", json={"act": "receive"}, by="appraisal.officer")
    assert received.status_code == 200, received.text
    found = audit(system, callers)
    assert (found["ok"], found["items"], found["faults"]) == (True, 1, [])


@pytest.mark.parametrize(
    ("statement", "seq", "fault"),
    [
        ("UPDATE custody_steps SET note = '改' WHERE seq = 2", 2, "step altered"),
        ("UPDATE custody_steps SET to_agency = 'customs' WHERE seq = 2", 2, "step altered"),
        ("DELETE FROM custody_steps WHERE seq = 2", 2, "step missing"),
        ("UPDATE items SET grams = 500", 2, "amount altered"),
        ("UPDATE items SET holder_agency = 'customs'", 2, "holder altered"),
        ("UPDATE items SET state = 'destroyed'", 2, "holder altered"),
    ],
)
def test_whatever_is_altered_in_the_tables_is_found(
    system: System,
    callers: Callers,
    database: str,
    item: str,
    statement: str,
    seq: int,
    fault: str,
) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]  # written above
    found = audit(system, callers)
    assert not found["ok"]
    assert found["faults"] == [{"stream": f"item/{item}", "seq": seq, "fault": fault}]
