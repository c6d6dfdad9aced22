# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One ansible-core of the matrix: ansible-test on a staged copy of the collection, and the acceptance tests."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import nox

from .environments import INSIDE, ROOT, environment, find_python, lock, main_environment, run, run_and_read

# ansible-core, and the Pythons that its controller supports, in order of preference
CORES = {
    "2.15": ("3.9", "3.10", "3.11"),
    "2.16": ("3.11", "3.10", "3.12"),
    "2.17": ("3.12", "3.11", "3.10"),
    "2.18": ("3.12", "3.13", "3.11"),
    "2.19": ("3.13", "3.12", "3.11"),
    "2.20": ("3.13", "3.14", "3.12"),
    "2.21": ("3.14", "3.13", "3.12"),
    "2.22": ("3.14", "3.13"),
}
PRE_RELEASES = {"2.22": "2.22.0rc1"}
PARTS = ("sanity", "units", "integration", "acceptance")
ACCEPTANCE_CORES = ("2.15", "2.21", "2.22")
# Before ansible-core 2.19, templates returned other types, depending on the setting jinja2_native.
OLD_CORES = ("2.15", "2.18")

# ansible-test downloads get-pip from a host of its project. This replacement uses the pip of the interpreter, and with
# it the configured package index.
GET_PIP = """\
import subprocess
import sys

arguments = [item for item in sys.argv[1:] if item not in ("--no-setuptools", "--no-wheel")]
pip = [sys.executable, "-m", "pip"]
if subprocess.call(pip + ["--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
    subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
sys.exit(subprocess.call(pip + ["install", "-q", "--upgrade"] + arguments))
"""


def outside() -> Path:
    """A folder for this checkout outside any git tree: inside one, ansible-test would skip all files as ignored."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if not os.access(base if base.exists() else base.parent, os.W_OK):
        base = Path(tempfile.gettempdir())
    return base / "huaweicloud.kafka" / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]


def _stage(place: Path) -> Path:
    """Copy what git would commit to place/ansible_collections/huaweicloud/kafka and return that folder."""
    target = place / INSIDE
    shutil.rmtree(place / "ansible_collections", ignore_errors=True)
    target.mkdir(parents=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    for name in filter(None, os.fsdecode(subprocess.check_output(command, cwd=ROOT)).split("\0")):
        source = ROOT / name
        if source.is_symlink() or source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name, follow_symlinks=False)
    if not (target / "galaxy.yml").is_file():
        raise RuntimeError(f"no collection was staged from {ROOT}")
    return target


def _home(place: Path, tools: Path) -> Path:
    """A home for ansible-test with the replacement of get-pip, and links to the user's pip settings and cache."""
    home = place / "home"
    (home / ".config").mkdir(parents=True, exist_ok=True)
    for name in (".config/pip", ".pip", ".cache"):
        real, linked = Path.home() / name, home / name
        if real.exists() and not linked.is_symlink():
            linked.symlink_to(real)
    source = next((tools.parent / "lib").glob("python3*/site-packages/ansible_test/_internal/python_requirements.py"))
    downloads = home / ".ansible" / "test" / "cache"
    downloads.mkdir(parents=True, exist_ok=True)
    for version in set(re.findall(r"\bpip='([0-9.]+)'", source.read_text(encoding="utf-8"))):
        (downloads / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP, encoding="utf-8")
    return home


def _ansible_test(session: nox.Session, tools: Path, place: Path, *arguments: str) -> bool:
    """Run a command of ansible-test on the staged copy; return whether it ran tests and they passed."""
    dropped = dict.fromkeys(("ANSIBLE_HOME", "ANSIBLE_CONFIG", "PYTHONDONTWRITEBYTECODE", "XDG_CACHE_HOME"))
    env = {"HOME": str(_home(place, tools)), "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", **dropped}
    command = [str(tools / "ansible-test"), *arguments, "--color", "no"]
    code, log = run_and_read(session, command, cwd=place / "collections" / INSIDE, env=env)
    if "All targets skipped" in log:
        session.log(f"ansible-test {arguments[0]} skipped everything, but exits with 0")
        return False
    return code == 0


def _core_environment(session: nox.Session, core: str, python: str) -> Path:
    wanted = f"ansible-core~={PRE_RELEASES.get(core, core + '.0')}"
    return environment(session, f"core-{core}", wanted, group="core", python=python)


def old_core(session: nox.Session) -> dict[str, str]:
    """Return the variable with the ``ansible-playbook`` of an old ansible-core; none if no Python for one is installed."""
    for core in OLD_CORES:
        python = find_python(CORES[core])
        if python:
            return {"OLD_ANSIBLE_PLAYBOOK": str(_core_environment(session, core, python) / "ansible-playbook")}
    session.log(f"no test runs on an old ansible-core: it needs Python {' or '.join(CORES[OLD_CORES[-1]])}")
    return {}


def run_core(session: nox.Session, core: str, parts: list[str]) -> None:
    """Run *parts*, by default all, on one ansible-core."""
    parts = parts or [part for part in PARTS if part != "acceptance" or core in ACCEPTANCE_CORES]
    unknown = set(parts) - set(PARTS)
    if unknown:
        session.error(f"unknown parts: {', '.join(sorted(unknown))}; valid are {', '.join(PARTS)}")
    python = find_python(CORES[core])
    if not python:
        session.skip(f"ansible-core {core} needs Python {' or '.join(sorted(CORES[core]))}; none is installed")
    show_version = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    version = subprocess.check_output(show_version, text=True).strip()
    session.log(f"ansible-core {core} on Python {version}")
    tools = _core_environment(session, core, python)
    main = main_environment(session) if {"integration", "acceptance"} & set(parts) else None
    place = outside()
    failed = []
    with lock("stage"):
        target = _stage(place / "collections")
        if main:
            # ansible-test clears the environment, but reads this file as extra variables of its targets.
            config = f"---\nsimulator_python: {main / 'python'}\n"
            (target / "tests" / "integration" / "integration_config.yml").write_text(config, encoding="utf-8")
        for part in parts:
            virtual = [] if part == "sanity" else ["--venv", "--python", version]
            if part != "acceptance" and not _ansible_test(session, tools, place, part, *virtual):
                failed.append(part)
    if main and "acceptance" in parts:
        pytest = ["-m", "pytest", "-n", "auto", "--dist", "worksteal", "tests/acceptance"]
        try:
            run(session, main, "python", *pytest, ANSIBLE_PLAYBOOK=tools / "ansible-playbook")
        except nox.command.CommandFailed:
            failed.append("acceptance")
    if failed:
        session.error(f"ansible-core {core} on Python {version}: {', '.join(failed)} failed")
