"""The people of the tests: one for each role of each agency, named by agency and role, all invented."""

from __future__ import annotations

from typing import Any

from workflows.campaign import CampaignDefinition

OFFICE_ROLES = (
    "intake",
    "office_staff",
    "office_director",
    "deputy_leader",
    "leader",
    "auditor",
    "administrator",
    "operator",
    "liaison",
    "unit_head",
)
UNIT_ROLES = ("liaison", "officer", "second_officer", "unit_head", "prosecutor")


def people_of(definition: CampaignDefinition) -> list[dict[str, Any]]:
    """Everyone who may act: "station_a.officer" is the officer of station_a."""
    known = {role.id for role in definition.roles}
    people = []
    for agency in definition.agencies:
        roles = OFFICE_ROLES if agency.office else UNIT_ROLES
        for role in roles:
            real = "officer" if role == "second_officer" else role
            if real in known:
                people.append(
                    {
                        "id": f"{agency.id}.{role}",
                        "name": f"{agency.short}·{role}",
                        "agency_id": agency.id,
                        "roles": [real],
                    }
                )
    return people
