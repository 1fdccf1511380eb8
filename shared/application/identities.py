"""Open who reported a lead: for a reason, by the few who may, and never without a trace."""

from __future__ import annotations

from shared.application import matters
from shared.application.acting import react
from shared.application.guarded import SealBroken
from shared.application.happenings import happen
from shared.application.work import UNSEEN, Done, Work
from workflows.events import Event
from workflows.guarded import OpenIdentity, SealAgain
from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected
from workflows.reporter import Reporter, check_unnamed
from workflows.text import Text


def may_open(work: Work) -> bool:
    """This will say whether the caller may open identities: the roles the campaign gives this duty, nobody else."""
    return work.may("open_identities")


def open_identity(command: OpenIdentity, work: Work) -> Done:
    """This will give who reported a lead, in `extra["identity"]` alone, and record who opened it and why.

    Raises Rejected: not one of the roles that may (forbidden, also where nothing is sealed), no such lead, nothing
    sealed, a blank reason or one that says who it was, or a seal that does not open (unready).
    """
    whole = work.lead(command.number, lock=True)
    work.demand("open_identities", "not_opener")
    try:
        reason = read_text(command.reason, 400)
    except Wrong as wrong:
        raise Rejected(Reason(wrong.code, wrong.text, "reason"), kind="invalid") from None
    try:
        known = work.uow.identities.open(whole.id)
    except SealBroken as broken:
        raise unopened(broken) from broken
    if known is None:
        raise Rejected(UNSEEN, kind="missing")
    check_unnamed(known, [("reason", reason)])
    event = Event("identity.opened", "identity", whole.id, work.at, {}, None, None, reason)
    happen(work, matters.of_lead(work, whole), event, react)
    return Done(
        "identity", whole.id, whole.number, version=whole.version, extra={"identity": Reporter(**known)}
    )


def unopened(broken: SealBroken) -> Rejected:
    """This will say that a seal does not open; which key is at fault stands in the operators' check."""
    text = Text(
        "密封内容无法打开，请联系运行维护人员", "the sealed content does not open; tell the operators"
    )
    return Rejected(Reason("seal_broken", text), kind="unready", details={"seal": str(broken)})


def seal_again(command: SealAgain, work: Work) -> Done:
    """This will seal a batch of values of older keys again; `version` is how many. Raises SealBroken."""
    sealed = (work.uow.identities, work.uow.parties, work.uow.tips, work.uow.factors)
    count = sum(kept.seal_again(command.limit) for kept in sealed)
    return Done("keys", "", version=count)
