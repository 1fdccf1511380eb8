"""Charts: the same values, the same picture; every number beside its bar and in words; nothing anybody wrote is markup."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from workflows.charts import Bar, bars

SVG = "{http://www.w3.org/2000/svg}"
values = st.none() | st.decimals(0, 10**9, places=3)


@given(
    st.text(max_size=20),
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12), values
        ),
        max_size=20,
    ),
)
def test_a_chart_is_well_formed_and_says_every_number(title, rows):
    title = "".join(c for c in title if c.isprintable())
    chart = bars(title, "件", [Bar(name, value) for name, value in rows])
    assert chart == bars(title, "件", [Bar(name, value) for name, value in rows])
    root = ET.fromstring(chart.svg)
    bars_drawn = root.findall(f"{SVG}rect")
    assert len(bars_drawn) <= sum(bool(value) for _, value in rows)
    assert all(0 < float(bar.get("width")) <= 370 for bar in bars_drawn)
    assert (root.find(f"{SVG}desc").text or "") == chart.words


def test_a_figure_nobody_gave_is_a_dash_and_no_bar():
    chart = bars(
        "罚款", "万元", [Bar("北山站", Decimal("3.50")), Bar("南坡站", None), Bar("河湾站", Decimal(0))]
    )
    assert chart.words == "罚款：北山站 3.5万元；南坡站 —；河湾站 0万元"
    assert chart.svg.count("<rect") == 1
    assert ">—<" in chart.svg


def test_words_are_never_markup():
    assert "<script>" not in bars("<script>", "&", [Bar('"><script>', Decimal(1))]).svg
