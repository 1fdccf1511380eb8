"""How long a period of 10,000 leads and 200 units takes to compile and to write: `python -m benchmarks.reports`.

Pure rules and documents, no database: the records are made here. It prints seconds of processor time, the peak of
memory, and whether two runs gave the same bytes.
"""

from __future__ import annotations

import hashlib
import random
import resource
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

from shared.adapters.documents import render
from workflows.campaign import Agency, CampaignDefinition
from workflows.definition_format import parse_toml, read_definition
from workflows.reporting import Snapshot, Submission, compile_period
from workflows.text import Text

LEADS, UNITS, PERIOD = 10_000, 200, "2017-09"
_DEFINITION = (
    Path(__file__).parents[1] / "workflows" / "campaigns" / "yangshan-ivory-2017" / "definition.toml"
)
_ZONE = ZoneInfo("Asia/Shanghai")


def campaign() -> CampaignDefinition:
    """This will give the campaign of 2017 with two hundred reporting units."""
    shipped = read_definition(parse_toml(_DEFINITION.read_bytes()))
    units = tuple(
        Agency(
            f"unit_{n}",
            Text(f"第{n}林业工作站", f"Station {n}"),
            f"第{n}站",
            "forestry",
            "invented",
            reports=True,
        )
        for n in range(UNITS)
    )
    others = tuple(replace(agency, reports=False) for agency in shipped.agencies)
    return replace(shipped, agencies=(*others, *units))


def records(numbers: random.Random) -> list[dict[str, Any]]:
    """This will make 10,000 leads with an inspection each, and seizures and fines on some."""
    made: list[dict[str, Any]] = []
    for n in range(LEADS):
        unit, number = f"unit_{numbers.randrange(UNITS)}", f"YS-2017-{n:05d}"
        on = date(2017, 8, 10) + timedelta(days=numbers.randrange(39))
        moment = datetime(on.year, on.month, on.day, 9, tzinfo=_ZONE)
        about = {"number": number, "agency": unit, "act": "sell", "place_type": "antique_market"}
        made.append(
            {
                **about,
                "id": f"lead-{n}",
                "kind": "leads",
                "received_at": moment,
                "accepted_at": moment,
                "closed_at": moment,
                "reporter_kind": "anonymous",
            }
        )
        seen = {**about, "occurred_on": on}
        made.append(
            {
                **seen,
                "id": f"i-{n}",
                "kind": "inspection",
                "places": 2,
                "staff": 4,
                "inspection_method": "open",
            }
        )
        if n % 4 == 0:
            made.append(
                {
                    **seen,
                    "id": f"s-{n}",
                    "kind": "seizure",
                    "product": "ivory",
                    "grams": 41.5,
                    "pieces": 3,
                    "identified": True,
                }
            )
        if n % 5 == 0:
            made.append(
                {**seen, "id": f"f-{n}", "kind": "penalty", "penalty_kind": "fine", "amount_yuan": 2000}
            )
    return made


def submissions(definition: CampaignDefinition) -> list[Submission]:
    """This will have every unit report."""
    manual = {column.code: 3 for column in definition.columns if column.basis == "manual"}
    at = datetime(2017, 9, 17, 10, tzinfo=_ZONE)
    texts = {"work_done": "逐户检查，张贴公告。", "problems": "人手不足。"}
    return [
        Submission(f"unit_{n}", "stage", PERIOD, zero=False, submitted_at=at, texts=texts, figures=manual)
        for n in range(UNITS)
    ]


def compiled(
    definition: CampaignDefinition, ledger: list[dict[str, Any]], reports: list[Submission]
) -> Snapshot:
    """This will compile the period once."""
    at = datetime(2017, 9, 19, 8, tzinfo=_ZONE)
    rule = definition.report("stage", PERIOD)
    return compile_period(
        definition, rule, records=ledger, submissions=reports, at=at, version=1, previous=None
    )


def main() -> None:
    """This will print what each part takes."""
    definition, numbers = campaign(), random.Random(2017)
    ledger, reports = records(numbers), submissions(definition)
    print(f"{LEADS} leads, {len(ledger)} records, {UNITS} units, {len(definition.columns)} columns")
    began = process_time()
    first = compiled(definition, ledger, reports)
    print(f"compile  {process_time() - began:6.2f} s")
    numbers.shuffle(ledger)
    same = compiled(definition, ledger, reports).hash == first.hash
    print(f"the same from another order: {same}")
    for file_format in ("docx", "xlsx", "pdf"):
        began = process_time()
        content = render(first.document, file_format).content
        digest = hashlib.sha256(content).hexdigest()
        again = hashlib.sha256(render(first.document, file_format).content).hexdigest()
        spent = (process_time() - began) / 2
        print(
            f"{file_format:8} {spent:6.2f} s  {len(content) / 1024:7.0f} KiB  same bytes: {digest == again}"
        )
    print(f"memory   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MiB at most")


if __name__ == "__main__":
    main()
