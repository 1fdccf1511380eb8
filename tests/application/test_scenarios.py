"""Each scenario of the campaign, played on a real database: one test for each file beside the definition."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from services.cli.main import main
from services.cli.scenarios import play
from shared.bootstrap import System, campaign_folder
from workflows.campaign import CampaignDefinition
from workflows.scenario import read_scenario

FILES = sorted((campaign_folder("yangshan-ivory-2017") / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_scenario_holds(system: System, definition: CampaignDefinition, file: Path) -> None:
    scenario = read_scenario(tomllib.loads(file.read_text("utf-8")))
    assert scenario.id == file.stem
    assert [str(failure) for failure in play(system, definition, scenario)] == []


def test_there_are_scenarios() -> None:
    assert len(FILES) >= 15


def test_what_does_not_hold_is_told_with_its_place(system: System, definition: CampaignDefinition) -> None:
    text = (
        FILES[0]
        .read_text("utf-8")
        .replace('{ state = "received", of = "lead" }', '{ state = "closed", of = "lead" }')
    )
    found = play(system, definition, read_scenario(tomllib.loads(text)))
    assert [str(failure) for failure in found] == [
        "steps[0] receive expect[0] state closed: found 'received', expected 'closed'"
    ]


def test_a_step_that_should_be_refused_and_is_not_is_told(
    system: System, definition: CampaignDefinition
) -> None:
    text = (
        FILES[0].read_text("utf-8").replace('step = "accept"\n', 'step = "accept"\nrefused = ["real_name"]\n')
    )
    found = play(system, definition, read_scenario(tomllib.loads(text)))
    assert [str(failure) for failure in found] == [
        "steps[1] step: went through, and should have been refused with real_name"
    ]


def test_the_command_line_plays_a_folder_of_scenarios(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("XUNXIAN_DATA", str(tmp_path))
    (tmp_path / "good.toml").write_text(FILES[14].read_text("utf-8"), "utf-8")
    file = str(campaign_folder("yangshan-ivory-2017") / "definition.toml")
    assert main(["def", "scenarios", file, str(tmp_path)]) == 0
    broken = FILES[14].read_text("utf-8").replace("customs_administrative", "nobody")
    (tmp_path / "worse.toml").write_text(broken, "utf-8")
    assert main(["def", "scenarios", file, str(tmp_path)]) == 3
    assert "✗ 15-smuggling-by-place" in capsys.readouterr().out
