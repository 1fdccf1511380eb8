"""A rotation of keys reaches the second factors: each keeps its own secret."""

from __future__ import annotations

import psycopg

from shared.bootstrap import System
from tests.conftest import CAMPAIGN
from workflows.commands import system_caller
from workflows.second_factor import Account, BeginFactor

SECRETS = {"office.office_director": b"first-secret-of-20-b", "office.office_staff": b"other-secret-of-20-b"}


def test_after_a_rotation_each_person_has_the_secret_they_had(system: System) -> None:
    for person, secret in SECRETS.items():
        system.handle(BeginFactor(system_caller(CAMPAIGN), Account(CAMPAIGN, person), secret))
    assert system.rotate_keys() == len(SECRETS)
    with psycopg.connect(system.settings.database_url.replace("+psycopg", "")) as connection:
        sealed_with = connection.execute("SELECT DISTINCT key_id FROM second_factors").fetchall()
    assert sealed_with == [("k0002",)]
    with system._opened() as uow:
        for person, secret in SECRETS.items():
            held = uow.factors.get(Account(CAMPAIGN, person))
            assert held is not None
            assert held["secret"] == secret
