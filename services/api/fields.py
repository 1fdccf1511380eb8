"""Strict fields: what a JSON value must be, without guessing.

Promises: "12" is not 12, 1 is not true, 12.0 is not 12; a date is YYYY-MM-DD, a moment carries its offset,
and both lie between 2000-01-01 and ten years from today; text says something. Each refusal is a Reason with
a stable code.
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar, cast

import marshmallow as ma

from services.api.bodies import bad_text
from shared.clock import SystemClock
from workflows.rejection import Reason
from workflows.text import Text as Words

Day = TypeVar("Day", date, datetime)
Amount = TypeVar("Amount", int, float)

OLDEST = date(2000, 1, 1)
YEARS_AHEAD = 10
_CLOCK = SystemClock()
MAX_NUMBER = 999_999_999_999
NAME_PATTERN = r"^[a-z0-9][a-z0-9_.-]{0,63}$"
KEY_PATTERN = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(?P<offset>Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
)


def _reason(code: str, zh: str, en: str, hint: Words | None = None) -> list[Reason]:
    return [Reason(code, Words(zh, en), hint=hint)]


def _refuse(code: str, zh: str, en: str, hint: Words | None = None) -> ma.ValidationError:
    return ma.ValidationError(_reason(code, zh, en, hint))


def _wrong_type(zh: str, en: str) -> ma.ValidationError:
    return _refuse("type", f"这里必须是{zh}", f"this must be {en}")


DEFAULT_MESSAGES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": _reason("required", "缺少必填项", "this is required"),
    "null": _reason(
        "null",
        "不能为 null",
        "this must not be null",
        Words("没有内容时请不要写这个键", "leave the key out when there is nothing to say"),
    ),
}


class _Strict(ma.fields.Field[Any], ABC):
    """A field that reads by itself: nothing is converted before `_read` has seen it."""

    def __init__(self, *inner: Any, **options: Any) -> None:
        super().__init__(*inner, error_messages=DEFAULT_MESSAGES, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002  (marshmallow calls it so)
        return self._read(value)

    @abstractmethod
    def _read(self, value: Any) -> Any:
        """What the value is; raises ValidationError."""


class Text(_Strict, ma.fields.String):
    """Text for people, kept exactly as sent: 1 to `longest` characters, not only blanks."""

    def __init__(self, longest: int, **options: Any) -> None:
        metadata = {"minLength": 1, "maxLength": longest, "pattern": r"\S"} | options.pop("metadata", {})
        super().__init__(metadata=metadata, **options)
        self.longest = longest

    def _read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise _wrong_type("文字", "text")
        check_text(value, self.longest)
        return value


def check_text(value: str, longest: int) -> None:
    """This will refuse text that is blank, too long, or has a character that hides or reorders text."""
    fault = bad_text(value)
    if fault is not None:
        raise ma.ValidationError([fault])
    if is_blank(value):
        raise _refuse(
            "blank",
            "内容是空白",
            "the text is blank",
            Words("请填写内容，或不要写这个键", "write something, or leave the key out"),
        )
    if len(value) > longest:
        raise _refuse(
            "too_long", f"最多 {longest} 个字，现有 {len(value)} 个", f"at most {longest} characters"
        )


def is_blank(value: str) -> bool:
    """This will say whether nothing of the text can be seen: spaces, separators, zero-width characters."""
    return all(unicodedata.category(c) in {"Zs", "Zl", "Zp", "Cc", "Cf"} or c in _INVISIBLE for c in value)


_INVISIBLE = "\u115f\u1160\u3164\uffa0\u2800\u034f"  # letters and marks by class, yet drawn as nothing


class Name(_Strict, ma.fields.String):
    """An identifier from the campaign's definition: an agency, a channel, an act."""

    def __init__(self, *, pattern: str = NAME_PATTERN, **options: Any) -> None:
        metadata = {"pattern": pattern} | options.pop("metadata", {})
        super().__init__(metadata=metadata, **options)
        self.pattern = re.compile(pattern[1:-1])

    def _read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise _wrong_type("一个标识（文字）", "an identifier (text)")
        if not self.pattern.fullmatch(value):
            raise _refuse(
                "format", "格式不对", "this does not have the right form", _like(self.pattern.pattern)
            )
        return value


def _like(pattern: str) -> Words:
    return Words(f"应符合：{pattern}", f"it must match: {pattern}")


class Choice(_Strict, ma.fields.String):
    """One word of a fixed short list."""

    def __init__(self, *allowed: str, **options: Any) -> None:
        super().__init__(metadata={"enum": list(allowed)}, **options)
        self.allowed = allowed

    def _read(self, value: Any) -> str:
        if value not in self.allowed:
            listed = "、".join(self.allowed)
            raise _refuse("choice", f"只能是：{listed}", f"this must be one of: {', '.join(self.allowed)}")
        return cast("str", value)


