"""The board: a card is moved by a menu of the steps its reader may take, and a menu nobody opens costs nothing."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient

from tests.pages.conftest import Enter, Person
from tests.pages.test_many import questions


def steps(client: FlaskClient, number: str) -> str:
    answer = client.get(f"/leads/{number}/steps", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    return answer.text


def test_a_card_offers_the_steps_one_may_take_and_each_opens_its_form(visit: Enter) -> None:
    for who in ("office.office_staff", "office.office_director", "station_daluo.unit_head", "office.leader"):
        person = visit(who)
        board = person.open("/leads?view=board")
        cards = re.findall(r'hx-get="/leads/([^/]+)/steps"', board)
        assert len(cards) == board.count('data-test="card"') > 3
        offered = 0
        for number in cards[:12]:
            listed = re.findall(r'href="([^"]+)#act-(\w+)"', steps(person.client, number))
            assert [name for _, name in listed] == _may(person, number), (who, number)
            for href, name in listed[:1]:
                page = person.open(unescape(href))
                opened = re.search(rf'<div id="act-{name}"><(\w+) class="act chosen-act"([^>]*)>', page)
                assert opened, (who, href)
                assert opened[1] == "form" or " open" in opened[2]
                offered += 1
            if not listed:
                assert f'href="/leads/{number}#can"' in steps(person.client, number)
        assert offered or who == "office.leader"


def _may(person: Person, number: str) -> list[str]:
    """The steps the page of a lead offers."""
    return re.findall(r'<div id="act-(\w+)">', person.open(f"/leads/{number}"))


def test_without_scripts_the_menu_leads_to_the_page_of_the_lead(visit: Enter) -> None:
    answer = visit("office.office_staff").client.get("/leads/YS-2017-0009/steps")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/leads/YS-2017-0009#can")
    assert visit("culture.officer").client.get("/leads/YS-2017-0001/steps").status_code == 404


def test_the_board_asks_as_many_questions_as_the_list(visit: Enter) -> None:
    person = visit("office.office_staff")
    asked = []
    for path in ("/leads", "/leads?view=board", "/leads?view=board&light=overdue"):
        person.open(path)
        with questions() as seen:
            person.open(path)
        asked.append(len(seen))
    assert asked[1] == asked[2] <= asked[0] + 1
