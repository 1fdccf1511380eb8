"""What an agency that only helps may know of a lead: a fixed set of fields, and nothing that leads to the reporter.

Default deny: what is not named here is not shown. The same set makes the copy whose hash is kept when work is handed
over, so that both sides can show later what was shared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from workflows.coordination import Handoff
from workflows.events import canonical
from workflows.lead import Lead

FROM_THE_PUBLIC = "群众举报"
FOUND_BY_STAFF = "执法人员发现"
STAFF, PUBLIC = "staff", "public"
"""`staff` is the word for a lead without a reporter; every other kind of reporter is shown to helpers as `public`."""

SHARED_INTAKE = (
    "title",
    "description",
    "place_type",
    "act",
    "township",
    "address",
    "products",
    "species",
    "pieces",
    "grams",
    "live_count",
    "estimated_value_yuan",
    "vehicles",
    "suspects",
    "act_on",
)
"""What a helper needs to find the place and the goods. How and when it was told, and by whom, is not among it."""

SHARED_ATTRIBUTES = ("urgency", "place_type", "act", "products")
SHARED_KEYS = frozenset(
    {
        "number",
        "id",
        "version",
        "state",
        "generation",
        "received_at",
        "lead_agency",
        "designated",
        "definition",
        "in_window",
        "allowed_actions",
    }
) | frozenset(SHARED_INTAKE)


def source_words(lead: Lead) -> str:
    """This will say where a lead came from as helpers may know it (policy; market-complaints art. 33)."""
    return FOUND_BY_STAFF if lead.intake.reporter_kind == STAFF else FROM_THE_PUBLIC


def reporter_kind(lead: Lead) -> str:
    """This will say whether there is a reporter, not which kind."""
    return STAFF if lead.intake.reporter_kind == STAFF else PUBLIC


def shared_fields(lead: Lead) -> dict[str, Any]:
    """This will give what of a lead goes with work that is handed over."""
    held = lead.attributes
    return {
        "number": lead.number,
        "source": source_words(lead),
        "reporter_kind": reporter_kind(lead),
        **{name: getattr(lead.intake, name) for name in SHARED_INTAKE},
        **{name: held[name] for name in SHARED_ATTRIBUTES if held.get(name) is not None},
        "urgency": held.get("urgency") or lead.intake.urgency,
    }


def shared_copy(lead: Lead, handoff: Handoff, materials: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """This will make the copy that goes with a handoff: the lead's shared fields, the request, and the materials."""
    asked = {name: value for name, value in handoff.attributes.items() if name not in _NOT_ASKED}
    return {
        "lead": shared_fields(lead),
        "handoff": {
            "id": handoff.id,
            "type": handoff.type,
            "from": handoff.from_agency,
            "to": handoff.to_agency,
            "role": handoff.role,
            "request": handoff.request,
            "asked": asked,
        },
        "materials": [{name: m[name] for name in ("name", "sha256", "size")} for m in materials],
    }


_NOT_ASKED = frozenset({"last_actor", "materials"})


def digest(copy: Mapping[str, Any]) -> str:
    """This will give the SHA-256 of a copy in its canonical form (sorted keys, no spaces, UTF-8), in hexadecimal."""
    return hashlib.sha256(canonical(copy).encode()).hexdigest()
