"""Reading what a person gave with an act: every field by its declared type, every fault named, nothing guessed."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workflows.campaign import CampaignDefinition, Field
from workflows.rejection import Reason, Rejected
from workflows.text import Text

LONGEST_TEXT = 4000
LONGEST_LIST = 200
LARGEST_NUMBER = Decimal(10) ** 12
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_REFUSED_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00")


class Wrong(Exception):
    """One value that does not fit its field."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.text = code, Text(zh, en)


def read_inputs(
    definition: CampaignDefinition, allowed: Iterable[str], given: Mapping[str, Any], at: str = "given"
) -> dict[str, Any]:
    """This will read the inputs an act carries into dates, decimals, words and names.

    Only fields in `allowed` may be given; null counts as not given. Which of them must be there the step itself says.
    Raises Rejected (invalid) with every fault, each at "<at>/<field>".
    """
    names, values, faults = tuple(allowed), {}, []
    for name, value in given.items():
        pointer = f"{at}/{name}"
        if name not in names:
            faults.append(_unknown(name, names, pointer))
        elif value is not None:
            try:
                values[name] = read_value(definition, definition.field(name), value)
            except Wrong as wrong:
                faults.append(Reason(wrong.code, wrong.text, pointer))
    if faults:
        raise Rejected(*faults, kind="invalid")
    return values


def _unknown(name: str, names: tuple[str, ...], pointer: str) -> Reason:
    near = difflib.get_close_matches(str(name), names, n=1)
    zh = f"这里没有“{name}”这一项" + (f"，你是不是想填“{near[0]}”" if near else "")
    en = f"there is no field {name!r} here" + (f"; did you mean {near[0]!r}?" if near else "")
    hint = Text("可填：" + "、".join(names), "allowed: " + ", ".join(names)) if names else None
    return Reason("unknown_field", Text(zh, en), pointer, hint)


def read_value(definition: CampaignDefinition, field: Field, value: Any) -> Any:
    """This will read one value by its field's type. Raises Wrong."""
    return _READERS[field.type](definition, field, value)


def read_text(value: Any, longest: int = LONGEST_TEXT) -> str:
    """This will accept words a person can read. Raises Wrong: not text, blank, too long, marks that hide or reorder."""
    if not isinstance(value, str):
        raise Wrong("type", "须为文字", "must be text")
    if any(mark in _REFUSED_MARKS or "\ud800" <= mark <= "\udfff" for mark in value):
        raise Wrong("bad_text", "含有不可用的控制字符", "holds control characters that are not allowed")
    if not any(unicodedata.category(mark)[0] not in "CZ" for mark in value):
        raise Wrong("blank", "不能为空白", "must not be blank")
    if len(value) > longest:
        raise Wrong("too_long", f"最多 {longest} 字", f"at most {longest} characters")
    return value


def _text(_: CampaignDefinition, field: Field, value: Any) -> str:
    return read_text(value, min(field.maximum or LONGEST_TEXT, LONGEST_TEXT))


def _number(value: Any, field: Field) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Wrong("type", "须为数字", "must be a number")
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise Wrong("range", "须为有限的数", "must be finite")
    if number < 0:
        raise Wrong("negative", "不能为负数", "must not be negative")
    if number > (field.maximum if field.maximum is not None else LARGEST_NUMBER):
        raise Wrong("range", "数值过大", "is too large")
    return number


def _integer(_: CampaignDefinition, field: Field, value: Any) -> int:
    number = _number(value, field)
    if isinstance(value, float) or number != number.to_integral_value():
        raise Wrong("type", "须为整数", "must be a whole number")
    return int(number)


def _decimal(_: CampaignDefinition, field: Field, value: Any) -> Decimal:
    number = _number(value, field)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -3:
        raise Wrong("range", "最多三位小数", "at most three decimals")
    return number


