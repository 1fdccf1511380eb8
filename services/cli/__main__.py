"""So that `python -m services.cli` is `xunxian`."""

from __future__ import annotations

import sys

from services.cli.main import main

sys.exit(main())
