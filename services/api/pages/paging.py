"""Which page of a long list an address asks for; the links beside it are the macro `paging` of `parts.html`."""

from __future__ import annotations

from flask import request

MOST = 100_000


def page_asked() -> int:
    """This will give the page the address asks for, counted from 1; the first where it asks for none there can be."""
    value = request.args.get("page", "1")
    return min(int(value), MOST) if value.isascii() and value.isdigit() and int(value) else 1
