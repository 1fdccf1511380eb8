"""A due date in words a clerk would read out, and as plain data for a wire.

Both are made from the same `Trace`; neither computes anything the count did not find.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from workflows.business_calendar import BusinessCalendar
from workflows.text import Text
from workflows.timeline import Due, Exact, Segment, Trace, Why
from workflows.units import Amount, Boundary, Roll, Unit

_TICK = timedelta(microseconds=1)
_WEEKDAYS = ("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
_MIDNIGHT = time(0)
_UNITS = {
    Unit.MINUTE: Text("分钟", "minutes"),
    Unit.HOUR: Text("小时", "hours"),
    Unit.OFFICE_HOUR: Text("个办公小时", "office hours"),
    Unit.CALENDAR_DAY: Text("日（自然日）", "calendar days"),
    Unit.WORKING_DAY: Text("个工作日", "working days"),
    Unit.MONTH: Text("个月", "months"),
    Unit.YEAR: Text("年", "years"),
}
_BOUNDARIES = {
    Boundary.END_OF_DAY: Text("至末日24:00止", "to 24:00 of the last day"),
    Boundary.END_OF_OFFICE_DAY: Text("至末日下班止", "to the close of office on the last day"),
    Boundary.SAME_TIME: Text("至同一时刻止", "to the same moment"),
    Boundary.END_OF_HOUR: Text("按整点计算", "in whole clock hours"),
}
_ROLLS = {
    Roll.NONE: Text("末日遇节假日不顺延", "no roll over days off"),
    Roll.STATUTORY_HOLIDAY: Text("末日遇法定节假日顺延", "rolls over statutory holidays"),
    Roll.NON_WORKING_DAY: Text("末日遇非工作日顺延", "rolls over days off"),
}
_ROLLS_BACK = {
    Roll.NONE: Text("末日遇节假日不前移", "no move over days off"),
    Roll.STATUTORY_HOLIDAY: Text("末日遇法定节假日前移", "moves back before statutory holidays"),
    Roll.NON_WORKING_DAY: Text("末日遇非工作日前移", "moves back before days off"),
}
_PREFIXES = {
    Why.MAKE_UP_DAY: Text("补班日（{}）", "make-up working day ({})"),
    Why.HOLIDAY: Text("放假（{}）", "holiday ({})"),
    Why.HALF_DAY: Text("半天办公（{}）", "half day ({})"),
    Why.LOCAL_CLOSURE: Text("本单位停止办公（{}）", "office closed ({})"),
    Why.LOCAL_OPENING: Text("本单位加班办公（{}）", "office open ({})"),
}


def explain_text(trace: Trace, language: str = "zh") -> str:
    """This will tell how the due date came about, line by line, in Chinese ("zh") or English ("en").

    Sources are numbered and listed at the end; the running total stands behind every stretch counted.
    """
    return _Telling(trace, language).text()


def due_document(due: Due) -> dict[str, object]:
    """This will give a due date and its account as plain data (strings, numbers, lists), as documented for the
    command line: moments as ISO text with offset, exact amounts as whole numbers or as text.
    """
    trace = due.trace
    return {
        "due_at": _iso(due.at),
        "due_on": _iso(due.on),
        "unit": trace.term.unit.value,
        "amount": plain_amount(trace.term.amount),
        "provisional": due.provisional,
        "provisional_reasons": [due.reason.zh, due.reason.en] if due.provisional and due.reason else [],
        "provisional_days": [[_iso(first), _iso(last)] for first, last in trace.unconfirmed],
        "unknown_reason": due.reason.en if due.at is None and due.reason else None,
        "strict_due_at": _iso(trace.strict_at),
        "strict_due_on": _iso(trace.strict_on),
        "latest_arguable_at": _iso(trace.latest_arguable_at),
        "latest_arguable_on": _iso(trace.latest_arguable_on),
        "rolled": trace.rolled,
        "held_back": trace.held_back,
        "start": _iso(trace.start),
        "counted_unit": trace.counted_unit.value,
        "counted_total": plain_amount(trace.total),
        "segments": [_segment_document(segment) for segment in trace.segments],
        "calendar": {
            "id": trace.calendar_id,
            "version": trace.calendar_version,
            "time_zone": trace.time_zone,
        },
    }


def measure_document(
    start: date, end: date, unit: Unit, counted: Fraction, calendar: BusinessCalendar
) -> dict[str, object]:
    """This will give a measurement between two moments as plain data, as documented for the command line."""
    needs_days = unit in (Unit.WORKING_DAY, Unit.OFFICE_HOUR)
    ends = [m.astimezone(calendar.zone).date() if isinstance(m, datetime) else m for m in (start, end)]
    provisional = needs_days and not all(calendar.is_confirmed(on) for on in ends)
    return {
        "start": _iso(start),
        "end": _iso(end),
        "unit": unit.value,
        "amount": plain_amount(counted),
        "provisional": provisional,
        "calendar": {"id": calendar.id, "version": calendar.version, "time_zone": calendar.time_zone},
    }


def ending_lines(trace: Trace, language: str = "zh") -> list[str]:
    """This will tell the end only: when it is, what moved it, and what is uncertain about it."""
    return _Telling(trace, language).ending()


def plain_amount(amount: Amount) -> int | str:
    """This will write an exact amount: a whole number as such, a finite decimal or else a fraction as text."""
    exact = Fraction(amount)
    if exact.denominator == 1:
        return exact.numerator
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{exact.numerator}/{exact.denominator}"
    return format(Decimal(exact.numerator) / Decimal(exact.denominator), "f")


def _segment_document(segment: Segment) -> dict[str, object]:
    return {
        "from": _iso(segment.start),
        "to": _iso(segment.end),
        "counted": segment.counted,
        "amount": plain_amount(segment.amount),
        "reason": segment.why.value,
        "name": {"zh": segment.name.zh, "en": segment.name.en},
        "source": segment.source,
        "confirmed": segment.confirmed,
    }


def _together(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Stretches that follow each other for the same reason are told as one."""
    before: Segment | None = None
    for segment in segments:
        if before is not None and before.end == segment.start and _alike(before, segment):
            before = before._replace(end=segment.end, amount=before.amount + segment.amount)
            continue
        if before is not None:
            yield before
        before = segment
    if before is not None:
        yield before


