"""Classes of bad input, as data: what is sent, and where the answer must point.

A case names its request, the status, the code and the place of one of the errors it must get. `{lead}`, `{handoff}`
and `{deadline}` in a path stand for ones that exist; `by` is who asks, the staff of the office unless told.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.api.conftest import STAFF, tip

JSON = "application/json"
NEVER = ...


@dataclass(frozen=True, slots=True)
class Bad:
    """One request that must be refused."""

    name: str
    method: str
    path: str
    status: int
    code: str
    pointer: str | None = None
    body: Any = None
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    by: str | None = STAFF


def every() -> list[Bad]:
    """All cases, each with a name of its own."""
    cases = [
        *_texts(), *_names(), *_moments(), *_dates(), *_numbers(), *_lists(), *_keys(), *_bodies(), *_encodings(),
        *_headers(), *_queries(), *_paths(), *_steps(), *_handoffs(), *_records(), *_deadlines(), *_calendars(), *_reports(),
        *_clock(), *_managing(), *_definitions(), *_exercises(),
    ]  # fmt: skip
    assert len({case.name for case in cases}) == len(cases)
    return cases


def _tip(name: str, code: str, pointer: str, status: int = 422, **changes: Any) -> Bad:
    return Bad(f"lead: {name}", "POST", "/v1/leads", status, code, pointer, tip(**changes))


def _raw(
    name: str, raw: bytes, status: int, code: str, pointer: str | None = None, content_type: str = JSON
) -> Bad:
    return Bad(
        f"body: {name}",
        "POST",
        "/v1/leads",
        status,
        code,
        pointer,
        raw=raw,
        headers={"Content-Type": content_type},
    )


def _inside(text: str) -> bytes:
    """A tip with one more key, given as it stands in JSON."""
    return json.dumps(tip())[:-1].encode() + b"," + text.encode() + b"}"


def _texts() -> Iterator[Bad]:
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


def _names() -> Iterator[Bad]:
    for name in ("channel", "place_type", "act", "urgency", "reporter_kind"):
        yield _tip(f"{name} unknown", "choice", f"/{name}", **{name: "nothing_known"})
        yield _tip(f"{name} as number", "type", f"/{name}", **{name: 1})
        yield _tip(f"{name} null", "null", f"/{name}", **{name: None})
    yield _tip("channel with spaces", "format", "/channel", channel="walk in")
    yield _tip("channel as markup", "format", "/channel", channel="<script>")
    yield _tip("channel as injection", "format", "/channel", channel="x'; DROP TABLE leads;--")
    yield _tip("channel missing", "required", "/channel", channel=NEVER)


def _moments() -> Iterator[Bad]:
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


def _dates() -> Iterator[Bad]:
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


def _numbers() -> Iterator[Bad]:
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
        "of long fraction": "0." + "1" * 100,
    }  # fmt: skip
    for name, value in huge.items():
        yield _raw(f"number {name}", _inside(f'"grams": {value}'), 422, "range", "/grams")
    yield _raw("number of 4 places", _inside('"grams": 1.2345'), 422, "precision", "/grams")
    yield _raw("number very small", _inside('"grams": 1e-400'), 422, "precision", "/grams")
    for value in ("NaN", "Infinity", "-Infinity", "+1", "01", ".5", "1.", "0x10", "1_000"):
        yield _raw(f"number {value}", _inside(f'"grams": {value}'), 400, "malformed")


def _lists() -> Iterator[Bad]:
    yield _tip("products as text", "type", "/products", products="ivory")
    yield _tip("products as object", "type", "/products", products={"0": "ivory"})
    yield _tip("products unknown", "choice", "/products/1", products=["ivory", "unicorn"])
    yield _tip("products repeated", "repeated", "/products", products=["ivory", "ivory"])
    yield _tip("products with null", "null", "/products/0", products=[None])
    yield _tip("products with number", "type", "/products/0", products=[1])
    yield _tip("products too many", "length", "/products", products=[f"p{n}" for n in range(51)])
    yield _tip("species blank", "blank", "/species/0", species=["  "])
    yield _tip("species with bidi", "bad_text", "/species/1", species=["象", "\u202e"])


def _keys() -> Iterator[Bad]:
    for name in ("titel", "TITLE", "id", "state", "version", "number", "received_at", "lead_agency", "campaign_id", "__proto__",
                 "__class__", "constructor", "", " title", "title.zh", "a/b~c"):  # fmt: skip
        place = "/" + name.replace("~", "~0").replace("/", "~1")
        yield _tip(f"key {name!r}", "unknown_field", place, **{name: "x"})
    yield _tip("key with bidi", "bad_text", "/\ufffdeltit", **{"\u202eeltit": "x"})
    yield _raw("key with surrogate", _inside('"\\ud800": 1'), 422, "bad_text", "/\ufffd")
    yield _raw("key twice", _inside('"title": "又一个"'), 422, "duplicate_key", "/title")
    yield _raw("key twice below", _inside('"x": {"a": 1, "a": 2}'), 422, "duplicate_key", "/x/a")


def _bodies() -> Iterator[Bad]:
    for name, value in {
        "list": b"[]",
        "null": b"null",
        "number": b"12",
        "text": b'"text"',
        "true": b"true",
    }.items():
        yield _raw(f"a {name} as whole", value, 422, "type", "")
    yield _raw("nothing", b"", 422, "required", "/title")
    yield _raw("empty object", b"{}", 422, "required", "/source")
    broken = {
        "open": b"{", "cut": json.dumps(tip()).encode()[:-9], "single quotes": b"{'title': 1}", "trailing comma": b'{"a": 1,}',
        "comment": b'{"a": 1} // so', "two documents": b"{} {}", "bare key": b"{a: 1}", "bare word": b"hello",
        "only blanks": b"  ",
        "byte order mark": b"\xef\xbb\xbf{}", "raw line end in text": b'{"title": "a\nb"}', "bad escape": b'{"title": "\\x41"}',
        "python": b"{'a': None}", "xml": b"<lead/>", "yaml": b"title: a", "open text": b'{"title": "' + b'\\"' * 1000,
        "undefined": b'{"a": undefined}',
    }  # fmt: skip
    for name, value in broken.items():
        yield _raw(f"broken: {name}", value, 400, "malformed")
    yield _raw("33 deep", b"[" * 33 + b"]" * 33, 400, "too_deep")
    yield _raw("100000 deep", b"[" * 100_000, 400, "too_deep")
    yield _raw("objects 40 deep", b'{"a":' * 40 + b"1" + b"}" * 40, 400, "too_deep")
    yield _raw(
        "brackets in text hide nothing",
        b'{"a": "]]]]", "b": ' + b"[" * 40 + b"]" * 40 + b"}",
        400,
        "too_deep",
    )
    yield _raw("over a MiB", b'{"title": "' + b"a" * 1_048_576 + b'"}', 413, "too_large")
    yield Bad("body: on a read", "GET", "/v1/leads", 400, "unexpected_body", body={})
    yield Bad("body: on a public read", "GET", "/livez", 400, "unexpected_body", body={"a": 1})


def _encodings() -> Iterator[Bad]:
    text = json.dumps(tip(), ensure_ascii=False)
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk", "gb18030"):
        yield _raw(f"in {name}", text.encode(name), 415, "not_utf8")
    yield _raw("latin-1", '{"title": "café"}'.encode("latin-1"), 415, "not_utf8")
    yield _raw("overlong", b'{"title": "\xc0\x80"}', 415, "not_utf8")
    yield _raw("surrogate bytes", b'{"title": "\xed\xa0\x80"}', 415, "not_utf8")
    yield _raw("raw nul", b'{"title": "\x00"}', 415, "not_utf8")
    types = {
        "text/plain": "media_type", "": "media_type", "application/xml": "media_type",
        "application/x-www-form-urlencoded": "media_type",
        "multipart/form-data; boundary=x": "media_type", "application/jsonp": "media_type", "text/json": "media_type",
        "application/vnd.api+json": "media_type", "*/*": "media_type", "application/json; charset=gbk": "charset",
        "application/json; charset=utf-16": "charset", "application/json; version=2": "charset",
    }  # fmt: skip
    for value, code in types.items():
        yield _raw(f"as {value or 'nothing'}", text.encode(), 415, code, content_type=value)
    packed = gzip.compress(text.encode())
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    yield Bad("body: compressed", "POST", "/v1/leads", 415, "compressed", raw=packed, headers=headers)


def _headers() -> Iterator[Bad]:
    tokens = {
        "basic": "Basic b2ZmaWNl", "empty": "Bearer ", "unknown": "Bearer nobody.knows.it", "two": f"Bearer {STAFF} {STAFF}",
        "bare": STAFF, "long": "Bearer " + "a" * 5000, "injection": "Bearer ' OR 1=1 --", "spaced": f"Bearer  {STAFF}",
        "comma": f"Bearer {STAFF}, Bearer {STAFF}",
    }  # fmt: skip
    yield Bad("token: none", "GET", "/v1/me", 401, "token_missing", by=None)
    for name, value in tokens.items():
        yield Bad(
            f"token: {name}", "GET", "/v1/me", 401, "token_invalid", by=None, headers={"Authorization": value}
        )
    yield Bad("host: another", "GET", "/v1/me", 400, "untrusted_host", headers={"Host": "evil.example"})
    yield Bad("host: none", "GET", "/v1/me", 400, "untrusted_host", headers={"Host": ""})
    yield Bad(
        "host: with userinfo",
        "GET",
        "/v1/me",
        400,
        "untrusted_host",
        headers={"Host": "localhost@evil.example"},
    )
    step = {"given": {"lead_agency": "station_qinglan"}}
    for value in ("1", 'W/"1"', '"x"', '"1", "2"', '""', '"-1"', '"1.0"', '"99999999999"', "abc"):
        yield Bad(f"if-match: {value}", "POST", "/v1/leads/{lead}/actions/accept", 422, "format", "/If-Match", step,
                  headers={"If-Match": value})  # fmt: skip
    yield Bad("if-match: where nothing has versions", "POST", "/v1/leads", 422, "unexpected_header", "/If-Match", tip(),
              headers={"If-Match": '"1"'})  # fmt: skip
    yield Bad("if-match: an old version", "POST", "/v1/leads/{lead}/actions/accept", 412, "stale_version", None, step,
              headers={"If-Match": '"7"'})  # fmt: skip
    for name, value in {"spaced": "a b", "too long": "k" * 256, "not ascii": "键", "control": "a\tb"}.items():
        sent = value.encode().decode("latin-1")
        yield Bad(f"key: {name}", "POST", "/v1/leads", 422, "format", "/Idempotency-Key", tip(),
                  headers={"Idempotency-Key": sent})  # fmt: skip


def _get(path: str, code: str, pointer: str | None, status: int = 422) -> Bad:
    return Bad(f"query: {path[:60]}", "GET", path, status, code, pointer)


def _managing() -> Iterator[Bad]:
    whole = {"id": "market.new", "name": "甲某", "agency": "market", "roles": ["officer"]}
    manager = "office.administrator"
    for name, status, code, pointer, change in (
        ("an id with a blank", 422, "format", "/id", {"id": "a b"}),
        ("a blank name", 422, "blank", "/name", {"name": " "}),
        ("an agency there is not", 422, "unknown_agency", "/agency", {"agency": "nowhere"}),
        ("a role there is not", 422, "unknown_role", "/roles", {"roles": ["king"]}),
        ("no role", 422, "length", "/roles", {"roles": []}),
        ("an id of somebody", 409, "person_taken", "/id", {"id": "market.officer"}),
    ):
        yield Bad(
            f"person: {name}", "POST", "/v1/people", status, code, pointer, {**whole, **change}, by=manager
        )
    yield Bad("person: by the office's staff", "POST", "/v1/people", 403, "role", None, whole)
    own = f"/v1/people/{manager}/end"
    yield Bad("person: oneself", "POST", own, 403, "own_request", None, {"reason": "试"}, by=manager)
    gone = {"name": "接口", "expires_at": "2017-13-01T00:00:00+08:00"}
    token = "/v1/people/market.officer/tokens"
    yield Bad("token: no such day", "POST", token, 422, "date", "/expires_at", gone, by=manager)
    yield Bad(
        "token: none of that id",
        "POST",
        "/v1/tokens/0000/end",
        404,
        "not_found",
        None,
        {"reason": "试"},
        by=manager,
    )
    for name, code, pointer, body in (
        (
            "a filter there is not",
            "unknown_field",
            "/filters/reporter",
            {"name": "甲", "filters": {"reporter": "x"}},
        ),
        ("no filter", "blank", "/filters", {"name": "甲", "filters": {}}),
        ("a blank name", "blank", "/name", {"name": " ", "filters": {"q": "x"}}),
    ):
        yield Bad(f"view: {name}", "POST", "/v1/saved-views", 422, code, pointer, body)


def _queries() -> Iterator[Bad]:
    for value in ("abc", "-1", "1.5", "1e1", "", "%D9%A3", "%EF%BC%93", "+1", "0x10", "99999999999999999999"):
        yield _get(f"/v1/leads?limit={value}", "type", "/limit")
    for value in ("0", "201", "9999999999999"):
        yield _get(f"/v1/leads?limit={value}", "range", "/limit")
    for value in ("*", "abc", "1", "' OR 1=1", "00000000-0000-0000-0000-00000000000", "%00", "null"):
        yield _get(f"/v1/leads?cursor={value}", "format", "/cursor")
    for value in ("1", "yes", "on", "TRUE", "True", ""):
        yield _get(f"/v1/leads?overdue={value}", "type", "/overdue")
    yield _get("/v1/leads?limit=1&limit=2", "repeated", "/limit")
    yield _get("/v1/leads?stat=received", "unknown_field", "/stat")
    yield _get("/v1/leads?state[]=received", "unknown_field", "/state[]")
    yield _get("/v1/me?verbose=true", "unknown_field", "/verbose")
    yield _get("/v1/leads/{lead}?expand=all", "unknown_field", "/expand")
    yield _get("/v1/leads?state=a%20b", "format", "/state")
    yield _get("/v1/leads?q=", "blank", "/q")
    yield _get("/v1/leads?q=%00", "bad_text", "/q")
    yield _get("/v1/leads?q=%E2%80%AE", "bad_text", "/q")
    yield _get("/v1/leads?q=%ff%fe", "not_utf8", None, 400)
    yield _get("/v1/leads?q=" + "a" * 101, "too_long", "/q")
    yield _get("/v1/leads?received_from=2017-08-10", "datetime", "/received_from")
    yield _get("/v1/leads?received_to=2017-08-10T09:00:00", "offset_required", "/received_to")
    yield _get("/v1/leads?received_to=0001-01-01T00:00:00%2B14:00", "date_window", "/received_to")
    yield _get("/v1/handoffs?box=all%20of%20them", "choice", "/box")
    yield _get("/v1/search", "required", "/q")
    yield _get("/v1/search?q=%E2%80%A6%E2%80%A6", "blank", "/q")
    yield _get("/v1/search?q=" + "a%20" * 9 + "b", "too_many", "/q")
    yield _get("/v1/search?q=a&page=0", "range", "/page")
    yield _get("/v1/audit/events?from=yesterday", "date", "/from")
    yield _get("/v1/audit/events?openings=1", "type", "/openings")
    yield _get("/v1/handoffs?lead=YS-2017-9999", "not_found", None, 404)
    yield _get("/v1/deadlines?state=late", "choice", "/state")
    yield _get("/v1/deadlines?due_before=tomorrow", "datetime", "/due_before")
    yield _get("/v1/events?after=-1", "type", "/after")
    yield _get("/v1/events?after=9999999999999", "range", "/after")
    yield _get("/v1/notices?cursor=x", "type", "/cursor")
    yield _get("/v1/reports/stage/2017-09/compilation?version=0", "range", "/version")
    yield Bad("query: dry_run=1", "POST", "/v1/leads?dry_run=1", 422, "type", "/dry_run", tip())
    yield Bad("query: dryrun", "POST", "/v1/leads?dryrun=true", 422, "unknown_field", "/dryrun", tip())


def _paths() -> Iterator[Bad]:
    for name in ("YS-2017-9999", "%00", "%ff", "..", "%2e%2e", "a" * 81, "a" * 3000, "%E2%80%AE", "'%20OR%201=1", "0",
                 "null", "{lead}%20",
                 "{lead}%0A", "{lead}/", "%2F"):  # fmt: skip
        yield Bad(f"path: lead {name[:20]} of {len(name)}", "GET", f"/v1/leads/{name}", 404, "not_found")
    for noun in ("handoffs", "transfers", "orders", "deadlines"):
        for name in ("00000000-0000-0000-0000-000000000000", "1", "%00", "x" * 80):
            yield Bad(f"path: {noun} {name[:20]}", "GET", f"/v1/{noun}/{name}", 404, "not_found")
    for path in ("/v1", "/v1/", "/v2/leads", "/v1//leads", "/v1/leads/", "/v1/Leads", "/.env", "/v1/leads.json", "/console",
                 "/v1/definitions/x/1", "/v1/definitions/yangshan-ivory-2017/99", "/v1/definitions/yangshan-ivory-2017/0",
                 "/v1/definitions/yangshan-ivory-2017/99999999999999999999", "/v1/definitions/yangshan-ivory-2017/-1",
                 "/v1/reports/stage/2017-10/units/transport", "/v1/reports/stages/2017-09/units/transport",
                 "/v1/reports/stage/2017-09/units/nobody", "/v1/reports/stage/2017-09/compilation",
                 "/v1/reports/stage/2017-09/compilation.exe", "/v1/reports/stage/2017-09/compilation.docx"):  # fmt: skip
        yield Bad(f"path: {path}", "GET", path, 404, "not_found")
    for method, path in (("DELETE", "/v1/leads/{lead}"), ("PUT", "/v1/leads/{lead}"), ("PATCH", "/v1/leads/{lead}"),
                         ("POST", "/v1/me"),
                         ("TRACE", "/v1/leads"), ("BREW", "/v1/leads"), ("GET", "/v1/records")):  # fmt: skip
        yield Bad(f"method: {method} {path}", method, path, 405, "method_not_allowed")
    for name in ("to_closed", "__class__", "trigger", "is_received", "may_close", "a" * 80, "%E2%80%8B"):
        yield Bad(
            f"step: {name[:20]}",
            "POST",
            f"/v1/leads/{{lead}}/actions/{name}",
            404,
            "unknown_trigger",
            "/name",
            {},
        )


def _accept(name: str, code: str, pointer: str, given: Any, **more: Any) -> Bad:
    body = {"given": given, **more}
    return Bad(f"accept: {name}", "POST", "/v1/leads/{lead}/actions/accept", 422, code, pointer, body)


def _steps() -> Iterator[Bad]:
    for name, value in {"list": [], "text": "x", "number": 1}.items():
        yield _accept(f"given as {name}", "type", "/given", value)
    yield _accept("given null", "null", "/given", None)
    yield _accept("agency missing", "missing_input", "/given/lead_agency", {})
    yield _accept("agency null", "missing_input", "/given/lead_agency", {"lead_agency": None})
    yield _accept("agency unknown", "unknown_agency", "/given/lead_agency", {"lead_agency": "moon_base"})
    yield _accept(
        "agency as list", "unknown_agency", "/given/lead_agency", {"lead_agency": ["station_qinglan"]}
    )
    yield _accept("agency misspelt", "unknown_field", "/given/lead_agncy", {"lead_agncy": "station_qinglan"})
    yield _accept(
        "state smuggled in",
        "unknown_field",
        "/given/state",
        {"lead_agency": "station_qinglan", "state": "closed"},
    )
    yield _accept("dunder", "unknown_field", "/given/__class__", {"__class__": "x"})
    yield _accept("key with spaces", "unknown_field", "/given/a b", {"a b": 1})
    yield _accept(
        "requirement blank",
        "blank",
        "/given/requirement",
        {"lead_agency": "station_qinglan", "requirement": "\u200b"},
    )
    yield _accept(
        "requirement as number",
        "type",
        "/given/requirement",
        {"lead_agency": "station_qinglan", "requirement": 1},
    )
    yield _accept("requirement with nul", "bad_text", "/given/requirement", {"requirement": "a\u0000"})
    yield _accept("requirement too long", "too_long", "/given/requirement", {"requirement": "长" * 4001})
    yield _accept(
        "urgency unknown", "choice", "/given/urgency", {"lead_agency": "station_qinglan", "urgency": "asap"}
    )
    yield _accept(
        "assisting as text",
        "type",
        "/given/assisting",
        {"lead_agency": "station_qinglan", "assisting": "market"},
    )
    yield _accept("assisting repeated", "repeated", "/given/assisting",
                  {"lead_agency": "station_qinglan", "assisting": ["market", "market"]})  # fmt: skip
    yield _accept("beyond given", "unknown_field", "/lead_agency", {}, lead_agency="station_qinglan")
    fine = {"lead_agency": "station_qinglan"}
    yield _accept("in the future", "in_future", "/occurred_at", fine, occurred_at="2017-08-12T09:00:00+08:00")
    yield _accept("long ago", "too_far_back", "/occurred_at", fine, occurred_at="2017-06-01T09:00:00+08:00")
    yield _accept(
        "without offset", "offset_required", "/occurred_at", fine, occurred_at="2017-08-10T07:00:00"
    )
    yield Bad("merge: into itself", "POST", "/v1/leads/{lead}/actions/merge", 422, "same_lead", "/given/merge_into",
              {"given": {"merge_into": "{lead}", "reason": "重复"}})  # fmt: skip
    yield Bad("merge: into none", "POST", "/v1/leads/{lead}/actions/merge", 422, "unknown_lead", "/given/merge_into",
              {"given": {"merge_into": "YS-2017-9999", "reason": "重复"}})  # fmt: skip
    yield Bad(
        "step: not in this state", "POST", "/v1/leads/{lead}/actions/close", 409, "wrong_state", None, {}
    )


def _hand(name: str, code: str, pointer: str | None, status: int = 422, **changes: Any) -> Bad:
    body = {"type": "appraisal", "to": ["appraisal"], "request": "请鉴定", **changes}
    body = {key: value for key, value in body.items() if value is not NEVER}
    return Bad(f"handoff: {name}", "POST", "/v1/leads/{lead}/handoffs", status, code, pointer, body)


def _handoffs() -> Iterator[Bad]:
    yield _hand("to nobody", "length", "/to", to=[])
    yield _hand("to as text", "type", "/to", to="appraisal")
    yield _hand("to missing", "required", "/to", to=NEVER)
    yield _hand("to twice the same", "repeated", "/to", to=["appraisal", "appraisal"])
    yield _hand("to unknown", "unknown_agency", "/to/1", to=["appraisal", "moon_base"])
    yield _hand("type unknown", "unknown_type", "/type", type="errand")
    yield _hand("type of the machine's own", "unknown_type", "/type", type="assign")
    yield _hand("request blank", "blank", "/request", request=" ")
    yield _hand("request missing", "required", "/request", request=NEVER)
    yield _hand("lead agency not among them", "lead_not_recipient", "/lead_agency", lead_agency="market")
    yield _hand("given unknown", "unknown_field", "/given/pages", given={"pages": 3})
    yield _hand("due on no day", "date", "/given/due_on", given={"due_on": "2017-02-30"})
    yield _hand(
        "scheduled without offset",
        "offset_required",
        "/given/scheduled_at",
        given={"scheduled_at": "2017-08-11T09:00:00"},
    )
    yield Bad(
        "transfer: not by who holds it",
        "POST",
        "/v1/leads/{lead}/transfers",
        403,
        "not_holder",
        None,
        {"to": "market"},
    )
    yield Bad("transfer: to missing", "POST", "/v1/leads/{lead}/transfers", 422, "required", "/to", {})


def _record(name: str, code: str, pointer: str, **changes: Any) -> Bad:
    data = {"publicity_kind": "event", "title": "进校园宣传"}
    body = {"kind": "publicity", "occurred_on": "2017-08-10", "data": data, **changes}
    return Bad(f"record: {name}", "POST", "/v1/records", 422, code, pointer, body)


def _records() -> Iterator[Bad]:
    yield _record("kind unknown", "unknown_kind", "/kind", kind="party")
    yield _record("in the future", "in_future", "/occurred_on", occurred_on="2017-08-11")
    yield _record("on no day", "date", "/occurred_on", occurred_on="2017-08-32")
    yield _record("title missing", "required", "/data/title", data={"publicity_kind": "event"})
    yield _record(
        "field of another kind",
        "unknown_field",
        "/data/grams",
        data={"publicity_kind": "event", "title": "x", "grams": 1},
    )
    yield _record(
        "word unknown", "choice", "/data/publicity_kind", data={"publicity_kind": "party", "title": "x"}
    )
    seized: dict[str, Any] = {"product": "ivory", "identified": True}
    for name, code, change in (
        ("pieces quoted", "type", {"pieces": "4"}),
        ("pieces negative", "negative", {"pieces": -4}),
        ("pieces fraction", "type", {"pieces": 4.5}),
        ("grams boolean", "type", {"grams": True}),
        ("identified as number", "type", {"identified": 1}),
        ("identified as text", "type", {"identified": "yes"}),
        ("value too large", "range", {"value_yuan": 10**13}),
    ):
        yield _record(name, code, f"/data/{next(iter(change))}", kind="seizure", data=seized | change)


def _deadlines() -> Iterator[Bad]:
    path = "/v1/deadlines/{deadline}/extensions"
    asked = {"ground": "complex", "reason": "案情复杂"}
    for name, code, pointer, change in (
        ("ground unknown", "choice", "/ground", {"ground": "busy"}),
        ("reason blank", "blank", "/reason", {"reason": "\u3000"}),
        ("amount zero", "range", "/amount", {"amount": 0}),
        ("amount quoted", "type", "/amount", {"amount": "3"}),
        ("amount negative", "range", "/amount", {"amount": -3}),
        ("amount boolean", "type", "/amount", {"amount": True}),
        ("unit smuggled in", "unknown_field", "/unit", {"unit": "month"}),
    ):
        yield Bad(f"extension: {name}", "POST", path, 422, code, pointer, asked | change)
    yield Bad(
        "extension: grant as text",
        "POST",
        "/v1/extensions/x/decision",
        422,
        "type",
        "/grant",
        {"grant": "true", "reason": "同意"},
    )
    yield Bad(
        "extension: grant as number",
        "POST",
        "/v1/extensions/x/decision",
        422,
        "type",
        "/grant",
        {"grant": 1, "reason": "同意"},
    )
    yield Bad(
        "extension: of none",
        "POST",
        "/v1/extensions/x/decision",
        404,
        "not_found",
        None,
        {"grant": True, "reason": "同意"},
    )
    yield Bad(
        "acknowledgement: without a word",
        "POST",
        "/v1/deadlines/{deadline}/acknowledgement",
        422,
        "required",
        "/reason",
        {},
    )
    yield Bad(
        "acknowledgement: of none",
        "POST",
        "/v1/deadlines/x/acknowledgement",
        404,
        "not_found",
        None,
        {"reason": "知悉"},
    )

    later = "2017-08-12T09:00:00+08:00"
    said = {"reason": "等待鉴定"}
    for name, code, pointer, tail, body in (
        ("pause: no ground", "required", "/ground", "pauses", said | {"until": later}),
        (
            "pause: day without time",
            "datetime",
            "/until",
            "pauses",
            said | {"ground": "x", "until": "2017-08-12"},
        ),
        (
            "pause: no offset",
            "offset_required",
            "/until",
            "pauses",
            said | {"ground": "x", "until": later[:-6]},
        ),
        (
            "pause: who smuggled in",
            "unknown_field",
            "/by",
            "pauses",
            said | {"ground": "x", "until": later, "by": "x"},
        ),
        ("resumption: blank", "blank", "/reason", "resumption", {"reason": " "}),
        ("snooze: for ever", "range", "/until", "snooze", said | {"until": "2018-08-12T09:00:00+08:00"}),
        ("snooze: into the past", "range", "/until", "snooze", said | {"until": "2017-08-01T09:00:00+08:00"}),
        ("snooze: no end", "required", "/until", "snooze", said),
    ):
        yield Bad(name, "POST", f"/v1/deadlines/{{deadline}}/{tail}", 422, code, pointer, body)


def _calendars() -> Iterator[Bad]:
    said, closed = {"source": "通知"}, {"date": "2017-09-01", "name": "台风停工"}
    wrong = [closed | {"date": "2017-02-30"}]
    for name, code, pointer, tail, body in (
        ("year: none", "required", "/year", "years", said),
        ("year: as text", "year.bad", "/year", "years", said | {"year": "2019"}),
        ("year: far ahead", "year.gap", "/year", "years", said | {"year": 2050}),
        ("year: day of another", "year.foreign", "/", "years", said | {"year": 2027, "holidays": [closed]}),
        ("local days: none", "days.none", "/", "local-days", said),
        ("local days: a holiday", "key.unknown", "/holidays", "local-days", said | {"holidays": [closed]}),
        ("local days: no such day", "date.bad", "/closures/0/date", "local-days", said | {"closures": wrong}),
        ("local days: unit unknown", "unknown_agency", "/agency", "local-days", said | {"closures": [closed], "agency": "x"}),
        ("local days: nothing to undo", "withdrawn.unknown", "/withdrawn/0", "local-days", said | {"withdrawn": ["2017-09-01"]}),
    ):  # fmt: skip
        yield Bad(
            f"calendar, {name}",
            "POST",
            f"/v1/calendars/cn/{tail}",
            422,
            code,
            pointer,
            body,
            by="office.administrator",
        )
    yield Bad(
        "calendar: unknown", "POST", "/v1/calendars/mars/years", 422, "unknown_calendar", "/calendar",
        {"year": 2027, "source": "通知"}, by="office.administrator",
    )  # fmt: skip


def _reports() -> Iterator[Bad]:
    path, by = "/v1/reports/stage/2017-09/units/station_qinglan", "station_qinglan.liaison"
    whole: dict[str, Any] = {"zero": True, "texts": {"work_done": "无"}, "figures": {}, "corrections": {}}
    for name, pointer, change in (
        ("zero as number", "/zero", {"zero": 1}),
        ("zero as text", "/zero", {"zero": "yes"}),
        ("zero as on", "/zero", {"zero": "on"}),
        ("texts as list", "/texts", {"texts": []}),
        ("figures as list", "/figures", {"figures": [1]}),
        ("corrections as text", "/corrections", {"corrections": "A1"}),
    ):
        yield Bad(f"report: {name}", "PUT", path, 422, "type", pointer, whole | change, by=by)
    yield Bad("report: zero missing", "PUT", path, 422, "required", "/zero", {"texts": {}}, by=by)
    yield Bad(
        "report: text blank",
        "PUT",
        path,
        422,
        "blank",
        "/texts/work_done",
        whole | {"texts": {"work_done": " "}},
        by=by,
    )
    yield Bad("report: reason null", "PUT", path, 422, "null", "/reason", whole | {"reason": None}, by=by)
    yield Bad("report: of another unit", "PUT", path, 404, "not_found", None, whole, by="market.liaison")
    yield Bad("report: nobody owes", "PUT", path.replace("09", "10"), 404, "not_found", None, whole, by=by)
    yield from _around_reports(path, by, whole)


def _around_reports(path: str, by: str, whole: dict[str, Any]) -> Iterator[Bad]:
    """Forms, waivers, units that join or leave, leaders' numbers, templates of letters."""
    for act in ("withdrawal", "waiver", "waiver/end"):
        yield Bad(
            f"report {act}: without a word", "POST", f"{path}/{act}", 422, "required", "/reason", {}, by=by
        )
    yield Bad(
        "waiver: by the unit itself", "POST", f"{path}/waiver", 403, "role", None, {"reason": "忙"}, by=by
    )
    yield Bad(
        "withdrawal: of nothing",
        "POST",
        f"{path}/withdrawal",
        409,
        "not_submitted",
        None,
        {"reason": "错"},
        by=by,
    )
    yield Bad("waiver end: of none", "POST", f"{path}/waiver/end", 409, "not_waived", None, {"reason": "忙"})
    joins = {"unit": "nobody", "from_on": "2017-12-01", "reason": "加入"}
    for verb in ("joining", "leaving"):
        yield Bad(
            f"{verb}: unknown unit", "POST", f"/v1/reports/{verb}", 422, "unknown_agency", "/unit", joins
        )
        bare = {**joins, "from_on": "tomorrow"}
        yield Bad(f"{verb}: no date", "POST", f"/v1/reports/{verb}", 422, "date", "/from_on", bare)
    late = {"unit": "market", "from_on": "2018-12-01", "reason": "加入"}
    yield Bad(
        "joining: after all reports", "POST", "/v1/reports/joining", 422, "no_report_due", "/from_on", late
    )
    file = {"Content-Type": "application/octet-stream"}
    for ending in ("xlsx", "csv"):
        form = f"{path}/form.{ending}"
        yield Bad(
            f"form {ending}: no form",
            "PUT",
            form,
            422,
            "not_a_form",
            "/file",
            raw=b"a,b",
            headers=file,
            by=by,
        )
        yield Bad(f"form {ending}: of another unit", "GET", form, 404, "not_found", by="market.liaison")
    yield _get("/v1/figures?by=score", "choice", "/by")
    yield _get("/v1/figures?as_of=2017-08-10", "datetime", "/as_of")
    yield _get("/v1/figures?as_of=2018-01-01T00:00:00%2B08:00", "in_future", "/as_of")
    yield _get("/v1/figures/leads?by=agency", "required", "/count")
    template = "/v1/letter-templates/handoff.docx"
    yield Bad("template: no file", "PUT", template, 422, "not_a_template", "/file", raw=b"x", headers=file)
    yield Bad(
        "template: of no letter",
        "POST",
        "/v1/letter-templates/poem/reset",
        404,
        "not_found",
        None,
        {"reason": "x"},
    )


