"""Letters and lists the campaign writes: which there are, and the names a template of each may use.

A letter is words around facts. The facts are fixed here by name; the words are a template an office may replace. Every
letter is a draft: it has a document number only where a person gave one, and never a seal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from workflows.campaign import CampaignDefinition, Subject
from workflows.text import Text

COLOURS = ("blue", "yellow", "red")
COLOUR_NAMES: Mapping[str, Text] = MappingProxyType(
    {"blue": Text("蓝", "blue"), "yellow": Text("黄", "yellow"), "red": Text("红", "red")}
)
_COMMON: Mapping[str, Text] = {
    "draft": Text("“草稿”，签发后为空", "the word for a draft, empty once signed"),
    "number": Text("发文字号，未编为空格", "document number, blank until one is given"),
    "urgency": Text("紧急程度，平件为空", "urgency, empty for ordinary ones"),
    "to": Text("主送单位", "the agency addressed"),
    "sender": Text("发文单位", "the agency that writes"),
    "date": Text("成文日期，未签发为空格", "date, blank until signed"),
    "as_of": Text("数据截至", "the moment the facts are of"),
}
_LEAD: Mapping[str, Text] = {
    "lead_number": Text("线索编号", "number of the lead"),
    "lead_title": Text("线索名称", "title of the lead"),
    "description": Text("线索内容", "what is told"),
    "place": Text("地点", "place"),
    "act": Text("涉嫌行为", "kind of act"),
    "products": Text("涉及物品", "products"),
}
_ITEM: Mapping[str, Text] = {
    "place": Text("序号", "line number"),
    "label": Text("名称和特征", "name and marks"),
    "product": Text("种类", "kind"),
    "pieces": Text("件数", "pieces"),
    "weight": Text("重量（克）", "weight in grams"),
    "live": Text("活体数", "live animals"),
    "holder": Text("现保管单位", "who holds it"),
    "state": Text("状态", "state"),
}


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter: what it is called, the names its template may use, and those of the lines of its lists."""

    id: str
    name: Text
    fields: Mapping[str, Text]
    lists: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """The facts of one letter: words by name, and lists of lines. `as_of` is aware and dates the file."""

    kind: str
    name: str
    fields: Mapping[str, str]
    lists: Mapping[str, tuple[Mapping[str, str], ...]]
    as_of: datetime

    @property
    def values(self) -> dict[str, Any]:
        """Everything a template may use."""
        return {**self.fields, **self.lists}


def _kind(
    kind: str,
    zh: str,
    en: str,
    fields: Mapping[str, Text],
    lists: Mapping[str, Mapping[str, Text]] | None = None,
) -> LetterKind:
    return LetterKind(kind, Text(zh, en), {**_COMMON, **fields}, lists or {})


