"""Whatever is typed into any form a person can reach, or into any address, the answer is a page and never a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import cycle

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.pages.conftest import Enter, Person

NONSENSE = (
    "", "   ", "-1", "1e400", "99999999999999999999", "<script>alert(1)</script>", "😀" * 300, "x" * 30_000,
    "2017-02-30", "9999-12-31T23:59", "０１２", "null", "[]", "../../etc/passwd", "%s%n", "a\u202eb", "NaN",
    "' OR 1=1 --", "\x00", "²", "9" * 5_000, "3.5", "3天", "0001-01-01T00:00",
)  # fmt: skip
ASKED = (
    "page",
    "order",
    "q",
    "state",
    "light",
    "at",
    "by",
    "box",
    "before",
    "view",
    "version",
    "lead",
    "cursor",
)
STARTS = ("/inbox", "/leads", "/supervise", "/progress", "/reports", "/results", "/account", "/manage/people")
LEAVES = ("/sign-out", "/account/sessions")
"""Forms that end the session with which the rest is tried."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a page shows it."""

    method: str
    action: str
    values: dict[str, str]


def forms_of(page: str, path: str) -> Iterator[Form]:
    """Every form of a page, with the values it would send untouched."""
    for head, inside in re.findall(r"<form([^>]*)>(.*?)</form>", page, re.DOTALL):
        action = re.search(r'action="([^"]*)"', head)
        fields = re.findall(r'<(?:input|select|textarea|button)[^>]*\bname="[^"]+"[^>]*>', inside)
        values = {}
        for field in fields:
            value = re.search(r'\bvalue="([^"]*)"', field)
            values[re.findall(r'\bname="([^"]+)"', field)[0]] = unescape(value[1]) if value else ""
        yield Form(
            "POST" if 'method="post"' in head.lower() else "GET",
            unescape(action[1]) if action else path,
            values,
        )


def one_of_each(app: Flask, person: Person, most: int) -> dict[str, str]:
    """One page of each kind that can be reached by links, by the name of its route: its address and text are kept."""
    routes, found, waiting = app.url_map.bind("localhost"), dict[str, str](), list(STARTS)
    seen = set()
    while waiting and len(found) < most:
        path = waiting.pop(0)
        try:
            name, _ = routes.match(path.partition("?")[0])
        except HTTPException:
            continue
        if name in seen:
            continue
        seen.add(name)
        answer = person.client.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[path] = answer.text
            waiting += [unescape(link) for link in re.findall(r'href="(/[^"#]*)"', answer.text)]
    return found


@pytest.mark.parametrize("who", ["office.office_staff", "office.administrator"])
def test_no_form_and_no_address_makes_a_fault(visit: Enter, who: str) -> None:
    person, nonsense = visit(who), cycle(NONSENSE)
    app = person.client.application
    assert isinstance(app, Flask)
    pages = one_of_each(app, person, 60)
    assert len(pages) > 15
    forms = {
        (form.method, re.sub(r"[0-9a-f-]{36}|\d+", "#", form.action), *sorted(form.values)): form
        for path, page in pages.items()
        for form in forms_of(page, path)
        if form.action not in LEAVES
    }
    assert len(forms) > 15
    answers: list[tuple[Form | str, TestResponse]] = []
    for form in forms.values():
        for kept in (0, 1):
            names = [name for name in form.values if name != "csrf"]
            typed = form.values | {name: next(nonsense) for name in names[kept:]}
            if form.method == "POST":
                answers.append((form, person.client.post(form.action, data=typed)))
            else:
                answers.append((form, person.client.get(form.action, query_string=typed)))
    for path in pages:
        asked = {name: next(nonsense) for name in ASKED}
        answers.append((path, person.client.get(path.partition("?")[0], query_string=asked)))
    faults = [(what, answer.status_code) for what, answer in answers if answer.status_code >= 500]
    assert faults == []
