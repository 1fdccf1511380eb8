"""Leads: the list with its filters in the URL, one lead with all that can be done, and the forms of both."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

from flask import Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages import pictures
from services.api.pages.forms import Refusal, given, refused, step
from services.api.pages.frame import (
    ask,
    caller,
    done,
    fragment,
    pages,
    perform,
    render,
    say,
    seen_version,
    status_of,
    t,
)
from services.api.pages.paging import page_asked
from services.api.pages.times import lamp, moment
from services.api.pages.typed_numbers import whole_number
from services.api.pages.undo import Undo, back
from shared.application import page_queries, queries
from shared.application.saved_views import saved_views
from workflows.commands import (
    ActOnLead,
    AddRecord,
    AskExtension,
    Command,
    DecideExtension,
    ProposeTransfer,
    RequestHandoffs,
)
from workflows.rejection import Reason, Rejected
from workflows.text import Text

_FILTERS = (
    "light",
    "due_on",
    "due_by",
    "state",
    "agency",
    "holder",
    "channel",
    "place_type",
    "act",
    "urgency",
    "township",
    "record",
    "q",
)
_ORDERS = ("due", "-due", "number", "-number", "received", "-received", "updated", "-updated")
TIMELINES = ("main", "all", "system", "parts")
"""Which part of a lead's history is shown, the usual one first."""
LAST = 2**63 - 1
"""The highest position a history can have."""
_LIGHTS = ("overdue", "escalated", "soon")
MOST_EXPORTED = 10_000


@pages.get("/leads")
def show_leads() -> Response:
    """This will list leads; every filter is in the address, so that the address is the view."""
    asked, order, page = _asked(), _order(), page_asked()
    choices = ask(page_queries.lead_choices)
    as_board = request.args.get("view") == "board"
    wanted = {"filters": _filters(asked, choices), "order": order, "page": page}
    found = ask(page_queries.lead_list, **wanted, by_state=as_board)
    board = _board(found, choices) if as_board else None
    return render(
        "leads.html",
        found=found,
        asked_for=asked,
        order=order,
        choices=choices,
        views=ask(saved_views)["items"],
        board=board,
    )


def _asked() -> dict[str, str]:
    named = {name: request.args.get(name, "").strip() for name in _FILTERS}
    return {name: value for name, value in named.items() if value}


def _order() -> str:
    order = request.args.get("order", "due")
    return order if order in _ORDERS else "due"


def _filters(asked: dict[str, str], choices: dict[str, Any]) -> dict[str, Any]:
    if asked.get("light", "soon") not in _LIGHTS:
        words = Text(f"没有“{asked['light']}”这种时限", f"there is no light {asked['light']!r}")
        raise Rejected(Reason("choice", words, "light"), kind="invalid")
    found: dict[str, Any] = {name: value for name, value in asked.items() if name != "state"}
    for name in {"due_on", "due_by"} & asked.keys():
        found[name] = _day_of(name, asked[name])
    if "state" in asked:
        wanted = asked["state"]
        working = tuple(s["id"] for s in choices["states"] if s["kind"] != "final")
        found["states"] = working if wanted == "open" else (wanted,)
    return found


