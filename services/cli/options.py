"""The options every remote command takes, named once."""

from __future__ import annotations

from typing import Annotated

import typer

Base = Annotated[
    str | None,
    typer.Option("--base", help="服务地址，默认取自 XUNXIAN_URL 或 ./run。Address of the service."),
]
Token = Annotated[
    str | None, typer.Option("--token", help="令牌，默认取自 XUNXIAN_TOKEN 或 ./run。Bearer token.")
]
As = Annotated[
    str, typer.Option("--as", help="用 ./run 的哪个角色令牌。Which role's token of ./run.", metavar="ROLE")
]
Json = Annotated[
    bool, typer.Option("--json", help="输出一行 JSON（格式稳定）。Print one line of stable JSON.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="只预演，不改变任何事。Say what would happen; change nothing.")
]


def noun(text: str) -> typer.Typer:
    """This will make the app of one noun, plain and without start-up cost."""
    return typer.Typer(
        help=text,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
