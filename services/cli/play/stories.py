"""What becomes of each lead: the acts of everybody concerned, from the tip to the closing, planned before any is done.

A story depends on the lead, the cast and the seed alone. Which way it goes is what was reported; how well it goes is
what the agencies are like.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.cli.play.agenda import Act
from services.cli.play.findings import record_acts, verified_with
from services.cli.play.manners import Conduct, Manner, conduct, draw
from services.cli.play.matters import Matter
from services.cli.play.pace import A_DAY
from services.cli.play.partners import Help, help_for, tell_help
from services.cli.play.telling import Line, woven
from services.cli.play.transfer_stories import tell_refusal, tell_transfer
from services.cli.play.wording import intake_of
from services.cli.play.world import World
from workflows.calendars import china
from workflows.term import Term, Unit, add

HANDLING = Term(1, Unit.MONTH)
"""How long a forestry station may handle a case, as the definition has it."""

NOT_OURS = (("邻县", "outside_county"), ("无可查线索", "no_trace"), ("不再受理", "repeat_without_news"))
ASSIGN = "handoff:assign"


def tell(matter: Matter, world: World) -> list[Act]:
    """This will tell one lead's story as acts in order of time."""
    return _Story(matter, world).told()


class _Story:
    def __init__(self, matter: Matter, world: World) -> None:
        self.matter = matter
        self.world = world
        self.cast = world.cast
        self.office = Line(
            matter.ref, world.cast.office, matter.reported_at, world.works_on, urgent=matter.urgent
        )
        self.lines: list[Line | list[Act]] = [self.office]
        self.numbers = draw(world.seed, matter.ref, "story")

    def told(self) -> list[Act]:
        matter = self.matter
        self.office.act(
            "intake", "receive", "receive", **intake_of(matter, self.world.place_types, self.world.acts)
        )
        if matter.duplicate_of:
            self._merge()
        elif matter.track == "none" and not _unfounded(matter):
            self._reject()
        else:
            self._assigned()
        return woven(*self.lines)

    def _merge(self) -> None:
        reason = "与此前线索地点、当事人、物品一致，属同一事项。"
        self.office.slots(self.numbers.randint(1, 3))
        self.office.act("office_staff", "lead", "merge", merge_into=self.matter.duplicate_of, reason=reason)

    def _reject(self) -> None:
        result = self.matter.outcome.result if self.matter.outcome else ""
        why = next((code for word, code in NOT_OURS if word in result), "not_enforcement")
        self.office.soon(self.numbers.randint(1, 3))
        given: dict[str, Any] = {"reject_reason": why, "reason": result}
        if self.matter.reporter_kind != "real_name":
            self.office.act("office_staff", "lead", "reject", **given)
            return
        # A clerk may not turn away somebody who gave a name; the refusal sends the matter to the director.
        self.office.act("office_staff", "lead", "reject", expects="real_name", **given)
        self.office.slots(1).act("office_director", "lead", "reject_real_name", **given)

    def _assigned(self) -> None:
        station = self.cast.station_of(self.matter.township)
        if station is None:
            raise ValueError(f"{self.matter.ref}: no station serves {self.matter.township!r}")
        late = self.numbers.random() < 0.06
        soon = self.numbers.randint(1, 3)
        if late:
            self.office.slots(6)
        else:
            self.office.soon(soon)
        requirement = "请在规定期限内核查并反馈。"
        self.office.act("office_staff", "lead", "accept", lead_agency=station, requirement=requirement)
        if self.matter.channel == "12345":
            answer = self.office.beside(self.office.agency).slots(self.numbers.randint(A_DAY, 6 * A_DAY))
            answer.act(
                "office_staff", "record:source_answer", "add", result="已转承办单位核查，结果另行答复。"
            )
            self.lines.append(answer)
        treats = conduct(self.world.seed, self.matter.ref, station, self.world.manner(station))
        unit = self.office.beside(station)
        self.lines.append(unit)
        unit.soon(treats.sign).act("liaison", f"{ASSIGN}:{station}", "acknowledge", receipt_channel="page")
        if treats.declines:
            unit, treats = self._declined(unit, treats)
        unit.act("officer", f"{ASSIGN}:{unit.agency}", "start")
        self._worked(unit, treats)

    def _declined(self, unit: Line, treats: Conduct) -> tuple[Line, Conduct]:
        """A unit sends the lead back; the office gives it to a neighbour, or to the same unit by decision."""
        words = "经核实现场不在本站辖区，建议改由相邻林业站承办。"
        given: dict[str, Any] = {"decline_reason": "not_in_area", "reason": words}
        unit.soon(2).act("liaison", f"{ASSIGN}:{unit.agency}", "decline", **given)
        desk = unit.beside(self.office.agency).soon(2)
        self.lines.append(desk)
        if self.numbers.random() < 0.5:
            return self._reassigned(unit, desk)
        record = "会商纪要：现场位于该站辖区，指定其承办。"
        desk.act("office_director", "lead", "designate", lead_agency=unit.agency, consultation_record=record)
        unit.until(desk.at).soon(1).act(
            "liaison", f"{ASSIGN}:{unit.agency}", "acknowledge", receipt_channel="page"
        )
        unit.soon(1).act("liaison", f"{ASSIGN}:{unit.agency}", "decline", expects="designated", **given)
        return unit, treats

    def _reassigned(self, unit: Line, desk: Line) -> tuple[Line, Conduct]:
        others = [station for station in self.cast.stations() if station != unit.agency]
        neighbour = self.numbers.choice(others)
        desk.act("office_staff", "lead", "accept", lead_agency=neighbour, reason="按会商意见改派。")
        moved = desk.beside(neighbour)
        self.lines.append(moved)
        manner = self.world.manner(neighbour)
        treats = conduct(self.world.seed, f"{self.matter.ref}:again", neighbour, manner)
        moved.soon(treats.sign).act("liaison", f"{ASSIGN}:{neighbour}", "acknowledge", receipt_channel="page")
        return moved, treats

    def _worked(self, unit: Line, treats: Conduct) -> None:
        answered = self._helped(unit)
        waiting = [act for act in unit.acts if act.on.startswith("ask:")]
        unit.soon(treats.work)
        if self.matter.track == "none":
            self._refuted(unit, answered, early=bool(waiting))
            return
        self.lines.append(record_acts("verified", self.matter, self.world.place_types, unit))
        unit.act("officer", "lead", "verify", **verified_with(self.matter))
        if is_major(self.matter):
            report = unit.beside(unit.agency).hours(
                40 if treats.work > 5 * A_DAY else self.numbers.randint(2, 12)
            )
            value = self.matter.estimated_value_yuan
            report.act(
                "officer", "record:major_case_report", "add", finding="重大线索专报。", value_yuan=value
            )
            self.lines.append(report)
        ways = {"criminal": self._criminal, "customs": self._referred, "unknown": self._open_ended}
        ways.get(self.matter.track, self._administrative)(unit, answered, treats)

    def _helped(self, unit: Line) -> Line:
        """Other agencies work beside the unit; gives the line that ends with the last confirmation."""
        done = unit.beside(unit.agency)
        for wanted in self._wanted(unit):
            lines = tell_help(self.world.seed, unit, self.office.agency, wanted, self.world.manner)
            self.lines.extend(lines)
            done.until(lines[-1].at)
        return done

    def _wanted(self, unit: Line) -> list[Help]:
        return [wanted for wanted in help_for(self.matter, self.cast) if unit.agency not in wanted.to]

    def _refuted(self, unit: Line, answered: Line, *, early: bool) -> None:
        unit.act("officer", "record:evidence", "add", title="现场检查照片和进货凭证")
        result = self.matter.outcome.result if self.matter.outcome else "查否"
        if early and answered.at > unit.at:
            unit.act("officer", "lead", "refute", expects="blocking_open", finding=result)
        unit.until(answered.at).slots(1).act("officer", "lead", "refute", finding=result)
        self._notice(unit)
        self._closed(unit)

    def _administrative(self, unit: Line, answered: Line, treats: Conduct) -> None:
        self._filed(unit)
        self._handled(unit, answered, treats)
        self._concluded(unit, "administrative_penalty")

    def _filed(self, unit: Line) -> None:
        number = f"林立〔{unit.at.year}〕{self.matter.ref[-3:]}号"
        officers: dict[str, Any] = {"first_officer": "承办人甲", "second_officer": "承办人乙"}
        unit.slots(self.numbers.randint(2, 6)).act(
            "unit_head", "lead", "file_case", case_number=number, **officers
        )
        self._notice(unit)

    def _handled(self, unit: Line, answered: Line, treats: Conduct) -> None:
        ends = answered.at
        known = self.matter.outcome.days_taken if self.matter.outcome else None
        slots = (known or 0) * A_DAY or self.numbers.randint(3 * A_DAY, 14 * A_DAY)
        if treats.asks_for_time:
            self._extended(unit)
            slots = self.numbers.randint(10 * A_DAY, 16 * A_DAY)
        elif self.world.manner(unit.agency) is Manner.LATE:
            slots = self.numbers.randint(23 * A_DAY, 28 * A_DAY)
            ends = max(ends, self._asks_too_late(unit))
        unit.slots(slots).until(ends).slots(1)

    def _extended(self, unit: Line) -> None:
        """More time is asked for before it has run out, and decided by somebody else."""
        unit.slots(12 * A_DAY)
        reason = "外地取证尚未返回，申请延长办案期限。"
        unit.act("officer", "extension:D-HANDLE", "ask", ground="evidence_pending", reason=reason)
        granted = self.numbers.random() < 0.75
        words = "情况属实，同意延期。" if granted else "理由不充分，请按期办结。"
        unit.slots(2).act("unit_head", "extension:D-HANDLE", "decide", grant=granted, reason=words)

    def _asks_too_late(self, unit: Line) -> datetime:
        """More time is asked for when it has run out already, and the work is not done yet; gives when that is."""
        due = add(unit.at, HANDLING, china()).at or unit.at
        late = unit.beside(unit.agency).slots(22 * A_DAY + 2)
        if late.at <= due:
            late.until(due).slots(1)
        given: dict[str, Any] = {"ground": "complex", "reason": "案情复杂，申请延期。"}
        late.act("officer", "extension:D-HANDLE", "ask", expects="asked_late", **given)
        self.lines.append(late)
        return late.at

    def _concluded(self, unit: Line, disposition: str) -> None:
        self.lines.append(record_acts("handled", self.matter, self.world.place_types, unit))
        if self.matter.track != "criminal" and has_value(self.matter):
            self.lines.append(tell_refusal(unit.slots(1), self._police()[0]))
            unit.slots(1)
        goods = "、".join(self.matter.products)
        unit.act(
            "officer",
            "lead",
            "conclude",
            disposition=disposition,
            finding=self.matter.outcome.result if self.matter.outcome else "当事人不明，物品已收容。",
            source_analysis=f"{goods}的来源已查明至上一环节，供货人另案核查。",
            destination_analysis=f"{goods}的去向已核对销售和寄递记录。",
        )
        self._closed(unit)

    def _criminal(self, unit: Line, answered: Line, treats: Conduct) -> None:
        unit.until(answered.at).slots(self.numbers.randint(1, 4))
        to, other = self._police()
        turn = self.world.turns[self.matter.ref]
        manner = self.world.manner(to)
        number = f"〔{unit.at.year}〕{self.matter.ref[-3:]}号"
        lines, filed = tell_transfer(self.world.seed, unit, to, other, turn, manner, number)
        self.lines.extend(lines)
        if filed:
            self.lines.append(record_acts("handled", self.matter, self.world.place_types, unit))
            self._closed(unit)
            return
        self._filed(unit)
        self._handled(unit, answered, treats)
        self._concluded(unit, "administrative_penalty")

    def _police(self) -> tuple[str, str]:
        handled_by = self.matter.outcome.handled_by if self.matter.outcome else ""
        forest, county = self.cast.of_type("forest_police"), self.cast.of_type("public_security")
        if "海关" in handled_by:
            return self.cast.of_type("customs"), county
        return (forest, county) if "森林" in handled_by or "林" in handled_by else (county, forest)

    def _referred(self, unit: Line, answered: Line, treats: Conduct) -> None:
        """The whole lead goes to customs, who take it; the seed lets them send a few back."""
        unit.until(answered.at)
        customs = self.cast.of_type("customs")
        unit.slots(2).act(
            "unit_head", "lead", "refer", lead_agency=customs, reason="属海关管辖的走私案件，依法移送。"
        )
        line = unit.beside(customs)
        self.lines.append(line)
        signs = conduct(self.world.seed, self.matter.ref, customs, self.world.manner(customs))
        on = f"handoff:referral:{customs}"
        if self.numbers.random() < 0.12:
            words = "经审查不构成走私，退回承办单位依法处理。"
            line.slots(signs.sign).act("liaison", on, "decline", decline_reason="not_competent", reason=words)
            self._administrative(unit.until(line.at), answered, treats)
            return
        line.slots(signs.sign).act("liaison", on, "acknowledge", receipt_channel="paper")
        line.slots(min(signs.work, 5 * A_DAY)).act("officer", on, "reply", result="已受理，另行立案处理。")
        self._closed(unit.until(line.at))

    def _open_ended(self, unit: Line, answered: Line, treats: Conduct) -> None:
        """Where no outcome was reported the party is sought for a while; some are never found."""
        self._filed(unit)
        unit.slots(self.numbers.randint(2, 5) * A_DAY)
        ground: dict[str, Any] = {
            "suspension_ground": "party_missing",
            "reason": "当事人下落不明，已发布协查。",
        }
        unit.act("unit_head", "lead", "suspend", **ground)
        unit.slots(self.numbers.randint(15, 30) * A_DAY)
        unit.act("unit_head", "lead", "resume", reason="协查有反馈，恢复调查。")
        if self.numbers.random() < 0.5:
            self._handled(unit, answered, treats)
            self._concluded(unit, "untraceable")

    def _notice(self, unit: Line) -> None:
        if self.matter.reporter_kind == "real_name":
            notice = unit.beside(self.office.agency).slots(self.numbers.randint(2, 6 * A_DAY))
            notice.act("office_staff", "record:reporter_notice", "add", result="已向实名举报人告知处理情况。")
            self.lines.append(notice)

    def _closed(self, unit: Line) -> None:
        """The unit answers for its work; somebody of the office who proposed nothing confirms and closes."""
        unit.slots(1).act("officer", f"{ASSIGN}:{unit.agency}", "reply", result="办理完毕，材料已归档。")
        desk = unit.beside(self.office.agency).slots(self.numbers.randint(1, 4))
        desk.act("office_staff", f"{ASSIGN}:{unit.agency}", "confirm")
        late = self.numbers.random() < 0.08
        desk.slots(self.numbers.randint(16, 20) * A_DAY if late else self.numbers.randint(2, 4 * A_DAY))
        desk.act("office_staff", "lead", "close", 1, custody_resolved=True, reason="材料齐全，同意结案。")
        self.lines.append(desk)


def is_major(matter: Matter) -> bool:
    """This will say whether a lead calls for a special report within a day of being verified."""
    return (matter.estimated_value_yuan or 0) >= 200_000 or (matter.suspects or 0) >= 3


def has_value(matter: Matter) -> bool:
    """This will say whether the rules may see a value, by money or by weight, and so flag a suspected crime."""
    outcome = matter.outcome
    seen = (outcome.value_yuan, outcome.seized_grams) if outcome is not None else ()
    return any(figure for figure in (matter.estimated_value_yuan, matter.grams, *seen))


def _unfounded(matter: Matter) -> bool:
    return matter.outcome is not None and matter.outcome.result.startswith("查否")