def _day_of(name: str, typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        words = Text("日期应写成 2017-09-16", "a day is written 2017-09-16")
        raise Rejected(Reason("date", words, name), kind="invalid") from None


def _board(found: dict[str, Any], choices: dict[str, Any]) -> list[dict[str, Any]]:
    """A column for each state there is a lead in; `count` counts them all, `items` are those of this page."""
    columns = []
    for state in choices["states"]:
        held = [row for row in found["items"] if row["state"]["id"] == state["id"]]
        if count := found["by_state"].get(state["id"], 0):
            columns.append({"state": state, "items": held, "count": count})
    return columns


@pages.get("/leads.csv")
def export_leads() -> Response:
    """This will give the list as a table for a spreadsheet, with the same filters and order."""
    asked = _asked()
    choices = ask(page_queries.lead_choices)
    found = ask(
        page_queries.lead_list, filters=_filters(asked, choices), order=_order(), page=1, limit=MOST_EXPORTED
    )
    if found["total"] > MOST_EXPORTED:
        words = Text(
            f"共 {found['total']} 件，一次最多导出 {MOST_EXPORTED} 件",
            f"{found['total']} leads fit; at most {MOST_EXPORTED} are exported at once",
        )
        narrower = Text("加上筛选条件，分几次导出", "add filters and export in parts")
        raise Rejected(Reason("too_many", words, None, narrower), kind="invalid")
    names = ask(page_queries.frame)["names"]
    out = io.StringIO()
    table = csv.writer(out)
    columns = ("number", "title", "state", "channel", "agency", "township", "light", "due", "received")
    table.writerow([t(f"column.{name}") for name in columns])
    for row in found["items"]:
        table.writerow([_cell(value) for value in _cells(row, names, found["as_of"])])
    response = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="leads.csv"'
    return response


def _cells(row: dict[str, Any], names: dict[str, Any], now: str) -> list[str]:
    lang = "zh" if t("lang") == "zh" else "en"
    clock = row["clock"]
    return [
        row["number"],
        row["title"],
        say(row["state"]["name"]),
        say(names["channel"].get(row["channel"])),
        row["lead_agency"]["short"] if row["lead_agency"] else "",
        row["township"] or "",
        lamp(clock, now, lang) if clock else "",
        moment(clock["due_at"], now, lang, ends=True) if clock else "",
        moment(row["received_at"], now, lang),
    ]


def _cell(value: str) -> str:
    """A cell that a spreadsheet would take for a formula is marked as text."""
    return f"'{value}" if value[:1] in "=+-@\t\r" and value else value


@pages.get("/leads/<number>/steps")
def show_steps(number: str) -> BaseResponse:
    """This will list the steps the person may take with a lead, for a card of the board; without scripts on the lead's page."""
    found = ask(queries.lead, number=number)
    if not request.headers.get("HX-Request"):
        return redirect(f"{url_for('pages.show_lead', number=number)}#can", 303)
    return fragment("steps.html", number=number, steps=found["allowed_actions"])


@pages.get("/leads/<number>")
def show_lead(number: str) -> Response:
    """This will show one lead."""
    return _show(number)


def _show(number: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    lead = ask(page_queries.lead_page, number=number, before=_before())
    words = ask(page_queries.form_words)
    here = (lead["lead_agency"] or {}).get("id") == caller().agency_id
    around = ask(page_queries.frame)
    office, duties = around["is_office"], set(around["duties"])
    picture = pictures.way(lead["diagram"], lead["way"], lead["state"]["id"], g.lang)
    open_still = lead["state"]["kind"] != "final"
    return render(
        "lead.html",
        status,
        lead=lead,
        words=words,
        refused=refusal,
        picture=picture,
        may_ask=open_still
        and (here or office)
        and lead["lead_agency"] is not None
        and "ask_partners" in duties,
        may_order=around["may_order"],
        may_transfer=open_still
        and here
        and "propose_transfers" in duties
        and all(one["state"]["kind"] == "final" for one in lead["transfers"]),
        today=lead["as_of"][:10],
        timeline=_timeline(),
        timelines=TIMELINES,
        events=_events(lead["history"]),
        primary=pictures.onward(lead),
        chosen=request.args.get("step"),
    )


def _before() -> int | None:
    position = whole_number(request.args.get("before", ""))
    return min(position, LAST) if position is not None else None


def _timeline() -> str:
    asked = request.args.get("timeline", TIMELINES[0])
    return asked if asked in TIMELINES else TIMELINES[0]


def _events(history: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Each part of the history: work and what became of it, all of it, what happened by itself, what partners did."""
    by_itself = [e for e in history if e["subject"] == "deadline" or e["person"] == "system"]
    return {
        "main": [e for e in history if e["kind"] not in {"deadline.started", "deadline.stopped"}],
        "all": history,
        "system": by_itself,
        "parts": [e for e in history if e["subject"] in {"handoff", "transfer"}],
    }


def _answer(number: str, act: str, command: Command, message: str, undo: Undo | None = None) -> BaseResponse:
    refusal = perform(command)
    if refusal is None:
        return done(url_for("pages.show_lead", number=number), message, undo)
    return _show(number, refused(act, refusal), status_of(refusal))


@pages.post("/leads/<number>/act/<trigger>")
def act_on_lead(number: str, trigger: str) -> BaseResponse:
    """This will take one step of a lead."""
    lead = ask(page_queries.lead_page, number=number)
    inputs, title = step(lead, trigger, ask(page_queries.form_words)["fields"])
    refusal = perform(ActOnLead(caller(), number, trigger, inputs, seen_version()))
    if refusal is not None:
        return _show(number, refused(trigger, refusal), status_of(refusal))
    after = ask(page_queries.lead_page, number=number)
    undo = back(lead["state"]["id"], after, f"/leads/{number}", "undo.step", t("undo.reason"))
    return done(
        url_for("pages.show_lead", number=number), t("done.step", name=say(title), number=number), undo
    )


@pages.post("/leads/<number>/records")
def add_record(number: str) -> BaseResponse:
    """This will record a fact of work done on a lead."""
    words = ask(page_queries.form_words)
    kind_id = request.form.get("kind", "")
    kind = next((k for k in words["record_kinds"] if k["id"] == kind_id), None)
    clock = ask(page_queries.frame)["clock"]
    data = given(kind["fields"] if kind else [], words["fields"], clock["at"][-6:])
    try:
        day = _day(clock["at"])
    except Rejected as refusal:
        return _show(number, refused(f"record:{kind_id}", refusal), status_of(refusal))
    command = AddRecord(caller(), kind_id, day, data, number)
    return _answer(number, f"record:{kind_id}", command, t("done.record", number=number))


def _day(now: str) -> date:
    """The day typed, today where none is. Raises Rejected for one nobody can read."""
    typed = request.form.get("occurred_on", "").strip()
    try:
        return date.fromisoformat(typed) if typed else datetime.fromisoformat(now).date()
    except ValueError:
        words = Text("日期应写成 2017-09-16", "a day is written 2017-09-16")
        raise Rejected(Reason("date", words, "occurred_on"), kind="invalid") from None


@pages.post("/leads/<number>/handoffs")
def request_handoffs(number: str) -> BaseResponse:
    """This will ask other agencies to work on a lead."""
    to = tuple(request.form.getlist("to"))
    kind, words = request.form.get("type", ""), request.form.get("request", "").strip()
    command = RequestHandoffs(caller(), number, kind, to, words, None, {}, seen_version())
    undo = Undo(f"/inbox/{number}/take-back", "undo.request", {"then": "lead"})
    return _answer(number, "handoffs", command, t("done.asked", number=number), undo)


@pages.post("/leads/<number>/transfers")
def propose_transfer(number: str) -> BaseResponse:
    """This will propose to transfer a lead to the police."""
    fields = ask(page_queries.form_words)["fields"]
    inputs = given(("report", "officers"), fields, "+08:00")
    command = ProposeTransfer(caller(), number, request.form.get("to", ""), inputs, seen_version())
    return _answer(number, "transfers", command, t("done.proposed", number=number))


@pages.get("/deadlines/<deadline_id>")
def show_deadline(deadline_id: str) -> Response:
    """This will show how a due date came about, what happens next, and every change of it."""
    return _show_deadline(deadline_id)


def _show_deadline(deadline_id: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    found = ask(page_queries.deadline_page, deadline_id=deadline_id)
    return render("deadline.html", status, clock=found, refused=refusal)


@pages.post("/deadlines/<deadline_id>/extensions")
def ask_extension(deadline_id: str) -> BaseResponse:
    """This will ask for more time; the clock runs on until somebody with the right decides."""
    typed, ground = request.form.get("amount", "").strip(), request.form.get("ground", "")
    amount = whole_number(typed)
    if typed and amount is None:
        words = Text(
            "请填整数，不填则按规定的最长期限", "give a whole number, or nothing for the longest there is"
        )
        wrong = Rejected(Reason("type", words, "amount"), kind="invalid")
        return _show_deadline(deadline_id, refused("extension", wrong), status_of(wrong))
    command = AskExtension(caller(), deadline_id, ground, request.form.get("reason", "").strip(), amount)
    return _answer_deadline(deadline_id, "extension", command, t("done.extension_asked"))


@pages.post("/deadlines/<deadline_id>/extensions/<extension_id>")
def decide_extension(deadline_id: str, extension_id: str) -> BaseResponse:
    """This will grant or refuse more time."""
    grant = request.form.get("decision") == "grant"
    command = DecideExtension(caller(), extension_id, grant, request.form.get("reason", "").strip())
    return _answer_deadline(deadline_id, extension_id, command, t("done.extension_decided"))


def _answer_deadline(deadline_id: str, act: str, command: Command, message: str) -> BaseResponse:
    refusal = perform(command)
    if refusal is None:
        return done(url_for("pages.show_deadline", deadline_id=deadline_id), message)
    return _show_deadline(deadline_id, refused(act, refusal), status_of(refusal))
