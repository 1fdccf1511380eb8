"""One task on a phone: what is asked, until when, what happens otherwise; sign, answer, decline. Also transfers.

Promises: what a step is for follows from where it leads in the definition, so steps may bear any name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, g, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages import pictures
from services.api.pages.forms import Refusal, refused, step
from services.api.pages.frame import (
    ask,
    caller,
    done,
    mark,
    pages,
    perform,
    render,
    say,
    seen_version,
    status_of,
    t,
)
from services.api.pages.keeping import chosen, had, keep
from shared.application import page_queries
from shared.application.acting import OFFICER
from workflows.commands import ActOnHandoff, ActOnTransfer, Command
from workflows.coordination import ANSWERED, AWAY, CONFIRMED, DECLINED, REPLIED

_RESULTS = ("found", "not_found", "clean", "elsewhere")


@dataclass(frozen=True, slots=True)
class _Main:
    """The step a page is for: `kind` is sign, answer or go_on; `words` is the field an answer is written in."""

    kind: str
    act: Mapping[str, Any]
    words: str | None = None


@pages.get("/t/<handoff_id>")
def show_task(handoff_id: str) -> Response:
    """This will show a task."""
    return task_page(handoff_id)


def task_page(handoff_id: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    """This will show a task, beside a form that was refused."""
    task = ask(page_queries.task, handoff_id=handoff_id)
    words = _choosing(ask(page_queries.form_words), task["colleagues"])
    acts = task["allowed_actions"]
    main = _main(task, words["fields"])
    return render(
        "task.html",
        status,
        task=task,
        words=words,
        main=main,
        decline=next((act for act in acts if act["to"] == DECLINED), None),
        rest=[act for act in acts if main is None or not _stands_for(main, act)],
        known={"file", *(act["name"] for act in acts)},
        texts={OFFICER, *(name for name, field in words["fields"].items() if field["type"] == "text")},
        answering_signs=any(act["to"] == REPLIED for act in acts),
        refused=refusal,
        results=_RESULTS,
    )


def _choosing(words: dict[str, Any], colleagues: list[dict[str, Any]]) -> dict[str, Any]:
    """The words of a form in which whoever shall do the work is chosen among colleagues and not typed."""
    fields = words["fields"]
    if OFFICER not in fields or not colleagues:
        return words
    chosen_among = {**fields[OFFICER], "type": "choice", "choices": colleagues}
    return {**words, "fields": {**fields, OFFICER: chosen_among}}


def _main(task: Mapping[str, Any], fields: Mapping[str, Any]) -> _Main | None:
    """Sign while unsigned, then answer; for the one who asked, agree; else what goes on at one press."""
    acts = task["allowed_actions"]
    presses = [act for act in acts if not act["needs"] and act["to"] not in AWAY]
    signs = next((act for act in presses if act["to"] not in ANSWERED), None)
    if task["receipt"] is None and signs is not None:
        return _Main("sign", signs)
    answers = next((act for act in acts if act["to"] == REPLIED), None)
    if answers is not None:
        return _Main("answer", answers, _words_of(answers, fields))
    agrees = next((act for act in presses if act["to"] == CONFIRMED), None)
    onwards = agrees or next(iter(presses), None)
    return _Main("go_on", onwards) if onwards is not None else None


def _words_of(act: Mapping[str, Any], fields: Mapping[str, Any]) -> str | None:
    """The field in which the step that answers says what was found: its first one for words."""
    asked = [*act["needs"], *act["takes"]]
    return next((name for name in asked if name in fields and fields[name]["type"] == "text"), None)


def _stands_for(main: _Main, act: Mapping[str, Any]) -> bool:
    """Whether a step needs no form of its own: it is the page's own, or an answer, which implies the receipt."""
    return act is main.act or (main.kind == "sign" and act["to"] == REPLIED)


