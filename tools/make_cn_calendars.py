"""Writes workflows/calendars/cn/<year>.toml from the package chinesecalendar (a development dependency).

    .venv/bin/python tools/make_cn_calendars.py

The dates are facts; each file names the State Council notice they come from, as the package records it.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from chinese_calendar import constants

FOLDER = Path(__file__).parent.parent / "workflows" / "calendars" / "cn"
ADDRESSES = {
    2006: ["www.gov.cn/jrzg/2005-12/22/content_133837.htm"],
    2007: ["www.gov.cn/fwxx/sh/2006-12/18/content_471877.htm"],
    2008: ["www.gov.cn/zwgk/2007-12/18/content_837184.htm"],
    2009: ["www.gov.cn/zwgk/2008-12/10/content_1174014.htm"],
    2010: ["www.gov.cn/zwgk/2009-12/08/content_1482691.htm"],
    2011: ["www.gov.cn/zwgk/2010-12/10/content_1762643.htm"],
    2012: ["www.gov.cn/zwgk/2011-12/06/content_2012097.htm"],
    2013: ["www.gov.cn/zwgk/2012-12/10/content_2286598.htm"],
    2014: ["www.gov.cn/zwgk/2013-12/11/content_2546204.htm"],
    2015: [
        "www.gov.cn/zhengce/content/2014-12/16/content_9302.htm",
        "www.gov.cn/zhengce/content/2015-05/13/content_9742.htm",
    ],
    2016: ["www.gov.cn/zhengce/content/2015-12/10/content_10394.htm"],
    2017: ["www.gov.cn/zhengce/content/2016-12/01/content_5141603.htm"],
    2018: ["www.gov.cn/zhengce/content/2017-11/30/content_5243579.htm"],
    2019: [
        "www.gov.cn/xinwen/2018-12/06/content_5346287.htm",
        "www.gov.cn/zhengce/content/2019-03/22/content_5375877.htm",
    ],
    2020: [
        "www.gov.cn/zhengce/content/2019-11/21/content_5454164.htm",
        "www.gov.cn/zhengce/content/2020-01/27/content_5472352.htm",
    ],
    2021: ["www.gov.cn/zhengce/content/2020-11/25/content_5564127.htm"],
    2022: ["www.gov.cn/zhengce/content/2021-10/25/content_5644835.htm"],
    2023: ["www.gov.cn/zhengce/content/2022-12/08/content_5730844.htm"],
    2024: ["www.gov.cn/zhengce/content/202310/content_6911527.htm"],
    2025: ["www.gov.cn/zhengce/content/202411/content_6986382.htm"],
    2026: ["www.gov.cn/zhengce/content/202511/content_7047090.htm"],
}
NAMES = {holiday.value: (holiday.chinese, holiday.value) for holiday in constants.Holiday}


def source(year: int) -> str:
    """This will name where the dates of a year come from."""
    package = f"chinesecalendar {version('chinesecalendar')}"
    if year not in ADDRESSES:
        return f"{package}, cross-checked; notice not seen"
    return f"国务院办公厅关于{year}年部分节假日安排的通知({' ; '.join(ADDRESSES[year])}),经 {package} 核对"


def lines(key: str, days: dict[str, str], year: int) -> list[str]:
    """This will write one list of a year's file, a line for each day."""
    listed = [f"{key} = ["]
    for on in sorted(day for day in days if day.year == year):
        zh, en = NAMES[days[on]]
        moved = ", in_lieu = true" if key == "holidays" and on in constants.in_lieu_days else ""
        listed.append(f'  {{ date = {on}, name = {{ zh = "{zh}", en = "{en}" }}{moved} }},')
    return [*listed, "]"]


def main() -> None:
    """This will write every year's file anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for year in sorted({on.year for on in constants.holidays}):
        text = [
            "# Written by tools/make_cn_calendars.py; the format is described in docs/clock.md.",
            f"year = {year}",
            f'source = "{source(year)}"',
            "",
            *lines("holidays", constants.holidays, year),
            "",
            *lines("make_up_days", constants.workdays, year),
        ]
        (FOLDER / f"{year}.toml").write_text("\n".join(text) + "\n", "utf-8")


if __name__ == "__main__":
    main()
