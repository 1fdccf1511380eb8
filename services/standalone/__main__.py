"""`python -m services.standalone`: what `./run` becomes once the environment is there."""

from __future__ import annotations

import os
import sys

from services.standalone.options import parse_options
from services.standalone.plan import product
from services.standalone.start import ROOT, run

sys.exit(run(parse_options(sys.argv[1:], os.environ, ROOT), os.environ, product))
