"""Bad values in a lead as it arrives: texts, names, moments, dates, numbers, lists, keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.api.bad_case import NEVER, Bad, inside, raw
from tests.api.conftest import tip


def _tip(name: str, code: str, pointer: str, status: int = 422, **changes: Any) -> Bad:
    return Bad(f"lead: {name}", "POST", "/v1/leads", status, code, pointer, tip(**changes))


def texts() -> Iterator[Bad]:
    blanks = {
        "empty": "", "spaces": "   ", "ideographic space": "\u3000", "zero width": "\u200b\u200d", "soft hyphen": "\u00ad",
        "word joiner": "\u2060", "byte order mark": "\ufeff", "line ends": "\r\n\t", "hangul filler": "\u3164",
        "braille blank": "\u2800", "line separator": "\u2028",
    }  # fmt: skip
    for name, value in blanks.items():
        yield _tip(f"title of {name}", "blank", "/title", title=value)
    marks = {
        "nul": "\u0000", "bell": "\u0007", "escape": "\u001b[31m", "delete": "\u007f", "c1": "\u0085", "lone surrogate": "\ud800",
        "reversed surrogates": "\udc00\ud800", "bidi override": "\u202e", "bidi embedding": "\u202a", "bidi isolate": "\u2066",
        "pop isolate": "\u2069",
    }  # fmt: skip
    for name, value in marks.items():
        yield _tip(f"title with {name}", "bad_text", "/title", title=f"证据{value}gpj.exe")
    for name, value in {"number": 12, "boolean": True, "list": ["a"], "object": {"$gt": ""}}.items():
        yield _tip(f"title as {name}", "type", "/title", title=value)
    yield _tip("title null", "null", "/title", title=None)
    yield _tip("title missing", "required", "/title", title=NEVER)
    yield _tip("title too long", "too_long", "/title", title="长" * 201)
    yield _tip("description too long", "too_long", "/description", description="长" * 4001)
    yield _tip("description blank", "blank", "/description", description=" ")
    yield _tip("address with nul", "bad_text", "/address", address="\u0000")
    yield _tip("township too long", "too_long", "/township", township="镇" * 61)
    yield _tip("source missing", "required", "/source", source=NEVER)
    yield _tip("reference as number", "type", "/external_ref", external_ref=20170915)
    yield _tip("reference blank", "blank", "/external_ref", external_ref="\u200b")


def names() -> Iterator[Bad]:
    for name in ("channel", "place_type", "act", "urgency", "reporter_kind"):
        yield _tip(f"{name} unknown", "choice", f"/{name}", **{name: "nothing_known"})
        yield _tip(f"{name} as number", "type", f"/{name}", **{name: 1})
        yield _tip(f"{name} null", "null", f"/{name}", **{name: None})
    yield _tip("channel with spaces", "format", "/channel", channel="walk in")
    yield _tip("channel as markup", "format", "/channel", channel="<script>")
    yield _tip("channel as injection", "format", "/channel", channel="x'; DROP TABLE leads;--")
    yield _tip("channel missing", "required", "/channel", channel=NEVER)


def moments() -> Iterator[Bad]:
    formats = {
        "day only": "2017-08-10", "space": "2017-08-10 09:00:00+08:00", "lower t": "2017-08-10t09:00:00+08:00",
        "lower z": "2017-08-10T09:00:00z", "week": "2017-W32-4T09:00:00+08:00", "compact": "20170810T090000+0800",
        "hour 24": "2017-08-10T24:00:00+08:00", "minute 60": "2017-08-10T09:60:00+08:00",
        "offset +15": "2017-08-10T09:00:00+15:00",
        "epoch": 1502326800, "boolean": True, "words": "昨天上午", "full width": "２０１７-08-10T09:00:00+08:00",
        "zone name": "2017-08-10T09:00:00[Asia/Shanghai]", "nine digits": "2017-08-10T09:00:00.123456789+08:00",
        "leap second": "2016-12-31T23:59:60Z", "trailing line": "2017-08-10T09:00:00+08:00\n",
    }  # fmt: skip
    for name, value in formats.items():
        yield _tip(f"reported at {name}", "datetime", "/reported_at", reported_at=value)
    yield _tip(
        "reported at without offset", "offset_required", "/reported_at", reported_at="2017-08-10T07:00:00"
    )
    yield _tip("reported at no such day", "date", "/reported_at", reported_at="2017-02-30T09:00:00+08:00")
    windows = {
        "year 1": "0001-01-01T00:00:00+14:00", "year 9999": "9999-12-31T23:59:59-12:00", "year 1999": "1999-12-31T23:59:59+08:00",
        "far ahead": "2099-01-01T00:00:00+08:00",
    }  # fmt: skip
    for name, value in windows.items():
        yield _tip(f"reported in {name}", "date_window", "/reported_at", reported_at=value)
    yield _tip("reported tomorrow", "in_future", "/reported_at", reported_at="2017-08-11T09:00:00+08:00")
    yield _tip("reported at null", "null", "/reported_at", reported_at=None)


def dates() -> Iterator[Bad]:
    formats = {
        "compact": "20170810", "week": "2017-W32-4", "short": "2017-8-1", "slashes": "2017/08/10",
        "moment": "2017-08-10T00:00:00Z",
        "number": 20170810, "full width": "２０１７-０８-１０", "arabic digits": "٢٠١٧-٠٨-١٠", "empty": "",
        "chinese": "2017年8月10日",
    }  # fmt: skip
    for name, value in formats.items():
        yield _tip(f"act on {name}", "date", "/act_on", act_on=value)
    yield _tip("act on 29 February", "date", "/act_on", act_on="2017-02-29")
    yield _tip("act on month 13", "date", "/act_on", act_on="2017-13-01")
    yield _tip("act on year 0", "date", "/act_on", act_on="0000-01-01")
    yield _tip("act long ago", "date_window", "/act_on", act_on="1999-12-31")
    yield _tip("act far ahead", "date_window", "/act_on", act_on="2099-01-01")
    yield _tip("act next week", "in_future", "/act_on", act_on="2017-08-20")


def numbers() -> Iterator[Bad]:
    wrong = {
        "quoted": "12", "padded": " 12", "underscored": "1_000", "arabic digits": "٤٤", "full width": "１２", "fraction": 12.9,
        "decimal point": 12.0, "boolean": True, "list": [12], "operator": {"$gt": ""}, "hexadecimal": "0x1F",
    }  # fmt: skip
    for name, value in wrong.items():
        yield _tip(f"pieces {name}", "type", "/pieces", pieces=value)
    yield _tip("pieces negative", "range", "/pieces", pieces=-1)
    yield _tip("pieces too many", "range", "/pieces", pieces=10**9 + 1)
    yield _tip("pieces null", "null", "/pieces", pieces=None)
    yield _tip("grams quoted", "type", "/grams", grams="1.5")
    yield _tip("grams boolean", "type", "/grams", grams=False)
    yield _tip("grams negative", "range", "/grams", grams=-0.5)
    huge = {
        "beyond bigint": "9223372036854775808", "of 13 digits": "1000000000000", "of 5000 digits": "9" * 5000,
        "in exponents": "1e15", "of a million digits": "1E+1000000", "beyond float": "1e400",
        "of long fraction": "0." + "1" * 100, "no decimal can be": "1e9999999999999999999",
    }  # fmt: skip
    for name, value in huge.items():
        yield raw(f"number {name}", inside(f'"grams": {value}'), 422, "range", "/grams")
    yield raw("number of 4 places", inside('"grams": 1.2345'), 422, "precision", "/grams")
    small = {
        "very small": "1e-400", "less than any float": "1e-999999999999999999", "below every decimal": "1e-9999999999999999999",
        "of 28 places and more": "1." + "0" * 40 + "1", "of long digits and a small exponent": "123e-10000000",
    }  # fmt: skip
    for name, value in small.items():
        yield raw(f"number {name}", inside(f'"grams": {value}'), 422, "precision", "/grams")
    for value in ("NaN", "Infinity", "-Infinity", "+1", "01", ".5", "1.", "0x10", "1_000"):
        yield raw(f"number {value}", inside(f'"grams": {value}'), 400, "malformed")


def lists() -> Iterator[Bad]:
    yield _tip("products as text", "type", "/products", products="ivory")
    yield _tip("products as object", "type", "/products", products={"0": "ivory"})
    yield _tip("products unknown", "choice", "/products/1", products=["ivory", "unicorn"])
    yield _tip("products repeated", "repeated", "/products", products=["ivory", "ivory"])
    yield _tip("products with null", "null", "/products/0", products=[None])
    yield _tip("products with number", "type", "/products/0", products=[1])
    yield _tip("products too many", "length", "/products", products=[f"p{n}" for n in range(51)])
    yield _tip("species blank", "blank", "/species/0", species=["  "])
    yield _tip("species with bidi", "bad_text", "/species/1", species=["象", "\u202e"])


def keys() -> Iterator[Bad]:
    for name in ("titel", "TITLE", "id", "state", "version", "number", "received_at", "lead_agency", "campaign_id", "__proto__",
                 "__class__", "constructor", "", " title", "title.zh", "a/b~c"):  # fmt: skip
        place = "/" + name.replace("~", "~0").replace("/", "~1")
        yield _tip(f"key {name!r}", "unknown_field", place, **{name: "x"})
    yield _tip("key with bidi", "bad_text", "/\ufffdeltit", **{"\u202eeltit": "x"})
    yield raw("key with surrogate", inside('"\\ud800": 1'), 422, "bad_text", "/\ufffd")
    yield raw("key twice", inside('"title": "又一个"'), 422, "duplicate_key", "/title")
    yield raw("key twice below", inside('"x": {"a": 1, "a": 2}'), 422, "duplicate_key", "/x/a")