def _clock() -> Iterator[Bad]:
    path = "/v1/campaign/clock"
    to = "2017-08-11T09:00:00+08:00"
    for name, code, pointer, body in (
        ("nothing", "exactly_one", "", {}),
        ("two ways", "exactly_one", "", {"to": to, "until": "next_event"}),
        ("back", "backwards", "/to", {"to": "2017-08-09T09:00:00+08:00"}),
        ("too far", "too_far", "/to", {"to": "2020-08-09T09:00:00+08:00"}),
        ("without offset", "offset_required", "/to", {"to": "2017-08-11T09:00:00"}),
        ("until other", "choice", "/until", {"until": "christmas"}),
        ("by nothing", "required", "/by/amount", {"by": {"unit": "hour"}}),
        ("by zero", "range", "/by/amount", {"by": {"amount": 0, "unit": "hour"}}),
        ("by fraction", "type", "/by/amount", {"by": {"amount": 1.5, "unit": "hour"}}),
        ("by fortnight", "choice", "/by/unit", {"by": {"amount": 1, "unit": "fortnight"}}),
        ("by text", "type", "/by", {"by": "1 hour"}),
    ):
        yield Bad(f"clock: {name}", "POST", path, 422, code, pointer, body)
    yield Bad("clock: not by an officer", "POST", path, 403, "role", None, {"to": to}, by="market.officer")


