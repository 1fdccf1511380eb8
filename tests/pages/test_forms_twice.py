"""A form may come twice: pressed twice without scripts, or sent again because the answer was lost. It is done once."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from tests.pages.conftest import Enter
from tests.pages.test_bad_forms import LEAVES, Form, one_of_each

TYPED = {"date": "2017-09-20", "datetime-local": "2017-09-20T09:00", "number": "1", "tel": "000-0000"}
SHOWN_ONCE = re.compile(r"/account/(?:password|factor)|/manage/(?:people|tokens)|/identity|/parties/")
"""What shows a secret shows it in the first answer alone."""
FIELD = re.compile(
    r"<select[^>]*\bname=\"(?P<select>[^\"]+)\"[^>]*>(?P<options>.*?)</select>"
    r"|<textarea[^>]*\bname=\"(?P<area>[^\"]+)\"[^>]*>(?P<inside>.*?)</textarea>"
    r"|<(?:input|button)(?P<input>[^>]*)>",
    re.DOTALL,
)


def filled(inside: str) -> dict[str, str]:
    """What somebody would send who fills a form in: the first choice, a few words, a day, a number."""
    found: dict[str, str] = {}
    for field in FIELD.finditer(inside):
        if field["select"]:
            options = [unescape(o) for o in re.findall(r'<option[^>]*value="([^"]*)"', field["options"])]
            found[field["select"]] = next((o for o in options if o), "")
        elif field["area"]:
            found[field["area"]] = unescape(field["inside"]) or "已到现场核查，情况属实"
        else:
            name = re.search(r'\bname="([^"]+)"', field["input"])
            kind = re.search(r'\btype="([^"]+)"', field["input"])
            value = re.search(r'\bvalue="([^"]*)"', field["input"])
            typed = TYPED.get(kind[1] if kind else "", "3" if "number" in field["input"] else "核查")
            if name and (kind is None or kind[1] != "file"):
                found.setdefault(name[1], unescape(value[1]) if value and value[1] else typed)
    return found


@pytest.mark.parametrize(
    "who",
    [
        "office.office_staff",
        "office.administrator",
        "market.officer",
        "market.liaison",
    ],
)
def test_every_form_that_comes_twice_is_answered_twice_and_done_once(visit: Enter, who: str) -> None:
    person = visit(who)
    app = person.client.application
    assert isinstance(app, Flask)
    sent: dict[str, Form] = {}
    for page in one_of_each(app, person, 60).values():
        for head, inside in re.findall(r'<form([^>]*method="post"[^>]*)>(.*?)</form>', page, re.DOTALL):
            action = unescape(re.findall(r'action="([^"]*)"', head)[0])
            if action not in LEAVES:
                kind = re.sub(r"[0-9a-f-]{36}|\d+", "#", action)
                sent.setdefault(kind, Form("POST", action, filled(inside)))
    assert len(sent) > 3
    faults = []
    for kind, form in sent.items():
        first, again = (person.client.post(form.action, data=form.values) for _ in range(2))
        ways = [answer.headers.get("Location") for answer in (first, again)]
        if max(first.status_code, again.status_code) >= 500:
            faults.append((kind, first.status_code, again.status_code))
        elif first.status_code == 303 and ways[0] != ways[1] and not SHOWN_ONCE.search(kind):
            faults.append((kind, *ways))
    assert faults == []
