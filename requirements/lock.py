"""Write the lock files from the lists of wishes: `python3 requirements/lock.py`.

Promises: each file names exact versions and the SHA-256 of every wheel that Linux on x86_64 or aarch64 with
CPython 3.11 to 3.13 can take, and nothing else: no address, no path, no other platform. Wheels only, so nothing is
ever compiled on the machine of a user. `dev.txt` keeps the versions of `runtime.txt`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from services.standalone.environment import uv_command  # noqa: E402  (the path stands first)

PYTHONS = frozenset({"cp311", "cp312", "cp313"})
MACHINES = ("x86_64", "aarch64")
PLATFORM = re.compile(r"^(?:manylinux_2_\d+|manylinux1|manylinux2010|manylinux2014|linux)_(?P<machine>\w+)$")
OLDEST_PYTHON = "3.11"
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wheel:
    """One file of a package, read from its name."""

    pythons: frozenset[str]
    abi: str
    machines: frozenset[str]
    sha256: str
    size: int

    def fits(self) -> bool:
        """This will say whether any machine we support can install the file."""
        return bool(self.machines) and any(self.fits_python(tag) for tag in PYTHONS)

    def fits_python(self, tag: str) -> bool:
        """This will say whether CPython `tag` (such as "cp311") can install the file."""
        if "py3" in self.pythons or tag in self.pythons:
            return True
        stable = [int(name[3:]) for name in self.pythons if name.startswith("cp3") and name[3:].isdigit()]
        return self.abi == "abi3" and any(minor <= int(tag[3:]) for minor in stable)


def read_wheel(entry: dict[str, object]) -> Wheel:
    """This will read one `wheels` entry of a lock in the standard format (PEP 751)."""
    name = str(entry.get("name") or str(entry["url"]).rsplit("/", 1)[1])
    python, abi, platform = name.removesuffix(".whl").split("-")[-3:]
    hashes = entry["hashes"]
    size = entry.get("size", 0)
    if not isinstance(hashes, dict) or not isinstance(size, int):
        raise SystemExit(f"{name}: the index gives no hash or size for this file")
    return Wheel(
        pythons=frozenset(python.split(".")),
        abi=abi,
        machines=_machines(platform),
        sha256=str(hashes["sha256"]),
        size=size,
    )


def _machines(platform: str) -> frozenset[str]:
    if platform == "any":
        return frozenset(MACHINES)
    found = (PLATFORM.match(part) for part in platform.split("."))
    return frozenset(match["machine"] for match in found if match and match["machine"] in MACHINES)


def lock(uv: list[str], wishes: list[Path], target: Path, keep: Path | None = None) -> None:
    """This will resolve the `wishes` and write `target`, with the versions of `keep` where it names them."""
    with tempfile.TemporaryDirectory() as folder:
        resolved = Path(folder) / "pylock.toml"
        subprocess.run(
            [
                *uv, "pip", "compile", "--quiet", "--no-config", "--universal", "--python-version", OLDEST_PYTHON,
                "--generate-hashes", "--only-binary", ":all:", "--format", "pylock.toml",
                *(["--constraints", str(keep)] if keep else []),
                "--output-file", str(resolved), *map(str, wishes),
            ],
            check=True,
        )  # fmt: skip
        packages = tomllib.loads(resolved.read_text("utf-8"))["packages"]
    target.write_text(render([package for package in packages if _is_for_linux(package)], wishes), "utf-8")


def _is_for_linux(package: dict[str, object]) -> bool:
    marker = str(package.get("marker", ""))
    return (
        "sys_platform == 'win32'" not in marker and "platform_python_implementation == 'PyPy'" not in marker
    )


def render(packages: list[dict[str, object]], wishes: list[Path]) -> str:
    """This will give the text of a lock file; it refuses a package that some supported machine could not install."""
    lines: list[str] = []
    download = 0
    for package in packages:
        entries = package.get("wheels")
        found = [read_wheel(entry) for entry in entries] if isinstance(entries, list) else []
        wheels = [wheel for wheel in found if wheel.fits()]
        _refuse_gaps(str(package["name"]), wheels)
        download += _best(wheels, "cp311", "x86_64")
        marker = f" ; {package['marker']}" if "marker" in package else ""
        hashes = sorted({wheel.sha256 for wheel in wheels})
        pin = f"{package['name']}=={package['version']}{marker}"
        lines.append(" \\\n    ".join([pin, *map("--hash=sha256:{}".format, hashes)]))
    head = [
        f"# Made by requirements/lock.py from {' and '.join(wish.name for wish in wishes)}; do not edit.",
        f"# download: {len(lines)} packages, {round(download / MEBIBYTE)} MiB (x86_64, CPython 3.11)",
    ]
    return "\n".join([*head, *lines]) + "\n"


def _refuse_gaps(name: str, wheels: list[Wheel]) -> None:
    for machine in MACHINES:
        for python in sorted(PYTHONS):
            if not _best(wheels, python, machine, missing=-1) >= 0:
                raise SystemExit(
                    f"{name} has no wheel for {python} on {machine}: choose another version or package"
                )


def _best(wheels: list[Wheel], python: str, machine: str, missing: int = 0) -> int:
    sizes = [wheel.size for wheel in wheels if machine in wheel.machines and wheel.fits_python(python)]
    return min(sizes, default=missing)


def main() -> None:
    """This will write bootstrap.txt, runtime.txt, dev.txt and benchmarks.txt anew."""
    uv = uv_command(ROOT)
    runtime = HERE / "runtime.txt"
    lock(uv, [HERE / "bootstrap.in"], HERE / "bootstrap.txt")
    lock(uv, [HERE / "runtime.in"], runtime)
    lock(uv, [HERE / "runtime.in", HERE / "dev.in"], HERE / "dev.txt", keep=runtime)
    lock(uv, [HERE / "benchmarks.in"], HERE / "benchmarks.txt", keep=HERE / "dev.txt")


if __name__ == "__main__":
    main()
