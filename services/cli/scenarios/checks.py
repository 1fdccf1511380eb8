"""What a scenario expects, held against what is: each check gives None where it holds, else what was found."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.cli.scenarios.stage import Stage
from shared.application import queries
from workflows.rejection import Rejected
from workflows.scenario import Expectation

Check = Callable[[Stage, Expectation], str | None]
PAGE = 200


def check(stage: Stage, expectation: Expectation) -> str | None:
    """This will hold one expectation against the present."""
    try:
        return _CHECKS[expectation.kind](stage, expectation)
    except KeyError as absent:
        return f"there is no {absent.args[0]}"


def _same(found: Any, expected: Any) -> str | None:
    return None if found == expected else f"found {found!r}, expected {expected!r}"


def _state(stage: Stage, e: Expectation) -> str | None:
    return _same(stage.view(e.more["of"])["state"]["id"], e.value)


def _clock(stage: Stage, e: Expectation) -> str | None:
    codes = [c for c in stage.view(e.more["of"])["clocks"] if c["code"] == e.value]
    if e.more["is"] == "absent":
        return _same([c["state"] for c in codes], [])
    clock = stage.clock(e.more["of"], e.value)
    wanted = {"state": e.more["is"]}
    found = {"state": clock["state"]}
    for name in ("due", "original_due"):
        if name in e.more:
            wanted[name], found[name] = e.more[name], datetime.fromisoformat(clock[f"{name}_at"])
    for name in ("provisional", "overdue"):
        if name in e.more:
            wanted[name], found[name] = e.more[name], clock[name]
    if "holder" in e.more:
        wanted["holder"], found["holder"] = e.more["holder"], (clock["holder"] or {}).get("id")
    return _same(found, wanted)


def _attribute(stage: Stage, e: Expectation) -> str | None:
    view = stage.view(e.more["of"])
    return _same({**view, **view.get("attributes", {})}.get(e.value), stage.named(e.more["equals"]))


def _suggests(stage: Stage, e: Expectation) -> str | None:
    """Each key of `then` must be said by one of the rule's outcomes."""
    found = [s for s in stage.view(e.more["of"])["suggestions"] if s["rule"] == e.value]
    outcomes = [outcome["then"] for suggestion in found for outcome in suggestion["outcomes"]]
    fits = any(all(then.get(name) == value for name, value in e.more["then"].items()) for then in outcomes)
    return None if fits else f"{e.value} says {outcomes!r}, not {e.more['then']!r}"


def _events(stage: Stage, e: Expectation) -> str | None:
    feed, after, more = [], 0, True
    while more:
        page = stage.system.read(queries.events, stage.nobody, after=after, limit=PAGE)
        feed += page["items"]
        after, more = page["next_after"], page["more"]
    found = [event for event in feed if event["kind"] == e.value]
    if "of" in e.more:
        view = stage.view(e.more["of"])
        ids = {view["id"], *(clock["id"] for clock in view["clocks"])}
        found = [event for event in found if event["subject_id"] in ids]
    for name, value in e.more.get("where", {}).items():
        found = [event for event in found if event["data"].get(name) == value]
    return _same(len(found), e.more["count"])


def _notices(stage: Stage, e: Expectation) -> str | None:
    page = stage.system.read(queries.notices, stage.caller(e.more["to"]), cursor=None, limit=PAGE)
    return _same(sum(1 for notice in page["items"] if notice["kind"] == e.value), e.more["count"])


def _sees(stage: Stage, e: Expectation) -> str | None:
    hidden = [who for who in _list(e.more["who"]) if not _reads(stage, who, e.value)]
    return _same(hidden, [])


def _blind(stage: Stage, e: Expectation) -> str | None:
    seen = [who for who in _list(e.more["who"]) if _reads(stage, who, e.value)]
    return _same(seen, [])


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _reads(stage: Stage, who: str, lead: str) -> bool:
    try:
        stage.system.read(queries.lead, stage.caller(who), number=stage.leads[lead])
    except Rejected:
        return False
    return True


