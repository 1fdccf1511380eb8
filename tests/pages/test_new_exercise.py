"""Whoever runs the campaign opens another exercise on a page, with the same rules and people, from a day of their choice."""

from __future__ import annotations

import re

from tests.pages.conftest import Enter, Person
from tests.pages.test_daily_work import text

ROW = re.compile(r'<tr data-test="opened-row">(.*?)</tr>', re.DOTALL)


def opened(person: Person, day: str) -> str:
    person.open("/sim")
    return person.send("/sim/exercises", date=day).text


def test_everybody_gets_a_token_that_leads_into_an_exercise_in_which_nothing_was_done(visit: Enter) -> None:
    administrator = visit("office.administrator")
    page = opened(administrator, "2017-08-10")
    rows = ROW.findall(page)
    assert "8月10日（周四）08:00" in text(page)
    tokens = [re.findall(r"<code>(\S+?)</code>", row)[0] for row in rows]
    assert len(set(tokens)) == len(rows) > 20
    clerk = visit(next(t for t, row in zip(tokens, rows, strict=True) if "办公室工作人员" in text(row)))
    assert "共 0 件" in text(clerk.open("/leads"))
    assert "8月10日（周四）08:00" in text(clerk.page)
    assert "共 40 件" in text(visit("office.office_staff").open("/leads")), "what there was stays"


def test_the_form_sent_again_opens_nothing_more_and_shows_no_token(visit: Enter) -> None:
    administrator = visit("office.administrator")
    administrator.open("/sim")
    first, again = (administrator.send("/sim/exercises", date="2017-08-10").text for _ in range(2))
    names = [re.findall(r"exercise-[0-9a-f]{8}", page)[0] for page in (first, again)]
    assert names[0] == names[1]
    assert "xt_" in first
    assert "xt_" not in again
    assert "令牌不再显示" in text(again)


def test_a_day_nobody_can_read_is_refused_at_its_field(visit: Enter) -> None:
    page = opened(visit("office.administrator"), "昨天")
    assert 'href="#f-open-date"' in page
    assert "日期应写成" in text(page)


def test_whoever_does_not_run_the_campaign_is_offered_none(visit: Enter) -> None:
    assert "/sim/exercises" not in visit("office.office_staff").open("/sim")
