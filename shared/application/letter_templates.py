"""Templates of letters an office makes its own: kept version by version, and given up for the shipped words again."""

from __future__ import annotations

import hashlib
from typing import Any

from shared.application import matters
from shared.application.happenings import record
from shared.application.work import UNSEEN, Done, Work
from workflows.events import Event
from workflows.letter_acts import KeepTemplate
from workflows.letters import TEMPLATES, written
from workflows.rejection import Rejected
from workflows.text import Text

DUTY = "compile_reports"


def keep_template(command: KeepTemplate, work: Work) -> Done:
    """This will keep a checked template as the office's own, or with no content go back to the shipped words.

    The same again changes nothing. Raises Rejected: not the office (forbidden), no such letter (missing).
    """
    work.demand(DUTY)
    if command.kind not in TEMPLATES:
        raise Rejected(UNSEEN, kind="missing")
    before = work.uow.letters.template(work.campaign.id, command.kind)
    sha256 = None if command.content is None else hashlib.sha256(command.content).hexdigest()
    version = int(before["version"]) if before is not None else 0
    if sha256 == (before["sha256"] if before is not None else None):
        return Done("template", command.kind, version=version)
    row = {
        "campaign_id": work.campaign.id,
        "kind": command.kind,
        "version": version + 1,
        "content": command.content,
        "sha256": sha256,
        "changed_by": work.by.person_id,
        "changed_at": work.at,
    }
    work.uow.letters.keep(row)
    data = {"kind": command.kind, "version": version + 1, "sha256": sha256}
    event = Event(
        "letter.template_changed", "campaign", work.campaign.id, work.at, data, reason=command.reason
    )
    record(work, matters.of_campaign(work), event)
    return Done("template", command.kind, created=True, version=version + 1)


def own_template(work: Work, kind: str) -> bytes | None:
    """This will give the office's own template of a letter; None where the shipped words stand."""
    found = work.uow.letters.template(work.campaign.id, kind)
    return None if found is None or found["content"] is None else bytes(found["content"])


def template(work: Work, kind: str) -> bytes | None:
    """This will give the office's own template to whoever keeps templates. Raises Rejected (missing, forbidden)."""
    work.demand(DUTY)
    if kind not in TEMPLATES:
        raise Rejected(UNSEEN, kind="missing")
    return own_template(work, kind)


def templates(work: Work) -> dict[str, Any]:
    """This will list the letters there are, whether each has the office's own words, and the names its template may use."""
    items = []
    for kind in written(work.definition):
        found = work.uow.letters.template(work.campaign.id, kind.id)
        lists = {f"{held}.{part}": text for held, parts in kind.lists.items() for part, text in parts.items()}
        items.append(
            {
                "kind": kind.id,
                "name": _words(kind.name),
                "own": found is not None and found["content"] is not None,
                "version": found["version"] if found is not None else 0,
                "sha256": found["sha256"] if found is not None else None,
                "placeholders": [
                    {"name": name, "meaning": _words(text)} for name, text in {**kind.fields, **lists}.items()
                ],
                "href": f"/v1/letter-templates/{kind.id}.docx",
            }
        )
    return {"items": items}


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
