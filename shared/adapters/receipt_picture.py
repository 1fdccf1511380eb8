"""The receipt of a tip as a picture to keep on a telephone. It is drawn in memory; no file of it is written.

Promises: the same words give the same bytes; they stand apart from the source that is set, so none of them is read as
markup.
"""

from __future__ import annotations

from pathlib import Path

_FONTS = Path(__file__).parent / "documents" / "fonts"
_DOTS_PER_INCH = 144
_SOURCE = b"""
#set page(width: 320pt, height: auto, margin: (x: 16pt, y: 18pt))
#set text(font: "Xunxian Sans", size: 13pt)
#set align(center)
#set par(leading: 0.6em)
#text(size: 15pt)[#sys.inputs.title]
#block(stroke: 1.5pt, radius: 4pt, inset: 12pt, width: 100%, above: 10pt, below: 10pt,
  text(size: 24pt, spacing: 170%, sys.inputs.receipt))
#text(size: 12pt)[#sys.inputs.address]
#linebreak()
#text(size: 11pt, fill: luma(70))[#sys.inputs.hint]
"""


def receipt_picture(receipt: str, title: str, address: str, hint: str) -> bytes:
    """This will draw a receipt as PNG: what it is, its digits, where it is used, what to mind."""
    import typst  # most processes draw none

    words = {"receipt": receipt, "title": title, "address": address, "hint": hint}
    pen = typst.Compiler(font_paths=[_FONTS], ignore_system_fonts=True, sys_inputs=words)
    drawn = pen.compile(_SOURCE, format="png", ppi=_DOTS_PER_INCH)
    assert isinstance(drawn, bytes), "it is one page"
    return drawn