class Integer(_Strict, ma.fields.Integer):
    """A whole number between two bounds; never a boolean, a fraction or digits in quotes."""

    def __init__(self, least: int = 0, most: int = MAX_NUMBER, **options: Any) -> None:
        metadata = {"minimum": least, "maximum": most} | options.pop("metadata", {})
        super().__init__(metadata=metadata, **options)
        self.least, self.most = least, most

    def _read(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _wrong_type("整数，不加引号", "a whole number, without quotes")
        return _within(value, self.least, self.most)


class Number(_Strict, ma.fields.Float):
    """A number of at most 12 digits and 3 decimal places; never a boolean or digits in quotes."""

    def __init__(self, least: float = 0, most: float = MAX_NUMBER, **options: Any) -> None:
        metadata = {"minimum": least, "maximum": most} | options.pop("metadata", {})
        super().__init__(metadata=metadata, **options)
        self.least, self.most = least, most

    def _read(self, value: Any) -> float:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise _wrong_type("数字，不加引号", "a number, without quotes")
        return _within(value, self.least, self.most)


def _within(value: Amount, least: Amount, most: Amount) -> Amount:
    if not least <= value <= most:
        raise _refuse("range", f"必须在 {least} 到 {most} 之间", f"this must be between {least} and {most}")
    return value


class Digits(_Strict, ma.fields.Integer):
    """A whole number in a query, written in ASCII digits."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        metadata = {"minimum": least, "maximum": most} | options.pop("metadata", {})
        super().__init__(metadata=metadata, **options)
        self.least, self.most = least, most

    def _read(self, value: Any) -> int:
        if not re.fullmatch("[0-9]{1,13}", value):
            raise _wrong_type("数字（0–9）", "a whole number in digits 0–9")
        return _within(int(value), self.least, self.most)


class Flag(_Strict, ma.fields.Boolean):
    """A yes or no in a query, written true or false."""

    def _read(self, value: Any) -> bool:
        if value not in {"true", "false"}:
            raise _wrong_type(" true 或 false", "true or false")
        return bool(value == "true")


class Boolean(_Strict, ma.fields.Boolean):
    """JSON true or false, nothing that looks like it."""

    def _read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise _wrong_type(" true 或 false，不加引号", "true or false, without quotes")
        return value


class Date(_Strict, ma.fields.Date):
    """A day written YYYY-MM-DD, from 2000-01-01 to ten years ahead."""

    def _read(self, value: Any) -> date:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise _refuse("date", "日期的写法不对", "this is not a date", _LIKE_A_DATE)
        return _in_window(_real(date.fromisoformat, value))


class Moment(_Strict, ma.fields.AwareDateTime):
    """A moment with its offset from UTC, from 2000-01-01 to ten years ahead."""

    def _read(self, value: Any) -> datetime:
        found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise _refuse("datetime", "时间的写法不对", "this is not a moment", _LIKE_A_MOMENT)
        if found["offset"] is None:
            raise _refuse(
                "offset_required", "时间缺少时区偏移", "the offset from UTC is missing", _LIKE_A_MOMENT
            )
        moment = _real(datetime.fromisoformat, value)
        _in_window(moment.date())
        return moment


class Ahead(Moment):
    """A moment still to come by the real clock, as sign-in goes by it."""

    def _read(self, value: Any) -> datetime:
        moment = super()._read(value)
        if moment <= _CLOCK.now():
            raise _refuse("past", "这个时刻已经过去", "this moment has passed")
        return moment


_LIKE_A_DATE = Words("请写成 2017-09-18", "write it like 2017-09-18")
_LIKE_A_MOMENT = Words("请写成 2017-09-18T09:30:00+08:00", "write it like 2017-09-18T09:30:00+08:00")


def _real(read: Callable[[str], Day], value: str) -> Day:
    try:
        return read(value)
    except ValueError:
        raise _refuse("date", "没有这一天", "there is no such day") from None


def _in_window(day: date) -> date:
    latest = newest()
    if not OLDEST <= day <= latest:
        raise _refuse(
            "date_window", f"必须在 {OLDEST} 到 {latest} 之间", f"this must be between {OLDEST} and {latest}"
        )
    return day


def newest() -> date:
    """This will give the last day that is accepted anywhere: the end of the tenth year from now."""
    return date(_CLOCK.now().year + YEARS_AHEAD, 12, 31)


class Several(_Strict, ma.fields.List[Any]):
    """A list of at most `most` different values."""

    def __init__(self, inner: ma.fields.Field[Any], *, most: int, least: int = 0, **options: Any) -> None:
        metadata = {"minItems": least, "maxItems": most, "uniqueItems": True, **options.pop("metadata", {})}
        super().__init__(inner, metadata=metadata, **options)
        self.least, self.most = least, most

    def _read(self, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise _wrong_type("列表", "a list")
        if not self.least <= len(value) <= self.most:
            raise _refuse(
                "length",
                f"必须有 {self.least} 到 {self.most} 项",
                f"this must have {self.least} to {self.most} items",
            )
        items: list[Any] = ma.fields.List._deserialize(self, value, None, None)
        if len({repr(item) for item in items}) < len(items):
            raise _refuse("repeated", "有重复的项", "an item is given twice")
        return items


class Given(_Strict, ma.fields.Dict):
    """An object whose keys the definition names: its form is checked here, its meaning by the rules."""

    def __init__(self, *, longest: int = 4000, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest

    def _read(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong_type("对象 {…}", "an object {…}")
        faults = dict(self._faults(value))
        if faults:
            raise ma.ValidationError(faults)
        return value

    def _faults(self, value: Mapping[str, Any]) -> Iterator[tuple[str, list[Reason]]]:
        for key, item in value.items():
            try:
                if not re.fullmatch(KEY_PATTERN[1:-1], key):
                    raise _refuse("unknown_field", "没有这个字段", "there is no such field")
                self._check(item)
            except ma.ValidationError as fault:
                yield key, cast("list[Reason]", fault.messages)

    def _check(self, item: object) -> None:
        if isinstance(item, str):
            check_text(item, self.longest)
        elif isinstance(item, list):
            for one in item:
                self._check(one)
        elif isinstance(item, dict):
            for key, one in item.items():
                self._check(key)
                self._check(one)
