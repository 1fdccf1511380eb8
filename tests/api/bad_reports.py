"""Bad reports of units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.api.bad_case import Bad, get


def reports() -> Iterator[Bad]:
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
    yield get("/v1/figures?by=score", "choice", "/by")
    yield get("/v1/figures?as_of=2017-08-10", "datetime", "/as_of")
    yield get("/v1/figures?as_of=2018-01-01T00:00:00%2B08:00", "in_future", "/as_of")
    yield get("/v1/figures/leads?by=agency", "required", "/count")
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
