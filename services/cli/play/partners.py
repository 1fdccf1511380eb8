"""Which other agencies a matter needs, and what they answer: the work handed out while a unit verifies a lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.cli.play.cast import Cast
from services.cli.play.manners import Manner, conduct
from services.cli.play.matters import Matter
from services.cli.play.pace import A_DAY
from services.cli.play.telling import Line

MARKETS = frozenset(
    {"贸易市场", "文物商店", "古玩市场", "小商品集散地", "商场", "工艺品店", "旅游商店", "定点销售场所"}
)
TABLES = frozenset({"宾馆", "饭店", "餐馆"})


@dataclass(frozen=True, slots=True)
class Help:
    """One request: what is asked of whom, and what each answers besides its words."""

    kind: str
    to: tuple[str, ...]
    request: str
    result: str
    answers: Mapping[str, Any] = field(default_factory=dict)


def help_for(matter: Matter, cast: Cast) -> tuple[Help, ...]:
    """This will list the help a matter needs, by what is known of it; at most one request of each kind."""
    wanted = []
    if matter.vehicles or matter.act == "运输" or matter.place_type == "车站":
        wanted.append(_interception(matter, cast))
    if matter.place_type == "网站/网络平台":
        wanted.append(_takedown(matter, cast))
    if matter.place_type in MARKETS | TABLES:
        wanted.append(_joint_check(matter, cast))
    if matter.place_type == "物流中心":
        wanted.append(_records(cast))
    if needs_appraisal(matter):
        wanted.append(_appraisal(matter, cast))
    return tuple(wanted)


def needs_appraisal(matter: Matter) -> bool:
    """This will say whether the goods must be identified or valued before anybody can judge them."""
    words = "".join((*matter.products, *matter.species))
    return matter.track in ("criminal", "unknown") and any(
        mark in words for mark in ("象", "犀", "待鉴定", "盔犀鸟")
    )


def _interception(matter: Matter, cast: Cast) -> Help:
    caught = min(matter.vehicles or 0, 2)
    return Help(
        "vehicle_intercept",
        (cast.of_type("public_security"), cast.of_type("transport")),
        "请在必经路段布控查缉，核对运单和车辆轨迹。",
        f"已按要求布控，查获车辆{caught}辆。",
        {"vehicles_found": caught},
    )


def _takedown(matter: Matter, cast: Cast) -> Help:
    links = 1 if matter.track == "none" else 3
    return Help(
        "online_takedown",
        (cast.of_type("cyberspace"),),
        "请处置所附链接和账号，固定证据后反馈。",
        f"已处置相关信息{links}条。",
        {"links_removed": links},
    )


def _joint_check(matter: Matter, cast: Cast) -> Help:
    found = matter.track != "none"
    words = "联合检查发现违法经营。" if found else "联合检查未发现违法经营。"
    return Help(
        "market_joint_check",
        (cast.of_type("market"),),
        "请派员联合检查该经营场所，核对主体登记和进货凭证。",
        words,
        {"violation_found": found},
    )


def _records(cast: Cast) -> Help:
    return Help(
        "transport_records",
        (cast.of_type("postal"),),
        "请调取该邮件快件的运单、收寄和投递记录。",
        "运单和投递记录已提供。",
    )


def _appraisal(matter: Matter, cast: Cast) -> Help:
    value = _value(matter)
    return Help(
        "appraisal",
        (cast.of_type("appraisal"),),
        "请鉴定送检物品的物种、材质并认定价值。",
        "已出具鉴定意见。",
        {
            "appraised_species": "、".join(matter.species) or "待定",
            "document_number": f"鉴字〔{matter.reported_at.year}〕{matter.ref[-3:]}号",
            **({"appraised_value_yuan": value} if value is not None else {}),
        },
    )


def _value(matter: Matter) -> float | None:
    known = matter.outcome.value_yuan if matter.outcome else None
    return known if known is not None else matter.estimated_value_yuan


def tell_help(
    seed: int,
    unit: Line,
    office: str,
    wanted: Help,
    manner_of: Callable[[str], Manner],
) -> list[Line]:
    """This will write one request from asking to confirming; the unit's own line waits for the last answer.

    A partner that is not competent declines first; the office's director then decides that it acts after all.
    """
    unit.act("officer", f"ask:{wanted.kind}", "ask", to=list(wanted.to), request=wanted.request)
    lines = []
    for agency in wanted.to:
        line = unit.beside(agency)
        treats = conduct(seed, f"{unit.story}:{wanted.kind}", agency, manner_of(agency))
        on = f"handoff:{wanted.kind}:{agency}"
        line.soon(treats.sign).act("liaison", on, "acknowledge", receipt_channel="api")
        if treats.declines:
            words = "本单位现有职责不含此项，建议由牵头部门办理。"
            line.soon(1).act("liaison", on, "decline", decline_reason="not_competent", reason=words)
            desk = line.beside(office).soon(2)
            desk.act(
                "office_director", on, "arbitrate", reason="按职责分工由你单位办理，领导小组办公室已会商。"
            )
            lines.append(desk)
            line.until(desk.at).soon(1).act("liaison", on, "acknowledge", receipt_channel="api")
        line.act("officer", on, "start")
        if treats.asks_for_time and wanted.kind == "appraisal":
            lines.append(_extended(line, unit.agency))
        line.soon(_work(wanted, treats.work)).act(
            "officer", on, "reply", result=wanted.result, **wanted.answers
        )
        lines.append(line)
    answered = max(line.at for line in lines)
    back = unit.beside(unit.agency).until(answered).slots(1)
    for agency in wanted.to:
        back.act("officer", f"handoff:{wanted.kind}:{agency}", "confirm")
    return [*lines, back]


def _extended(line: Line, asker: str) -> Line:
    """Who needs longer says so in time, and the one who asked for the work decides."""
    reason = "送检物品较多，需延长鉴定期限。"
    line.slots(A_DAY).act("officer", "extension:D-COOP", "ask", ground="appraisal_pending", reason=reason)
    decides = line.beside(asker).slots(2)
    return decides.act("unit_head", "extension:D-COOP", "decide", grant=True, reason="同意延期。")


def _work(wanted: Help, slots: int) -> int:
    """An appraisal takes its time; everything else takes a third of what a whole verification takes."""
    return slots + 8 if wanted.kind == "appraisal" else max(1, slots // 3)
