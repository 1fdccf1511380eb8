"""One step for several leads: each is a command of its own, and each row says what became of it.

Nothing is said of one lead that is not true of it: what is refused for one is done for the others, and stays to be tried
again.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request

from services.api.pages.forms import Refusal, given, refused
from services.api.pages.frame import ask, caller, pages, perform, render
from services.api.pages.typed_numbers import whole_number
from shared.application import page_queries, queries
from workflows.commands import ActOnLead
from workflows.rejection import Reason, Rejected
from workflows.text import Text

MOST = 50
"""How many leads one form takes: a page of the list."""


@pages.get("/leads/bulk")
def show_bulk() -> Response:
    """This will show the chosen leads and which steps are possible for how many of them."""
    return _show(request.args.getlist("n"), request.args.get("act", ""))


def _show(numbers: list[str], act: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    leads = [ask(queries.lead, number=number) for number in _chosen(numbers)]
    acts = _acts(leads)
    return render(
        "bulk.html",
        status,
        leads=leads,
        acts=acts,
        act=next((a for a in acts if a["name"] == act), None),
        words=ask(page_queries.form_words),
        refused=refusal,
    )


def _chosen(numbers: list[str]) -> list[str]:
    found = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if not found:
        text = Text("还没有选线索", "no lead is chosen")
        hint = Text("回到列表勾选后再来", "go back to the list and tick some")
        raise Rejected(Reason("blank", text, "n", hint), kind="invalid")
    if len(found) > MOST:
        text = Text(f"一次最多 {MOST} 件", f"at most {MOST} at once")
        raise Rejected(Reason("too_many", text, "n"), kind="invalid")
    return found


def _acts(leads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps possible for any of the leads, with for which; inputs are those any of them needs or takes."""
    found: dict[str, dict[str, Any]] = {}
    for lead in leads:
        for option in lead["allowed_actions"]:
            one = found.setdefault(
                option["name"],
                {"name": option["name"], "title": option["title"], "needs": [], "takes": [], "for": []},
            )
            one["for"].append(lead["number"])
            for kind in ("needs", "takes"):
                one[kind] += [name for name in option[kind] if name not in one["needs"] + one["takes"]]
    return sorted(found.values(), key=lambda one: -len(one["for"]))


@pages.post("/leads/bulk")
def act_on_several() -> Response:
    """This will take the step for every chosen lead, one by one, and say for each what became of it."""
    numbers, act = _chosen(request.form.getlist("n")), request.form.get("act", "")
    leads = {number: ask(queries.lead, number=number) for number in numbers}
    option = next((a for a in _acts(list(leads.values())) if a["name"] == act), None)
    fields = ask(page_queries.form_words)["fields"]
    offset = ask(page_queries.frame)["clock"]["at"][-6:]
    inputs = given([*option["needs"], *option["takes"]], fields, offset) if option else {}
    missing = [name for name in (option["needs"] if option else ()) if name not in inputs]
    if missing:
        reasons = (Reason("required", _missing(fields.get(name)), f"given/{name}") for name in missing)
        return _show(numbers, act, refused(act, Rejected(*reasons, kind="invalid")), 422)
    results = [_one(leads[number], act, inputs) for number in numbers]
    failed = [row["number"] for row in results if row["reasons"]]
    title = option["title"] if option else {"zh": act, "en": act}
    status = 200 if len(failed) < len(results) else 422
    return render("bulk_done.html", status, results=results, failed=failed, act=act, title=title)


def _missing(field: dict[str, Any] | None) -> Text:
    name = field["name"] if field else {"zh": "", "en": ""}
    return Text(f"须填写{name['zh']}", f"{name['en']} is required")


def _one(lead: dict[str, Any], act: str, inputs: dict[str, Any]) -> dict[str, Any]:
    number, seen = lead["number"], request.form.get(f"version-{lead['number']}", "")
    command = ActOnLead(caller(), number, act, inputs, whole_number(seen))
    refusal = perform(command, f"{request.form.get('key', '')}-{number}")
    after = ask(queries.lead, number=number)
    reasons = refusal.reasons if refusal is not None else ()
    return {"number": number, "title": lead["title"], "state": after["state"], "reasons": reasons}
