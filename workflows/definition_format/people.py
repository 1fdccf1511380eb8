"""Reads who takes part and in which words: the campaign itself, its basis, phases, agencies, roles, vocabularies, fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflows.campaign import Agency, BasisDocument, Choice, Field, Phase, Role
from workflows.definition_format.names import FIELD_TYPES, KNOWN_FIELDS, Names
from workflows.definition_format.table import Table
from workflows.text import Text

REQUIRED_VOCABULARIES = ("channel", "urgency", "place_type", "act", "product", "reporter_kind")
_NUMBER_REST = re.compile(r"[\w.()（）〔〕\[\]-]*")
_NUMBER_PART = re.compile(r"\{(?:year|agency|seq(?::0[1-9]d)?)\}")
_SHORT, _SHORT_TITLE = 6, 12


class Ids:
    """The ids met so far in one list; a second use of one is noted where it stands."""

    def __init__(self) -> None:
        self._met: set[object] = set()

    def check(self, table: Table, value: object, key: str = "id", what: str = "") -> None:
        """This will note an id used before in the same list."""
        if value and value in self._met:
            shown = what or value
            table.refuse(key, "duplicate_id", f"“{shown}”重复", f"{shown!r} is declared twice")
        self._met.add(value)


@dataclass(frozen=True, slots=True)
class Head:
    """The [campaign] table."""

    id: str
    version: int
    title: Text
    short: Text | None
    time_zone: str
    starts_on: date
    ends_on: date
    lead_number: str
    source: str


def read_head(root: Table) -> Head:
    """This will read the [campaign] table."""
    table = root.table("campaign")
    head = Head(
        id=_campaign_id(table),
        version=table.integer("version", 1, 9999),
        title=table.phrase("title"),
        short=_short_title(table),
        time_zone=_time_zone(table),
        starts_on=table.day("starts_on"),
        ends_on=table.day("ends_on"),
        lead_number=_lead_number(table),
        source=table.source(),
    )
    table.done()
    return head


def _campaign_id(table: Table) -> str:
    value = table.text("id")
    if value and not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", value):
        zh, en = (
            "campaign id 只能含小写字母、数字和 -，至多 64 字",
            "a campaign id holds a-z, 0-9 and -, 64 at most",
        )
        table.refuse("id", "bad_id", zh, en)
    return value


def _short_title(table: Table) -> Text | None:
    """The title as it stands at the head of every page, where there is room for a few words."""
    value = table.optional_phrase("short")
    if value is not None and len(value.zh) > _SHORT_TITLE:
        zh, en = f"简称至多 {_SHORT_TITLE} 字", f"a short title has {_SHORT_TITLE} characters at most"
        table.refuse("short", "too_long", zh, en)
    return value


def _time_zone(table: Table) -> str:
    value = table.text("time_zone")
    try:
        if value:
            ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.refuse(
            "time_zone",
            "unknown_zone",
            "没有这个时区（应如 Asia/Shanghai）",
            "no such zone, as Asia/Shanghai is",
        )
    return value


def _lead_number(table: Table) -> str:
    value = table.text("lead_number")
    rest = _NUMBER_PART.sub("", value)
    if value and ("{" in rest or "}" in rest or "{seq" not in value or len(value) > 64):
        zh = "编号样式只能含 {year}、{agency} 和 {seq}（可写 {seq:04d}），须有 {seq}，至多 64 字"
        en = "a number may hold {year}, {agency} and {seq} ({seq:04d}) only, needs {seq}, and has 64 characters at most"
        table.refuse("lead_number", "bad_pattern", zh, en)
    elif not _NUMBER_REST.fullmatch(rest):
        zh = "编号要写进网址：除花括号外只能用文字、数字、- _ . ( ) [ ] 和〔〕（），不能有 / 和空格"
        en = "a number stands in addresses: beside the braces letters, digits, - _ . ( ) [ ] 〔〕（）; no / and no space"
        table.refuse("lead_number", "bad_pattern", zh, en)
    return value


def read_basis(root: Table) -> tuple[BasisDocument, ...]:
    """This will read the superior documents."""
    return tuple(
        BasisDocument(t.text("issuer"), t.text("number"), t.text("title"), t.text("level"), t.source())
        for t in root.tables("basis")
    )


def read_phases(root: Table) -> tuple[Phase, ...]:
    """This will read the phases in the order written."""
    ids, found = Ids(), []
    for t in root.tables("phases", required=True, least=1):
        phase = Phase(t.id(), t.phrase("name"), t.day("starts_on"), t.day("ends_on"), t.source())
        ids.check(t, phase.id)
        found.append(phase)
    return tuple(found)


def read_choices(root: Table, key: str, code: bool = False) -> tuple[Choice, ...]:
    """This will read a list of words: a vocabulary, or the agency types."""
    ids, found = Ids(), []
    for t in root.tables(key, required=True, least=1):
        choice = Choice(t.id(code=code), t.phrase("name"), t.source(), t.texts("tags"))
        ids.check(t, choice.id)
        found.append(choice)
    return tuple(found)


def read_vocabularies(root: Table) -> Mapping[str, tuple[Choice, ...]]:
    """This will read every vocabulary; those that intake needs must be there."""
    found: dict[str, tuple[Choice, ...]] = {}
    table = root.table("vocabularies")
    for key, _ in root.members("vocabularies", required=False):
        found[key] = read_choices(table, key, code=True)
    for key in REQUIRED_VOCABULARIES:
        if key not in found:
            table.refuse(key, "missing_key", f"缺少词表 {key}", f"the vocabulary {key} is missing")
    return found


def read_agencies(root: Table, names: Names) -> tuple[Agency, ...]:
    """This will read who takes part; exactly one agency is the leading-group office."""
    ids, found = Ids(), []
    for t in root.tables("agencies", required=True, least=1):
        agency = Agency(
            id=t.id(),
            name=t.phrase("name"),
            short=_short(t),
            type=t.name("type", names.agency_types),
            source=t.source(),
            parent=t.name("parent", names.agencies, required=False) or None,
            office=t.flag("office"),
            reports=t.flag("reports"),
            calendar=t.name("calendar", names.calendars, required=False) or "cn",
            townships=t.texts("townships"),
            reports_from=t.optional_day("reports_from"),
            reports_to=t.optional_day("reports_to"),
        )
        _check_reporting(t, agency)
        ids.check(t, agency.id)
        found.append(agency)
    _check_parents(root, found)
    if found and sum(a.office for a in found) != 1:
        zh, en = "须有且只有一个单位 office = true", "exactly one agency must have office = true"
        root.refuse("agencies", "one_office", zh, en)
    return tuple(found)


def _check_reporting(table: Table, agency: Agency) -> None:
    """Days of reporting belong to a unit that reports, and the first is not after the last."""
    for key in ("reports_from", "reports_to"):
        if getattr(agency, key) is not None and not agency.reports:
            table.refuse(key, "not_here", "该单位不报送", "this agency does not report")
    if agency.reports_from and agency.reports_to and agency.reports_to < agency.reports_from:
        table.refuse("reports_to", "reversed", "结束早于开始", "ends before it starts")


def _short(table: Table) -> str:
    value = table.text("short")
    if len(value) > _SHORT:
        table.refuse(
            "short", "too_long", f"简称至多 {_SHORT} 字", f"a short name has {_SHORT} characters at most"
        )
    return value


def _check_parents(root: Table, agencies: list[Agency]) -> None:
    parents = {a.id: a.parent for a in agencies}
    for index, agency in enumerate(agencies):
        above, seen = agency.parent, {agency.id}
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == agency.id:
            zh, en = "单位不能是自己的上级", "an agency cannot be above itself"
            root.refuse(f"agencies[{index}].parent", "circular", zh, en)


def read_roles(root: Table) -> tuple[Role, ...]:
    """This will read the roles; `system` is ours."""
    ids, found = Ids(), []
    for t in root.tables("roles", required=True, least=1):
        role = Role(t.id(), t.phrase("name"), t.source())
        if role.id == "system":
            t.refuse("id", "reserved", "system 为系统保留", "the role `system` is reserved")
        ids.check(t, role.id)
        found.append(role)
    return tuple(found)


def read_fields(root: Table, names: Names) -> tuple[Field, ...]:
    """This will read the inputs that acts may carry."""
    ids, found = Ids(), []
    for t in root.tables("fields"):
        kind = t.one_of("type", FIELD_TYPES)
        vocabulary = t.name("vocabulary", names.vocabularies, required=kind == "choice") or None
        if vocabulary and kind not in ("choice", "list"):
            zh, en = "只有 choice 和 list 可有词表", "only a choice or a list has a vocabulary"
            t.refuse("vocabulary", "not_here", zh, en)
        maximum = t.integer("maximum", 1, 100_000) if t.has("maximum") else None
        t.raw("maximum", required=False)
        field = Field(t.id(), t.phrase("name"), kind, t.source(), vocabulary, maximum)
        wanted = KNOWN_FIELDS.get(field.id, (kind,))
        if kind and kind not in wanted:
            zh, en = f"{field.id} 须为 {wanted[0]}", f"the engine reads {field.id!r} as {wanted[0]}"
            t.refuse("type", "wrong_type", zh, en)
        ids.check(t, field.id)
        found.append(field)
    return tuple(found)
