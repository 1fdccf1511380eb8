"""Questions the pages ask beyond those of `queries`: whole screens, each read at one moment.

They take the work in progress first, change nothing, and show only what the caller may know, like `queries`; what they
give is JSON-ready too. One module per screen or two; what several show the same way is in `parts`.
"""

from __future__ import annotations

from shared.application.page_queries.lateness import lately, wall
from shared.application.page_queries.leads import lead_choices, lead_list, lead_page
from shared.application.page_queries.matters import deadline_page, order_page, task, transfer_page
from shared.application.page_queries.ordering import order_choices
from shared.application.page_queries.parts import PAGE, act_names, dressed, machine, rows, windows
from shared.application.page_queries.passing_on import to_take_back, triage
from shared.application.page_queries.rulebook import rules
from shared.application.page_queries.stride import foretold, stride
from shared.application.page_queries.surroundings import form_words, frame, office_days
from shared.application.page_queries.waiting import boxes, inbox
from shared.application.page_queries.week import week

__all__ = [
    "PAGE",
    "act_names",
    "boxes",
    "deadline_page",
    "dressed",
    "foretold",
    "form_words",
    "frame",
    "inbox",
    "lately",
    "lead_choices",
    "lead_list",
    "lead_page",
    "machine",
    "office_days",
    "order_choices",
    "order_page",
    "rows",
    "rules",
    "stride",
    "task",
    "to_take_back",
    "transfer_page",
    "triage",
    "wall",
    "week",
    "windows",
]
