"""Letters from the pages: as Word and PDF for whoever may see the matter; an edited template is checked before it is kept."""

from __future__ import annotations

import re
from io import BytesIO

from tests.pages.conftest import Enter, Person
from tests.pdf_pages import pages_of

NUMBER = r"YS-2017-\d{4}"
STAFF, DIRECTOR = "office.office_staff", "office.office_director"


def order_of(person: Person) -> str:
    """The first order of the wall."""
    found = re.search(r'href="/orders/([^"]+)"', person.open("/supervise"))
    assert found
    return found[1]


def test_an_order_is_a_letter_in_word_and_pdf_for_who_may_see_it(visit: Enter) -> None:
    person = visit(DIRECTOR)
    order = order_of(person)
    page = person.open(f"/orders/{order}/print")
    for ending, mark in (("docx", b"PK"), ("pdf", b"%PDF")):
        path = f"/letters/supervision/{order}.{ending}"
        assert path in page
        answer = person.client.get(path)
        assert answer.status_code == 200
        assert answer.get_data().startswith(mark)
    assert visit("transport.officer").client.get(f"/letters/supervision/{order}.docx").status_code == 404


def test_the_bulletin_and_the_ledger_are_one_click_from_their_pages(visit: Enter) -> None:
    person = visit(STAFF)
    assert "/letters/bulletin/campaign.docx" in person.open("/supervise")
    assert person.client.get("/letters/bulletin/campaign.docx").status_code == 200
    assert "/letters/ledger.xlsx" in person.open("/leads")
    assert person.client.get("/letters/ledger.xlsx").get_data().startswith(b"PK")


def test_the_week_is_one_page_for_whoever_has_a_wall_and_no_wider_than_that_wall(visit: Enter) -> None:
    for who, late, scope in (
        (DIRECTOR, 12, "全部线索"),
        ("station_daluo.unit_head", 2, "大箩林业工作站经办"),
    ):
        person = visit(who)
        wall = person.open("/supervise")
        assert 'href="/supervise/week.pdf"' in wall
        assert wall.count('data-test="overdue-row"') == late, who
        (page,) = pages_of(person.client.get("/supervise/week.pdf").get_data())
        said = "".join(page)
        assert scope in said
        assert len(re.findall(r"超期\d+天", said.partition("各单位")[0])) == late
        listed = re.findall(NUMBER, said.partition("各单位")[2])
        ahead = person.open("/leads?due_by=2017-09-22")
        rest = sum(map(int, re.findall(r"另有(\d+)件到期", said)))
        assert len(listed) + rest == ahead.count('data-test="lead-row"') > 0
        assert set(listed) <= set(re.findall(NUMBER, ahead))
        assert "到期不晚于" in ahead


def test_a_template_is_downloaded_kept_and_given_up_and_what_is_none_is_refused(visit: Enter) -> None:
    person = visit(STAFF)
    page = person.open("/letters")
    kinds = re.findall(r'action="/letters/templates/(\w+)"', page)
    assert len(kinds) >= 5
    kind, action = kinds[0], f"/letters/templates/{kinds[0]}"
    template = person.client.get(f"{action}.docx").get_data()
    hidden = dict(re.findall(r'<input type="hidden" name="(csrf|key)" value="([^"]*)"', page))
    for content in (b"no document", b""):
        sent = {"template": (BytesIO(content), "x.docx" if content else "")}
        assert person.client.post(action, data=hidden | sent).status_code == 422
    kept = person.follow(
        person.client.post(action, data=hidden | {"template": (BytesIO(template), "x.docx")})
    )
    assert "本办公室的模板，第1版" in kept
    back = hidden | {"key": "another", "back": "1"}
    assert person.client.post(action, data=back).status_code == 422
    assert "本办公室的模板" not in person.follow(
        person.client.post(action, data=back | {"reason": "用回原文"})
    )
    assert kind in page


def test_only_the_office_edits_templates_and_an_unknown_letter_is_not_there(visit: Enter) -> None:
    page = visit("market.liaison").open("/letters")
    assert '<form method="post" action="/letters' not in page
    visit(STAFF).open("/letters/poem/1.docx", status=404)
    visit(STAFF).open("/letters/supervision/nothing.docx", status=404)
