"""Acts come out in order of time, and what is put off holds back only its own story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.cli.play.agenda import Act, Agenda

NOON = datetime(2017, 9, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=300)


def act(story: str, hours: int, do: str) -> Act:
    return Act(story, NOON + timedelta(hours=hours), "station", "officer", "lead", do)


def test_stories_interleave_by_time_and_ties_go_to_the_story_added_first() -> None:
    agenda = Agenda()
    agenda.add([act("a", 1, "a1"), act("a", 5, "a2")])
    agenda.add([act("b", 1, "b1"), act("b", 2, "b2")])
    assert [a.do for a in agenda.take(LATER)] == ["a1", "b1", "b2", "a2"]


def test_an_act_planned_earlier_than_the_one_before_it_waits_for_it() -> None:
    agenda = Agenda()
    agenda.add([act("a", 5, "first"), act("a", 1, "second")])
    assert [(a.do, a.at) for a in agenda.take(LATER)] == [
        ("first", NOON + timedelta(hours=5)),
        ("second", NOON + timedelta(hours=5)),
    ]


def test_an_act_put_off_holds_back_its_own_story_only() -> None:
    agenda = Agenda()
    agenda.add([act("a", 1, "a1"), act("a", 2, "a2")])
    agenda.add([act("b", 3, "b1")])
    played = []
    for current in agenda.take(LATER):
        played.append((current.do, current.tries))
        if current.do == "a1" and current.tries == 0:
            agenda.put_off(current, NOON + timedelta(hours=4))
    assert played == [("a1", 0), ("b1", 0), ("a1", 1), ("a2", 0)]


def test_a_dropped_story_says_how_much_it_leaves_undone() -> None:
    agenda = Agenda()
    agenda.add([act("a", 1, "a1"), act("a", 2, "a2"), act("a", 3, "a3")])
    left = [agenda.drop(current.story) for current in agenda.take(LATER)]
    assert left == [2]
    assert len(agenda) == 0


def test_a_new_story_may_begin_while_another_is_played() -> None:
    agenda = Agenda()
    agenda.add([act("a", 1, "a1"), act("a", 6, "a2")])
    played = []
    for current in agenda.take(LATER):
        played.append(current.do)
        if current.do == "a1":
            agenda.add([act("b", 2, "b1")])
            agenda.add([act("a", 7, "a3")])
    assert played == ["a1", "b1", "a2", "a3"]


def test_nothing_is_handed_out_after_the_end() -> None:
    agenda = Agenda()
    agenda.add([act("a", 1, "a1"), act("a", 9, "a2")])
    assert [a.do for a in agenda.take(NOON + timedelta(hours=8))] == ["a1"]
    assert len(agenda) == 1
