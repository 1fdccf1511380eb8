"""One task on a phone: what is asked, until when, what happens otherwise; sign, answer, decline. Also transfers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages import pictures
from services.api.pages.forms import Refusal, refused, step
from services.api.pages.frame import (
    ask,
    caller,
    done,
    pages,
    perform,
    render,
    say,
    seen_version,
    status_of,
    t,
)
from shared.application import page_queries
from workflows.commands import ActOnHandoff, ActOnTransfer, Command

_RESULTS = ("found", "not_found", "clean", "elsewhere")
_WITH_RESULT = {"reply", "partial_reply"}


@pages.get("/t/<handoff_id>")
def show_task(handoff_id: str) -> Response:
    """This will show a task."""
    return _show_task(handoff_id)


def _show_task(handoff_id: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    task = ask(page_queries.task, handoff_id=handoff_id)
    words = ask(page_queries.form_words)
    acts = {a["name"]: a for a in task["allowed_actions"]}
    main = _main(task, acts)
    rest = [a for name, a in acts.items() if name != main]
    return render(
        "task.html",
        status,
        task=task,
        words=words,
        acts=acts,
        main=main,
        rest=rest,
        refused=refusal,
        results=_RESULTS,
    )


def _main(task: dict[str, Any], acts: dict[str, Any]) -> str | None:
    """The act the page is for: sign while unsigned, then answer; for the one who asked, confirm."""
    wanted = ("acknowledge",) if task["receipt"] is None else ("reply", "confirm", "start")
    known = [name for name in wanted if name in acts]
    asked = {name: {*acts[name]["needs"], *acts[name]["takes"]} for name in known}
    return next((name for name in known if name not in _WITH_RESULT or "result" in asked[name]), None)


@pages.post("/t/<handoff_id>/act/<trigger>")
def act_on_task(handoff_id: str, trigger: str) -> BaseResponse:
    """This will take one step of a task."""
    task = ask(page_queries.task, handoff_id=handoff_id)
    return _step(
        task,
        trigger,
        lambda inputs: ActOnHandoff(caller(), handoff_id, trigger, inputs, seen_version()),
        url_for("pages.show_task", handoff_id=handoff_id),
        lambda refusal, status: _show_task(handoff_id, refusal, status),
    )


def _step(
    subject: dict[str, Any],
    trigger: str,
    command: Callable[[dict[str, Any]], Command],
    back: str,
    show: Callable[[Refusal, int], Response],
) -> BaseResponse:
    inputs, title = step(subject, trigger, ask(page_queries.form_words)["fields"])
    preset = request.form.get("preset", "")
    if preset in _RESULTS and trigger in _WITH_RESULT:
        inputs["result"] = "。".join(filter(None, (t(f"result.{preset}"), inputs.get("result"))))
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
    picture = pictures.way(transfer["diagram"], (), transfer["state"]["id"])
    return render("transfer.html", status, transfer=transfer, words=words, refused=refusal, picture=picture)


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
