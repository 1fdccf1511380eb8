"""What an answer offers can be done, and what it bars is refused: people of a campaign take steps at random."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask
from tests.api.test_a_campaign_with_other_words import FILE, Fireworks
from workflows.definition_format import parse_toml, read_definition

ROUNDS = 70
PARTS = ("handoffs", "transfers")


class Walk:
    """People of the fireworks campaign who take whatever step they are offered, with inputs of the right sort."""

    def __init__(self, fw: Fireworks, seed: int) -> None:
        self.fw, self.chance = fw, Random(seed)
        self.definition = read_definition(parse_toml(FILE.read_bytes()))
        self.leads = [fw.lead(f"{place}棚屋囤放烟花") for place in ("东桥镇", "西塘镇", "北街")]
        self.went: Counter[str] = Counter()

    def take_a_step(self) -> None:
        """Somebody looks at something they know of, and does one thing there that is offered or barred."""
        person, path, seen = self._look()
        barred = seen["blocked_actions"]
        if barred and self.chance.random() < 0.25:
            self._is_refused(person, path, self.chance.choice(barred))
        elif seen["allowed_actions"]:
            self._is_done(person, path, self.chance.choice(seen["allowed_actions"]))
        elif path.startswith("leads/"):
            self._ask_for_help(person, path)

    def _look(self) -> tuple[str, str, dict[str, Any]]:
        while True:
            person, lead = self.chance.choice(list(self.fw.tokens)), self.chance.choice(self.leads)
            found = self.fw(person, "GET", lead)
            if found.status_code == 404:
                continue
            parts = [f"{kind}/{part['id']}" for kind in PARTS for part in found.json[kind]]
            path = self.chance.choice([lead, *parts])
            seen = self.fw(person, "GET", path)
            assert seen.status_code == 200, (person, lead, path, seen.text)
            return person, path, seen.json

    def _is_refused(self, person: str, path: str, step: dict[str, Any]) -> None:
        answer = self.fw.step(person, path, step["name"])
        assert 400 <= answer.status_code < 500, (path, step, answer.text)
        said = {error["code"] for error in answer.json["errors"]}
        assert said & {reason["code"] for reason in step["reasons"]} or "required" in said, (
            step,
            answer.text,
        )
        self.went["refused"] += 1

    def _is_done(self, person: str, path: str, step: dict[str, Any]) -> None:
        taken = [name for name in step["takes"] if self.chance.random() < 0.3]
        given = {name: self._value(name) for name in (*step["needs"], *taken)}
        tried = self.fw.step(person, f"{path}", f"{step['name']}?dry_run=true", **given)
        answer = self.fw.step(person, path, step["name"], **given)
        assert tried.status_code == answer.status_code, (path, step, given, tried.text, answer.text)
        # What was offered fails only by what was given with it.
        faults = answer.json.get("errors", []) if answer.status_code >= 400 else []
        assert all((fault.get("pointer") or "").startswith("/given/") for fault in faults), (
            step,
            given,
            faults,
        )
        self.went["done" if not faults else "given amiss"] += 1

    def _ask_for_help(self, person: str, lead: str) -> None:
        kind = self.chance.choice(self.definition.coordination).id
        wanted = {"type": kind, "to": [self._value("lead_agency")], "request": "请协助拦检"}
        answer = self.fw(person, "POST", f"{lead}/handoffs", wanted)
        assert answer.status_code < 500, answer.text
        self.went["help" if answer.status_code == 201 else "no help"] += 1

    def _value(self, name: str) -> object:
        field = self.definition.field(name)
        agencies = [agency.id for agency in self.definition.agencies]
        if field.vocabulary is not None:
            words = [word.id for word in self.definition.vocabularies[field.vocabulary]]
            return words[:1] if field.type == "list" else self.chance.choice(words)
        return {
            "integer": 2,
            "decimal": 40,
            "boolean": True,
            "date": "2028-01-05",
            "moment": "2028-01-05T09:00:00+08:00",
            "agency": self.chance.choice(agencies),
            "agencies": [self.chance.choice(agencies)],
            "lead": self.chance.choice(self.leads).removeprefix("leads/"),
        }.get(field.type, "经查属实")


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_offered_can_be_done_and_what_is_barred_cannot(ask: Ask, system: System, seed: int) -> None:
    walk = Walk(Fireworks(ask, system), seed)
    for _ in range(ROUNDS):
        walk.take_a_step()
    assert walk.went["done"] > 10
    assert walk.went["refused"] > 2
