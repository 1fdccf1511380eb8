"""What templates can do with values: word moments and lights, name events, change one part of an address."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import g
from werkzeug.datastructures import MultiDict

from services.api.pages import times
from services.api.pages.frame import mark, pages, say, t, unit
from services.api.pages.words import WORDS
from workflows.official_words import official
from workflows.rejection import Reason
from workflows.reporting.quantity import GOES_BEFORE, rounded
from workflows.sources import cited
from workflows.step_words import post
from workflows.text import Text


@pages.app_template_filter("moment")
def _moment(value: str, ends: bool = False) -> str:
    return times.moment(value, g.now, g.lang, ends=ends)


@pages.app_template_filter("capital")
def _capital(words: str) -> str:
    """What heads something, a button or a title, begins with a capital in English; definitions write names small."""
    return words[:1].upper() + words[1:] if g.get("lang") == "en" else words


@pages.app_template_filter("day")
def _day(value: str) -> str:
    return times.day(value, g.now, g.lang)


@pages.app_template_filter("cited")
def _cited(source: str) -> str:
    """The source of a rule as Chinese documents name it; in English as the definition has it."""
    return official(cited(source, g.laws, g.office_name)) if g.lang == "zh" else source


@pages.app_template_test("word")
def _is_word(key: str) -> bool:
    """Whether the pages have a phrase for this."""
    return key in WORDS


@pages.app_template_filter("short_day")
def _short_day(value: str) -> str:
    at = datetime.fromisoformat(value)
    return f"{at.month}-{at.day:02d}"


@pages.app_template_filter("short_moment")
def _short_moment(value: str) -> str:
    """A moment for a tight cell: 18日09:00 in this month, else 10-09 09:00."""
    at = datetime.fromisoformat(value)
    clock = at.strftime("%H:%M")
    if clock == "00:00":
        at, clock = at - timedelta(days=1), "24:00"
    same = at.isoformat()[:7] == g.now[:7]
    return f"{at.day}日{clock}" if same and g.lang == "zh" else f"{at.month}-{at.day:02d} {clock}"


@pages.app_template_filter("lamp")
def _lamp(clock: Mapping[str, Any]) -> str:
    return times.lamp(clock, g.now, g.lang)


@pages.app_template_filter("span")
def _span(seconds: float) -> str:
    return times.span(seconds, g.lang)


@pages.app_template_filter("age")
def _age(seconds: float) -> str:
    return times.age(seconds, g.lang)


@pages.app_template_filter("ago")
def _ago(value: str, now: str) -> str:
    seconds = (datetime.fromisoformat(now) - datetime.fromisoformat(value)).total_seconds()
    days = int(seconds // 86400)
    return times.span(days * 86400 if days else seconds, g.lang)


@pages.app_template_filter("value")
def _value(value: Any, kind: Mapping[str, Any]) -> str:
    """A recorded value as people read it."""
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    named = {choice["id"]: choice["name"] for choice in kind["choices"]}
    return say(named[value]) if value in named else str(value)


@pages.app_template_filter("figure")
def _figure(cell: Mapping[str, Any], decimals: int) -> str:
    """A figure of the results table as documents print it: to the places of its column, with its 约 or 余."""
    if cell["value"] is None:
        return "—" if cell.get("asked", True) else "／"
    number, qualifier = f"{rounded(Decimal(cell['value']), decimals):f}", cell.get("qualifier") or ""
    return f"{qualifier}{number}" if qualifier in GOES_BEFORE else f"{number}{qualifier}"


@pages.app_template_filter("change")
def _change(number: str | None, decimals: int) -> str:
    """By how much a figure changed, with its sign; a dash where one side was not said."""
    if number is None:
        return "—"
    changed = rounded(Decimal(number), decimals)
    return f"{changed:+f}".replace("-", "−") if changed else "0"


@pages.app_template_filter("event_name")
def _event_name(event: Mapping[str, Any], lead: Mapping[str, Any] | None) -> str:
    kind, data = str(event["kind"]).partition(":")[0], event["data"]
    names = (lead or {}).get("act_names", g.get("act_names", {}))
    exact = f"{event.get('subject')}/{data.get('trigger')}/{event.get('from_state')}"
    step = names.get(exact) or names.get(kind)
    said = say(step) if step else t(f"event.{kind}") if f"event.{kind}" in WORDS else kind
    code = data.get("code")
    rung = (lead or {}).get("rungs", {}).get(f"{code}/{data.get('step', '')}")
    about = say(g.get("clock_names", {}).get(code)) or code
    return said + (mark("dot") + say(rung) if rung else "") + (mark("colon") + str(about) if code else "")


@pages.app_template_filter("said_once")
def _said_once(reasons: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Reasons without those that say the same again: several rules may stand in the way with one sentence."""
    said = {(say(reason["message"]), say(reason.get("hint"))): reason for reason in reversed(reasons)}
    return list(reversed(said.values()))


