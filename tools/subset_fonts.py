"""Make the fonts of the PDF documents again: GB 2312 subsets of Noto CJK, renamed as the licence asks of changed fonts.

pip install fonttools
python tools/subset_fonts.py /usr/share/fonts/opentype/noto shared/adapters/documents/fonts
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection

FACES = {"NotoSerifCJK-Regular.ttc": "Xunxian Serif", "NotoSansCJK-Regular.ttc": "Xunxian Sans"}
SIMPLIFIED_CHINESE = 2  # the place of the SC face in Noto's collections
BEYOND_GB2312 = "–•…‰€©®™×÷°≤≥±−①②③④⑤⑥⑦⑧⑨⑩〔〕〇￥\u3000\ufffd\u00a0"


def characters() -> set[int]:
    """This will give the code points kept: printable ASCII, all of GB 2312, and marks of official documents."""
    kept = set(range(0x20, 0x7F)) | {ord(character) for character in BEYOND_GB2312}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            kept.update(map(ord, bytes([high, low]).decode("gb2312", errors="ignore")))
    return kept


def make(source: Path, family: str, target: Path) -> None:
    """This will write one subset under its own name."""
    font = TTCollection(source).fonts[SIMPLIFIED_CHINESE]
    options = Options()
    options.layout_features = ["kern", "palt", "halt", "vert"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    short = family.replace(" ", "")
    names = {1: family, 3: f"{short}-Regular", 4: f"{family} Regular", 6: f"{short}-Regular"}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    font["CFF "].cff.fontNames = [f"{short}-Regular"]
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(target / f"{short}-Regular.otf")


if __name__ == "__main__":
    folder, fonts = Path(sys.argv[1]), Path(sys.argv[2])
    for file_name, family_name in FACES.items():
        make(folder / file_name, family_name, fonts)
