"""In English whatever heads something, a title, a button or a fold, begins with a capital, whoever gave it its name."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.pages.conftest import Enter

STAFF = "office.office_staff"
HEADS = re.compile(r"<(h[1-3]|button|summary|legend)\b[^>]*>(.*?)</\1>", re.DOTALL)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (STAFF, "/inbox"),
        (STAFF, "/leads?view=board"),
        (STAFF, "/leads/YS-2017-0009"),
        ("market.officer", "/leads/YS-2017-0009"),
        ("market.liaison", "/results/record"),
        ("market.liaison", "/reports/stage/2017-09/units/market"),
        (STAFF, "/reports/stage/2017-09"),
        (STAFF, "/definitions/yangshan-ivory-2017/1"),
        (STAFF, "/letters"),
    ],
)
def test_what_heads_something_begins_with_a_capital(visit: Enter, who: str, path: str) -> None:
    person = visit(who)
    person.client.set_cookie("xunxian_lang", "en")
    page = person.client.get(path, follow_redirects=True).text
    heads = [unescape(re.sub(r"<[^>]+>", "", words)).strip() for _, words in HEADS.findall(page)]
    assert heads
    assert [head for head in heads if re.match("[a-z]", head)] == []


def test_chinese_is_left_as_it_is_written(visit: Enter) -> None:
    assert ">不予受理…<" in visit(STAFF).open("/inbox")


def test_who_a_lead_went_to_is_said_in_the_language_of_the_page(visit: Enter) -> None:
    staff = visit(STAFF)
    staff.client.set_cookie("xunxian_lang", "en")
    staff.open("/inbox?lead=YS-2017-0040")
    passed = staff.follow(staff.send("/inbox/YS-2017-0040", given__lead_agency="station_bailu"))
    assert "Bailuwan forestry station" in passed.partition('data-test="flash"')[2][:200]
