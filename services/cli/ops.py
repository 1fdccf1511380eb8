"""`xunxian ops`: what operators do before and beside the service."""

from __future__ import annotations

from services.cli.options import Json, noun
from services.cli.screen import FINDING, Stopped, say, show_json, show_pairs, show_table

app = noun("运维：迁移、体检、状态。Operations: migrate, doctor, status.")


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
