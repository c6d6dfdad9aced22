# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environments of the nox sessions: programs, variables and locks.

Sessions share environments (demo, test and simulator need the same one), and an environment is reinstalled only when
its requirements change. Therefore they are created here in .cache/venv, and not by nox.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
COLLECTIONS = CACHE / "collections"
INSIDE = Path("ansible_collections", "huaweicloud", "kafka")


def _clean_environment() -> None:
    """Remove settings and credentials of the user, and pyenv's shims, which fail for versions that are not active."""
    for name in list(os.environ):
        if name.startswith(("ANSIBLE_", "HW_", "HUAWEICLOUD_", "MOLECULE_")) and name != "ANSIBLE_PLAYBOOK":
            del os.environ[name]
    path = [entry for entry in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(entry).name != "shims"]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    home = CACHE / "ansible"
    home.mkdir(parents=True, exist_ok=True)
    (home / "ansible.cfg").touch()
    os.environ.update(
        PATH=os.pathsep.join([*map(str, sorted(pyenv.glob("versions/3.*/bin"))), *path]),
        ANSIBLE_HOME=str(home),
        ANSIBLE_CONFIG=str(home / "ansible.cfg"),
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PYTHONDONTWRITEBYTECODE="1",
    )


_clean_environment()


def find_python(versions: Sequence[str]) -> str | None:
    """Return the first interpreter of these versions that can create an environment."""
    for version in versions:
        found = shutil.which(f"python{version}")
        probe = [found, "-c", "import ensurepip, venv"]
        if found and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return found
    return None


@contextlib.contextmanager
def lock(name: str) -> Iterator[None]:
    """Prevent that two sessions in one checkout write to one folder at the same time."""
    CACHE.mkdir(exist_ok=True)
    with open(CACHE / f"{name}.lock", "w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def environment(
    session: nox.Session, name: str, *more: str, group: str | None = None, python: str = sys.executable
) -> Path:
    """Install a dependency group of pyproject.toml, by default that with the same name; return the folder of programs.

    *more* are further requirements.
    """
    groups = nox.project.dependency_groups(nox.project.load_toml(ROOT / "pyproject.toml"), group or name)
    requirements = [*groups, *more]
    location = CACHE / "venv" / name
    version = subprocess.check_output([python, "-VV"], text=True)
    wanted = hashlib.sha256("\n".join([str(location), version, *requirements]).encode()).hexdigest()
    ready = location / ".ready"
    with lock(f"venv-{name}"):
        if not ready.is_file() or ready.read_text(encoding="utf-8") != wanted:
            shutil.rmtree(location, ignore_errors=True)
            session.run(python, "-m", "venv", str(location), external=True)
            pip = [str(location / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            session.run(*pip, *requirements, external=True)
            ready.write_text(wanted, encoding="utf-8")
    return location / "bin"


def main_environment(session: nox.Session) -> Path:
    return environment(session, "main", group="test")


def link() -> Path:
    """Link the checkout into .cache/collections as an installed collection."""
    target = COLLECTIONS / INSIDE
    with lock("link"):
        if not target.is_symlink() or target.resolve() != ROOT:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.symlink_to(ROOT, target_is_directory=True)
    return COLLECTIONS


def variables(tools: Path, **more: str | Path) -> dict[str, str]:
    """Return environment variables for Ansible to find the collection, and for Python to find the simulator."""
    collections = str(link())
    return {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "MYPYPATH": collections,
        "PYTHONPATH": os.pathsep.join([collections, str(ROOT / "tests")]),
        **{name: str(value) for name, value in more.items()},
    }


def run(session: nox.Session, tools: Path, program: str, *arguments: str | Path, **more: str | Path) -> None:
    session.run(str(tools / program), *map(str, arguments), env=variables(tools, **more), external=True)


def run_all(session: nox.Session, *commands: Sequence[object], **more: str | Path) -> None:
    """Run each command (a folder of programs, a program and its arguments), then fail if any of them failed."""
    failed = []
    for tools, program, *arguments in commands:
        try:
            run(session, tools, program, *arguments, **more)
        except nox.command.CommandFailed:
            failed.append(" ".join(map(str, [program, *arguments])))
    if failed:
        session.error("failed: " + "; ".join(failed))


def run_and_read(
    session: nox.Session, command: Sequence[str], *, cwd: Path, env: Mapping[str, str | None]
) -> tuple[int, str]:
    """Run a command, print its output, and return exit code and output. None unsets a variable."""
    session.log(" ".join(command))
    own = {name: value for name, value in {**os.environ, **env}.items() if value is not None}
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, cwd=cwd, env=own, text=True, errors="replace", check=False, **streams)
    print(done.stdout, flush=True)
    return done.returncode, done.stdout
