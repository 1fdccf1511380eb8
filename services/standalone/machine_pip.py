"""The machine's own Python and pip: how they are called, and what pip's configuration means to uv.

Promises: the standard library alone; whatever pip is told on this machine about where packages come from (index, mirror,
wheel folder, certificate, proxy) reaches uv too, and what a user set for uv himself stays.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def interpreter() -> str:
    """This will return the machine's own Python, also when we run in some virtual environment (which may lack pip)."""
    own = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return str(own) if own.exists() else sys.executable


def pip_environment() -> dict[str, str]:
    """This will return the environment for pip: a user's habits about where things go stay out of this installation."""
    return {**os.environ, "PIP_REQUIRE_VIRTUALENV": "0", "PIP_USER": "0"}


def pip_command() -> list[str]:
    """This will return the command that starts the machine's pip."""
    return [interpreter(), "-m", "pip", "--disable-pip-version-check"]


def pip_configuration() -> dict[str, str]:
    """This will return pip's settings on this machine by option name (such as "index-url"), the environment winning."""
    command = [*pip_command(), "config", "list"]
    listed = subprocess.run(
        command, env=pip_environment(), capture_output=True, text=True, check=False
    ).stdout
    return read_pip_configuration(listed)


def read_pip_configuration(listed: str) -> dict[str, str]:
    """This will read what `pip config list` printed; pip ranks environment over [install] over [global]."""
    rank = {"global": 0, "install": 1, ":env:": 2}
    found: dict[str, tuple[int, str]] = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        if section in rank and rank[section] >= found.get(option, (-1, ""))[0]:
            found[option] = (rank[section], str(ast.literal_eval(value)))
    return {option: value for option, (_, value) in found.items()}


def uv_settings(pip: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """This will translate pip's settings into uv's environment variables; those already set in `environment` stay."""
    certificate = (
        pip.get("cert") or environment.get("REQUESTS_CA_BUNDLE") or environment.get("CURL_CA_BUNDLE")
    )
    several = {name: pip.get(name, "").split() for name in ("extra-index-url", "find-links", "trusted-host")}
    settings = {
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": " ".join(several["extra-index-url"]),
        "UV_FIND_LINKS": ",".join(several["find-links"]),
        "UV_INSECURE_HOST": " ".join(several["trusted-host"]),
        "UV_NO_INDEX": "1" if pip.get("no-index", "").lower() in {"1", "true", "yes", "on"} else "",
        "UV_HTTP_TIMEOUT": pip.get("default-timeout", pip.get("timeout", "")),
        "SSL_CERT_FILE": certificate or "",
        # pip trusts what the machine trusts, such as the root of an office's proxy; uv of itself only what it carries.
        "UV_SYSTEM_CERTS": "" if certificate else "1",
        "HTTPS_PROXY": pip.get("proxy", ""),
        # pip looks in every index and takes what fits; the hashes make that safe.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    return {name: value for name, value in settings.items() if value and name not in environment}
