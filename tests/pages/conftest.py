"""The pages on a real system, as a person with a browser of few means sees them: cookies, forms, no scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.bootstrap import System, build_system
from shared.settings import Settings
from tests.conftest import KNOWN
from tests.serving import application

Enter = Callable[[str], "Person"]


class Person:
    """Somebody signed in, who can open pages and send the forms on them."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = ""

    def open(self, path: str, status: int = 200) -> str:
        """Open a page and keep it."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text[:600]
        self.page = answer.text
        return self.page

    def send(self, action: str, **fields: object) -> TestResponse:
        """Send the form on the page that goes to `action`, with its hidden fields and these."""
        form = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', self.page, re.DOTALL)
        assert form, f"no form to {action} on this page"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1])
        data = {name: unescape(value) for name, value in hidden}
        return self.client.post(action, data=data | {k.replace("__", "."): v for k, v in fields.items()})

    def follow(self, answer: TestResponse) -> str:
        """Go where an answer sends, as browsers do."""
        assert answer.status_code == 303, answer.text[:600]
        return self.open(answer.headers["Location"])


@pytest.fixture
def enter(system: System) -> Enter:
    """Signs a person of the tests in by token."""
    return entering(system)


def entering(system: System, stage: str = "pages") -> Enter:
    app = application(system, stage)

    def sign_in(token: str) -> Person:
        client = app.test_client()
        answer = client.post("/sign-in", data={"token": token})
        assert answer.status_code == 303, answer.text[:400]
        return Person(client)

    return sign_in


@pytest.fixture
def exercise(copied: Settings) -> Iterator[System]:
    """The exercise the pages are judged by: forty leads, twelve overdue."""
    system = build_system(copied, known=KNOWN)
    yield system
    system.close()


@pytest.fixture
def visit(exercise: System) -> Enter:
    """Signs a person in on the exercise."""
    return entering(exercise, "exercise")


def number_of(page: str, pattern: str) -> int:
    """The number a page shows at a pattern."""
    found = re.search(pattern, page)
    assert found, pattern
    return int(found[1])
