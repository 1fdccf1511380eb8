"""Office files are zip archives: written again here so that equal content gives equal bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def reproducible(
    content: bytes, moment: str, parts: Mapping[str, Callable[[bytes], bytes]] | None = None
) -> bytes:
    """This will repack an office file without the time of packing; its properties say `moment` (UTC, ISO with Z).

    What `parts` does with the part it names is done first.
    """
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=6) as target:
        for name in source.namelist():
            part = source.read(name)
            if parts is not None and name in parts:
                part = parts[name](part)
            if name == "docProps/core.xml":
                part = _TIMES.sub(lambda match: match[1] + moment.encode() + match[3], part)
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            info.create_system = 3
            target.writestr(info, part)
    return packed.getvalue()
