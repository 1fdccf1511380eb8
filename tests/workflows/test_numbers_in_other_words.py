"""Numbers for leaders in a campaign that calls its steps something else."""

from __future__ import annotations

from pathlib import Path

from workflows.definition_format import parse_toml, read_definition
from workflows.reporting.figures import COUNTED, MOMENTS, STEPS, meant, numbers_of, spans_of

HERE = Path(__file__).parent / "definitions"
IVORY = Path(__file__).parents[2] / "workflows" / "campaigns" / "yangshan-ivory-2017" / "definition.toml"


def test_ends_are_known_by_where_a_step_leads_where_none_is_called_closed() -> None:
    fireworks = read_definition(parse_toml((HERE / "fireworks-2028.toml").read_bytes()))
    means = meant(fireworks)
    assert means["closed"] == {"closed", "ended"}
    assert means["merged"] == {"merged", "folded"}
    assert means["reopened"] == {"reopened", "unfolded"}
    assert means["verified"] == {"verified"}
    assert numbers_of(fireworks) == ("received", "closed", "open")
    assert spans_of(fireworks) == ("whole",)


def test_a_campaign_that_says_closed_means_closed() -> None:
    ivory = read_definition(parse_toml(IVORY.read_bytes()))
    assert meant(ivory) == {event: {event} for event, _ in MOMENTS}
    assert numbers_of(ivory) == (*COUNTED, "open")
    assert spans_of(ivory) == tuple(STEPS)
