"""`xunxian play`: the campaign of 2017 in a minute, through the same API everybody uses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.cli.options import Base, Json, Token, noun
from services.cli.screen import CONFLICT, FAILED, Stopped, show_json

app = noun("演练：重放 2017 年专项行动。Play the campaign of 2017.")


@app.command()
def play(
    seed: Annotated[
        int, typer.Option(help="种子：同一种子，同一结果。Same seed, same result.", min=0, max=2**31)
    ] = 2017,
    until: Annotated[
        str | None, typer.Option(help="演到哪一天为止 last day (YYYY-MM-DD)", metavar="DATE")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="把三期报告存到哪个文件夹 folder for the documents")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度 no progress")] = False,
    base: Base = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """重放 77 条线索的全过程：各单位按时、逾期、退回、移送、报送，直至 2018-03-30。Play all 77 leads to the end."""
    from services.cli.play.ending import screen
    from services.cli.play.exercise import play_exercise
    from services.cli.remote import find_address

    address = find_address(base, token, "administrator")
    ending = play_exercise(address, seed, until, out, quiet=quiet or as_json)
    if as_json:
        show_json(ending.as_json())
    else:
        print(screen(ending))
    if ending.notebook.surprises:
        raise Stopped(
            FAILED, "有本应拒绝的动作未按预期被拒绝，见上。", "Something was not refused as it should be."
        )
    if ending.forecast.differing:
        raise Stopped(FAILED, "有督办与预告不符，见上。", "Something fired otherwise than foretold.")
    if ending.notebook.given_up:
        last = ending.notebook.given_up[0]
        words = f"有 {len(ending.notebook.given_up)} 件事多次被拒绝后放弃，如 {last.act.story} {last.act.do}：{last.reasons[0]}"
        raise Stopped(CONFLICT, words, "Some acts were refused again and again.")
