"""Hand work to other agencies and bring the answer back."""

from __future__ import annotations

from datetime import date

from shared.application import matters
from shared.application.acting import HANDOFF, act, lead_of, send
from shared.application.changes import check_seen, explained
from shared.application.guarded import Row
from shared.application.sight import holds, sight_of
from shared.application.unnamed import check_texts
from shared.application.work import UNSEEN, Done, Work
from workflows.campaign import CoordinationType
from workflows.commands import ActOnHandoff, RequestHandoffs
from workflows.coordination import Handoff, check_recipients, takes, wrong_partner
from workflows.inputs import Wrong, read_inputs, read_text
from workflows.lead import Lead
from workflows.rejection import Reason, Rejected
from workflows.text import Text

REQUEST_FIELDS = ("urgency", "items", "due_on", "scheduled_at", "reason")


def request_handoffs(command: RequestHandoffs, work: Work) -> Done:
    """This will send one kind of work on a lead to one or more agencies at once.

    Raises Rejected: not the caller's lead, an unknown kind or agency, an agency the kind is not meant for, or a lead
    that has ended.
    """
    whole = work.lead(command.number, lock=True)
    definition = work.pinned(whole.definition_hash)
    _check_sender(work, whole)
    check_seen(work, command.expected_version, whole, whole)
    kinds = {kind.id: kind for kind in definition.coordination}
    known = [
        name for name, kind in kinds.items() if kind.carried_by is None and name not in definition.handed_off
    ]
    if command.type not in known:
        text = Text(
            f"没有这种协同事项，可选：{'、'.join(known)}", f"no such kind of work; known: {', '.join(known)}"
        )
        raise Rejected(Reason("unknown_type", text, "type"), kind="invalid")
    check_recipients(command.to, command.lead_agency, [agency.id for agency in definition.agencies])
    _check_partners(work, whole, command, kinds[command.type])
    fields = tuple(name for name in REQUEST_FIELDS if any(f.id == name for f in definition.fields))
    given = read_inputs(definition, fields, command.given)
    _check_day(work, given.get("due_on"))
    try:
        request = read_text(command.request)
    except Wrong as wrong:
        raise Rejected(Reason(wrong.code, wrong.text, "request"), kind="invalid") from None
    check_texts(work, whole.id, {"request": request})
    check_texts(work, whole.id, given, "given/")
    along = _along(work, whole, command.materials)
    sent = send(
        work,
        whole,
        command.type,
        command.to,
        host=command.lead_agency,
        request=request,
        sender=work.by.agency_id,
        attributes={"urgency": whole.intake.urgency, **given},
        materials=along,
    )
    return Done(
        "handoff", sent[0].id, whole.number, created=True, version=1, extra={"ids": [h.id for h in sent]}
    )


def _check_day(work: Work, due_on: date | None) -> None:
    if due_on is not None and due_on < work.today:
        text = Text("约定办结日期不能早于今天", "the day agreed cannot lie in the past")
        raise Rejected(Reason("range", text, "given/due_on"), kind="invalid")


def _along(work: Work, whole: Lead, names: tuple[str, ...]) -> list[Row]:
    """The lead's files that go along, so that the receivers see them too."""
    there, sight = {row["id"]: row for row in work.uow.materials.of_lead(whole.id)}, sight_of(work, whole)
    text = Text("这条线索没有这份材料", "the lead has no such material")
    faults = [
        Reason("unknown_material", text, f"materials/{index}")
        for index, name in enumerate(names)
        if name not in there or not sight.material(there[name])
    ]
    if faults:
        raise Rejected(*faults, kind="invalid")
    return [there[name] for name in dict.fromkeys(names)]


def _check_sender(work: Work, whole: Lead) -> None:
    """Work on a lead is asked by whoever holds it, or by the office."""
    definition = work.pinned(whole.definition_hash)
    holds = work.by.agency_id in {whole.lead_agency, definition.office.id}
    if not (holds and work.may("ask_partners")):
        text = Text(
            f"只有承办单位或{definition.office.short}可以发起协同",
            "only the unit that holds the lead, or the office, may ask",
        )
        raise Rejected(Reason("not_holder", text), kind="forbidden")
    if whole.state in matters.final_states(definition, "lead"):
        state = definition.lifecycles["lead"].state(whole.state).name
        text = Text(
            f"线索{state.zh}，不能再发起协同",
            f"the lead has ended ({whole.state}); nothing can be asked on it",
        )
        raise Rejected(Reason("lead_ended", text))


def _check_partners(work: Work, whole: Lead, command: RequestHandoffs, kind: CoordinationType) -> None:
    definition, faults = work.pinned(whole.definition_hash), []
    for index, agency_id in enumerate(command.to):
        heir = definition.heir(agency_id)
        if heir != agency_id:
            text = Text(f"该单位已由 {heir} 承继", f"that agency was succeeded by {heir}")
            faults.append(Reason("agency_ended", text, f"to/{index}"))
            continue
        if agency_id == work.by.agency_id:
            text = Text("不能交给本单位", "an agency cannot ask itself")
            faults.append(Reason("same_agency", text, f"to/{index}"))
        elif not takes(definition, kind, agency_id):
            faults.append(wrong_partner(definition, kind, agency_id, f"to/{index}"))
    if faults:
        raise Rejected(*faults, kind="invalid")


def handoff(work: Work, handoff_id: str) -> Handoff:
    """This will find a handoff: for its sender, its receiver, who holds the lead, or the office. Raises Rejected (missing)."""
    found = work.uow.handoffs.get(handoff_id)
    if found is None or found.campaign_id != work.campaign.id:
        raise Rejected(UNSEEN, kind="missing")
    takes_part = work.sees_everything or work.own_agencies & {found.from_agency, found.to_agency}
    if not takes_part and not holds(work, found.lead_id):
        raise Rejected(UNSEEN, kind="missing")
    return found


def act_on_handoff(command: ActOnHandoff, work: Work) -> Done:
    """This will take one step of a handoff. Raises Rejected."""
    whole = lead_of(work, handoff(work, command.handoff_id).lead_id)
    value = handoff(work, command.handoff_id)
    check_seen(work, command.expected_version, value, whole)
    try:
        after = act(work, HANDOFF, value, command.trigger, command.given, command.occurred_at)
    except Rejected as refusal:
        raise explained(work, refusal, value, whole) from None
    return Done("handoff", after.id, whole.number, version=after.version)
