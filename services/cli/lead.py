"""`xunxian lead`: what leads there are, why one stands where it stands, and the next step of it."""

from __future__ import annotations

import json
from textwrap import indent
from typing import Annotated, Any

import typer

from services.cli.options import As, Base, DryRun, Json, Token, noun
from services.cli.remote import Refused, Remote, find_address, place
from services.cli.screen import NOT_FOUND, USAGE, Stopped, both, say, show_json, show_pairs, show_table

app = noun("线索：列表、查看、解释、办理。Leads: list, show, explain, act.")

Number = Annotated[str, typer.Argument(help="线索编号 lead number, e.g. YS-2017-0001", metavar="NO")]
READER = "office_staff"


@app.command("list")
def list_leads(
    state: Annotated[str | None, typer.Option(help="状态 state")] = None,
    agency: Annotated[str | None, typer.Option(help="承办单位 lead agency")] = None,
    township: Annotated[str | None, typer.Option(help="乡镇 township")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看逾期 only overdue")] = False,
    words: Annotated[str | None, typer.Option("--q", help="文字检索 words to find")] = None,
    limit: Annotated[int, typer.Option(help="最多几条 at most", min=1, max=200)] = 50,
    base: Base = None,
    token: Token = None,
    role: As = READER,
    as_json: Json = False,
) -> None:
    """列出线索。List leads, newest first."""
    with Remote(find_address(base, token, role)) as remote:
        page = remote.get(
            "/v1/leads",
            state=state,
            agency=agency,
            township=township,
            overdue=overdue or None,
            q=words,
            limit=limit,
        )
    if as_json:
        show_json(page)
        return
    show_table(
        ["编号 no", "状态 state", "紧急 urgency", "承办 agency", "灯 light", "标题 title"],
        [
            (
                lead["number"],
                both(lead["state"]["name"]),
                lead.get("urgency"),
                (lead.get("lead_agency") or {}).get("short"),
                (lead.get("clock") or {}).get("light"),
                lead["title"],
            )
            for lead in page["items"]
        ],
    )
    say(f"共 {page['total']} 条，列出 {len(page['items'])} 条。", f"{len(page['items'])} of {page['total']}.")


@app.command()
def show(
    number: Number, base: Base = None, token: Token = None, role: As = READER, as_json: Json = False
) -> None:
    """查看一条线索。Show one lead: facts, clocks, what may be done."""
    with Remote(find_address(base, token, role)) as remote:
        lead = _found(remote, number)
    if as_json:
        show_json(lead)
        return
    _show_facts(lead)
    _show_clocks(lead)
    _show_steps(lead)


@app.command()
def explain(
    number: Number, base: Base = None, token: Token = None, role: As = READER, as_json: Json = False
) -> None:
    """解释一条线索：为何在此状态、期限如何算出、下一步通知谁。Explain why a lead stands where it stands."""
    with Remote(find_address(base, token, role)) as remote:
        lead = _found(remote, number)
        history = remote.get(place("leads", number, "events"), limit=5)["items"]
        clocks = [
            remote.get(f"/v1/deadlines/{clock['id']}")
            for clock in lead.get("clocks") or []
            if clock["state"] in ("running", "paused")
        ]
    if as_json:
        show_json({"lead": lead, "events": history, "deadlines": clocks})
        return
    _show_facts(lead)
    print("\n最近经过 latest events")
    show_table(
        ["时间 at", "事件 event", "单位 agency", "事由 reason"],
        [(e["occurred_at"], e["kind"], e.get("agency"), e.get("reason")) for e in history],
    )
    for clock in clocks:
        print(f"\n{both(clock['name'])} [{clock['code']}]")
        for language in ("zh", "en"):
            print(indent(clock["explanation"][language], "  "))
        print(f"  依据 source: {clock.get('source')}")
    _show_forecast(lead)
    _show_steps(lead)


@app.command()
def act(
    number: Number,
    trigger: Annotated[str, typer.Argument(help="动作 action, e.g. verify", metavar="ACTION")],
    given: Annotated[
        list[str] | None,
        typer.Option("--given", help="k=文本 text，或 k:=JSON。May be repeated.", metavar="K=V"),
    ] = None,
    occurred_at: Annotated[
        str | None, typer.Option("--at", help="发生时间 when it happened (ISO, offset)")
    ] = None,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = READER,
    as_json: Json = False,
) -> None:
    """办理一步。Take one step of a lead; --dry-run says what would happen."""
    from uuid import uuid4

    body: dict[str, Any] = {"given": inputs(given or [])}
    if occurred_at:
        body["occurred_at"] = occurred_at
    with Remote(find_address(base, token, role)) as remote:
        before = _found(remote, number)
        after = remote.send(
            "POST",
            place("leads", number, "actions", trigger),
            body,
            key=None if dry_run else str(uuid4()),
            version=before["version"],
            params={"dry_run": True} if dry_run else None,
        ).body
    if as_json:
        show_json(after)
        return
    say(
        ("（预演）" if dry_run else "") + f"{both(before['state']['name'])} → {both(after['state']['name'])}",
        "dry run: nothing was changed" if dry_run else "",
    )
    show_table(["事件 event", "时间 at"], [(e["kind"], e["occurred_at"]) for e in after.get("events", [])])


def _found(remote: Remote, number: str) -> dict[str, Any]:
    """One lead. Raises Stopped; of a number there is none of, it names the nearest the speaker may see."""
    try:
        lead: dict[str, Any] = remote.get(place("leads", number))
    except Refused as refused:
        nearest = _nearest(remote, number) if refused.status == 404 else None
        if nearest is None:
            raise
        raise Stopped(
            NOT_FOUND, f"没有线索“{number}”。你是不是想输入 {nearest}？", f"Did you mean {nearest}?"
        ) from None
    return lead


def _nearest(remote: Remote, number: str) -> str | None:
    from difflib import get_close_matches

    known = [lead["number"] for lead in remote.pages("/v1/leads")]
    found = get_close_matches(number.upper(), known, n=1, cutoff=0.8)
    return found[0] if found else None


def inputs(pairs: list[str]) -> dict[str, Any]:
    """This will read `k=text` and `k:=JSON` pairs; raises Stopped for one that is neither or is said twice."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        typed = name.endswith(":")
        name = name.removesuffix(":")
        if not equals or not name:
            raise Stopped(
                USAGE, f"--given 要写成 k=v 或 k:=JSON，而不是“{pair}”。", f"Not k=v or k:=JSON: {pair}"
            )
        if name in found:
            raise Stopped(USAGE, f"--given {name} 写了两次。", f"{name} is given twice.")
        try:
            found[name] = json.loads(text) if typed else text
        except (ValueError, RecursionError) as wrong:
            raise Stopped(USAGE, f"{name}:= 后面不是 JSON：{text}", f"Not JSON: {text}") from wrong
    return found


def _show_facts(lead: dict[str, Any]) -> None:
    show_pairs(
        [
            ("编号 number", lead["number"]),
            ("状态 state", both(lead["state"]["name"])),
            ("标题 title", lead["title"]),
            ("内容 description", lead.get("description")),
            ("乡镇 township", lead.get("township")),
            ("承办 lead agency", (lead.get("lead_agency") or {}).get("name")),
            ("收到 received", lead.get("received_at")),
            ("定义 definition", (lead.get("definition") or {}).get("hash", "")[:12]),
        ]
    )


def _show_clocks(lead: dict[str, Any]) -> None:
    if lead.get("clocks"):
        print("\n期限 clocks")
        show_table(
            ["代码 code", "名称 name", "状态 state", "到期 due", "灯 light", "责任 holder"],
            [
                (
                    c["code"],
                    both(c["name"]),
                    c["state"],
                    c.get("due_at"),
                    c["light"],
                    (c.get("holder") or {}).get("short"),
                )
                for c in lead["clocks"]
            ],
        )
    _show_forecast(lead)


def _show_forecast(lead: dict[str, Any]) -> None:
    if lead.get("forecast"):
        print("\n若无人办理 if nobody acts")
        show_table(
            ["时间 at", "动作 act", "通知 to"],
            [
                (f["at"], both(f["name"]), "、".join(map(_told, f.get("to", []))))
                for f in lead["forecast"][:6]
            ],
        )


def _told(to: dict[str, Any]) -> str:
    """A role, and where it is held unless anywhere."""
    return f"{to['role']}@{to['agency']['short']}" if to.get("agency") else to["role"]


def _show_steps(lead: dict[str, Any]) -> None:
    if lead.get("allowed_actions"):
        print("\n现在可以 allowed")
        show_table(
            ["动作 action", "名称 title", "需要 needs"],
            [
                (a["name"], both(a["title"]), ", ".join(map(str, a.get("needs", []))))
                for a in lead["allowed_actions"]
            ],
        )
    if lead.get("blocked_actions"):
        print("\n现在不行 blocked")
        show_table(
            ["动作 action", "原因 reasons"],
            [
                (b["name"], "；".join(both(r["message"]) for r in b.get("reasons", [])))
                for b in lead["blocked_actions"]
            ],
        )
