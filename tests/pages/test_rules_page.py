"""The rules' pages: trying a clock out in the address, and comparing versions."""

from __future__ import annotations

import re

from services.api.pages.words import WORDS
from tests.pages.conftest import Enter
from tests.pages.test_daily_work import text
from workflows.definition_format import parse_json, read_definition
from workflows.definition_format.routing import OUTPUTS
from workflows.facts import FACTS

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


def routing_of(page: str) -> str:
    """The part of the page that shows the routing tables."""
    return page[page.index('<section id="routing">') :]


def test_routing_tables_speak_in_names_and_show_an_id_only_where_there_is_no_name(visit: Enter) -> None:
    page = routing_of(visit("office.office_staff").open(DEFINITION))
    shown = text(page)
    for said in (
        "乡镇 属于 青岚镇", "承办单位：", "场所类型 属于", "违法行为 等于", "是否涉嫌犯罪 等于 是", "提示涉嫌犯罪：否",
        "协作种类：", "未经处理的累计价值（元） 大于 0且小于 200000",
    ):  # fmt: skip
        assert said in shown, said
    for raw in (
        "place_type",
        "antique_market",
        "station_qinglan",
        "vehicle_intercept",
        "public_security",
        "[",
        "True",
    ):
        assert raw not in shown, raw
    assert "<code>" not in page, "every answer has a name, of the definition or of the table"
    assert "数额档次：珍稀植物及其制品" in shown, "an answer is not called by a field that has its id"
    assert "逐项核查：是否在批准地点和范围内、" in shown
    assert "管辖建议：海关缉私部门" in shown


def test_routing_tables_are_read_in_english_too(visit: Enter) -> None:
    page = routing_of(visit("office.office_staff").open(f"{DEFINITION}?lang=en"))
    shown = text(page)
    assert "township is one of" in shown
    assert "flags a crime: no" in shown
    for raw in ("place_type", "station_qinglan", "vehicle_intercept"):
        assert raw not in shown, raw


def test_every_fact_a_table_may_ask_and_every_answer_the_engine_reads_has_a_name() -> None:
    names = {*FACTS["lead"], *OUTPUTS}
    assert {name for name in names if f"fact.{name}" not in WORDS} == set()


def test_a_version_compared_with_itself_is_the_same(visit: Enter) -> None:
    assert "内容相同" in text(visit("office.office_staff").open(f"{DEFINITION}/changes/1"))


def test_a_definition_is_downloaded_as_it_was_published_and_can_be_read_again(visit: Enter) -> None:
    person = visit("market.officer")
    page = person.open(DEFINITION)
    (href,) = re.findall(r'href="(/definitions/[^"]+\.json)"', page)
    answer = person.client.get(href)
    found = read_definition(parse_json(answer.get_data()))
    assert (found.id, found.version) == ("yangshan-ivory-2017", 1)
    assert f"<code>{found.hash[:12]}</code>" in page
    assert person.client.get("/definitions/yangshan-ivory-2017/99.json").status_code == 404


def test_no_answer_of_a_table_is_written_with_the_marks_of_an_id(visit: Enter) -> None:
    shown = text(routing_of(visit("office.office_staff").open(DEFINITION)))
    assert re.findall(r"[a-z]+_[a-z_]+", shown) == []
