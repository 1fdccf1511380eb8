"""The same question is sent once per transaction, until its answer may differ."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    func,
    select,
)

from shared.adapters.asked_once import FOLLOWS, AskedOnce

_METADATA = MetaData()
boats = Table("boats", _METADATA, Column("id", Integer, primary_key=True), Column("name", Text))
crews = Table("crews", _METADATA, Column("id", Integer, primary_key=True), Column("boat", Integer))
masts = Table("masts", _METADATA, Column("id", Integer, primary_key=True))
pennants = Table("pennants", _METADATA, Column("id", Integer, primary_key=True), info={FOLLOWS: True})
ALL_BOATS = select(boats.c.name).order_by(boats.c.id)


@pytest.fixture
def engine(empty_database: str) -> Iterator[Engine]:
    made = create_engine(empty_database.replace("postgresql://", "postgresql+psycopg://"))
    _METADATA.create_all(made)
    with made.begin() as connection:
        connection.execute(boats.insert(), [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}])
    yield made
    made.dispose()


@pytest.fixture
def sent(engine: Engine) -> list[str]:
    """Every statement that reached the database."""
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *details: seen.append(details[2]))
    return seen


@pytest.fixture
def asking(engine: Engine) -> Iterator[AskedOnce]:
    with AskedOnce(engine) as connection:
        yield connection


def names(asking: AskedOnce) -> list[str]:
    return list(asking.execute(ALL_BOATS).scalars())


def test_the_same_question_is_sent_once(asking: AskedOnce, sent: list[str]) -> None:
    assert names(asking) == names(asking) == ["one", "two"]
    assert len(sent) == 1


def test_the_same_form_with_another_value_is_another_question(asking: AskedOnce, sent: list[str]) -> None:
    found = [asking.execute(select(boats.c.name).where(boats.c.id == n)).scalar() for n in (1, 2, 1)]
    assert (found, len(sent)) == (["one", "two", "one"], 2)


def test_a_question_built_once_is_told_apart_by_the_values_it_is_given(
    asking: AskedOnce, sent: list[str]
) -> None:
    named = select(boats.c.name).where(boats.c.id == bindparam("number"))
    ask = lambda number: asking.execute(named, {"number": number}).scalar()  # noqa: E731  a question of one line
    assert [ask(1), ask(2), ask(1)] == ["one", "two", "one"]
    assert len(sent) == 2
    asking.execute(boats.update().where(boats.c.id == 1).values(name="uno"))
    assert (ask(1), ask(2), len(sent)) == ("uno", "two", 5)


def test_lists_of_values_are_told_apart(asking: AskedOnce) -> None:
    ask = lambda *ids: asking.execute(select(boats.c.name).where(boats.c.id.in_(ids))).scalars().all()  # noqa: E731  a question of one line
    assert (ask(1), ask(2), ask(1, 2), ask(1)) == (["one"], ["two"], ["one", "two"], ["one"])


def test_a_write_is_seen_at_once_and_leaves_other_tables_remembered(
    asking: AskedOnce, sent: list[str]
) -> None:
    crew = select(func.count()).select_from(crews)
    assert (names(asking), asking.execute(crew).scalar()) == (["one", "two"], 0)
    asking.execute(boats.update().where(boats.c.id == 1).values(name="uno"))
    assert names(asking) == ["uno", "two"]
    before = len(sent)
    asking.execute(crew)
    assert len(sent) == before, "nobody wrote to the crews"
    asking.execute(crews.insert().values(id=1, boat=1))
    assert asking.execute(crew).scalar() == 1


def test_a_write_with_another_before_it_forgets_what_was_read_from_either_and_no_more(
    asking: AskedOnce, sent: list[str]
) -> None:
    crew, mast = select(crews.c.id).order_by(crews.c.id), select(masts.c.id)
    read = lambda: (names(asking), asking.execute(crew).scalars().all(), asking.execute(mast).all())  # noqa: E731  three questions
    assert read() == (["one", "two"], [], [])
    new = crews.insert().values({"id": bindparam("new_id"), "boat": 1}).cte("new")
    renamed = boats.update().where(boats.c.id == 1).values(name=bindparam("new_name")).add_cte(new)
    asking.execute(renamed, {"new_id": 7, "new_name": "uno"})
    before = len(sent)
    assert read() == (["uno", "two"], [7], [])
    assert len(sent) == before + 2, "nobody wrote to the masts"


def test_what_triggers_write_is_always_asked_for(asking: AskedOnce, sent: list[str]) -> None:
    flags = select(pennants.c.id)
    asking.execute(flags)
    asking.execute(flags)
    assert len(sent) == 2


def test_a_question_that_joins_or_nests_a_written_table_is_sent_again(asking: AskedOnce) -> None:
    manned = select(boats.c.name).where(boats.c.id.in_(select(crews.c.boat)))
    assert asking.execute(manned).all() == []
    asking.execute(crews.insert().values(id=1, boat=2))
    assert asking.execute(manned).scalars().all() == ["two"]


def test_taking_a_lock_forgets_what_others_may_have_changed_meanwhile(
    engine: Engine, asking: AskedOnce, sent: list[str]
) -> None:
    assert names(asking) == ["one", "two"]
    with engine.begin() as other:
        other.execute(boats.update().where(boats.c.id == 2).values(name="due"))
    lock = select(boats).where(boats.c.id == 1).with_for_update()
    asking.execute(lock).one()
    assert names(asking) == ["one", "due"]
    before = len(sent)
    assert asking.execute(lock).one().name == "one"
    assert len(sent) == before, "a row this transaction holds is not locked a second time"


def test_a_savepoint_begun_and_kept_forgets_nothing(asking: AskedOnce, sent: list[str]) -> None:
    asking.begin()
    assert names(asking) == ["one", "two"]
    with asking.begin_nested():
        assert names(asking) == ["one", "two"]
    assert names(asking) == ["one", "two"]
    assert sum("SELECT" in statement for statement in sent) == 1


def test_an_undone_savepoint_takes_its_answers_along(asking: AskedOnce) -> None:
    asking.begin()
    point = asking.begin_nested()
    asking.execute(boats.insert().values(id=3, name="three"))
    assert names(asking) == ["one", "two", "three"]
    point.rollback()
    asking.forget()
    assert names(asking) == ["one", "two"]


@pytest.mark.parametrize("question", [select(func.clock_timestamp()), select(func.random(), boats.c.id)])
def test_what_depends_on_more_than_rows_is_always_sent(
    asking: AskedOnce, sent: list[str], question: object
) -> None:
    asking.execute(question)
    asking.execute(question)
    assert len(sent) == 2


def test_a_lock_that_skips_rows_is_always_sent(asking: AskedOnce, sent: list[str]) -> None:
    claim = select(boats).with_for_update(skip_locked=True)
    asking.execute(claim)
    asking.execute(claim)
    assert len(sent) == 2


def test_long_answers_are_not_kept(asking: AskedOnce, sent: list[str]) -> None:
    asking.execute(boats.insert(), [{"id": n, "name": str(n)} for n in range(10, 300)])
    sent.clear()
    assert len(names(asking)) == len(names(asking)) == 292
    assert len(sent) == 2
