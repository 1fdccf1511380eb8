"""What `./run` says when it is ready: one screen for a person, or one line for a script."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OFFICE = "office_staff"


@dataclass(frozen=True, slots=True)
class Ready:
    """A running system: where it answers, one sign-in token per role, where its data is, how long the start took."""

    base_url: str
    tokens: Mapping[str, str]
    data: Path
    is_usual_data: bool
    leads: int
    seconds: float


def line(ready: Ready) -> str:
    """This will return the one line of `--json`."""
    return json.dumps(
        {"base_url": ready.base_url, "tokens": dict(ready.tokens), "data": str(ready.data)},
        ensure_ascii=False,
    )


def screen(ready: Ready) -> str:
    """This will return the screen, Chinese first."""
    width = max(map(len, ready.tokens), default=0)
    tokens = [f"    {role:<{width}}  {token}" for role, token in ready.tokens.items()]
    command = (
        ".venv/bin/xunxian"
        if ready.is_usual_data
        else f"XUNXIAN_DATA={shlex.quote(str(ready.data))} .venv/bin/xunxian"
    )
    token = ready.tokens.get(OFFICE) or next(iter(ready.tokens.values()), "")
    return "\n".join(
        [
            "",
            f"循线已就绪（{ready.seconds:.1f} 秒）· Xunxian is ready after {ready.seconds:.1f} s",
            "",
            f"  地址 Address   {ready.base_url}",
            f"  数据 Data      {ready.data}",
            f"  线索 Leads     {ready.leads}（2017 年专项行动，演练 · campaign of 2017, exercise mode）",
            "",
            "  登录令牌 Sign-in token per role",
            *tokens,
            "",
            "  试一试 Try",
            f"    浏览器打开 {ready.base_url}，粘贴一枚令牌登录 · open it in a browser, sign in with a token",
            f"    {ready.base_url}/tip 群众举报（不用登录）· the public tells, without signing in",
            f"    {ready.base_url}/sim 演练时钟（office_staff）· move the exercise's clock",
            f"    curl -s '{ready.base_url}/v1/leads?limit=3' -H 'Authorization: Bearer {token}'",
            f"    {command} lead list --overdue",
            f"    {command} play          （另开终端 · in a second terminal）",
            "",
            "  停止 Stop      Ctrl-C（数据保留 · the data is kept）",
            "",
        ]
    )
