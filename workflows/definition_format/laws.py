"""Reads the titles of the laws that sources of a definition go by short names of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workflows.definition_format.table import Table

_SHORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def read_laws(root: Table) -> Mapping[str, str]:
    """This will read `laws`: short name to title; documents name the title where a source says `law <short name>`."""
    table = root.optional_table("laws")
    if table is None:
        return {}
    found = {}
    for name, _ in root.members("laws"):
        if not _SHORT.fullmatch(name):
            table.refuse(
                None, "bad_id", "简称只能含字母、数字、_、-", "a short name holds letters, digits, _ and -"
            )
            table.raw(name)
        else:
            found[name] = table.text(name)
    table.done()
    return found