def _alike(one: Segment, other: Segment) -> bool:
    return (one.counted, one.why, one.name, one.source, one.confirmed) == (
        other.counted, other.why, other.name, other.source, other.confirmed,
    )  # fmt: skip


def _iso(moment: date | None) -> str | None:
    return None if moment is None else moment.isoformat()


class _Telling:
    """One trace told in one language."""

    def __init__(self, trace: Trace, language: str) -> None:
        self._trace = trace
        self._zh = language != "en"
        self._sources: list[str] = []

    def text(self) -> str:
        told = [*self._heading(), *self._segments(), *self.ending()]
        notes = [f"  [{n}] {source}" for n, source in enumerate(self._sources, 1)]
        if notes:
            told += [self._say("依据：", "Sources:"), *notes]
        return "\n".join(told)

    def _say(self, zh: str, en: str) -> str:
        return zh if self._zh else en

    def _word(self, text: Text) -> str:
        return text.in_language("zh" if self._zh else "en")

    def _heading(self) -> list[str]:
        trace, told = self._trace, []
        if trace.rule is not None or trace.source:
            rule = self._word(trace.rule) if trace.rule else ""
            source = (
                self._say(f"（来源：{trace.source}）", f" (source: {trace.source})") if trace.source else ""
            )
            told.append(self._say(f"规则：{rule}{source}", f"Rule: {rule}{source}"))
        if trace.original_at is None:
            told.append(
                self._say(f"起算：{self._moment(trace.start)}", f"Start: {self._moment(trace.start)}")
            )
        else:
            original = self._closing(trace.original_at)
            told.append(
                self._say(
                    f"延长，自原到期 {original} 起", f"Extension from the original due date, {original}"
                )
            )
        told.append(self._say(f"期限：{self._term()}", f"Term: {self._term()}"))
        for pause in trace.pauses:
            zone = trace.start.tzinfo
            since = self._moment(pause.start.astimezone(zone))
            until = (
                self._say("未恢复", "not resumed")
                if pause.end is None
                else self._moment(pause.end.astimezone(zone))
            )
            ground = self._say(f"（{pause.ground}）", f" ({pause.ground})") if pause.ground else ""
            told.append(self._say(f"中止：{since} — {until}{ground}", f"Pause: {since} — {until}{ground}"))
        return told

    def _term(self) -> str:
        term = self._trace.term
        if term.unit is Unit.FIXED:
            return self._say("规则指定的日期", "the date the rule names")
        size = abs(Fraction(term.amount))
        unit = self._word(_UNITS[term.unit])
        amount = self._say(
            f"{plain_amount(size)}{unit}", f"{plain_amount(size)} {unit[:-1] if size == 1 else unit}"
        )
        parts = [amount if term.amount >= 0 else self._say(f"提前{amount}", f"{amount} before")]
        if self._trace.counted_unit is not term.unit:
            parts.append(self._say(f"即{self._trace.total}日", f"that is {self._trace.total} days"))
        if self._leaves_out_the_start():
            part = self._say("时", "hour") if term.unit.counts_hours else self._say("日", "day")
            counts = self._say(
                "计入" if term.start_counts else "不计", "counts" if term.start_counts else "does not count"
            )
            parts.append(self._say(f"起算之{part}{counts}", f"the {part} of the start {counts}"))
        if not term.unit.counts_hours:
            parts.append(self._word((_ROLLS if term.amount >= 0 else _ROLLS_BACK)[term.roll]))
        parts.append(self._word(_BOUNDARIES[term.ends_at]))
        return self._say("；", "; ").join(parts)

    def _leaves_out_the_start(self) -> bool:
        """Whether there is a first day (or hour) that counts or does not: none where a term runs from its moment."""
        term = self._trace.term
        if term.unit.counts_hours:
            return term.ends_at is Boundary.END_OF_HOUR
        return term.ends_at is not Boundary.SAME_TIME

    def _segments(self) -> list[str]:
        told, running = [], Fraction(0)
        for segment in _together(self._trace.segments):
            if segment.counted:
                running += segment.amount
            told.append(f"  {self._segment(segment, running)}")
        return told

    def _segment(self, segment: Segment, running: Fraction) -> str:
        size = self._amount(segment.amount)
        if segment.counted:
            verdict = self._say(
                f"计入{size}，累计{self._amount(running)}", f"counts {size}, {self._amount(running)} so far"
            )
        else:
            verdict = self._say("不计", "does not count")
            if segment.amount:
                verdict = self._say(f"{size}不计", f"{size} not counted")
        why = self._reason(segment)
        doubt = "" if segment.confirmed else self._say("（年份未确认）", " (year not confirmed)")
        note = self._note(segment.source)
        span = self._span(segment)
        return self._say(f"{span}：{why}{doubt}，{verdict}{note}", f"{span}: {why}{doubt}, {verdict}{note}")

    def _reason(self, segment: Segment) -> str:
        if segment.why is Why.START and not self._trace.term.unit.counts_hours:
            return self._say("起算之日", "the day of the start")
        name, prefix = self._word(segment.name), _PREFIXES.get(segment.why)
        return name if prefix is None else self._word(prefix).format(name)

    def _note(self, source: str) -> str:
        if not source:
            return ""
        if source not in self._sources:
            self._sources.append(source)
        return f" [{self._sources.index(source) + 1}]"

    def ending(self) -> list[str]:
        trace, told = self._trace, []
        if trace.at is None or trace.on is None:
            told.append(
                self._say(
                    "到期：未知，计时中止且未恢复。", "Due: unknown, the clock is paused with no end yet."
                )
            )
        else:
            due = self._end(trace.at, trace.on)
            told.append(self._say(f"到期：{due}", f"Due: {due}"))
        if trace.rolled and trace.strict_at is not None and trace.strict_on is not None:
            strict = self._end(trace.strict_at, trace.strict_on)
            before = "前移前的末日" if trace.term.amount < 0 else "顺延前的末日"
            told.append(self._say(f"{before}：{strict}", f"Before the roll: {strict}"))
        latest = trace.latest_arguable_at
        if (
            latest is not None
            and trace.term.amount >= 0
            and trace.latest_arguable_on is not None
            and trace.at is not None
            and latest > trace.at
        ):
            argued = self._end(latest, trace.latest_arguable_on)
            told.append(
                self._say(
                    f"若主张末日顺延，最迟：{argued}", f"Latest date arguable if the last day rolls: {argued}"
                )
            )
        if trace.held_back:
            told.append(self._say("未早于规定的最早日期。", "Held back to the earliest date allowed."))
        for first, last in trace.unconfirmed:
            told.append(
                self._say(
                    f"暂定：{self._days(first, last)} 的放假安排尚未公布，导入通知后重新计算。",
                    f"Provisional: the holidays of {self._days(first, last)} are not published yet; "
                    "the date is counted again when they are.",
                )
            )
        calendar = f"{trace.calendar_id} {trace.calendar_version} ({trace.time_zone})"
        told.append(self._say(f"日历：{calendar}", f"Calendar: {calendar}"))
        return told

    def _amount(self, amount: Exact) -> str:
        unit = self._trace.counted_unit
        days, part = (0, Fraction(amount)) if unit.counts_hours else divmod(Fraction(amount), 1)
        minutes = part * (1440 if not unit.counts_hours else 1 if unit is Unit.MINUTE else 60)
        hours, rest = divmod(minutes, 60)
        parts = []
        if days or not (unit.counts_hours or part):
            parts.append(self._say(f"{days}日", f"{days} day{'' if days == 1 else 's'}"))
        if hours:
            parts.append(self._say(f"{hours}小时", f"{hours} h"))
        if rest or not parts:
            parts.append(self._say(f"{plain_amount(rest)}分", f"{plain_amount(rest)} min"))
        return self._say("", " ").join(parts)

    def _span(self, segment: Segment) -> str:
        start, end = segment.start, segment.end
        if end is None:
            return self._say(f"{self._moment(start)} 起", f"from {self._moment(start)}")
        if start.time() == _MIDNIGHT == end.time():
            first, last = start.date(), (end - _TICK).date()
            return self._days(first, last)
        on, clock = (end - _TICK).date(), self._clock(end) if end.time() != _MIDNIGHT else "24:00"
        closing = clock if on == start.date() else self._dated(on, clock)
        return f"{self._moment(start)} — {closing}"

    def _end(self, at: datetime, on: date) -> str:
        is_end = at.time() == _MIDNIGHT and at.date() > on
        return self._dated(on, "24:00") if is_end else self._moment(at)

    def _closing(self, end: datetime) -> str:
        return self._end(end, (end - _TICK).date())

    def _moment(self, moment: datetime) -> str:
        return self._dated(moment.date(), self._clock(moment))

    def _dated(self, on: date, clock: str) -> str:
        """A full-width bracket brings its own blank."""
        return self._say(f"{self._date(on)}{clock}", f"{self._date(on)} {clock}")

    def _clock(self, moment: datetime) -> str:
        return (
            moment.strftime("%H:%M:%S") if moment.second or moment.microsecond else moment.strftime("%H:%M")
        )

    def _days(self, first: date, last: date) -> str:
        return self._date(first) if first == last else f"{self._date(first)} — {self._date(last)}"

    def _date(self, on: date) -> str:
        zh, en = _WEEKDAYS
        return f"{on}（周{zh[on.weekday()]}）" if self._zh else f"{en[on.weekday()]} {on}"
