"""The rules' pages: trying a clock out in the address, and comparing versions."""

from __future__ import annotations

import re

from tests.pages.conftest import Enter
from tests.pages.test_daily_work import text

DEFINITION = "/definitions/yangshan-ivory-2017/1"


def test_a_clock_is_tried_out_in_the_address_with_and_without_another_term(visit: Enter) -> None:
    person = visit("office.office_staff")
    page = person.open(f"{DEFINITION}/what-if")
    rule = re.search(r'<option value="(\d+)"', page)
    assert rule
    asked = f"rule={rule[1]}&holder=market&starts_at=2017-09-30T16:00"
    answer = person.open(f"{DEFINITION}/what-if?{asked}")
    assert answer.count('data-test="course"') == 1
    assert answer.count('data-test="course-step"') >= 2
    both = person.open(f"{DEFINITION}/what-if?{asked}&amount=9")
    assert both.count('data-test="course"') == 2
    assert "本行动中的同一时限" in text(both)
    wrong = person.open(f"{DEFINITION}/what-if?rule=x&starts_at=&amount=z", status=422)
    for name in ("rule", "starts_at", "amount"):
        assert f'href="#f-try-{name}"' in wrong


def test_a_version_compared_with_itself_is_the_same(visit: Enter) -> None:
    assert "内容相同" in text(visit("office.office_staff").open(f"{DEFINITION}/changes/1"))