KINDS: Mapping[str, LetterKind] = {
    kind.id: kind
    for kind in (
        _kind(
            "handoff",
            "交办单、协查函等协作文书",
            "letters that hand work over",
            {
                **_LEAD,
                "type": Text("协作事项", "kind of work"),
                "role": Text("主办或协办", "host or assist"),
                "request": Text("具体要求", "what is asked"),
                "due": Text("答复期限", "answer due"),
                "basis": Text("期限依据", "where the term comes from"),
            },
            {"materials": {"name": Text("材料", "file"), "sha256": Text("校验值", "SHA-256")}},
        ),
        _kind(
            "urging",
            "催办通知",
            "urging letter",
            {
                "lead_number": _LEAD["lead_number"],
                "clock": Text("时限名称", "deadline"),
                "act": Text("应办事项", "what is to be done"),
                "due": Text("到期时间", "due"),
                "standing": Text("已逾期或剩余", "how late it is, or what is left"),
                "basis": Text("时限依据", "where the deadline comes from"),
            },
        ),
        _kind(
            "supervision",
            "督办通知单",
            "supervision sheet",
            {
                "colour": Text("蓝、黄、红", "blue, yellow, red"),
                "form": Text("督办方式", "form of supervision"),
                "lead_number": _LEAD["lead_number"],
                "clock": Text("时限名称", "deadline"),
                "act": Text("应办事项", "what is to be done"),
                "due": Text("到期时间", "due"),
                "basis": Text("时限依据", "where the deadline comes from"),
                "reply_due": Text("书面说明期限", "explanation due"),
                "matter": Text("督办事项，因逾期督办的为空", "the matter, empty where a late deadline is"),
                "requirement": Text(
                    "办理要求，因逾期督办的为空", "what is required, empty where a late deadline is"
                ),
            },
        ),
        _kind(
            "transfer",
            "案件移送书、材料清单和送达回证",
            "transfer letter with list and receipt",
            {
                **_LEAD,
                "report": Text("移送理由", "why it is transferred"),
                "cc": Text("抄送", "copies to"),
                "penalty": Text("移送前已作罚款", "fined before the transfer"),
            },
            {
                "enclosures": {
                    "place": _ITEM["place"],
                    "name": Text("材料名称", "enclosure"),
                    "ticked": Text("已附打勾", "ticked if enclosed"),
                },
                "items": _ITEM,
                "receipt": {"name": Text("项目", "entry"), "value": Text("内容", "content")},
            },
        ),
        _kind(
            "items",
            "涉案物品移交清单",
            "hand-over list of items",
            {"lead_number": _LEAD["lead_number"]},
            {"items": _ITEM},
        ),
        _kind(
            "special",
            "重大案件专报",
            "special report of a major case",
            {
                **_LEAD,
                "received": Text("接收时间", "received"),
                "state": Text("当前状态", "state"),
                "agency": Text("承办单位", "lead agency"),
                "value": Text("估计价值", "estimated value"),
                "suspects": Text("涉案人数", "suspects"),
            },
            {
                "history": {"at": Text("时间", "when"), "what": Text("办理情况", "what was done")},
                "clocks": {"name": Text("时限", "deadline"), "due": Text("到期", "due")},
            },
        ),
        _kind(
            "bulletin",
            "进度通报",
            "bulletin on progress",
            {
                "received": Text("接收线索", "leads received"),
                "closed": Text("办结", "closed"),
                "open": Text("在办", "open"),
                "overdue": Text("逾期线索", "overdue leads"),
            },
            {
                "units": {
                    "name": Text("单位", "agency"),
                    "held": Text("在办线索", "open leads"),
                    "overdue": Text("逾期线索", "overdue leads"),
                    "reports": Text("未报报告", "reports missing"),
                }
            },
        ),
    )
}


REPORT = LetterKind(
    "report",
    Text("阶段报告、总结报告", "stage reports and summaries"),
    {
        "draft": _COMMON["draft"],
        "campaign": Text("行动名称", "name of the campaign"),
        "name": Text("报告名称", "name of the report"),
        "version": Text("版次和数据截至", "version, and the moment the figures are of"),
        "annex": Text("附件名称", "name of the annex"),
        "sender": _COMMON["sender"],
        "date": Text("成文日期", "date"),
        "body": Text("正文，独占一段", "the text of the report, in a paragraph of its own"),
        "table": Text("战果表，独占一段", "the results table, in a paragraph of its own"),
    },
)
"""Compiled reports: their words come from the snapshot, what stands around them from a template."""
BLOCKS = ("body", "table")
"""The names of a report that stand for whole paragraphs."""
TEMPLATES: Mapping[str, LetterKind] = {**KINDS, REPORT.id: REPORT}
"""Everything an office may have a template of its own for."""

MOVED_BY: Mapping[str, Subject] = MappingProxyType({"supervision": "order", "transfer": "transfer"})
"""Letters about what a machine of its own moves: a campaign without that machine never writes one."""


def written(definition: CampaignDefinition) -> tuple[LetterKind, ...]:
    """This will give the kinds of letters that come up in a campaign."""
    absent = {kind for kind, machine in MOVED_BY.items() if machine not in definition.lifecycles}
    return tuple(kind for kind in TEMPLATES.values() if kind.id not in absent)


def colour_of(rung: int, rungs: int) -> str:
    """This will give the colour of a sheet: the last of a ladder's signed rungs is red, the one before it yellow.

    `rung` counts from 0 among `rungs` rungs that a person signs.
    """
    return COLOURS[max(len(COLOURS) - (rungs - rung), 0)]
