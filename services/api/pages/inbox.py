"""What waits for me: one list per kind of work, and beside the leads to pass on the pane that passes them on."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.forms import Refusal, given, refused, step
from services.api.pages.frame import (
    ask,
    caller,
    done,
    fragment,
    mark,
    pages,
    perform,
    rehearse,
    render,
    say,
    seen_version,
    status_of,
    t,
    unit,
)
from services.api.pages.paging import page_asked
from services.api.pages.undo import Undo, back
from shared.application import page_queries
from workflows.commands import ActOnHandoff, ActOnLead
from workflows.rejection import Rejected

_FIELDS = ("lead_agency", "assisting", "requirement", "urgency", "reason")


@pages.get("/inbox")
def show_inbox() -> Response:
    """This will show what waits, and the first or the chosen lead ready to be passed on."""
    if request.headers.get("HX-Request") and request.args.get("lead"):
        return fragment("pane.html", **_pane(request.args["lead"]))
    return _show(request.args.get("box", ""), request.args.get("lead"))


def _show(box: str, chosen: str | None, refusal: Refusal | None = None, status: int = 200) -> Response:
    found = ask(page_queries.inbox, box="triage" if chosen else box, page=page_asked())
    values: dict[str, Any] = {"found": found, "refused": refusal, "lead": None, "chosen": chosen}
    if found["box"] == "triage" and found["items"]:
        chosen = chosen or found["items"][0]["number"]
        values |= {"chosen": chosen, **_pane(chosen, refusal)}
    return render("inbox.html", status, **values)


def _pane(number: str, refusal: Refusal | None = None) -> dict[str, Any]:
    """The pane of one lead, filled in as the routing tables say, with what would follow from exactly that."""
    lead = ask(page_queries.triage, number=number)
    words = ask(page_queries.form_words)
    routing = lead["routing"]
    inputs = {"urgency": lead["urgency"], "assisting": routing["assisting"]}
    inputs["lead_agency"] = routing["lead_agency"] or ""
    if refusal is not None:
        inputs |= given(_FIELDS, words["fields"], "+08:00")
    able = [a for a in words["agencies"] if a["id"] in (lead["pass_on"] or {}).get("units", ())]
    agencies = _ordered(able, [inputs["lead_agency"], *inputs["assisting"]])
    return {
        "lead": lead,
        "words": words,
        "inputs": inputs,
        "agencies": agencies,
        "outlook": _outlook(lead, inputs),
        "refused": refusal,
        "others": [a for a in lead["allowed_actions"] if a["name"] != (lead["pass_on"] or {}).get("name")],
    }


def _ordered(agencies: list[dict[str, Any]], first: list[str]) -> list[dict[str, Any]]:
    """Preselected ones first, so that the number keys reach them; the order is kept otherwise."""
    return sorted(agencies, key=lambda a: first.index(a["id"]) if a["id"] in first else len(first))


def _outlook(lead: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    """What passing the lead on like this would start: found by doing it and keeping nothing."""
    nothing: dict[str, Any] = {"clocks": [], "forecast": [], "as_of": None}
    step = lead["pass_on"]
    if step is None:
        return {**nothing, "refused": (), "step": None}
    command = ActOnLead(caller(), lead["number"], step["name"], _asked(step, inputs))
    outcome = rehearse(command, lambda work, _: page_queries.lead_page(work, lead["number"]))
    if isinstance(outcome, Rejected):
        return {**nothing, "refused": outcome.reasons, "step": step["kind"]}
    body = outcome.body
    running = [c for c in body["clocks"] if c["state"] == "running" and not c["optional_right"]]
    found = {"forecast": body["forecast"], "as_of": body["as_of"], "step": step["kind"]}
    return {"refused": (), "clocks": running, **found}


def _asked(step: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    """What the step of this campaign asks for, of what the form offers."""
    known = {*step["needs"], *step["takes"]}
    return {name: value for name, value in inputs.items() if value and name in known}


@pages.post("/inbox/<number>/outlook")
def show_outlook(number: str) -> Response:
    """This will say what the choices made so far would start."""
    words = ask(page_queries.form_words)
    inputs = given(_FIELDS, words["fields"], "+08:00")
    return fragment("outlook.html", outlook=_outlook(ask(page_queries.triage, number=number), inputs))


@pages.post("/inbox/<number>")
def pass_on(number: str) -> BaseResponse:
    """This will accept a lead and hand it to the units chosen, then show the next one."""
    words = ask(page_queries.form_words)
    inputs = given(_FIELDS, words["fields"], "+08:00")
    lead = ask(page_queries.triage, number=number)
    step = request.form.get("step") or (lead["pass_on"] or {}).get("name", "")
    refusal = perform(ActOnLead(caller(), number, step, inputs, seen_version()))
    if refusal is not None:
        return _show("triage", number, refused(step, refusal), status_of(refusal))
    names = {a["id"]: unit(a) for a in words["agencies"]}
    units = [inputs["lead_agency"], *[a for a in inputs.get("assisting", ()) if a != inputs["lead_agency"]]]
    listed = mark("list").join(names[u] for u in units)
    named = say(lead["pass_on"]["kind"]) if lead["pass_on"] else t("triage.step")
    said = t("done.passed_on", number=number, name=named, units=listed)
    undo = Undo(f"/inbox/{number}/take-back", "undo.request")
    return done(url_for("pages.show_inbox", box="triage"), said, undo)


@pages.post("/inbox/<number>/end/<trigger>")
def end_lead(number: str, trigger: str) -> BaseResponse:
    """This will turn a lead down, merge it into another, or designate a unit."""
    lead = ask(page_queries.triage, number=number)
    inputs, title = step(lead, trigger, ask(page_queries.form_words)["fields"])
    refusal = perform(ActOnLead(caller(), number, trigger, inputs, seen_version()))
    if refusal is not None:
        return _show("triage", number, refused(trigger, refusal), status_of(refusal))
    said = t("done.step", name=say(title), number=number)
    after = ask(page_queries.lead_page, number=number)
    undo = back(lead["state"]["id"], after, f"/leads/{number}", "undo.step", t("undo.reason"))
    return done(url_for("pages.show_inbox", box="triage"), said, undo)


@pages.post("/inbox/<number>/take-back")
def take_back(number: str) -> BaseResponse:
    """This will withdraw what one's agency just handed over or asked for, as far as nobody has signed for it.

    The ledger forgets nothing: both acts stay on record, and whether a lead passed on comes back to the office
    is its definition's to say: the message tells where it stands.
    """
    sent = ask(page_queries.to_take_back, number=number)
    for part in sent:
        given_reason = {"reason": t("take_back.reason")} if part["asks_why"] else {}
        refusal = perform_once(ActOnHandoff(caller(), part["id"], part["step"], given_reason))
        if refusal is not None:
            return _show("triage", None, refused("take_back", refusal), status_of(refusal))
    office = False
    said = t("done.too_late", number=number)
    if sent:
        lead = ask(page_queries.lead_page, number=number)
        back = ask(page_queries.triage, number=number)["pass_on"] is not None
        office = back and request.form.get("then") != "lead"
        word = "done.taken_back" if back else "done.taken_back_only"
        said = t(word, number=number, state=say(lead["state"]["name"]))
    return done(
        url_for("pages.show_inbox", box="triage", lead=number) if office else f"/leads/{number}", said
    )


def perform_once(command: ActOnHandoff) -> Rejected | None:
    """This will carry out one of several commands of a form: the form's key names each of them apart."""
    key = hashlib.sha256(f"{request.form.get('key', '')}{command.handoff_id}".encode()).hexdigest()
    return perform(command, key)
