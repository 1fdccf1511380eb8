"""A campaign definition from a document, or every problem in it with its path.

The document is what TOML or JSON gives: tables, lists, texts, numbers, dates (in JSON as `2017-08-10`). It is read
strictly, checked whole, and named by the hash of its canonical form. `docs/campaigns.md` describes the format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from workflows.campaign import CampaignDefinition
from workflows.definition_format import (
    calendars,
    checks,
    duties,
    laws,
    machines,
    notices,
    people,
    reports,
    routing,
    schedule,
    tables,
    tips,
)
from workflows.definition_format.canonical import canonical, definition_hash
from workflows.definition_format.documents import parse_json, parse_toml
from workflows.definition_format.limits import MAXIMUM_BYTES, plain_document
from workflows.definition_format.names import Names, collect
from workflows.definition_format.table import Table
from workflows.problem import DefinitionProblems, Problem, Problems

__all__ = [
    "DefinitionProblems",
    "Problem",
    "canonical",
    "definition_hash",
    "parse_json",
    "parse_toml",
    "read_definition",
]

FORMAT = 1


def read_definition(document: Mapping[str, object], known_hash: str | None = None) -> CampaignDefinition:
    """This will turn a document into a definition.

    `known_hash` is the hash the document was stored under, if it was: a document that was changed since is refused.
    What was stored was checked when it was published, so it is read and not judged anew: a release that checks more
    than the one before goes on with the definitions that are at work.
    Raises DefinitionProblems with every problem found, never only the first.
    """
    problems = Problems()
    plain = plain_document(document, problems)
    if plain is None:
        raise DefinitionProblems(problems.listed())
    digest = _digest(plain, known_hash, problems) if len(problems) == 0 else ""
    names = collect(plain)
    definition = _read(plain, digest, names, problems)
    if known_hash is None:
        checks.check(definition, names, problems)
    if len(problems):
        raise DefinitionProblems(problems.listed())
    return definition


def _digest(plain: Mapping[str, object], known_hash: str | None, problems: Problems) -> str:
    written = canonical(plain)
    if len(written) > MAXIMUM_BYTES:
        kib = MAXIMUM_BYTES // 1024
        problems.add("", "too_large", f"定义超过 {kib} KiB", f"the definition is larger than {kib} KiB")
    digest = hashlib.sha256(written).hexdigest()
    if known_hash is not None and digest != known_hash:
        problems.add(
            "", "altered", "定义与登记的指纹不符", "the definition does not match the hash it is kept under"
        )
    return digest


def _read(plain: Mapping[str, object], digest: str, names: Names, problems: Problems) -> CampaignDefinition:
    root = Table(plain, "", problems)
    root.integer("format", FORMAT, FORMAT)
    head = people.read_head(root)
    results = root.optional_table("results") or Table({}, "results", problems)
    phases = people.read_phases(root)
    owed = reports.read_reports(root, names, phases, (head.starts_on, head.ends_on))
    definition = CampaignDefinition(
        id=head.id,
        version=head.version,
        title=head.title,
        short=head.short,
        time_zone=head.time_zone,
        starts_on=head.starts_on,
        ends_on=head.ends_on,
        lead_number=head.lead_number,
        source=head.source,
        hash=digest,
        basis=people.read_basis(root),
        phases=phases,
        agency_types=people.read_choices(root, "agency_types"),
        agencies=people.read_agencies(root, names),
        roles=people.read_roles(root),
        duties=duties.read_duties(root, names),
        vocabularies=people.read_vocabularies(root),
        fields=people.read_fields(root, names),
        lifecycles=machines.read_lifecycles(root, names),
        reactions=machines.read_reactions(root, names),
        coordination=machines.read_coordination(root, names),
        clocks=schedule.read_clocks(root, names, phases, (head.starts_on, head.ends_on)),
        ladders=schedule.read_ladders(root, names),
        routing=routing.read_routing(root, names),
        reports=owed.dated,
        special_reports=owed.special,
        record_kinds=tables.read_record_kinds(root, names),
        columns=tables.read_columns(results, names),
        checks=tables.read_checks(results, names),
        tips=tips.read_tips(root, names),
        laws=laws.read_laws(root),
        quiet_hours=schedule.read_quiet_hours(root),
        calendars=calendars.read_calendars(root),
        notices=notices.read_notices(root, names),
    )
    results.done()
    root.done()
    return definition
