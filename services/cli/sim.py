"""`xunxian sim`: the shipped exercise, ready to look at."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.options import Json, noun
from services.cli.screen import say, show_json, show_pairs

app = noun("演练数据：装入 77 条线索。Exercise data: load the 77 leads.")


@app.callback()
def sim() -> None:
    """演练数据：装入 77 条线索。Exercise data: load the 77 leads."""


@app.command()
def seed(as_json: Json = False) -> None:
    """装入 2017 年专项行动和 77 条线索；可重复执行。Load the campaign of 2017 and its 77 leads; may be run again."""
    from services.cli.inside import opened_system
    from services.cli.seeding import CAMPAIGN
    from services.cli.seeding import seed as load_exercise

    def tell(number: int, total: int) -> None:
        if number % 11 == 0:
            say(f"已登记 {number}/{total} 条线索", f"{number} of {total} leads received")

    with opened_system() as system:
        seeded = load_exercise(system, tell)
    if as_json:
        show_json(seeded.as_json())
        return
    show_pairs([("演练 exercise", CAMPAIGN), ("线索 leads", seeded.leads), *seeded.tokens.items()])


@app.command("fixture")
def build(
    name: Annotated[str, typer.Option(help="演练编号 id of the exercise")] = "checks-2017",
    as_json: Json = False,
) -> None:
    """建立检查页面用的演练：40 条线索，停在 2017-09-16 10:00。Build the exercise the pages are checked by: 40 leads."""
    from services.cli.fixture_of_checks import build_fixture
    from services.cli.inside import opened_system

    say("正在建立，约需半分钟", "being built, about half a minute")
    with opened_system() as system:
        built = build_fixture(system, name)
    if as_json:
        show_json({**built.as_json(), "campaign": name})
        return
    show_pairs([("演练 exercise", name), ("线索 leads", built.leads), *built.tokens.items()])
