"""A process with children that do not listen: it writes its own id and theirs to a file, then sleeps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


def main() -> None:
    children = [subprocess.Popen([sys.executable, "-c", STUBBORN]) for _ in range(2)]
    Path(sys.argv[1]).write_text(
        " ".join(map(str, [os.getpid(), *(child.pid for child in children)])), "ascii"
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    time.sleep(600)


if __name__ == "__main__":
    main()
