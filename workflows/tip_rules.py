"""How a campaign takes tips from the public, as values: what they are registered as, and what their tellers see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from workflows.text import Text


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One step of the way a teller sees: the states of a lead it stands for, and one neutral sentence."""

    id: str
    name: Text
    says: Text
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """What a teller is told will happen by when: the sentence, and the clock of the lead that watches over it."""

    clock: str
    says: Text


@dataclass(frozen=True, slots=True)
class TipRules:
    """How a campaign takes tips.

    `channel`, `place_type`, `act` and `urgency` are what a tip is registered as where the teller does not know;
    `unnamed` and `named` are the kinds of reporter. `follows` names the attribute under which a lead says into which
    other one it went; `because` the attribute with the reason it was turned down, a word of `because_words`.
    """

    channel: str
    place_type: str
    act: str
    urgency: str
    unnamed: str
    named: str
    urgent: Text
    steps: tuple[PublicStep, ...]
    promises: tuple[Promise, ...]
    source: str
    follows: str | None = None
    because: str | None = None
    because_words: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A step that was reached, and on which day of the campaign's time zone."""

    on: date
    step: PublicStep


def progress(rules: TipRules, history: Iterable[tuple[date, str]]) -> tuple[Progress, ...]:
    """This will turn the states a lead went through into the steps a teller sees, the first one first.

    What changes inside one step is not seen; a step that comes again, because work was taken up again, is.
    """
    found: list[Progress] = []
    for on, state in history:
        step = next(step for step in rules.steps if state in step.states)
        if not found or found[-1].step != step:
            found.append(Progress(on, step))
    return tuple(found)
