"""Bad asks about deadlines, calendars and the clock."""

from __future__ import annotations

from collections.abc import Iterator

from tests.api.bad_case import Bad


def deadlines() -> Iterator[Bad]:
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


def calendars() -> Iterator[Bad]:
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


def clock() -> Iterator[Bad]:
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
