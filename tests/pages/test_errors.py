"""Errors for people are pages in the look, for programs problem documents; every code's address resolves."""

from __future__ import annotations

import re

import psycopg
import pytest

from services.api.problem_index import explanations
from shared.bootstrap import System
from shared.settings import Settings
from tests.pages.conftest import Enter
from tests.pages.test_daily_work import text
from tests.serving import application
from workflows.campaign import CampaignDefinition

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_browser_gets_a_page_for_an_address_there_is_not_and_a_program_a_problem(system: System) -> None:
    client = application(system, "pages").test_client()
    page = client.get("/nowhere", headers=BROWSER)
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "没有这一页" in text(page.text)
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    for path, headers in (
        ("/nowhere", {}),
        ("/v1/nowhere", BROWSER),
        ("/nowhere", {"Accept": "application/json"}),
    ):
        answer = client.get(path, headers=headers)
        assert answer.content_type == "application/problem+json", path


def test_whoever_is_signed_in_can_search_on_from_a_page_that_is_not(enter: Enter) -> None:
    person = enter("office.office_staff")
    answer = person.client.get("/leads/YS-2017-9999", headers=BROWSER)
    assert answer.status_code == 404
    assert 'id="again"' in answer.text
    assert "待办" in person.client.get("/nowhere", headers=BROWSER).text


def test_a_fault_inside_is_a_page_with_an_id_and_nothing_of_the_machine(
    enter: Enter, settings: Settings
) -> None:
    person = enter("office.office_staff")
    with psycopg.connect(settings.database_url, autocommit=True) as database:
        database.execute("DROP FUNCTION search_normal CASCADE")
    answer = person.client.get("/search?q=象牙", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert answer.headers["X-Request-Id"] in answer.text
    assert "search_normal" not in answer.text
    assert "Error" not in answer.text


def test_every_code_and_every_condition_of_the_definition_resolves(
    system: System, definition: CampaignDefinition
) -> None:
    client = application(system, "pages").test_client()
    guards = {
        guard.id
        for machine in definition.lifecycles.values()
        for step in machine.transitions
        for guard in step.guards
    }
    assert len(explanations()) > 100
    for code in sorted({*explanations(), *guards}):
        found = client.get(f"/problems/{code}").json
        assert found is not None, code
        assert found["code"] == code
        assert found["meaning"]["zh"], code
    page = client.get("/problems/not_found", headers=BROWSER)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert client.get("/problems/no_such_code").status_code == 404
    assert client.get("/problems", headers=BROWSER).text.count("<tr>") > 100


@pytest.mark.parametrize(
    "path", ["/leads?state=%00a", "/leads?q=a%00", "/leads/YS%00", "/search?q=%00", "/progress?at=2017%00"]
)
def test_a_nul_in_an_address_is_refused_and_no_fault(enter: Enter, path: str) -> None:
    page = enter("office.office_staff").open(path, status=422)
    assert "含有空字符" in page


def test_a_nul_in_a_form_is_refused_wherever_it_stands(enter: Enter) -> None:
    person = enter("office.office_staff")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', person.open("/account"))[0]
    for fields in ({"key": "\x00a"}, {"person": "王\x00"}, {"a\x00b": "1"}):
        answer = person.client.post("/account/stand-in", data={"csrf": csrf, **fields})
        assert (answer.status_code, "含有空字符" in answer.text) == (422, True)
