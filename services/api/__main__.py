"""`python -m services.api > docs/openapi.json` writes the description of the interface."""

from __future__ import annotations

import sys

from services.api.app import describe

sys.stdout.write(describe())
