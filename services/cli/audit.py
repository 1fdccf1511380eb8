"""`xunxian audit`: recompute the history's hash chains, here or from a file, and name the first entry that does not fit."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.options import As, Base, Json, Token, noun
from services.cli.remote import Remote, find_address
from services.cli.screen import FINDING, USAGE, Stopped, check_place, say, show_json
from workflows.history import NoPack, Tip, anchored, check

app = noun(
    "审计：校验历史链，导出锚点与校验包。Audit: verify the history; anchors and packs to keep elsewhere."
)
_GZIP = b"\x1f\x8b"
_AUDITOR = "auditor"


@app.callback()
def audit() -> None:
    """审计：校验历史链，导出锚点与校验包。Audit: verify the history; anchors and packs to keep elsewhere."""


@app.command()
def verify(
    file: Annotated[
        Path | None,
        typer.Option(
            help="离线：校验这个校验包，不连服务 check this pack, no service needed",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    anchor: Annotated[
        Path | None,
        typer.Option(
            help="与从前的锚点或校验包对照 hold it against an anchor or an older pack",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    base: Base = None,
    token: Token = None,
    role: As = _AUDITOR,
    as_json: Json = False,
) -> None:
    """重算每条历史链；发现篡改时退出码 3。Recompute every chain; exit 3 when one was changed."""
    if file is not None or anchor is not None:
        found = _offline(file, anchor, base, token, role)
    else:
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
    say(f"封值 {found['seal']}", f"seal {found['seal']}")


@app.command("anchor")
def take_anchor(
    file: Annotated[Path, typer.Argument(help="存到哪里 where to put it")],
    kept_by: Annotated[str, typer.Option(help="交给谁保管 who keeps it")],
    base: Base = None,
    token: Token = None,
    role: As = _AUDITOR,
) -> None:
    """取锚点，交给写不了这个数据库的人保管。Take an anchor for somebody who cannot write this database."""
    check_place(file)
    with Remote(find_address(base, token, role)) as remote:
        made = remote.send("POST", "/v1/audit/anchors", {"kept_by": kept_by}).body
    file.write_text(made["anchor"], encoding="utf-8")
    say(f"已写入 {file}，封值 {made['seal']}。", f"Wrote {file}, seal {made['seal']}.")


@app.command()
def pack(
    file: Annotated[Path, typer.Argument(help="存到哪里 where to put it")],
    base: Base = None,
    token: Token = None,
    role: As = _AUDITOR,
) -> None:
    """下载校验包，可离线校验。Fetch the whole history as a file that can be checked without the service."""
    check_place(file)
    with Remote(find_address(base, token, role), timeout=300.0) as remote:
        file.write_bytes(remote.get("/v1/audit/history.jsonl.gz"))
    say(f"已写入 {file}。", f"Wrote {file}.")


def _offline(
    file: Path | None, anchor: Path | None, base: str | None, token: str | None, role: str
) -> dict[str, Any]:
    """A file checked; without one, what the service has is fetched and held against the anchor."""
    held = _tips(anchor) if anchor is not None else ()
    if file is None:
        with Remote(find_address(base, token, role), timeout=300.0) as remote:
            lines = gzip.decompress(remote.get("/v1/audit/history.jsonl.gz")).decode().splitlines()
        return _checked(iter(lines), held, "/v1/audit/history.jsonl.gz")
    return _checked(_lines(file), held, str(file))


def _tips(file: Path) -> Sequence[Tip]:
    try:
        return anchored(_lines(file))[1]
    except NoPack as fault:
        raise Stopped(USAGE, f"{file}：{fault}", f"{file} is no anchor.") from None


def _checked(lines: Iterator[str], held: Sequence[Tip], name: str) -> dict[str, Any]:
    try:
        found = check(lines, held)
    except NoPack as fault:
        raise Stopped(USAGE, f"{name}：{fault}", f"{name} is no pack.") from None
    if found.head["kind"] != "pack":
        raise Stopped(
            USAGE,
            f"{name} 是锚点，没有历史内容；校验包用 xunxian audit pack 下载，锚点用 --anchor 给出。",
            f"{name} is an anchor: give it with --anchor, and a pack with --file.",
        )
    faults = [{"stream": f.stream, "seq": f.seq, "fault": f.fault} for f in found.faults]
    return {
        "ok": not faults,
        "campaign": found.head.get("campaign"),
        "as_of": found.head.get("as_of"),
        "streams": len(found.tips),
        "events": found.events,
        "seal": found.head.get("seal"),
        "anchored": bool(held),
        "faults": faults,
    }


def _lines(file: Path) -> Iterator[str]:
    """The lines of a file, compressed or not. Raises Stopped for one that is no text."""
    with file.open("rb") as raw:
        packed = raw.read(2) == _GZIP
    try:
        if packed:
            with gzip.open(file, "rt", encoding="utf-8") as text:
                yield from text
        else:
            with file.open(encoding="utf-8") as text:
                yield from text
    except (OSError, EOFError, UnicodeDecodeError) as fault:
        raise Stopped(USAGE, f"{file} 读不完整。", f"{file} cannot be read to its end: {fault}") from fault
