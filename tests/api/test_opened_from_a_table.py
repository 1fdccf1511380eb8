"""A campaign opened as its office would: a table of people, two commands, and everybody has a token."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from flask import Flask

from services.cli.main import main
from tests.serving import served
from tests.workflows import quarry

ADMINISTRATOR = "office.administrator"


@pytest.mark.services
def test_a_published_definition_and_a_table_of_people_make_a_campaign_at_work(
    app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, tokens = tmp_path / "people.csv", tmp_path / "tokens.csv"
    people.write_text(
        "id,name,agency,roles\nstaff,甲,office,office_staff\nwater-1,乙,water,officer\n",
        "utf-8",
    )
    with served(app) as base:
        where = ["--base", base, "--token", ADMINISTRATOR]
        assert main(["def", "publish", str(quarry.PATH), *where]) == 0
        opening = ["campaign", "open", str(people), "--definition", "quarry-2027", "--name", "quarry"]
        assert main([*opening, "--tokens", str(tokens), *where]) == 0
        assert tokens.stat().st_mode & 0o077 == 0
        given = {row["id"]: row["token"] for row in csv.DictReader(tokens.read_text("utf-8").splitlines())}
        capsys.readouterr()
        assert main(["lead", "list", "--json", "--base", base, "--token", given["staff"]]) == 0
        assert json.loads(capsys.readouterr().out)["items"] == []
        again = tmp_path / "again.csv"
        assert main([*opening, "--tokens", str(again), *where]) == 5
        assert not again.exists()


@pytest.mark.services
def test_a_table_with_somebody_of_no_agency_opens_nothing(
    app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, tokens = tmp_path / "people.csv", tmp_path / "tokens.csv"
    people.write_text(
        "id,name,agency,roles\nstaff,甲,office,office_staff\nlost,乙,nowhere,officer\n", "utf-8"
    )
    with served(app) as base:
        where = ["--base", base, "--token", ADMINISTRATOR]
        main(["def", "publish", str(quarry.PATH), *where])
        opening = ["campaign", "open", str(people), "--definition", "quarry-2027", "--name", "quarry"]
        assert main([*opening, "--tokens", str(tokens), *where]) == 2
        assert "/people/1/agency" in capsys.readouterr().err
        assert not tokens.exists()
        people.write_text("id,name,agency,roles\nstaff,甲,office,office_staff\n", "utf-8")
        assert main([*opening, "--tokens", str(tokens), *where]) == 0


@pytest.mark.services
def test_more_people_join_later_all_or_none_and_a_rehearsal_adds_nobody(
    app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, tokens = tmp_path / "people.csv", tmp_path / "tokens.csv"
    people.write_text("id,name,agency,roles\nmarket.a,甲,market,officer\nmarket.b,乙,moon,officer\n", "utf-8")
    with served(app) as base:
        where = ["--base", base, "--token", ADMINISTRATOR]
        joining = ["campaign", "add", str(people), "--tokens", str(tokens), *where]
        assert main(joining) == 2
        assert "/people/1/agency" in capsys.readouterr().err
        people.write_text(people.read_text("utf-8").replace("moon", "market"), "utf-8")
        assert main([*joining, "--dry-run"]) == 0
        assert not tokens.exists()
        assert main(joining) == 0
        given = {row["id"]: row["token"] for row in csv.DictReader(tokens.read_text("utf-8").splitlines())}
        assert list(given) == ["market.a", "market.b"]
        assert main(["lead", "list", "--json", "--base", base, "--token", given["market.b"]]) == 0
