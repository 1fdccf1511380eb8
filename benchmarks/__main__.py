"""`python -m benchmarks [arithmetic] [rules] [commands] [sweep]`: a row of a Markdown table for each comparison."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("arithmetic", "rules", "commands", "sweep")


def main(wanted: list[str]) -> int:
    """This will run the benchmarks named, by default all; the exit code is 1 when a goal is missed."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; known: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    print("| what | ours | compared with | ratio (lowest–highest) | goal | kept |\n|---|---|---|---|---|---|")
    met = True
    for name in wanted or NAMES:
        for result in import_module(f"benchmarks.{name}").run():
            print(result.line(), flush=True)
            met &= result.is_met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
