"""Files that came with a form, kept one by one."""

from __future__ import annotations

from dataclasses import replace

from flask import request
from werkzeug.datastructures import FileStorage

from services.api.pages.frame import caller, mark, perform, t
from workflows.guarded import AddMaterial
from workflows.rejection import Reason, Rejected
from workflows.text import Text


def chosen() -> list[FileStorage]:
    """This will list the files that were chosen; a field left empty is none."""
    return [file for file in request.files.getlist("file") if file.filename]


def keep(number: str, handoff_id: str | None = None) -> tuple[str, Rejected | None]:
    """Each file is kept by itself: the names of those that were, and why the others were not."""
    kept, faults, kind = [], [], "invalid"
    for place, file in enumerate(request.files.getlist("file") or [FileStorage()]):
        name = file.filename or ""
        command = AddMaterial(caller(), number, name, file.read(), handoff_id)
        refusal = perform(command, f"{request.form.get('key', '')}-{place}")
        if refusal is None:
            kept.append(name)
            continue
        kind = refusal.kind
        faults += [replace(reason, text=_of(name, reason.text)) for reason in refusal.reasons]
    if kept and faults:
        faults.append(replace(had("、".join(kept)), field=faults[-1].field))
    names = mark("list").join(kept) if len(kept) <= 3 else t("evidence.files", n=len(kept))
    return names, Rejected(*faults, kind=kind) if faults else None


def had(names: str) -> Reason:
    """This will say which files need not be chosen again."""
    return Reason("kept", Text(f"已上传：{names}", f"kept: {names}"))


def _of(name: str, why: Text) -> Text:
    return Text(f"{name}：{why.zh}", f"{name}: {why.en}") if name else why
