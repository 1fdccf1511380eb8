"""One's own account: sessions that end, a password that changes, a second factor that cannot be replayed."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.bootstrap import System
from shared.clock import SystemClock
from tests.pages.conftest import Person
from tests.serving import application
from workflows.commands import Caller
from workflows.rejection import Rejected
from workflows.second_factor import ClearFactor, code_of, step_of
from workflows.sign_in import EndSessions, SetPassword

HEAD, ADMIN = "office.office_director", "office.administrator"
SECRET = "柳树下第三块石头" * 2


@pytest.fixture
def app(system: System) -> Flask:
    return application(system, "pages")


@pytest.fixture
def secret(system: System, callers: dict[str, Caller]) -> str:
    system.handle(SetPassword(callers[ADMIN], HEAD, SECRET))
    return SECRET


def at_the_door(client: FlaskClient, password: str = SECRET) -> Any:
    return client.post("/sign-in", data={"person": HEAD, "password": password})


@pytest.fixture
def person(app: Flask, secret: str) -> Person:
    client = app.test_client()
    assert at_the_door(client).status_code == 303
    return Person(client)


def later(system: System, seconds: int) -> None:
    """Let real time be later: codes change every thirty seconds."""
    moment = SystemClock().now() + timedelta(seconds=seconds)
    system._bus._clock = type("Later", (), {"now": lambda self: moment})()


def enrolled(person: Person, system: System) -> tuple[bytes, list[str]]:
    """Set the second factor up; gives its secret and the recovery codes."""
    person.open("/account")
    page = person.send("/account/second-factor").text
    words = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert words, page[:800]
    plain = words[1].replace(" ", "")
    secret = base64.b32decode(plain)
    person.page = page
    answer = person.send("/account/second-factor/confirm", code=code_of(secret, now(system)))
    codes = re.findall(r"<code>([A-Z2-7-]{19})</code>", answer.text)
    assert len(codes) == 10, answer.text[:800]
    return secret, codes


def now(system: System) -> int:
    return step_of(system._bus._clock.now())


def test_the_picture_of_the_secret_is_made_here(person: Person) -> None:
    person.open("/account")
    page = person.send("/account/second-factor").text
    assert re.search(r'<svg class="qr" role="img"[^>]*>.*<path stroke="#000" d="M4 4.5h7', page, re.DOTALL)
    assert "http" not in page.split("</head>")[1]


def test_with_a_second_factor_a_password_alone_opens_nothing(
    person: Person, system: System, app: Flask
) -> None:
    secret, _ = enrolled(person, system)
    client = app.test_client()
    asked = at_the_door(client)
    assert asked.headers["Location"].startswith("/sign-in/code")
    assert client.get("/inbox").status_code == 303
    later(system, 60)
    given = client.post("/sign-in/code", data={"code": code_of(secret, now(system))})
    assert given.status_code == 303
    assert client.get("/inbox").status_code == 200


def test_a_token_does_not_go_round_the_second_factor(person: Person, system: System, app: Flask) -> None:
    enrolled(person, system)
    client = app.test_client()
    assert client.post("/sign-in", data={"token": HEAD}).headers["Location"].startswith("/sign-in/code")
    assert client.get("/inbox").status_code == 303


def test_a_code_that_was_seen_opens_nothing_a_second_time(person: Person, system: System, app: Flask) -> None:
    secret, _ = enrolled(person, system)
    later(system, 60)
    code = code_of(secret, now(system))
    for expected in (303, 401):
        client = app.test_client()
        at_the_door(client)
        assert client.post("/sign-in/code", data={"code": code}).status_code == expected


def test_a_recovery_code_stands_for_one_code_once(person: Person, system: System, app: Flask) -> None:
    _, codes = enrolled(person, system)
    for expected in (303, 401):
        client = app.test_client()
        at_the_door(client)
        typed = codes[0].replace("-", " ").lower()
        assert client.post("/sign-in/code", data={"code": typed}).status_code == expected
    assert "恢复码还剩 9 个" in person.open("/account")


def test_after_wrong_codes_the_password_is_asked_for_again_and_guessing_is_slow(
    person: Person, system: System, app: Flask
) -> None:
    enrolled(person, system)
    later(system, 60)
    client = app.test_client()
    at_the_door(client)
    answers = [client.post("/sign-in/code", data={"code": "000000"}) for _ in range(5)]
    assert [a.status_code for a in answers[:4]] == [401] * 4
    assert answers[4].status_code == 429
    later(system, 90)
    assert "重新输入密码" in client.post("/sign-in/code", data={"code": "000000"}).text
    assert client.post("/sign-in/code", data={"code": "000000"}).status_code == 401


def test_a_wrong_code_puts_nothing_in_force_and_the_next_one_may_be_right(
    person: Person, system: System, app: Flask
) -> None:
    person.open("/account")
    person.page = person.send("/account/second-factor").text
    words = re.search(r'class="secret">([A-Z2-7 ]+)<', person.page)
    assert words
    refused = person.send("/account/second-factor/confirm", code="000000")
    assert refused.status_code == 422
    assert words[1] not in refused.text
    client = app.test_client()
    assert at_the_door(client).headers["Location"] == "/"
    person.page = refused.text
    code = code_of(base64.b32decode(words[1].replace(" ", "")), now(system))
    assert "<code>" in person.send("/account/second-factor/confirm", code=code).text


def test_the_factor_ends_with_a_code_of_it_only(person: Person, system: System) -> None:
    secret, _ = enrolled(person, system)
    person.open("/account")
    assert person.send("/account/second-factor/end", code="000000").status_code == 422
    later(system, 60)
    assert person.send("/account/second-factor/end", code=code_of(secret, now(system))).status_code == 303
    assert "未启用" in person.open("/account")


def test_whoever_manages_people_clears_a_lost_factor_for_a_reason_and_it_is_recorded(
    person: Person, system: System, callers: dict[str, Caller]
) -> None:
    enrolled(person, system)
    with pytest.raises(Rejected) as refused:
        system.handle(ClearFactor(callers["market.officer"], HEAD, "丢失"))
    assert refused.value.kind == "forbidden"
    with pytest.raises(Rejected):
        system.handle(ClearFactor(callers[ADMIN], HEAD, " "))
    done = system.handle(ClearFactor(callers[ADMIN], HEAD, "手机丢失,当面核实")).done
    assert done is not None
    assert [event["kind"] for event in done.events] == ["account.factor_cleared"]
    assert person.client.get("/inbox").status_code == 303


def test_the_secret_is_sealed_and_recovery_codes_are_marks(person: Person, system: System) -> None:
    secret, codes = enrolled(person, system)
    with psycopg.connect(system.settings.database_url.replace("+psycopg", "")) as connection:
        for table in ("second_factors", "recovery_codes", "half_sessions", "known_devices", "sessions"):
            rows = str(connection.execute(f"SELECT t::text FROM {table} t").fetchall())
            for canary in (secret.hex(), codes[0], codes[0].replace("-", "")):
                assert canary not in rows, table


def test_every_sign_in_makes_a_new_session_and_ends_the_one_it_came_with(app: Flask, secret: str) -> None:
    client = app.test_client()
    client.set_cookie("xunxian_session", "chosen-by-somebody-else")
    at_the_door(client)
    first = client.get_cookie("xunxian_session")
    assert first is not None
    assert first.value != "chosen-by-somebody-else"
    at_the_door(client)
    second = client.get_cookie("xunxian_session")
    assert second is not None
    assert second.value != first.value
    client.set_cookie("xunxian_session", first.value)
    assert client.get("/inbox").status_code == 303


def test_sessions_are_listed_and_ended_by_their_owner(person: Person, app: Flask) -> None:
    other = app.test_client()
    other.post(
        "/sign-in", data={"person": HEAD, "password": SECRET}, headers={"User-Agent": "Mozilla Firefox Linux"}
    )
    page = person.open("/account")
    assert "Firefox · Linux" in page
    assert page.count("（本机）") == 1
    assert person.send("/account/sessions").status_code == 303
    assert other.get("/inbox").status_code == 303
    assert person.client.get("/inbox").status_code == 200


def test_others_end_ones_sessions_only_as_whoever_manages_people(
    person: Person, system: System, callers: dict[str, Caller]
) -> None:
    with pytest.raises(Rejected) as refused:
        system.handle(EndSessions(callers["market.officer"], HEAD))
    assert refused.value.kind == "forbidden"
    done = system.handle(EndSessions(callers[ADMIN], HEAD)).done
    assert done is not None
    assert done.version == 1
    assert person.client.get("/inbox").status_code == 303


def test_a_password_changes_for_whoever_knows_the_present_one(person: Person, app: Flask) -> None:
    new = "河对岸的旧渡口七号"
    new = new + "二十三"
    other = app.test_client()
    at_the_door(other)
    person.open("/account")
    wrong = person.send("/account/password", current="x" * 12, password=new, again=new)
    assert wrong.status_code == 422
    assert person.send("/account/password", current=SECRET, password=new, again="y" * 12).status_code == 422
    assert (
        person.send(
            "/account/password", current=SECRET, password="aaaaaaaaaaaa", again="aaaaaaaaaaaa"
        ).status_code
        == 422
    )
    assert person.send("/account/password", current=SECRET, password=new, again=new).status_code == 303
    assert person.client.get("/inbox").status_code == 200
    assert other.get("/inbox").status_code == 303
    assert at_the_door(app.test_client()).status_code == 401
    assert at_the_door(app.test_client(), new).status_code == 303


def test_a_colleague_stands_in(person: Person) -> None:
    person.open("/account")
    answer = person.send(
        "/account/stand-in",
        stand_in="office.office_staff",
        **{"from": "2017-08-11T09:00", "until": "2017-08-15T18:00"},
    )
    assert answer.status_code == 303
    assert "代办" in person.open("/account")
    assert (
        person.send("/account/stand-in", stand_in="market.officer", **{"from": "", "until": ""}).status_code
        == 422
    )


def test_no_form_changes_anything_without_the_sessions_token(person: Person, app: Flask) -> None:
    open_to_all = {"pages.enter", "pages.give_code", "pages.submit_tip", "pages.track", "pages.add_to_tip"}
    checked = 0
    for rule in app.url_map.iter_rules():
        if (
            rule.endpoint.startswith("pages.")
            and "POST" in (rule.methods or ())
            and rule.endpoint not in open_to_all
        ):
            path = re.sub(r"<[^>]+>", "x", re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule))
            answer = person.client.post(path, data={"csrf": "wrong"})
            assert answer.status_code == 403, rule.endpoint
            checked += 1
    assert checked > 15


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code", "/tip", "/track", "/track/add"])
def test_a_form_sent_from_another_site_is_refused(app: Flask, path: str) -> None:
    for said in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert app.test_client().post(path, data={}, headers=said).status_code == 403
    for said in ({"Origin": "http://localhost"}, {"Origin": "null"}, {"Sec-Fetch-Site": "none"}):
        assert app.test_client().post(path, data={}, headers=said).status_code != 403


def manager(app: Flask) -> Person:
    client = app.test_client()
    assert client.post("/sign-in", data={"token": ADMIN}).status_code == 303
    return Person(client)


def test_a_password_the_manager_gives_is_shown_once_opens_the_door_and_stays_out_of_the_record(
    system: System, app: Flask
) -> None:
    person = manager(app)
    person.open(f"/manage/people?person={HEAD}")
    action = f"/manage/people/{HEAD}/account/password"
    once = person.send(action, key="given-once")
    [fresh] = re.findall(r'<code class="token">([^<]+)</code>', once.text)
    assert once.headers["Cache-Control"] == "no-store"
    again = person.send(action, key="given-once")
    assert '<code class="token">' not in again.text
    assert "密码不再显示" in again.text
    assert at_the_door(app.test_client(), fresh).status_code == 303
    history = person.open("/manage/audit?kind=account")
    assert "密码由管理员重设" in history
    assert fresh not in history


def test_a_lost_second_factor_is_cleared_for_a_reason(person: Person, system: System, app: Flask) -> None:
    enrolled(person, system)
    clerk = manager(app)
    assert "两步验证已启用" in clerk.open(f"/manage/people?person={HEAD}")
    action = f"/manage/people/{HEAD}/account/factor"
    refused = clerk.send(action, reason=" ")
    assert refused.status_code == 422
    assert "不能为空白" in refused.text
    clerk.follow(clerk.send(action, reason="手机遗失"))
    assert "两步验证未启用" in clerk.open(f"/manage/people?person={HEAD}")
    assert "手机遗失" in clerk.open("/manage/audit?kind=account")
    assert at_the_door(app.test_client()).headers["Location"] == "/"
