"""Plays an agenda to its end: performs each act at its time, and deals with every refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.cli.play.agenda import Act, Agenda
from services.cli.play.stage import Refusal, Stage, next_try

TRIES = 5
"""How often an act that was refused is tried again, a day later each time, before its story is given up."""

Desk = Callable[[Act], list[list[Act]]]
"""Looks at what lies on the office's desk, and gives the stories that follow from it."""


@dataclass(slots=True)
class Notebook:
    """What the player did. Refusals the story wanted to show are `shown`; the others were tried again.

    `surprises` are acts that should have been refused for one reason, and were not or for another.
    """

    performed: int = 0
    shown: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    given_up: list[Refusal] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    left_undone: int = 0


class Player:
    """Takes acts from the agenda and performs them on the stage."""

    def __init__(
        self, stage: Stage, agenda: Agenda, desk: Desk, reached: Callable[[datetime, int], None]
    ) -> None:
        self._stage = stage
        self._agenda = agenda
        self._desk = desk
        self._reached = reached
        self.notebook = Notebook()

    def play(self, until: datetime) -> Notebook:
        """This will play everything planned up to a moment and leave the exercise's clock there."""
        for act in self._agenda.take(until):
            if act.on == "desk":
                self._stage.clock.run_to(act.at)
                for story in self._desk(act):
                    self._agenda.add(story)
            else:
                self._perform(act)
            self._reached(act.at, self.notebook.performed)
        self._stage.clock.run_to(until)
        self.notebook.left_undone += len(self._agenda)
        return self.notebook

    def _perform(self, act: Act) -> None:
        refusal = self._stage.play(act)
        self.notebook.performed += 1
        if act.expects is not None:
            self._compare(act, refusal)
        elif refusal is None:
            return
        elif act.tries < TRIES:
            self.notebook.refused.append(refusal)
            self._agenda.put_off(act, next_try(act))
        else:
            self.notebook.given_up.append(refusal)
            self.notebook.left_undone += self._agenda.drop(act.story)

    def _compare(self, act: Act, refusal: Refusal | None) -> None:
        if refusal is not None and refusal.code == act.expects:
            self.notebook.shown.append(refusal)
        else:
            found = refusal.code if refusal is not None else "nothing"
            self.notebook.surprises.append(f"{act.story} {act.do}: {act.expects} expected, {found} came")