@pages.post("/t/<handoff_id>/act/<trigger>")
def act_on_task(handoff_id: str, trigger: str) -> BaseResponse:
    """This will take one step of a task."""
    task = ask(page_queries.task, handoff_id=handoff_id)
    main = _main(task, ask(page_queries.form_words)["fields"])
    preset = request.form.get("preset", "")
    result = t(f"result.{preset}") if preset in _RESULTS and main is not None else None

    def command(inputs: dict[str, Any]) -> Command:
        if result is not None and main is not None and main.words and main.act["name"] == trigger:
            inputs[main.words] = mark("colon").join(filter(None, (result, inputs.get(main.words))))
        return ActOnHandoff(caller(), handoff_id, trigger, inputs, seen_version())

    names = ""
    if chosen():
        names, refusal = keep(task["lead"]["number"], handoff_id)
        if refusal is not None:
            return task_page(handoff_id, refused(trigger, refusal), status_of(refusal))

    return _step(
        task,
        trigger,
        command,
        url_for("pages.show_task", handoff_id=handoff_id),
        lambda refusal, status: task_page(handoff_id, _beside(refusal, names), status),
    )


def _beside(refusal: Refusal, names: str) -> Refusal:
    """A step that was refused after its files were kept: they are not chosen again."""
    return replace(refusal, reasons=(*refusal.reasons, had(names))) if names else refusal


def _step(
    subject: dict[str, Any],
    trigger: str,
    command: Callable[[dict[str, Any]], Command],
    back: str,
    show: Callable[[Refusal, int], Response],
) -> BaseResponse:
    inputs, title = step(subject, trigger, ask(page_queries.form_words)["fields"])
    refusal = perform(command(inputs))
    if refusal is not None:
        return show(refused(trigger, refusal), status_of(refusal))
    return done(back, t("done.step", name=say(title), number=subject["lead"]["number"]))


@pages.get("/transfers/<transfer_id>")
def show_transfer(transfer_id: str) -> Response:
    """This will show a criminal transfer."""
    return _show_transfer(transfer_id)


def _show_transfer(transfer_id: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    transfer = ask(page_queries.transfer_page, transfer_id=transfer_id)
    words = ask(page_queries.form_words)
    picture = pictures.way(transfer["diagram"], transfer["way"], transfer["state"]["id"], g.lang)
    return render(
        "transfer.html",
        status,
        transfer=transfer,
        words=words,
        refused=refusal,
        picture=picture,
        acts=[_asking(act, transfer) for act in transfer["allowed_actions"]],
        primary=pictures.onward(transfer),
        told=_told(transfer["attributes"], words["fields"]),
        texts={name for name, field in words["fields"].items() if field["type"] == "text"},
    )


def _asking(act: Mapping[str, Any], transfer: Mapping[str, Any]) -> dict[str, Any]:
    """A step as its form asks: while enclosures are missing nobody is told that they may be left out."""
    must = [name for name in act["takes"] if name == "enclosures" and transfer["enclosures_missing"]]
    takes = [name for name in act["takes"] if name not in must]
    return {**act, "needs": [*act["needs"], *must], "takes": takes}


def _told(attributes: Mapping[str, Any], fields: Mapping[str, Any]) -> list[tuple[Any, list[Any]]]:
    """What was said with a transfer, field by field in the words of the definition."""
    found = []
    for name, value in attributes.items():
        if name not in fields or isinstance(value, bool) or value in (None, "", []):
            continue
        choices = {choice["id"]: choice["name"] for choice in fields[name]["choices"] or ()}
        said = value if isinstance(value, list) else [value]
        found.append((fields[name]["name"], [choices.get(str(one), one) for one in said]))
    return found


@pages.post("/transfers/<transfer_id>/act/<trigger>")
def act_on_transfer(transfer_id: str, trigger: str) -> BaseResponse:
    """This will take one step of a criminal transfer."""
    transfer = ask(page_queries.transfer_page, transfer_id=transfer_id)
    return _step(
        transfer,
        trigger,
        lambda inputs: ActOnTransfer(caller(), transfer_id, trigger, inputs, seen_version()),
        url_for("pages.show_transfer", transfer_id=transfer_id),
        lambda refusal, status: _show_transfer(transfer_id, refusal, status),
    )
