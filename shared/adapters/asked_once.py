"""AskedOnce: a database connection on which the same question is sent once per transaction, until its answer may differ.

Rules, views and clocks ask for the same rows again and again within one command; most of a command's time would go
into asking. An answer is kept while nothing can have changed it for this transaction: a write forgets what was read
from the same table, a lock that is newly taken forgets everything (others may have changed the rows before they let go),
and so does a savepoint that is undone; to begin or keep one changes nothing. Questions whose answer depends on more
than rows (functions with effects, the clock, locks that skip), or on tables that triggers fill, are always sent.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from sqlalchemy import Connection, FrozenResult, Result
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ReleaseSavepointClause, SavepointClause, TextClause
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.schema import Table
from sqlalchemy.sql.selectable import CompoundSelect, Select

PLAIN_FUNCTIONS: Final = frozenset({"count", "coalesce", "max", "min", "sum", "lower", "array_agg"})
FOLLOWS: Final = "follows other tables"
"""Marks a table (in its `info`) whose rows change when another one is written: questions to it are always sent."""
LONGEST: Final = 200
_MOST_SHAPES: Final = 2000


@dataclass(frozen=True, slots=True)
class _Shape:
    """What one form of question reads, and whether its answer depends on those tables alone."""

    tables: frozenset[str]
    lasting: bool


class AskedOnce(Connection):
    """A connection that remembers answers of up to 200 rows. Whatever reads from it must not change what it gets."""

    _shapes: ClassVar[dict[Hashable, _Shape]] = {}

    _answers: dict[Hashable, tuple[frozenset[str], FrozenResult[Any]]]

    def execute(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        """This will answer from memory where it may, and else ask the database. Raises what SQLAlchemy raises."""
        if "_answers" not in self.__dict__:
            self._answers = {}
        key = None if options else _key(statement, parameters)
        if key is None:
            self._forget_after(statement)
            return super().execute(statement, parameters, **options)
        if key in self._answers:
            return self._answers[key][1]()
        return self._asked(statement, parameters, key)

    def forget(self) -> None:
        """This will make every question be sent again."""
        self._answers = {}

    def _asked(self, statement: Any, parameters: Any, key: tuple[Hashable, Hashable]) -> Result[Any]:
        if _locks(statement):
            self.forget()
        shape = self._shape(statement, key[0])
        result: Result[Any] = super().execute(statement, parameters)
        if not shape.lasting:
            return result
        frozen = result.freeze()
        if len(frozen.data) <= LONGEST:
            self._answers[key] = (shape.tables, frozen)
        return frozen()

    def _forget_after(self, statement: Any) -> None:
        if isinstance(statement, SavepointClause | ReleaseSavepointClause):
            return
        written = _written(statement)
        if written is None:
            self.forget()
        else:
            self._answers = {key: kept for key, kept in self._answers.items() if not written & kept[0]}

    @classmethod
    def _shape(cls, statement: Any, form: Hashable) -> _Shape:
        found = cls._shapes.get(form)
        if found is None:
            if len(cls._shapes) >= _MOST_SHAPES:
                cls._shapes.clear()
            found = cls._shapes[form] = _shape_of(statement)
        return found


def _written(statement: Any) -> frozenset[str] | None:
    """The tables a write changes, with those of the writes put before it; None where that cannot be told."""
    if not isinstance(statement, UpdateBase) or not isinstance(statement.table, Table):
        return None
    names = {statement.table.name}
    for before in statement._independent_ctes:
        also = _written(before.element)
        if also is None:
            return None
        names |= also
    return frozenset(names)


def _key(statement: Any, parameters: Any) -> tuple[Hashable, Hashable] | None:
    """The form of a question and its values; None for what is no plain question.

    One that is given its values apart was built once, and is its own form: half of what a question costs here is
    building it and finding out its form.
    """
    if not isinstance(statement, (Select, CompoundSelect)):
        return None
    key: tuple[Hashable, Hashable]
    if parameters is not None:
        key = statement, tuple((name, _fixed(value)) for name, value in parameters.items())
    else:
        form = statement._generate_cache_key()
        if form is None:
            return None
        key = form.key, tuple(_fixed(bound.effective_value) for bound in form.bindparams)
    try:
        hash(key[1])
    except TypeError:
        return None
    return key


def _fixed(value: Any) -> Any:
    """Lists of an `in` become tuples; numbers that are equal but of another type stay apart."""
    if isinstance(value, (list, tuple)):
        return tuple(_fixed(item) for item in value)
    return (type(value), value)


def _locks(statement: Any) -> bool:
    return getattr(statement, "_for_update_arg", None) is not None


def _shape_of(statement: Any) -> _Shape:
    lock = getattr(statement, "_for_update_arg", None)
    names, lasting = set(), lock is None or not (lock.skip_locked or lock.nowait)
    for part in visitors.iterate(statement):
        if isinstance(part, Table):
            names.add(part.name)
            lasting = lasting and not part.info.get(FOLLOWS)
        elif isinstance(part, UpdateBase | TextClause):
            lasting = False
        elif isinstance(part, FunctionElement):
            lasting = lasting and getattr(part, "name", "") in PLAIN_FUNCTIONS
    return _Shape(frozenset(names), lasting and bool(names))
