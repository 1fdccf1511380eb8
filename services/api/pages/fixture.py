"""The exercise the pages are judged by: forty invented leads on Saturday 2017-09-16 at ten.

Promises: everything is done through the commands people use, at the moments they would use them, by an exercise's
clock that starts on the first day of the campaign of 2017 (`yangshan-ivory-2017`). At the end twelve leads are
overdue, three of them escalated; nine more are due within 48 hours; half of the units have reported; eleven leads
wait for the office.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.application import queries
from shared.bootstrap import System
from workflows.commands import (
    ActOnHandoff,
    ActOnLead,
    AddRecord,
    Caller,
    Command,
    Intake,
    ProposeTransfer,
    ReceiveLead,
    RequestHandoffs,
    SetClockTarget,
    SubmitReport,
    TickClock,
    system_caller,
)

ENDS = datetime(2017, 9, 16, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

_Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Story:
    """What is told of a lead: title, channel, kind of place, act, product and township."""

    title: str
    channel: str
    place_type: str
    act: str
    product: str
    township: str | None = None
    urgency: str = "normal"


_STORIES = tuple(
    _Story(*row)
    for row in (
        ("古玩城摊位摆卖疑似象牙雕件", "superior", "antique_market", "sell", "ivory", "青岚镇"),
        ("客运站寄存处发现活体龟类", "patrol", "station", "transport", "live_wildlife", "石桥铺镇"),
        ("仓库夜间有加工声响和异味", "phone", "warehouse", "process", "ivory", "双河镇"),
        ("饭店菜牌列有保护动物菜名", "12315", "restaurant", "eat", "live_wildlife", "白鹭湾镇"),
        ("农贸市场档口疑似出售象牙手镯", "walk_in", "trade_market", "sell", "ivory", "大箩镇"),
        ("工艺品店专用标识与台账不符", "patrol", "craft_shop", "sell", "ivory", "望岭乡"),
        ("二手平台店铺发布穿山甲鳞片信息", "online_patrol", "online_platform", "online_trade", "pangolin"),
        ("物流中心快件过机发现疑似犀角", "other_agency", "logistics_centre", "transport", "rhino", "枫溪镇"),
        (
            "小商品集散地流动摊贩卖羽毛制品",
            "tip_page",
            "small_goods_market",
            "sell",
            "wildlife_product",
            "松坪乡",
        ),
        ("民居院内圈养疑似保护鸟类", "phone", "home", "possess", "live_wildlife", "龙须渡镇"),
    )
)


def build(system: System, campaign_id: str) -> None:
    """This will play the exercise up to its moment. Raises what the system raises when the campaign has begun."""
    _Exercise(system, campaign_id).play()


class _Exercise:
    def __init__(self, system: System, campaign_id: str) -> None:
        self._system, self._campaign = system, campaign_id
        self._clock = system_caller(campaign_id)
        self._people = system.read(queries.people, self._clock)["items"]
        agencies = system.read(lambda work: work.definition.agencies, self._clock)
        self._townships = {a.id: a.townships[0] for a in agencies if a.townships}
        self._told = 0

    def play(self) -> None:
        for at, act in sorted(self._acts(), key=lambda entry: entry[0]):
            self._turn(at)
            act()
        self._turn(ENDS)

    def _acts(self) -> Iterator[tuple[datetime, _Act]]:
        """Every act with its moment; the acts of one lead keep their order because sorting does."""
        for agency in ("station_qinglan", "market", "station_shiqiao", "forest_police"):
            yield from self._closed(agency)
        yield from self._turned_down()
        for agency in ("station_daluo", "station_qinglan", "station_shuanghe"):
            yield from self._in_verification(agency, (9, 1))
        for agency in ("market", "station_bailu", "station_wangling", "station_shiqiao", "station_daluo"):
            yield from self._under_investigation(agency)
        yield from self._suspected("station_shuanghe")
        for agency in (
            "station_qinglan",
            "station_bailu",
            "station_bailu",
            "station_shiqiao",
            "station_daluo",
        ):
            yield from self._in_verification(agency, (9, 7))
        for number in range(9):
            agencies = ("station_shuanghe", "station_wangling", "station_qinglan", "station_daluo")
            yield from self._in_verification(agencies[number % 4], (9, 9 if number < 5 else 10))
        yield from self._verified("market")
        for hour in (9, 10, 14, 16):
            yield _on(9, 13, hour), self._receive
        for hour in (9, 10, 11, 14, 15, 16, 17):
            yield _on(9, 15, hour), self._receive
        yield from self._reports()

    def _in_verification(self, agency: str, day: tuple[int, int]) -> Iterator[tuple[datetime, _Act]]:
        lead: dict[str, str] = {}
        yield _on(*day, 9), lambda: self._receive(lead, agency)
        yield _on(*day, 10), lambda: self._accept(lead, agency)
        yield _on(*day, 11), lambda: self._sign_all(lead)

    def _verified(self, agency: str) -> Iterator[tuple[datetime, _Act]]:
        lead: dict[str, str] = {}
        yield _on(9, 14, 9), lambda: self._receive(lead, agency)
        yield _on(9, 14, 10), lambda: self._accept(lead, agency)
        yield _on(9, 14, 11), lambda: self._sign_all(lead)
        yield _on(9, 15, 9), lambda: self._verify(lead, agency, "mammoth")

    def _to_case(
        self, agency: str, month: int, day: int, product: str = "mammoth"
    ) -> Iterator[tuple[datetime, _Act]]:
        lead: dict[str, str] = {}
        yield _on(month, day, 9), lambda: self._receive(lead, agency)
        yield _on(month, day, 10), lambda: self._accept(lead, agency)
        yield _on(month, day, 11), lambda: self._sign_all(lead)
        yield _on(month, day + 1, 9), lambda: self._verify(lead, agency, product)
        yield _on(month, day + 1, 15), lambda: self._file(lead, agency)
        yield _on(month, day + 2, 9), lambda: self._seize(lead, agency, product)
        self._latest = lead

    def _closed(self, agency: str) -> Iterator[tuple[datetime, _Act]]:
        yield from self._to_case(agency, 8, 21)
        lead = self._latest
        yield _on(8, 28, 9), lambda: self._conclude(lead, agency)
        yield _on(8, 29, 9), lambda: self._step(lead, self._of("office", "office_director"), "close", CUSTODY)

    def _under_investigation(self, agency: str) -> Iterator[tuple[datetime, _Act]]:
        yield from self._to_case(agency, 9, 4)
        lead = self._latest
        yield _on(9, 14, 9), lambda: self._ask(lead, agency)
        yield _on(9, 14, 14), lambda: self._sign_all(lead)
        yield _on(9, 15, 16), lambda: self._answer_one(lead)

    def _suspected(self, agency: str) -> Iterator[tuple[datetime, _Act]]:
        yield from self._to_case(agency, 9, 5, "ivory")
        lead = self._latest
        given = {"report": "查获制品估值较高，涉嫌犯罪，拟移送公安机关", "officers": ["甲某", "乙某"]}
        officer = self._of(agency, "officer")
        yield (
            _on(9, 15, 17),
            lambda: self._do(ProposeTransfer(officer, lead["number"], "public_security", given)),
        )

    def _turned_down(self) -> Iterator[tuple[datetime, _Act]]:
        lead: dict[str, str] = {}
        given = {"reject_reason": "no_trace", "reason": "来电人挂断，没有地点和时间，无法回访"}
        yield _on(8, 22, 9), lambda: self._receive(lead)
        yield _on(8, 22, 15), lambda: self._step(lead, self._of("office", "office_staff"), "reject", given)

    def _reports(self) -> Iterator[tuple[datetime, _Act]]:
        texts = {
            "work_done": "走访市场和餐馆，核对专用标识和台账，宣传法律法规。",
            "problems": "流动摊贩难以固定证据。",
            "next_steps": "加密巡查，配合联合检查。",
        }
        figures = {"J1": 2, "J2": 300, "J3": 0, "J4": 0, "J5": 150}
        for agency in ("forest_police", "station_qinglan", "station_shiqiao", "market", "public_security"):
            by = self._of(agency, "liaison")
            command = SubmitReport(by, agency, "stage", "2017-09", zero=False, texts=texts, figures=figures)
            yield _on(9, 15, 11), lambda command=command: self._do(command)  # type: ignore[misc]  # the default binds it now

    def _receive(self, lead: dict[str, str] | None = None, agency: str | None = None) -> None:
        story = _STORIES[self._told % len(_STORIES)]
        self._told += 1
        intake = Intake(
            title=story.title,
            description=f"{story.title}。来件人说近期多次看到，愿意配合核实。",
            channel=story.channel,
            place_type=story.place_type,
            act=story.act,
            urgency=story.urgency,
            reporter_kind="staff" if story.channel in {"patrol", "online_patrol"} else "anonymous",
            township=self._townships.get(agency or "", story.township),
            products=(story.product,),
        )
        reference = f"UX-{self._told:04d}"
        number = self._do(ReceiveLead(self._of("office", "intake"), intake, "ux", reference))
        if lead is not None:
            lead["number"] = number

    def _accept(self, lead: Mapping[str, str], agency: str) -> None:
        given = {"lead_agency": agency, "requirement": "现场检查并固定证据，核对专用标识和台账。"}
        self._step(lead, self._of("office", "office_staff"), "accept", given)

    def _handoffs(self, lead: Mapping[str, str], state: str) -> list[dict[str, Any]]:
        found = self._system.read(queries.lead, self._clock, number=lead["number"])["handoffs"]
        return [h for h in found if h["state"]["id"] == state]

    def _sign_all(self, lead: Mapping[str, str]) -> None:
        for handoff in self._handoffs(lead, "sent"):
            self._do(ActOnHandoff(self._of(handoff["to"]["id"], "liaison"), handoff["id"], "acknowledge"))

    def _answer_one(self, lead: Mapping[str, str]) -> None:
        for handoff in self._handoffs(lead, "acknowledged")[-1:]:
            given = {"result": "已到场核查，摊位登记在册，未见合法来源证明。"}
            self._do(ActOnHandoff(self._of(handoff["to"]["id"], "officer"), handoff["id"], "reply", given))

    def _verify(self, lead: Mapping[str, str], agency: str, product: str) -> None:
        by = self._of(agency, "officer")
        checked = {"inspection_method": "open", "place_type": "craft_shop", "places": 1, "staff": 3}
        self._do(AddRecord(by, "inspection", self._today(), checked, lead["number"]))
        given = {"finding": "现场查见疑似制品，来源不明。", "products": [product], "act": "sell"}
        self._step(lead, by, "verify", {**given, "place_type": "craft_shop"})

    def _file(self, lead: Mapping[str, str], agency: str) -> None:
        given = {
            "case_number": f"立〔2017〕{lead['number'][-2:]}号",
            "first_officer": "甲某",
            "second_officer": "乙某",
        }
        self._step(lead, self._of(agency, "unit_head"), "file_case", given)

    def _seize(self, lead: Mapping[str, str], agency: str, product: str) -> None:
        goods = {"product": product, "identified": True, "pieces": 4, "grams": 1350}
        self._do(AddRecord(self._of(agency, "officer"), "seizure", self._today(), goods, lead["number"]))

    def _ask(self, lead: Mapping[str, str], agency: str) -> None:
        to = ("market", "culture") if agency != "market" else ("culture",)
        by = self._of(agency, "officer")
        self._do(RequestHandoffs(by, lead["number"], "market_joint_check", to, "请派员参加联合检查。"))

    def _conclude(self, lead: Mapping[str, str], agency: str) -> None:
        given = {
            "disposition": "administrative_penalty",
            "finding": "当事人承认无证销售，物品已收缴。",
            "source_analysis": "自外地市场零星购入。",
            "destination_analysis": "向过往散客零售。",
        }
        self._step(lead, self._of(agency, "officer"), "conclude", given)

    def _step(self, lead: Mapping[str, str], by: Caller, trigger: str, given: Mapping[str, Any]) -> None:
        self._do(ActOnLead(by, lead["number"], trigger, given))

    def _do(self, command: Command) -> str:
        done = self._system.handle(command).done
        assert done is not None
        return str(done.number)

    def _of(self, agency: str, role: str) -> Caller:
        person = next(p for p in self._people if p["agency_id"] == agency and role in p["roles"])
        return Caller(self._campaign, person["id"], agency, frozenset(person["roles"]))

    def _today(self) -> Any:
        moment = self._system.read(queries.clock, self._clock)["at"]
        return datetime.fromisoformat(moment).date()

    def _turn(self, to: datetime) -> None:
        """Moves the clock as workers do; what is due on the way happens first."""
        self._system.handle(SetClockTarget(self._clock, to))
        state = ""
        while state != "ready":
            done = self._system.handle(TickClock(self._clock)).done
            state = done.extra["state"] if done is not None else "ready"


CUSTODY = {"custody_resolved": True, "reason": "物品已登记入库"}


def _on(month: int, day: int, hour: int) -> datetime:
    return datetime(2017, month, day, hour, 0, tzinfo=ENDS.tzinfo)
