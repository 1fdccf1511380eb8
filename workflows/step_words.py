"""What the machines say to people when a step cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.campaign import Actor, CampaignDefinition, Guard, Lifecycle, Transition
from workflows.facts import FACTS
from workflows.rejection import Reason
from workflows.text import Text

SUBJECTS = {
    "lead": Text("线索", "lead"),
    "handoff": Text("协作事项", "handoff"),
    "transfer": Text("案件移送", "transfer"),
    "order": Text("督办函", "order"),
    "report": Text("报告", "report"),
}

RELATIONS = {
    "lead_agency": Text("承办单位", "the lead agency"),
    "sender": Text("发出单位", "the sending agency"),
    "receiver": Text("接收单位", "the receiving agency"),
    "holder": Text("责任单位", "the agency holding the clock"),
    "any": Text("任何单位", "any agency"),
    "system": Text("系统", "the system"),
}

_NAMES_ITS_AGENCY = 3
"""So many characters in common say which agency a role belongs to."""


def post(agency: str, role: str) -> str:
    """This will name a post in Chinese by its agency and its role, saying once what both of them say.

    办公室 and 办公室主任 are 办公室主任; a role that begins as its agency does (领导小组办公室, 领导小组组长) needs no agency.
    """
    same = next((n for n, (a, b) in enumerate(zip(agency, role, strict=False)) if a != b), len(role))
    if same >= _NAMES_ITS_AGENCY:
        return role
    shared = next((n for n in range(len(role), 0, -1) if agency.endswith(role[:n])), 0)
    return agency + role[shared:]


def who_may(definition: CampaignDefinition, actors: tuple[Actor, ...]) -> Text:
    """This will name those who may act: their agency and their roles, each agency once. The office goes by the name the
    campaign gives it.
    """
    names = {role.id: role.name for role in definition.roles}
    office = definition.office.name.zh.partition("（")[0]
    system, agencies = RELATIONS["system"], {**RELATIONS, "office": Text(office, "the office")}
    together: dict[str, list[Text]] = {}
    for actor in actors:
        together.setdefault(actor.relation, []).append(names.get(actor.role, system))
    zh, en = [], []
    for relation, roles in together.items():
        if relation == "system":
            zh.append(system.zh)
            en.append(system.en or "")
            continue
        agency = agencies[relation]
        first, *others = (post(agency.zh, role.in_language("zh")) for role in roles)
        zh.append("、".join([first, *(one.removeprefix(agency.zh) for one in others)]))
        en.append(f"{', '.join(role.in_language('en') for role in roles)} of {agency.en}")
    between = "；" if len(actors) > len(together) else "、"
    return Text(between.join(zh), "; ".join(en))


def naming(definition: CampaignDefinition, subject: str, guard: Guard, facts: Mapping[str, object]) -> Text:
    """This will give the sentence of a guard that fails, with what is there and must not be: which work is open, say."""
    found = [f for f in guard.condition.explain(facts) if f.operator == "absent" and f.wanted and not f.holds]
    zh: list[str] = []
    en: list[str] = []
    for finding in found:
        kind = FACTS[subject].get(finding.fact)
        for one in finding.actual if isinstance(finding.actual, (list, tuple)) else ():
            word = definition.word(kind.values, str(one)) if kind is not None and kind.values else None
            name = word.name if word is not None else Text(str(one))
            zh.append(name.zh)
            en.append(name.in_language("en"))
    if not zh:
        return guard.reason
    return Text(f"{guard.reason.zh}：{'、'.join(zh)}", f"{guard.reason.in_language('en')}: {', '.join(en)}")


def not_allowed(definition: CampaignDefinition, transition: Transition) -> Reason:
    """This will say that somebody else takes this step, and who."""
    who, name = who_may(definition, transition.by), transition.name
    text = Text(f"“{name.zh}”由{who.zh}办理", f"{name.in_language('en')!r} is for {who.en}")
    return Reason("not_allowed", text)


def missing_input(definition: CampaignDefinition, field_id: str) -> Reason:
    """This will ask for an input the step needs."""
    name = definition.field(field_id).name
    return Reason(
        "missing_input",
        Text(f"须填写{name.zh}", f"{name.in_language('en')} is required"),
        f"given/{field_id}",
    )


def nothing_to_resume() -> Reason:
    """This will say that no earlier state is remembered to go back to."""
    return Reason("nothing_to_resume", Text("没有可恢复的原状态", "there is no earlier state to go back to"))


def no_such_trigger(lifecycle: Lifecycle, trigger: str) -> Reason:
    """This will say that the machine knows no such step."""
    what = SUBJECTS[lifecycle.subject]
    text = Text(f"{what.zh}没有“{trigger}”这一步骤", f"a {what.en} has no step {trigger!r}")
    return Reason("unknown_trigger", text, "trigger")


def not_from_here(lifecycle: Lifecycle, state: str, trigger: str, possible: tuple[Transition, ...]) -> Reason:
    """This will say that the step does not leave this state, from which it does, and what the caller can do instead."""
    what, now = SUBJECTS[lifecycle.subject], lifecycle.state(state).name
    steps = [t for t in lifecycle.transitions if t.trigger == trigger]
    sources = [lifecycle.state(s).name for t in steps for s in t.sources]
    name = steps[0].name
    text = Text(
        f"{what.zh}处于“{now.zh}”，不能“{name.zh}”；该步骤须在“{'”“'.join(s.zh for s in sources)}”时办理",
        f"a {what.en} that is {now.in_language('en')!r} cannot {name.in_language('en')!r}; that step leaves "
        + ", ".join(repr(s.in_language("en")) for s in sources),
    )
    zh = "、".join(t.name.zh for t in possible) or "无"
    en = ", ".join(t.name.in_language("en") for t in possible) or "nothing"
    return Reason("wrong_state", text, None, Text(f"你现在可以：{zh}", f"you can now: {en}"))
