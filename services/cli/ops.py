"""`xunxian ops`: what operators do before and beside the service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.cli.options import Json, noun
from services.cli.screen import FAILED, FINDING, Stopped, say, show_json, show_pairs, show_table

app = noun("运维：迁移、体检、状态、备份。Operations: migrate, doctor, status, backup.")


@app.command()
def migrate() -> None:
    """把数据库结构更新到本版本。Bring the database to this version's schema."""
    from services.cli.inside import find_settings
    from shared.application.ports import Unavailable
    from shared.bootstrap import migrate as to_head

    try:
        revision = to_head(find_settings())
    except Unavailable as gone:
        raise Stopped(1, "数据库连不上，请稍后再试。", "The database cannot be reached.") from gone
    say(f"数据库结构已是 {revision}。", f"The schema is at {revision}.")


@app.command()
def status(as_json: Json = False) -> None:
    """待办与积压。What waits to be done, in figures."""
    from services.cli.inside import opened_system

    with opened_system() as system:
        found = system.status()
    if as_json:
        show_json(found)
        return
    show_pairs((name, value) for name, value in sorted(found.items()))


@app.command("rotate-keys")
def rotate_keys() -> None:
    """换新的密封密钥并全部重新密封；旧密钥在备份过期后才可删除。Seal everything again with new keys."""
    from services.cli.inside import opened_system
    from shared.application.guarded import SealBroken

    with opened_system() as system:
        try:
            count = system.rotate_keys()
        except SealBroken as broken:
            raise Stopped(
                FINDING, f"有一项打不开（{broken}），其余照旧。", f"A value does not open: {broken}."
            ) from broken
    say(f"已用新密钥重新密封 {count} 项。", f"{count} values are sealed with new keys.")


@app.command("verify-materials")
def verify_materials(as_json: Json = False) -> None:
    """重新读取每份材料并核对校验值；有不符时退出码 3。Read every kept file again; exit 3 when one was altered."""
    from services.cli.inside import opened_system

    with opened_system() as system:
        faulty = system.verify_materials(at_once=True)
    if as_json:
        show_json({"ok": not faulty, "faulty": faulty})
    else:
        show_table(
            ["材料 material", "问题 fault", "SHA-256"], [(f["id"], f["fault"], f["sha256"]) for f in faulty]
        )
    if faulty:
        raise Stopped(
            FINDING, f"{len(faulty)} 份材料已损坏或缺失。", f"{len(faulty)} files are damaged or gone."
        )


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="新文件夹 a new folder")], as_json: Json = False
) -> None:
    """备份数据库和材料（不含密钥）。Back up the database and the files, not the keys."""
    from services.cli.inside import opened_system
    from shared.application.administration_ports import BACKUP, BackupFailed

    with opened_system() as system:
        try:
            made = system.back_up(folder)
        except BackupFailed as wrong:
            raise Stopped(FAILED, f"没有备份：{wrong}。", "Nothing was backed up.") from wrong
        system.beat(BACKUP)
    if as_json:
        show_json({"folder": str(made.folder), "bytes": made.bytes, "files": made.files, "rows": made.rows})
        return
    say(
        f"已备份到 {made.folder}：{made.rows} 行、{made.files} 个文件、{made.bytes / 1e6:.1f} MB。密钥不在其中，请另处保存。",
        f"Backed up to {made.folder}: {made.rows} rows, {made.files} files. Keep the keys elsewhere.",
    )
    say(f"验证：xunxian ops restore-check {made.folder}", "Prove it with restore-check.")


@app.command("restore-check")
def restore_check(
    folder: Annotated[
        Path, typer.Argument(help="备份的文件夹 the folder of a backup", exists=True, file_okay=False)
    ],
    as_json: Json = False,
) -> None:
    """把备份恢复到临时库核对，随后删除；不符时退出码 3。Restore a backup into a database of its own and compare."""
    from services.cli.inside import opened_system
    from shared.application.administration_ports import RESTORE_CHECK, BackupFailed

    with opened_system() as system:
        try:
            found = system.check_backup(folder)
        except BackupFailed as wrong:
            raise Stopped(FAILED, f"没有核对成：{wrong}。", "It could not be checked.") from wrong
        if not found.faults:
            system.beat(RESTORE_CHECK)
    if as_json:
        names = ("made_at", "rows", "files", "events")
        said = {name: getattr(found, name) for name in names}
        show_json({"ok": not found.faults, **said, "faults": list(found.faults)})
    if found.faults:
        lines = [f"  · {fault}" for fault in found.faults[:20]]
        more = [f"  · …（共 {len(found.faults)} 处）"] if len(found.faults) > 20 else []
        raise Stopped(FINDING, "\n".join(["备份有问题：", *lines, *more]), "The backup is not good.")
    say(
        f"备份可以恢复：{found.rows} 行、{found.files} 个文件、历史 {found.events} 条，全部相符。",
        f"It restores: {found.rows} rows, {found.files} files, {found.events} events, all as they were.",
    )


@app.command()
def doctor(as_json: Json = False) -> None:
    """体检：逐项检查，有问题时退出码 3。Check everything the service needs; exit 3 when something is wrong."""
    from services.cli.health import examine

    findings = examine()
    if as_json:
        show_json({"ok": all(f.ok for f in findings), "checks": [f.as_json() for f in findings]})
    else:
        show_table(
            ["", "检查 check", "结果 result"], [("✓" if f.ok else "✗", f.name, f.words) for f in findings]
        )
    wrong = sum(1 for f in findings if not f.ok)
    if wrong:
        raise Stopped(FINDING, f"{wrong} 项有问题。", f"{wrong} checks failed.")
