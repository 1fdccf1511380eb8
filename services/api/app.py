"""create_app(): the application factory of the HTTP process.

Promises: an application stands on one system and nothing global. `describe()` gives the interface's
description without any.
"""

from __future__ import annotations

from flask import Flask

from services.api import auth, edge, openapi, pages, problems
from services.api.accounts import accounts
from services.api.administration import administration
from services.api.arrangements import arrangements
from services.api.audit import audit
from services.api.calendars import calendars
from services.api.campaign import campaign, definitions
from services.api.clock import clock
from services.api.deadlines import deadlines
from services.api.events import events
from services.api.figures import figures
from services.api.handoffs import handoffs
from services.api.health import health
from services.api.identities import identities
from services.api.items import items
from services.api.leads import leads
from services.api.letters import letters
from services.api.links import links
from services.api.materials import materials
from services.api.openings import openings
from services.api.orders import orders
from services.api.parties import parties
from services.api.records import records
from services.api.report_forms import report_forms
from services.api.reports import reports
from services.api.saved_views import saved_views
from services.api.search import search
from services.api.successions import successions
from services.api.tips import calls, tips
from services.api.transfers import transfers
from services.api.what_if import what_if
from shared.bootstrap import System, build_system

NOUNS = (
    leads, links, identities, tips, calls, materials, items, parties, handoffs, transfers, orders,
    deadlines, calendars, records, reports, report_forms, figures, letters, campaign, definitions, clock,
    openings, accounts, arrangements, successions, administration, audit, what_if, saved_views, search,
    events, health,
)  # fmt: skip


def create_app(system: System | None = None) -> Flask:
    """This will build the application on `system`, by default one of the environment's settings.

    Raises BadSettings when the environment does not say what is needed.
    """
    app = Flask("xunxian", static_folder=None)
    openapi.register(app, NOUNS)
    system = system or build_system()
    app.extensions["xunxian"] = system
    app.config["TRUSTED_HOSTS"] = list(system.settings.trusted_hosts)
    edge.register(app)
    auth.register(app)
    problems.register(app)
    pages.register(app)
    return app


def describe() -> str:
    """This will write the OpenAPI document, byte for byte what is served at /v1/openapi.json."""
    return openapi.written(NOUNS)
