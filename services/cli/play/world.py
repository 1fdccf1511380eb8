"""What every story of one exercise shares: the cast, the calendar, the words, and how the seed dealt the parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.cli.play.cast import Cast
from services.cli.play.manners import Manner, deal_manners
from services.cli.play.matters import Matter
from services.cli.play.pace import WorksOn
from services.cli.play.transfer_stories import Turn, deal_turns
from services.cli.play.wording import Vocabulary

PARTNERS = (
    "public_security",
    "forest_police",
    "transport",
    "market",
    "cyberspace",
    "customs",
    "postal",
    "appraisal",
)
"""The types of agencies that stations turn to."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything a story depends on besides its lead."""

    seed: int
    cast: Cast
    works_on: WorksOn
    place_types: Vocabulary
    acts: Vocabulary
    manners: Mapping[str, Manner]
    turns: Mapping[str, Turn]

    def manner(self, agency: str) -> Manner:
        """This will say what an agency is like."""
        return self.manners.get(agency, Manner.PROMPT)


def make_world(
    seed: int,
    cast: Cast,
    matters: Sequence[Matter],
    works_on: WorksOn,
    place_types: Vocabulary,
    acts: Vocabulary,
) -> World:
    """This will deal manners to the agencies and turns to the transfers."""
    stations = cast.stations()
    partners = [cast.of_type(kind) for kind in PARTNERS]
    manners = {**deal_manners(seed, "stations", stations), **deal_manners(seed, "partners", partners)}
    criminal = [m.ref for m in matters if m.track == "criminal" and not m.duplicate_of]
    return World(seed, cast, works_on, place_types, acts, manners, deal_turns(seed, criminal))
