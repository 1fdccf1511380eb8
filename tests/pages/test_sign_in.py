"""Who gets in, who does not, and how slowly guesses are answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from shared.bootstrap import System
from tests.pages.conftest import Enter
from tests.serving import application
from workflows.commands import Caller
from workflows.rejection import Rejected
from workflows.sign_in import SetPassword, delay_after

HEAD = "office.office_director"
SECRET = "柳树下第三块石头"


@pytest.fixture
def client(system: System) -> FlaskClient:
    return application(system, "pages").test_client()


@pytest.fixture
def secret(system: System, callers: dict[str, Caller]) -> str:
    system.handle(SetPassword(callers["office.administrator"], HEAD, SECRET * 2))
    return SECRET * 2


@pytest.fixture
def still(system: System) -> None:
    """Real time stands still, however slow the machine is."""
    now = datetime.now(UTC)
    system._bus._clock = type("Still", (), {"now": lambda self: now})()


def test_a_page_without_a_session_leads_to_the_sign_in_and_back(client: FlaskClient) -> None:
    asked = client.get("/leads?light=overdue")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in?next=/leads?light%3Doverdue")
    entered = client.post("/sign-in", data={"token": HEAD, "next": "/leads?light=overdue"})
    assert entered.headers["Location"] == "/leads?light=overdue"


def test_nobody_is_sent_to_another_site_after_signing_in(client: FlaskClient) -> None:
    for evil in (
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "\t//evil",
    ):
        assert client.post("/sign-in", data={"token": HEAD, "next": evil}).headers["Location"] == "/", evil
        asked = client.get("/sign-in", query_string={"next": evil})
        assert asked.headers["Location"] == "/", "whoever is signed in already is not sent away either"


def test_behind_https_no_cookie_travels_without_it(system: System) -> None:
    system.settings = replace(system.settings, base_url="https://xunxian.example")
    client = application(system, "pages").test_client()
    entered = client.post("/sign-in", data={"token": HEAD})
    kept = [c for c in entered.headers.getlist("Set-Cookie") if "Max-Age=0" not in c]
    assert kept
    assert all("Secure" in cookie for cookie in kept)


def test_a_password_opens_a_session_whose_cookie_scripts_cannot_read(
    client: FlaskClient, secret: str
) -> None:
    entered = client.post("/sign-in", data={"person": HEAD, "password": secret})
    assert entered.status_code == 303
    cookie = next(c for c in entered.headers.getlist("Set-Cookie") if c.startswith("xunxian_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/inbox").status_code == 200


def test_a_wrong_password_and_an_unknown_person_are_answered_alike(client: FlaskClient, secret: str) -> None:
    wrong = client.post("/sign-in", data={"person": HEAD, "password": "x" * 12})
    unknown = client.post("/sign-in", data={"person": "nobody", "password": "x" * 12})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(HEAD, "nobody") == unknown.text


def test_after_wrong_tries_the_right_password_waits_but_not_in_a_browser_its_owner_used(
    system: System, client: FlaskClient, secret: str, still: None
) -> None:
    used = application(system, "pages").test_client()
    assert used.post("/sign-in", data={"person": HEAD, "password": secret}).status_code == 303
    for _ in range(4):
        client.post("/sign-in", data={"person": HEAD, "password": "x" * 12})
    assert client.post("/sign-in", data={"person": HEAD, "password": secret}).status_code == 429
    elsewhere = application(system, "pages").test_client()
    assert elsewhere.post("/sign-in", data={"person": HEAD, "password": secret}).status_code == 429
    assert used.post("/sign-in", data={"person": HEAD, "password": secret}).status_code == 303


def test_a_browser_somebody_else_used_has_no_count_of_its_own(
    system: System, client: FlaskClient, secret: str, still: None
) -> None:
    client.post("/sign-in", data={"token": "market.officer"})
    for _ in range(4):
        client.post("/sign-in", data={"person": HEAD, "password": "x" * 12})
    fresh = application(system, "pages").test_client()
    assert fresh.post("/sign-in", data={"person": HEAD, "password": secret}).status_code == 429


def test_the_delay_grows_and_stops_growing() -> None:
    delays = [delay_after(n).total_seconds() for n in range(20)]
    assert delays[:6] == [0, 0, 0, 0, 2, 4]
    assert delays == sorted(delays)
    assert delays[-1] == 900


def test_signing_out_ends_the_session_at_once(enter: Enter) -> None:
    person = enter(HEAD)
    stolen = person.client.get_cookie("xunxian_session")
    assert stolen is not None
    person.open("/inbox")
    assert person.send("/sign-out").status_code == 303
    person.client.set_cookie("xunxian_session", stolen.value)
    assert person.client.get("/inbox").status_code == 303


def test_a_form_without_the_sessions_token_changes_nothing(enter: Enter) -> None:
    person = enter(HEAD)
    refused = person.client.post("/sim/move", data={"to": "day"})
    assert refused.status_code == 403
    assert "8月10日（周四）08:00" in person.open("/sim")


def test_a_session_ends_when_it_was_idle_for_an_hour(system: System, enter: Enter) -> None:
    person = enter(HEAD)
    cookie = person.client.get_cookie("xunxian_session")
    assert cookie is not None
    assert system.session(cookie.value) is not None
    later = datetime.now(UTC) + timedelta(minutes=61)
    system._clock = type("Later", (), {"now": lambda self: later})()
    assert system.session(cookie.value) is None


def test_only_the_owner_or_an_administrator_sets_a_password(
    system: System, callers: dict[str, Caller]
) -> None:
    with pytest.raises(Rejected) as refused:
        system.handle(SetPassword(callers["market.officer"], HEAD, SECRET * 2))
    assert refused.value.kind == "forbidden"
    with pytest.raises(Rejected) as short:
        system.handle(SetPassword(callers[HEAD], HEAD, "kurz"))
    assert short.value.reasons[0].code == "too_short"


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("office.leader", "/supervise"),
        ("office.office_staff", "/inbox"),
        ("market.officer", "/inbox"),
        ("office.operator", "/manage/ops"),
        ("office.administrator", "/manage/people"),
    ],
)
def test_everybody_begins_where_their_work_is(visit: Enter, who: str, page: str) -> None:
    assert visit(who).client.get("/").headers["Location"] == page
