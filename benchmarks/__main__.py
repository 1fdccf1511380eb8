"""`python -m benchmarks [NAME …]`: a row of a Markdown table for each comparison; `--help` lists the names."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = {
    "arithmetic": "terms and their account, against counting day by day",
    "rules": "machines, decision tables, reading a definition, against the same by hand",
    "peers": "one guarded step against SpiffWorkflow and python-statemachine (requirements/benchmarks.txt)",
    "commands": "whole commands and the interface, against their bare SQL (DATABASE_URL)",
    "relay": "the outbox relay, against a bare pipeline of the broker (DATABASE_URL, REDIS_URL)",
    "sweep": "sweeping a million deadlines, against ten thousand (DATABASE_URL; minutes, 2 GB)",
}
HELP = """usage: python -m benchmarks [NAME ...]      all of them by default; exit code 1 when a goal is missed

{names}

  python -m benchmarks.reports    how long a period of 10,000 leads and 200 units takes to compile and to write

Method and results: benchmarks/README.md. Databases are made on the server DATABASE_URL names, and dropped."""


def main(wanted: list[str]) -> int:
    """This will run the benchmarks named, by default all; the exit code is 1 when a goal is missed, 2 for no such name."""
    names = "\n".join(f"  {name:<12}{said}" for name, said in NAMES.items())
    if {"-h", "--help"} & set(wanted):
        print(HELP.format(names=names))
        return 0
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; known:\n{names}", file=sys.stderr)
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