@pages.app_template_filter("after_its_name")
def _after_its_name(message: Mapping[str, str] | Text, title: Mapping[str, str]) -> str:
    """A sentence that begins with the name of a step, where that name already stands before it."""
    said, name = say(message), say(title)
    return said.removeprefix(f"“{name}”").removeprefix(f"{name!r} ")


_LABELS = {
    "request": "lead.ask_words",
    "to": "lead.ask_to",
    "type": "lead.ask_type",
    "reason": "people.reason",
    "note": "item.note",
    "label": "item.label",
    "requirement": "order.requirement",
    "matter": "order.matter",
    "ground": "deadline.ground",
    "occurred_on": "lead.record_day",
    "witness": "item.witness",
    "person": "tokens.person",
    "kept_by": "audit.kept_by",
}
"""What forms call the inputs that are no field of the definition."""


@pages.app_template_filter("fault")
def _fault(reason: Reason, fields: Mapping[str, Mapping[str, Any]]) -> str:
    """What is wrong, after the name of the input it concerns: “不能为空白” names none by itself."""
    said, name = say(reason.text), (reason.field or "").rpartition("/")[2].split(".")[-1]
    label = say(fields[name]["name"]) if name in fields else t(_LABELS[name]) if name in _LABELS else ""
    return said if not label or label in said else label + mark("colon") + said


@pages.app_template_filter("told")
def _told(targets: Sequence[Mapping[str, Any]], roles: Mapping[str, Mapping[str, str]]) -> str:
    """Who is told, the people of one agency together; no agency means everybody in the role, wherever they are."""
    found = []
    for _, group in groupby(targets, key=lambda to: (to["agency"] or {}).get("id")):
        several = list(group)
        agency = several[0]["agency"]
        names = [say(roles.get(to["role"])) or to["role"] for to in several]
        if g.lang == "zh":
            whose = agency["short"] if agency else t("told.every")
            found.append(mark("list").join([post(whose, names[0]), *names[1:]]))
        else:
            found.append(f"{mark('list').join(names)} ({unit(agency) if agency else t('told.every')})")
    return mark("list").join(found)


@pages.app_template_filter("post")
def _post(actor: Mapping[str, str], roles: Mapping[str, Mapping[str, str]]) -> str:
    """Who acts, as a post: the relation to the matter, and the role."""
    relation, role = t(f"relation.{actor['relation']}"), say(roles.get(actor["role"]))
    if g.lang == "zh":
        return post(relation, role)
    return f"{role} ({relation})" if role else relation


@pages.app_template_filter("offset")
def _offset(rung: Mapping[str, Any]) -> str:
    amount, unit = float(rung["amount"]), t(f"unit.{rung['unit']}")
    if rung["unit"] == "percent":
        return f"{amount:g}{unit}"
    key = "offset.due" if not amount else "offset.before" if amount < 0 else "offset.after"
    return t(key, amount=f"{abs(amount):g}", unit=unit)


@pages.app_template_filter("tojson_plain")
def _tojson_plain(value: Any) -> str:
    """A value of a document as it stands there."""
    return json.dumps(value, ensure_ascii=False, default=str)


@pages.app_template_filter("changed")
def _changed(args: MultiDict[str, str], changes: Mapping[str, Any], without: str | None = None) -> str:
    """The query of an address with some parts changed and one left out."""
    kept = {name: value for name, value in args.items() if value and name not in {without, "lang"}}
    return urlencode({**kept, **changes})


@pages.app_template_filter("shown")
def _shown(asked: Mapping[str, str], name: str, choices: Mapping[str, Any]) -> str:
    """The value of a filter as people read it."""
    value = asked[name]
    if name == "light":
        return t(f"light.{value}")
    if name in {"due_on", "due_by"}:
        return _day(value)
    if name == "state" and value == "open":
        return t("filter.open")
    lists = {"state": choices["states"], "agency": choices["agencies"], "holder": choices["agencies"]}
    found = lists.get(name, choices["vocabularies"].get(name, ()))
    return next((say(item["name"]) for item in found if item["id"] == value), value)