def _boolean(_: CampaignDefinition, __: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("type", "须为 true 或 false", "must be true or false")
    return value


def read_date(value: Any) -> date:
    """This will read a day written as 2017-09-18. Raises Wrong."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or len(value) != 10:
        raise Wrong("date", "日期须写成 2017-09-18", "a date is written like 2017-09-18")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Wrong("date", "没有这一天", "there is no such day") from None
    if not _FIRST_YEAR <= day.year < _LAST_YEAR or day.isoformat() != value:
        raise Wrong(
            "date", "日期须写成 2017-09-18，且在 2000 至 2099 年间", "a date like 2017-09-18, 2000 to 2099"
        )
    return day


def read_datetime(value: Any) -> datetime:
    """This will read a moment with its offset. Raises Wrong."""
    moment = value if isinstance(value, datetime) else _parsed(value)
    if moment.utcoffset() is None:
        raise Wrong("offset_required", "时刻须带时区，如 +08:00", "a moment needs an offset, like +08:00")
    if not _FIRST_YEAR < moment.year < _LAST_YEAR - 1:
        raise Wrong("date", "年份须在 2001 至 2098 年间", "the year must lie within 2001 and 2098")
    return moment


def _parsed(value: Any) -> datetime:
    try:
        if not isinstance(value, str) or "T" not in value or value[4:5] != "-":
            raise ValueError
        return datetime.fromisoformat(value)
    except ValueError:
        text = "时刻须写成 2017-09-18T09:30:00+08:00", "a moment is written like 2017-09-18T09:30:00+08:00"
        raise Wrong("datetime", *text) from None


def _choice(definition: CampaignDefinition, field: Field, value: Any) -> str:
    return read_choice(definition, str(field.vocabulary), value)


def read_choice(definition: CampaignDefinition, vocabulary: str, value: Any) -> str:
    """This will accept a word of a vocabulary. Raises Wrong naming the words there are."""
    if not isinstance(value, str) or definition.word(vocabulary, value) is None:
        words = definition.vocabularies.get(vocabulary, ())
        zh = "须为下列之一：" + "、".join(f"{w.id}（{w.name.zh}）" for w in words)
        raise Wrong("choice", zh, "must be one of " + ", ".join(w.id for w in words))
    return value


def _agency(definition: CampaignDefinition, _: Field, value: Any) -> str:
    if not isinstance(value, str) or not definition.has_agency(value):
        known = ", ".join(agency.id for agency in definition.agencies)
        raise Wrong("unknown_agency", f"没有这个单位，可选：{known}", f"no such agency; known: {known}")
    check_takes_work(definition, value)
    return value


def check_takes_work(definition: CampaignDefinition, agency: str) -> None:
    """This will refuse new work for an agency that was succeeded. Raises Wrong naming who took over."""
    heir = definition.heir(agency)
    if heir != agency:
        raise Wrong("agency_ended", f"该单位已由 {heir} 承继", f"that agency was succeeded by {heir}")


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise Wrong("type", "须为列表", "must be a list")
    if not value or len(value) > LONGEST_LIST:
        raise Wrong("length", f"须有 1 至 {LONGEST_LIST} 项", f"needs 1 to {LONGEST_LIST} items")
    return list(value)


def _agencies(definition: CampaignDefinition, field: Field, value: Any) -> list[str]:
    found = [_agency(definition, field, item) for item in _items(value)]
    if len(set(found)) != len(found):
        raise Wrong("repeated", "同一单位只能出现一次", "an agency may be named once")
    return found


def _list(definition: CampaignDefinition, field: Field, value: Any) -> list[str]:
    if field.vocabulary is not None:
        return [read_choice(definition, field.vocabulary, item) for item in _items(value)]
    return [read_text(item, 400) for item in _items(value)]


_READERS: Mapping[str, Callable[[CampaignDefinition, Field, Any], Any]] = {
    "text": _text,
    "date": lambda _definition, _field, value: read_date(value),
    "datetime": lambda _definition, _field, value: read_datetime(value),
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "choice": _choice,
    "agency": _agency,
    "agencies": _agencies,
    "lead": lambda _definition, _field, value: read_text(value, 60),
    "list": _list,
}
