"""Adding many people from a spreadsheet: paste, look at every line, then add all of them; their tokens are shown once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request

from services.api.administration import new_token
from services.api.pages.frame import ask, caller, carry_out, mark, pages, rehearse, say, t
from services.api.pages.managing import managed
from services.api.pages.pasted_people import HEADS, Sheet, read_people
from shared.application import administration as cases
from shared.application import page_queries
from shared.application.work import UNSEEN
from shared.bootstrap import token_hash
from shared.clock import SystemClock
from workflows.administration import AddPersons
from workflows.rejection import Rejected

DAYS = 30
"""For how long the tokens of newcomers are valid (policy)."""


@pages.get("/manage/people/many")
def show_many_people() -> Response:
    """This will show what a table of people looks like, and take it."""
    return _show(None, {})


@pages.post("/manage/people/many")
def add_many_people() -> Response:
    """This will check pasted people line by line, and add them all when asked to and nothing is wrong."""
    words, names = ask(page_queries.form_words), ask(page_queries.frame)["names"]["role"]
    sheet = read_people(request.form.get("cells", ""), words["agencies"], names)
    texts = {line.newcomer.person_id: new_token() for line in sheet.lines}
    hashes = {person_id: token_hash(plain) for person_id, plain in texts.items()}
    ends = SystemClock().now() + timedelta(days=DAYS)
    people = tuple(line.newcomer for line in sheet.lines)
    command = AddPersons(caller(), people, hashes, t("many.token_name"), ends)
    wrong = _wrong(command, sheet)
    if sheet.faults or wrong or request.form.get("do") != "store":
        return _show(sheet, wrong, 422 if sheet.faults or wrong else 200)
    outcome = carry_out(command)
    if isinstance(outcome, Rejected):
        return _show(sheet, _by_line(outcome), 409)
    # The form sent again is answered without doing it again, and then the texts just made stand for nothing.
    added = [{"person": p, "token": None if outcome.replayed else texts[p.person_id]} for p in people]
    return _show(None, {}, added=added)


def _wrong(command: AddPersons, sheet: Sheet) -> dict[int, list[str]]:
    """What is wrong with each line, by its place among the people."""
    found: dict[int, list[str]] = {
        place: [say(fault) for fault in line.faults] for place, line in enumerate(sheet.lines) if line.faults
    }
    outcome = rehearse(command, lambda _, __: {}) if sheet.lines else None
    if isinstance(outcome, Rejected):
        for place, said in _by_line(outcome).items():
            found.setdefault(place, []).extend(said)
    return found


def _by_line(refusal: Rejected) -> dict[int, list[str]]:
    """The refusal of all, line by line; the page itself says how roles are called. Raises it where it is of no line."""
    found: dict[int, list[str]] = {}
    for reason in refusal.reasons:
        _, place, field = (*(reason.field or "").split("/"), "", "", "")[:3]
        if not place.isdigit():
            raise refusal
        hint = f" {say(reason.hint)}" if reason.hint is not None else ""
        found.setdefault(int(place), []).append(
            f"{t(f'many.{field}')}{mark('colon')}{say(reason.text)}{hint}"
        )
    return found


def _show(
    sheet: Sheet | None,
    wrong: dict[int, list[str]],
    status: int = 200,
    added: list[dict[str, Any]] | None = None,
) -> Response:
    frame = ask(page_queries.frame)
    if cases.DUTY not in frame["duties"]:
        raise Rejected(UNSEEN, kind="missing")
    response = managed(
        "many_people.html",
        "people",
        status,
        heads=HEADS,
        roles=frame["names"]["role"],
        agencies=ask(page_queries.form_words)["agencies"],
        sheet=sheet,
        wrong=wrong,
        faulty=sheet is not None and bool(sheet.faults or wrong),
        cells="" if added else request.form.get("cells", ""),
        added=added,
        days=DAYS,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
