"""The pages people work in: server-rendered, through the same commands and reads as the interface for programs.

`frame.py` says how to add one.
"""

from __future__ import annotations

from flask import Flask

from services.api.pages import (
    compiling,
    filters,
    inbox,
    leads,
    orders,
    printing,
    reports,
    results,
    rules,
    search,
    sign_in,
    sim,
    tasks,
    wall,
)
from services.api.pages.frame import pages

FAMILIES = (
    filters,
    sign_in,
    inbox,
    leads,
    tasks,
    orders,
    wall,
    reports,
    compiling,
    results,
    printing,
    sim,
    rules,
    search,
)
"""Importing a family puts its pages on the blueprint."""


def register(app: Flask) -> None:
    """This will add the pages to an application."""
    app.register_blueprint(pages)


__all__ = ["FAMILIES", "register"]