def _blocked(stage: Stage, e: Expectation) -> str | None:
    """Why somebody may not take a step now, as the answer itself says it."""
    alias = e.more["of"].split("/")[0]
    who = stage.caller(e.more["who"])
    view = stage.system.read(queries.lead, who, number=stage.leads[alias])
    found = [step for step in view["blocked_actions"] if step["name"] == e.value]
    codes = {reason["code"] for step in found for reason in step["reasons"]}
    missing = set(e.more["by"]) - codes
    return None if not missing else f"blocked by {sorted(codes)}, not by {sorted(missing)}"


def _snapshot(stage: Stage, e: Expectation, version: int | None) -> dict[str, Any]:
    try:
        found: dict[str, Any] = stage.system.read(
            queries.compilation,
            stage.nobody,
            kind=e.more["kind"],
            period=e.more["period"],
            version=version,
        )
    except Rejected:
        raise KeyError(f"compilation {e.more['period']} {version or ''}") from None
    return found


def _figure(stage: Stage, e: Expectation) -> str | None:
    table = _snapshot(stage, e, e.more.get("version"))["snapshot"]["table"]
    return _same(_total(table, e.value), e.more["equals"])


def _total(table: Mapping[str, Any], code: str) -> Any:
    found = table["total"]["period"][code]["value"]
    return int(float(found)) if found is not None and float(found).is_integer() else found


def _status(stage: Stage, e: Expectation) -> str | None:
    rows = stage.system.read(queries.reports, stage.nobody)["items"]
    key = (e.more["unit"], e.more["kind"], e.more["period"])
    found = [r["status"] for r in rows if (r["unit"]["id"], r["kind"], r["period"]) == key]
    return _same(found, [e.value])


def _compiled(stage: Stage, e: Expectation) -> str | None:
    found = _snapshot(stage, e, None)
    if found["version"] != e.value:
        return f"found version {found['version']}, expected {e.value}"
    if "changed" not in e.more:
        return None
    changes = json.dumps(found["snapshot"]["changes"], ensure_ascii=False)
    return (
        None if e.more["changed"] in changes else f"{e.more['changed']!r} is not among the changes {changes}"
    )


def _nowhere(stage: Stage, e: Expectation) -> str | None:
    """A text nobody may find: not in any answer to anybody of the cast, any notice, any event, any document."""
    places = [place for place, text in _everything(stage) if e.value in text]
    return _same(places, [])


def _everything(stage: Stage) -> list[tuple[str, str]]:
    system, found = stage.system, []
    people = system.read(queries.people, stage.nobody)["items"]
    for who in [stage.nobody, *(stage.caller(person["id"]) for person in people)]:
        asked: list[tuple[str, Callable[..., Any], dict[str, Any]]] = [
            ("events", queries.events, {"after": 0, "limit": PAGE}),
            ("notices", queries.notices, {"cursor": None, "limit": PAGE}),
            ("leads", queries.leads, {"filters": {}, "cursor": None, "limit": PAGE}),
            ("deadlines", queries.deadlines, {"filters": {}, "cursor": None, "limit": PAGE}),
            ("orders", queries.orders, {"state": None, "cursor": None, "limit": PAGE}),
        ]
        asked += [("lead", queries.lead, {"number": number}) for number in stage.leads.values()]
        for name, query, arguments in asked:
            try:
                answer = system.read(query, who, **arguments)
            except Rejected:
                continue
            found.append((f"{name} as {who.person_id}", json.dumps(answer, ensure_ascii=False, default=str)))
    for compiled in system.read(lambda work: work.uow.reports.compilations(work.campaign.id), stage.nobody):
        for form in ("docx", "xlsx"):
            file = system.file_of(stage.nobody, compiled["kind"], compiled["period"], None, form)
            found.append((f"{compiled['period']}.{form}", _words_in(file.content)))
    return found


def _words_in(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


_CHECKS: Mapping[str, Check] = {
    "state": _state,
    "clock": _clock,
    "attribute": _attribute,
    "suggests": _suggests,
    "events": _events,
    "notices": _notices,
    "sees": _sees,
    "blind": _blind,
    "blocked": _blocked,
    "figure": _figure,
    "status": _status,
    "compiled": _compiled,
    "nowhere": _nowhere,
}