def _definitions() -> Iterator[Bad]:
    admin = "office.administrator"
    yield Bad("definition: empty", "POST", "/v1/definitions", 422, "missing_key", "/campaign", {}, by=admin)
    yield Bad("definition: a list", "POST", "/v1/definitions", 422, "type", "", [], by=admin)
    yield Bad("definition: not by staff", "POST", "/v1/definitions", 403, "role", None, {})
    yield Bad("definition: check a list", "POST", "/v1/definitions/check", 422, "type", "", [])


def _exercises() -> Iterator[Bad]:
    admin = "office.administrator"
    fine = {"definition": "yangshan-ivory-2017", "at": "2017-08-10T08:00:00+08:00"}
    for name, code, pointer, body in (
        ("of nothing", "required", "/definition", {"at": fine["at"]}),
        ("of none published", "unknown_definition", "/definition", fine | {"definition": "moon"}),
        ("of no such version", "unknown_definition", "/definition", fine | {"version": 99}),
        ("without a moment", "required", "/at", {"definition": fine["definition"]}),
        ("named badly", "format", "/name", fine | {"name": "a b"}),
    ):
        yield Bad(f"exercise: {name}", "POST", "/v1/exercises", 422, code, pointer, body, by=admin)
    head = {"id": "h", "name": "甲", "agency": "office", "roles": ["office_director"]}
    live = {"definition": "yangshan-ivory-2017", "name": "live-1", "people": [head]}
    for name, code, pointer, people in (
        ("without people", "length", "/people", []),
        ("with a text for people", "type", "/people", "all"),
        (
            "with an unknown agency",
            "unknown_agency",
            "/people/1/agency",
            [head, head | {"id": "x", "agency": "moon"}],
        ),
        ("with an unknown role", "unknown_role", "/people/0/roles", [head | {"roles": ["king"]}]),
        (
            "with a nameless person",
            "required",
            "/people/0/name",
            [{k: v for k, v in head.items() if k != "name"}],
        ),
        ("with one id twice", "repeated", "/people/1/id", [head, head | {"name": "乙"}]),
        ("with nobody to run it", "no_administrator", "/people", [head | {"roles": ["officer"]}]),
    ):
        yield Bad(
            f"campaign: {name}",
            "POST",
            "/v1/campaigns",
            422,
            code,
            pointer,
            live | {"people": people},
            by=admin,
        )
    yield Bad(
        "campaign: with a moment",
        "POST",
        "/v1/campaigns",
        422,
        "unknown_field",
        "/at",
        live | {"at": fine["at"]},
        by=admin,
    )
    yield Bad(
        "campaign: without a name",
        "POST",
        "/v1/campaigns",
        422,
        "required",
        "/name",
        {"definition": "x", "people": [head]},
        by=admin,
    )
    yield Bad(
        "campaign: of none published",
        "POST",
        "/v1/campaigns",
        422,
        "unknown_definition",
        "/definition",
        live | {"definition": "moon"},
        by=admin,
    )
    yield Bad("campaign: not by staff", "POST", "/v1/campaigns", 403, "role", None, live)
    yield Bad("exercise: not by staff", "POST", "/v1/exercises", 403, "role", None, fine)
