"""Reads one table of a definition strictly: each key once, of its own kind, none left over.

A wrong value is noted and a blank of its type given instead, so that reading goes on and the rest is checked too;
blanks are never checked again, and never leave the reader, for a document with problems gives no definition.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from workflows.comparison import show
from workflows.condition_format import parse_day
from workflows.definition_format.limits import is_blank, is_ordinary, safe_key
from workflows.problem import Problems
from workflows.text import Text

NO_DAY = date(1, 1, 1)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_MISSING = object()
_MOST_SEARCHED = 500


class Table:
    """One table of the document. Ask for each key; `done` notes the keys nobody asked for."""

    def __init__(self, data: object, path: str, problems: Problems) -> None:
        self.path = path
        self.problems = problems
        self._asked: set[str] = set()
        if isinstance(data, Mapping):
            self._data: Mapping[str, object] = data
        else:
            self._data = {}
            self._asked.update(("*",))
            self.refuse(None, "wrong_type", "须为表（table）", "must be a table")
        self.is_table = isinstance(data, Mapping)

    # -- telling what is wrong

    def at(self, key: str | None) -> str:
        """This will give the path of a key."""
        return f"{self.path}.{key}" if key and self.path else key or self.path

    def refuse(self, key: str | None, code: str, zh: str, en: str) -> None:
        """This will note a problem at a key, or at the table itself."""
        self.problems.add(self.at(key), code, zh, en)

    def done(self) -> None:
        """This will note every key nobody asked for."""
        for key in self._data:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                name = safe_key(key)
                self.refuse(
                    name, "unknown_key", f"没有 {name} 这一项", f"there is no such key; known: {known}"
                )

    def has(self, key: str) -> bool:
        """This will say whether a key was written."""
        return key in self._data

    def raw(self, key: str, required: bool = True) -> object:
        """This will give a value as it stands, noting its absence where it is required; None when absent."""
        self._asked.add(key)
        value = self._data.get(key, _MISSING)
        if value is not _MISSING:
            return value
        if required and self.is_table:
            self.refuse(key, "missing_key", f"缺少 {key}", f"{key} is missing")
        return None

    # -- scalars

    def text(self, key: str, required: bool = True) -> str:
        """This will read words that show something; "" when absent or wrong."""
        value = self.raw(key, required)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._wrong(key, "文字", "text", value)
            return ""
        if is_blank(value):
            self.refuse(key, "blank", "不能为空白", "must not be blank")
            return ""
        return value

    def id(self, key: str = "id", code: bool = False) -> str:
        """This will read a name used by other entries; a `code` may hold capitals, digits and hyphens as well."""
        value = self.text(key)
        if value and not (_CODE if code else _ID).fullmatch(value):
            zh, en = (
                ("字母、数字、_、-", "letters, digits, _ and -")
                if code
                else ("小写字母、数字、_", "a-z, 0-9 and _")
            )
            self.refuse(key, "bad_id", f"标识只能含{zh}，至多 64 字", f"an id holds only {en}, 64 at most")
            return ""
        return value

    def name(self, key: str, known: Collection[str], required: bool = True) -> str:
        """This will read the name of something declared elsewhere."""
        value = self.text(key, required)
        return self.check_name(key, value, known)

    def check_name(self, key: str, value: str, known: Collection[str]) -> str:
        """This will note a name that is not known, suggesting the nearest ones."""
        if value and value not in known:
            self.refuse(
                key, "unknown_name", f"没有声明“{value}”", f"{value!r} is not declared{_near(value, known)}"
            )
            return ""
        return value

    def one_of(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        """This will read one of a few words of the format itself."""
        value = self.text(key, required=default is None)
        if value and value not in words:
            choices = "、".join(words), ", ".join(words)
            self.refuse(
                key, "unknown_word", f"只能是：{choices[0]}", f"{value!r} is not one of: {choices[1]}"
            )
        return value if value in words else default or words[0]

    def flag(self, key: str, default: bool = False, required: bool = False) -> bool:
        """This will read true or false."""
        value = self.raw(key, required)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._wrong(key, "true 或 false", "true or false", value)
            return default
        return value

    def integer(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """This will read a whole number between two bounds, both allowed."""
        value = self.raw(key, required=default is None)
        if value is None:
            return least if default is None else default
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong(key, "整数", "a whole number", value)
            return least
        if not least <= value <= most:
            self.refuse(
                key, "out_of_range", f"须在 {least} 与 {most} 之间", f"must be between {least} and {most}"
            )
            return least
        return value

    def number(self, key: str, default: Decimal | None = None) -> Decimal:
        """This will read a number, whole or decimal; 0 when absent or wrong."""
        value = self.raw(key, required=default is None)
        if value is None:
            return default or Decimal(0)
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            self._wrong(key, "数字", "a number", value)
            return Decimal(0)
        return Decimal(value) if is_ordinary(Decimal(value)) else Decimal(0)

    def day(self, key: str, required: bool = True) -> date:
        """This will read a date between 2000 and 2100; NO_DAY when absent or wrong."""
        value = self.raw(key, required)
        if value is None:
            return NO_DAY
        found = parse_day(value) if isinstance(value, str) else value
        if isinstance(found, datetime) or not isinstance(found, date):
            self._wrong(key, "日期（如 2017-08-10）", "a date such as 2017-08-10", value)
            return NO_DAY
        if not FIRST_DAY <= found <= LAST_DAY:
            self.refuse(
                key, "out_of_range", "日期须在 2000 至 2100 年之间", "a date must lie between 2000 and 2100"
            )
            return NO_DAY
        return found

    def optional_day(self, key: str) -> date | None:
        """This will read a date that may be absent."""
        found = self.day(key, required=False)
        return None if found == NO_DAY else found

    def optional_time(self, key: str) -> time | None:
        """This will read a time of day (18:00) that may be absent."""
        value = self.raw(key, required=False)
        if isinstance(value, str) and _TIME.fullmatch(value) and value < "24:00" and value[3:5] < "60":
            value = time.fromisoformat(value) if value[6:] < "60" else value
        if value is not None and (not isinstance(value, time) or value.tzinfo is not None):
            self._wrong(key, "时刻（如 18:00）", "a time of day such as 18:00", value)
            return None
        return value

    def phrase(self, key: str, required: bool = True) -> Text:
        """This will read `{ zh = …, en = … }`; the English may be left out, the Chinese may not."""
        value = self.raw(key, required)
        if value is None:
            return Text("")
        inner = Table(value, self.at(key), self.problems)
        text = Text(inner.text("zh"), inner.text("en", required=False))
        inner.done()
        return text

    def optional_phrase(self, key: str) -> Text | None:
        """This will read a phrase that may be absent."""
        self._asked.add(key)
        return self.phrase(key) if self.has(key) else None

    # -- lists and tables

    def texts(self, key: str, required: bool = False, least: int = 0) -> tuple[str, ...]:
        """This will read a list of words, each once."""
        value = self.raw(key, required)
        if value is None:
            return ()
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            self._wrong(key, "文字列表", "a list of texts", value)
            return ()
        if any(is_blank(item) for item in value):
            self.refuse(key, "blank", "列表中有空白项", "the list holds a blank entry")
        if len(set(value)) != len(value):
            self.refuse(key, "repeated", "列表中有重复项", "the list names something twice")
        if len(value) < least:
            self.refuse(key, "too_few", f"至少 {least} 项", f"needs at least {least}")
        return tuple(value)

    def names(
        self, key: str, known: Collection[str], required: bool = False, least: int = 0
    ) -> tuple[str, ...]:
        """This will read a list of names declared elsewhere."""
        found = self.texts(key, required, least)
        for index, value in enumerate(found):
            self.check_name(f"{key}[{index}]", value, known)
        return found

    def table(self, key: str) -> Table:
        """This will open an inner table that must be there."""
        value = self.raw(key)
        return Table({} if value is None else value, self.at(key), self.problems)

    def optional_table(self, key: str) -> Table | None:
        """This will open an inner table that may be absent."""
        value = self.raw(key, required=False)
        return None if value is None else Table(value, self.at(key), self.problems)

    def tables(self, key: str, required: bool = False, least: int = 0, most: int = 5_000) -> Iterator[Table]:
        """This will open each table of a list in turn, and close it after use; none of a list that is too long."""
        value = self.raw(key, required)
        if value is None:
            return
        if not isinstance(value, (list, tuple)):
            self._wrong(key, "表的列表", "a list of tables", value)
            return
        if len(value) < least:
            self.refuse(key, "too_few", f"至少 {least} 项", f"needs at least {least}")
        if len(value) > most:
            self.refuse(key, "too_many", f"至多 {most} 项", f"has {most} entries at most")
            return
        for index, item in enumerate(value):
            table = Table(item, f"{self.at(key)}[{index}]", self.problems)
            yield table
            table.done()

    def members(self, key: str, required: bool = True) -> Iterator[tuple[str, object]]:
        """This will give each named value of an inner table."""
        value = self.raw(key, required)
        if value is None:
            return
        if not isinstance(value, Mapping):
            self._wrong(key, "表（table）", "a table", value)
            return
        yield from value.items()

    def source(self) -> str:
        """This will read where the entry comes from: the clause, the article, or `policy`."""
        return self.text("source")

    def _wrong(self, key: str, zh: str, en: str, value: object) -> None:
        found = show(value) if isinstance(value, (str, int, Decimal, date)) else type(value).__name__
        self.refuse(key, "wrong_type", f"须为{zh}，而不是 {found[:60]}", f"must be {en}, not {found[:60]}")


def _near(value: str, known: Collection[str]) -> str:
    """A few declared names that begin alike, so that a slip is seen at once."""
    if len(known) > _MOST_SEARCHED:
        return ""
    alike = sorted(name for name in known if name[:3] == value[:3])[:5]
    return f"; did you mean {', '.join(alike)}?" if alike else ""
