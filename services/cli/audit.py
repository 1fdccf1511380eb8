"""`xunxian audit`: recompute the history's hash chains and name the first entry that does not fit."""

from __future__ import annotations

from services.cli.options import As, Base, Json, Token, noun
from services.cli.remote import Remote, find_address
from services.cli.screen import FINDING, Stopped, say, show_json

app = noun("审计：校验历史链。Audit: verify the history.")


@app.callback()
def audit() -> None:
    """审计：校验历史链。Audit: verify the history."""


@app.command()
def verify(base: Base = None, token: Token = None, role: As = "auditor", as_json: Json = False) -> None:
    """重算每条历史链；发现篡改时退出码 3。Recompute every chain; exit 3 when one was changed."""
    with Remote(find_address(base, token, role), timeout=300.0) as remote:
        found = remote.send("POST", "/v1/audit/verifications", {}).body
    if as_json:
        show_json(found)
    faults = found["faults"]
    if faults:
        lines = [f"  · {fault['stream']} 第 {fault['seq']} 条：{fault['fault']}" for fault in faults]
        raise Stopped(
            FINDING, "\n".join(["历史链有问题：", *lines]), "The history was changed at the entries above."
        )
    say(f"历史完整：{found['events']} 条。", f"The history is whole: {found['events']} events.")
