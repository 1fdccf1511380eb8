"""Where a rule comes from is said as documents say it, on every page that says it; English keeps the definition's words."""

from __future__ import annotations

import re

import pytest

from tests.pages.conftest import Enter
from tests.pages.test_daily_work import text

AS_WRITTEN = re.compile(r"依据[：\s]*(?:policy|plan|law|practice)\b|·\s*(?:policy|plan|law) ")
STAFF, DEFINITION = "office.office_staff", "/definitions/yangshan-ivory-2017/1"
ASKED = "holder=market&starts_at=2017-09-30T16:00"


def _found(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return found[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_source_is_named_in_the_language_of_the_page(visit: Enter, language: str) -> None:
    person = visit(STAFF)
    pane = person.open(f"/inbox?lang={language}")
    clock = _found(person.open("/leads/YS-2017-0009"), r'href="(/deadlines/[^"]+)"')
    transfer = _found(person.open("/leads/YS-2017-0014"), r'href="(/transfers/[^"/]+)"')
    tried = [person.open(f"{DEFINITION}/what-if?rule={rule}&{ASKED}") for rule in (0, 20, 40)]
    figure = person.open("/results/stage/2017-09/cumulative/B4/total")
    for page in (pane, person.open(clock), person.open(transfer), *tried, figure):
        assert bool(AS_WRITTEN.search(text(page))) <= (language == "en"), AS_WRITTEN.search(text(page))
        if language == "zh":
            assert not re.search(r"[一-鿿]\([一二三四五六七八九十]+\)", text(page))
    account = _found(person.open(clock), r'(?s)<pre class="account">(.*?)</pre>')
    assert bool(re.search(r"(?:来源：|source: )(?:policy|plan|law|practice)", account)) <= (language == "en")
    if language == "zh":
        assert "领导小组办公室规定" in text(person.open(clock)) or "《" in text(person.open(clock))
