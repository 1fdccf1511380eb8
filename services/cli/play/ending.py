"""What the exercise came to: read back through the API when it is over, shown on one screen, kept as documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.play.digest import digest
from services.cli.play.forecasts import Agreement, Forecasts
from services.cli.play.player import Notebook
from services.cli.remote import Refused, Remote
from services.cli.screen import both, width

FORMATS = ("docx", "xlsx")
SHOWN_TO = ("office_staff", "office_director", "leader", "liaison")
"""Roles of the campaign of 2017 with whose eyes the exercise can be looked at when it is over."""
_OUTCOMES = {
    "met": "按时 met",
    "missed": "逾期 missed",
    "lapsed": "权利未用 right lapsed",
    "running": "在计 running",
    "paused": "中止 paused",
    "cancelled": "撤销 cancelled",
}
_REPORTS = {
    "on_time": "按时 on time",
    "zero": "零报告 zero",
    "late": "迟报 late",
    "zero_late": "迟报零报告 zero, late",
    "missing": "漏报 missing",
    "waived": "免报 waived",
    "scheduled": "待报 scheduled",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """The figures of the last screen, and where the documents are."""

    campaign_id: str
    leads: Mapping[str, int]
    handoffs: Mapping[str, int]
    transfers: Mapping[str, int]
    deadlines: Mapping[str, int]
    escalations: Mapping[str, int]
    reports: Mapping[str, int]
    events: int
    digest: str
    forecast: Agreement
    notebook: Notebook
    documents: tuple[str, ...]
    base: str
    tokens: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """This will give the ending as scripts read it."""
        book = self.notebook
        return {
            "campaign": self.campaign_id,
            "leads": dict(self.leads),
            "handoffs": dict(self.handoffs),
            "transfers": dict(self.transfers),
            "deadlines": dict(self.deadlines),
            "escalations": dict(self.escalations),
            "reports": dict(self.reports),
            "events": self.events,
            "digest": self.digest,
            "forecast": {
                "foretold": self.forecast.foretold,
                "unseen": self.forecast.unseen,
                "differing": list(self.forecast.differing),
            },
            "acts": book.performed,
            "refusals": {
                "shown": _codes(book.shown),
                "retried": _codes(book.refused),
                "given_up": _codes(book.given_up),
            },
            "surprises": list(book.surprises),
            "left_undone": book.left_undone,
            "documents": list(self.documents),
            "tokens": dict(self.tokens),
        }


def read_ending(
    remote: Remote,
    token: str,
    campaign_id: str,
    forecasts: Forecasts,
    notebook: Notebook,
    out: Path | None,
    people: Sequence[Mapping[str, Any]],
) -> Ending:
    """This will read back what the exercise came to and fetch its documents into `out`, if a folder is named."""
    events = list(_events(remote, token))
    owed = remote.get("/v1/reports", token=token)["items"]
    return Ending(
        campaign_id=campaign_id,
        leads=_count(remote, token, "/v1/leads"),
        handoffs=_count(remote, token, "/v1/handoffs", box="all"),
        transfers=_count(remote, token, "/v1/transfers"),
        deadlines=Counter(_OUTCOMES[d["state"]] for d in remote.pages("/v1/deadlines", token=token)),
        escalations=Counter(str(e["data"]["level"]) for e in events if e["kind"] == "deadline.escalated"),
        reports=Counter(_REPORTS[o["status"]] for o in owed),
        events=len(events),
        digest=digest(events, campaign_id),
        forecast=forecasts.compare(events),
        notebook=notebook,
        documents=tuple(_documents(remote, token, owed, out)) if out is not None else (),
        base=remote.address.base,
        tokens={role: next(p["token"] for p in people if role in p["roles"]) for role in SHOWN_TO},
    )


def _events(remote: Remote, token: str) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        page = remote.get("/v1/events", token=token, after=after, limit=200)
        yield from page["items"]
        if not page["more"]:
            return
        after = page["next_after"]


def _count(remote: Remote, token: str, path: str, **params: object) -> Mapping[str, int]:
    return Counter(_state(item) for item in remote.pages(path, token=token, **params))


def _state(item: Mapping[str, Any]) -> str:
    state = item["state"]
    return both(state["name"]) if isinstance(state, Mapping) else str(state)


def _documents(remote: Remote, token: str, owed: list[dict[str, Any]], out: Path) -> Iterator[str]:
    for kind, period in sorted({(o["kind"], o["period"]) for o in owed}):
        where = f"/v1/reports/{kind}/{period}/compilation"
        try:
            compiled = remote.send("GET", where, token=token).content
        except Refused as refused:
            if refused.status == 404:
                continue
            raise
        path = out / f"{kind}-{period}.json"
        path.write_bytes(compiled)
        yield str(path)
        for ending in FORMATS:
            path = out / f"{kind}-{period}.{ending}"
            path.write_bytes(remote.get(f"{where}.{ending}", token=token))
            yield str(path)


def screen(ending: Ending) -> str:
    """This will write the ending as one screen, Chinese first."""
    book, told = ending.notebook, ending.forecast
    lines = [
        _line("线索结局 leads", ending.leads),
        _line("协作事项 handoffs", ending.handoffs),
        _line("移送案件 transfers", ending.transfers),
        _line("时限 deadlines", ending.deadlines),
        _line("督办升级 escalations", dict(sorted(ending.escalations.items()))),
        _line("报送 reports", ending.reports),
        _row(
            "办理动作 acts",
            f"{book.performed} 件 · 未到时 not yet due {book.left_undone}；被拒绝 refused: {_refusals(book)}",
        ),
        _row(
            "预告与实际 forecast",
            f"相符 {told.foretold} · 不符 {len(told.differing)} · 事前无人看见 unseen {told.unseen}",
        ),
        _row("事件 events", f"{ending.events} 件"),
        _row("摘要 digest", ending.digest),
    ]
    if ending.documents:
        folder = Path(ending.documents[0]).parent
        names = " ".join(Path(path).name for path in ending.documents)
        lines.append(_row("文件 documents", f"{folder}: {names}"))
    lines.append(_row("演练 exercise", ending.campaign_id))
    lines.append(
        _row("网页 pages", f"{ending.base}/reports（报告和战果表 reports and table）· 登录令牌 sign in with:")
    )
    lines += [_row("", f"{role} {token}") for role, token in ending.tokens.items()]
    lines += [_row("意外 surprise", words) for words in book.surprises]
    return "\n".join(lines)


def _line(name: str, counts: Mapping[str, int]) -> str:
    return _row(name, " · ".join(f"{what} {count}" for what, count in counts.items()) or "—")


def _row(name: str, text: str) -> str:
    return f"{name}{' ' * max(1, 22 - width(name))}{text}"


def _refusals(book: Notebook) -> str:
    parts = [f"有意演示 shown {len(book.shown)}", f"改期再办 retried {len(book.refused)}"]
    return " · ".join([*parts, f"放弃 given up {len(book.given_up)}"])


def _codes(refusals: list[Any]) -> dict[str, int]:
    return dict(sorted(Counter(f"{r.act.do}:{r.code}" for r in refusals).items()))
