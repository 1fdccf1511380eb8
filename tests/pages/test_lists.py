"""Saved views and one step for several leads, without a script: each lead by itself, and each row says what happened."""

from __future__ import annotations

import re
from html import unescape

from shared.application import queries
from shared.bootstrap import System
from tests.pages.conftest import Enter
from tests.pages.test_daily_work import text
from workflows.commands import ActOnLead

STAFF = "office.office_staff"


def test_filters_are_saved_under_a_name_shared_and_forgotten(visit: Enter) -> None:
    person, colleague = visit("market.officer"), visit("market.liaison")
    person.open("/leads?light=overdue&order=-number")
    after = person.follow(person.send("/views", name="本所超期", shared="1"))
    assert "已保存视图“本所超期”" in text(after)
    link = re.search(r'<a class="chip" href="([^"]+)">本所超期', colleague.open("/leads"))
    assert link
    assert unescape(link[1]) == "/leads?light=overdue&order=-number"
    assert "本所超期" not in visit("customs.officer").open("/leads")
    refused = person.send("/views", name="本所超期")
    assert refused.status_code == 409
    assert 'href="#f-view-name"' in refused.text
    view = re.search(r'action="(/views/[^"]+/end)"', after)
    assert view
    assert "本所超期" not in text(person.follow(person.send(view[1])).replace("视图已删去", ""))


def test_several_leads_are_passed_on_each_by_itself_and_a_stale_one_says_so(
    visit: Enter, exercise: System
) -> None:
    person = visit(STAFF)
    numbers = re.findall(
        r'action="/inbox/(YS-2017-\d+)"|data-test="triage-row".*?(YS-2017-\d+)<', person.open("/inbox")
    )
    chosen = list(dict.fromkeys(a or b for a, b in numbers))[:3]
    assert len(chosen) == 3
    person.open("/leads/bulk?act=accept&" + "&".join(f"n={number}" for number in chosen))
    assert person.page.count('data-test="bulk-row"') == 3
    by = exercise.caller_for(STAFF)
    assert by is not None
    given = {"lead_agency": "market", "urgency": "normal"}
    exercise.handle(ActOnLead(by, chosen[0], "accept", given))
    fields = {"given__lead_agency": "market", "given__urgency": "normal", "n": chosen}
    answer = person.send("/leads/bulk", **fields)
    assert answer.text.count('data-test="result-row"') == 3
    assert "已办 2 件，共 3 件" in text(answer.text)
    assert f"n={chosen[0]}" in answer.text, "the refused one can be tried again"
    for number in chosen[1:]:
        assert exercise.read(queries.lead, by, number=number)["lead_agency"]["id"] == "market"


def test_nothing_chosen_or_an_input_left_out_is_said_before_anything_is_done(
    visit: Enter, exercise: System
) -> None:
    person = visit(STAFF)
    assert "还没有选线索" in text(person.open("/leads/bulk", status=422))
    number = re.findall(r'action="/inbox/(YS-2017-\d+)"', person.open("/inbox"))[0]
    person.open(f"/leads/bulk?act=accept&n={number}")
    refused = person.send("/leads/bulk", n=[number])
    assert refused.status_code == 422
    assert 'href="#f-accept-lead_agency"' in refused.text
    by = exercise.caller_for(STAFF)
    assert by is not None
    assert exercise.read(queries.lead, by, number=number)["lead_agency"] is None


def test_a_lead_one_may_not_see_cannot_be_chosen(visit: Enter) -> None:
    visit("customs.officer").open("/leads/bulk?n=YS-2017-0009", status=404)
