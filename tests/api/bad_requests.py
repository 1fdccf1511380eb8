"""Requests bad in their form: bodies, encodings, headers, queries, paths."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

from tests.api.bad_case import JSON, Bad, get, raw
from tests.api.conftest import STAFF, tip


def bodies() -> Iterator[Bad]:
    for name, value in {
        "list": b"[]",
        "null": b"null",
        "number": b"12",
        "text": b'"text"',
        "true": b"true",
    }.items():
        yield raw(f"a {name} as whole", value, 422, "type", "")
    yield raw("nothing", b"", 422, "required", "/title")
    yield raw("empty object", b"{}", 422, "required", "/source")
    broken = {
        "open": b"{", "cut": json.dumps(tip()).encode()[:-9], "single quotes": b"{'title': 1}", "trailing comma": b'{"a": 1,}',
        "comment": b'{"a": 1} // so', "two documents": b"{} {}", "bare key": b"{a: 1}", "bare word": b"hello",
        "only blanks": b"  ",
        "byte order mark": b"\xef\xbb\xbf{}", "raw line end in text": b'{"title": "a\nb"}', "bad escape": b'{"title": "\\x41"}',
        "python": b"{'a': None}", "xml": b"<lead/>", "yaml": b"title: a", "open text": b'{"title": "' + b'\\"' * 1000,
        "undefined": b'{"a": undefined}',
    }  # fmt: skip
    for name, value in broken.items():
        yield raw(f"broken: {name}", value, 400, "malformed")
    yield raw("33 deep", b"[" * 33 + b"]" * 33, 400, "too_deep")
    yield raw("100000 deep", b"[" * 100_000, 400, "too_deep")
    yield raw("objects 40 deep", b'{"a":' * 40 + b"1" + b"}" * 40, 400, "too_deep")
    yield raw(
        "brackets in text hide nothing",
        b'{"a": "]]]]", "b": ' + b"[" * 40 + b"]" * 40 + b"}",
        400,
        "too_deep",
    )
    yield raw("over a MiB", b'{"title": "' + b"a" * 1_048_576 + b'"}', 413, "too_large")
    yield Bad("body: on a read", "GET", "/v1/leads", 400, "unexpected_body", body={})
    yield Bad("body: on a public read", "GET", "/livez", 400, "unexpected_body", body={"a": 1})


def encodings() -> Iterator[Bad]:
    text = json.dumps(tip(), ensure_ascii=False)
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk", "gb18030"):
        yield raw(f"in {name}", text.encode(name), 415, "not_utf8")
    yield raw("latin-1", '{"title": "café"}'.encode("latin-1"), 415, "not_utf8")
    yield raw("overlong", b'{"title": "\xc0\x80"}', 415, "not_utf8")
    yield raw("surrogate bytes", b'{"title": "\xed\xa0\x80"}', 415, "not_utf8")
    yield raw("raw nul", b'{"title": "\x00"}', 415, "not_utf8")
    types = {
        "text/plain": "media_type", "": "media_type", "application/xml": "media_type",
        "application/x-www-form-urlencoded": "media_type",
        "multipart/form-data; boundary=x": "media_type", "application/jsonp": "media_type", "text/json": "media_type",
        "application/vnd.api+json": "media_type", "*/*": "media_type", "application/json; charset=gbk": "charset",
        "application/json; charset=utf-16": "charset", "application/json; version=2": "charset",
    }  # fmt: skip
    for value, code in types.items():
        yield raw(f"as {value or 'nothing'}", text.encode(), 415, code, content_type=value)
    packed = gzip.compress(text.encode())
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    yield Bad("body: compressed", "POST", "/v1/leads", 415, "compressed", raw=packed, headers=headers)


def headers() -> Iterator[Bad]:
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
    for value in ("1", 'W/"1"', '"x"', '"1", "2"', '""', '"-1"', '"01"', '"1.0"', '"99999999999"', "abc"):
        yield Bad(f"if-match: {value}", "POST", "/v1/leads/{lead}/actions/accept", 422, "format", "/If-Match", step,
                  headers={"If-Match": value})  # fmt: skip
    yield Bad("if-match: where nothing has versions", "POST", "/v1/leads", 422, "unexpected_header", "/If-Match", tip(),
              headers={"If-Match": '"1"'})  # fmt: skip
    for path in ("/v1/definitions/check", "/v1/audit/verifications", "/v1/leads/{lead}/materials?name=a.txt"):
        yield Bad(f"if-match: {path}", "POST", path, 422, "unexpected_header", "/If-Match", raw=b"{}",
                  headers={"If-Match": '"1"', "Content-Type": JSON})  # fmt: skip
    yield Bad("if-match: an old version", "POST", "/v1/leads/{lead}/actions/accept", 412, "stale_version", None, step,
              headers={"If-Match": '"7"'})  # fmt: skip
    for name, value in {"spaced": "a b", "too long": "k" * 256, "not ascii": "键", "control": "a\tb"}.items():
        sent = value.encode().decode("latin-1")
        yield Bad(f"key: {name}", "POST", "/v1/leads", 422, "format", "/Idempotency-Key", tip(),
                  headers={"Idempotency-Key": sent})  # fmt: skip


def queries() -> Iterator[Bad]:
    for value in ("abc", "-1", "1.5", "1e1", "", "%D9%A3", "%EF%BC%93", "+1", "0x10", "99999999999999999999"):
        yield get(f"/v1/leads?limit={value}", "type", "/limit")
    for value in ("0", "201", "9999999999999"):
        yield get(f"/v1/leads?limit={value}", "range", "/limit")
    for value in ("*", "abc", "1", "' OR 1=1", "00000000-0000-0000-0000-00000000000", "%00", "null"):
        yield get(f"/v1/leads?cursor={value}", "format", "/cursor")
    for value in ("1", "yes", "on", "TRUE", "True", ""):
        yield get(f"/v1/leads?overdue={value}", "type", "/overdue")
    yield get("/v1/leads?limit=1&limit=2", "repeated", "/limit")
    yield get("/v1/leads?stat=received", "unknown_field", "/stat")
    yield get("/v1/leads?state[]=received", "unknown_field", "/state[]")
    yield get("/v1/me?verbose=true", "unknown_field", "/verbose")
    yield get("/v1/leads/{lead}?expand=all", "unknown_field", "/expand")
    yield get("/v1/leads?state=a%20b", "format", "/state")
    yield get("/v1/leads?q=", "blank", "/q")
    yield get("/v1/leads?q=%00", "bad_text", "/q")
    yield get("/v1/leads?q=%E2%80%AE", "bad_text", "/q")
    yield get("/v1/leads?q=%ff%fe", "not_utf8", None, 400)
    yield get("/v1/leads?q=" + "a" * 101, "too_long", "/q")
    yield get("/v1/leads?received_from=2017-08-10", "datetime", "/received_from")
    yield get("/v1/leads?received_to=2017-08-10T09:00:00", "offset_required", "/received_to")
    yield get("/v1/leads?received_to=0001-01-01T00:00:00%2B14:00", "date_window", "/received_to")
    yield get("/v1/handoffs?box=all%20of%20them", "choice", "/box")
    yield get("/v1/search", "required", "/q")
    yield get("/v1/search?q=%E2%80%A6%E2%80%A6", "blank", "/q")
    yield get("/v1/search?q=" + "a%20" * 9 + "b", "too_many", "/q")
    yield get("/v1/search?q=a&page=0", "range", "/page")
    yield get("/v1/audit/events?from=yesterday", "date", "/from")
    yield get("/v1/audit/events?openings=1", "type", "/openings")
    yield get("/v1/handoffs?lead=YS-2017-9999", "not_found", None, 404)
    yield get("/v1/deadlines?state=late", "choice", "/state")
    yield get("/v1/deadlines?due_before=tomorrow", "datetime", "/due_before")
    yield get("/v1/events?after=-1", "type", "/after")
    yield get("/v1/events?after=9999999999999", "range", "/after")
    yield get("/v1/notices?cursor=x", "type", "/cursor")
    yield get("/v1/reports/stage/2017-09/compilation?version=0", "range", "/version")
    yield Bad("query: dry_run=1", "POST", "/v1/leads?dry_run=1", 422, "type", "/dry_run", tip())
    yield Bad("query: dryrun", "POST", "/v1/leads?dryrun=true", 422, "unknown_field", "/dryrun", tip())


def paths() -> Iterator[Bad]:
    for name in ("YS-2017-9999", "%00", "%ff", "..", "%2e%2e", "a" * 81, "a" * 3000, "%E2%80%AE", "'%20OR%201=1", "0",
                 "null", "{lead}%20",
                 "{lead}%0A", "{lead}/", "%2F"):  # fmt: skip
        yield Bad(f"path: lead {name[:20]} of {len(name)}", "GET", f"/v1/leads/{name}", 404, "not_found")
    for noun in ("handoffs", "transfers", "orders", "deadlines"):
        for name in ("00000000-0000-0000-0000-000000000000", "1", "%00", "x" * 80):
            yield Bad(f"path: {noun} {name[:20]}", "GET", f"/v1/{noun}/{name}", 404, "not_found")
    for path in ("/v1", "/v1/", "/v2/leads", "/v1//leads", "/v1/leads/", "/v1/Leads", "/.env", "/v1/leads.json", "/console",
                 "/v1/definitions/x/1", "/v1/definitions/yangshan-ivory-2017/99", "/v1/definitions/yangshan-ivory-2017/0",
                 "/v1/definitions/yangshan-ivory-2017/%EF%BC%91", "/v1/definitions/yangshan-ivory-2017/01",
                 "/v1/definitions/yangshan-ivory-2017/1/changes/%D9%A1",
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
