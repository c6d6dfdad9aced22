# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions that build, test and check the collection; the Makefile has shortcuts for them."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests"))

from tools import matrix
from tools.environments import CACHE, environment, link, lock, main_environment, run, run_all, run_and_read, variables

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["unit"]
COVERAGE_FLOOR = 90
# Idle processes take over tests that wait for other processes.
PYTEST = ["-m", "pytest", "-n", "auto", "--dist", "worksteal"]
FAST = ["tests/unit", "tests/gates", "--ignore=tests/gates/test_artifact.py"]


@nox.session(name="link")
def link_checkout(session: nox.Session) -> None:
    """Create .cache/collections, and the environment to run tests by hand."""
    main_environment(session)
    session.log(f"ANSIBLE_COLLECTIONS_PATH={link()}")


@nox.session
def demo(session: nox.Session) -> None:
    """Build and install the collection as a user would, then run the example playbook against the simulator."""
    tools = main_environment(session)
    place = CACHE / "demo"
    with lock("demo"):
        artifact = _build(session, tools, place)
        env = {"ANSIBLE_COLLECTIONS_PATH": place / "collections", "PYTHONPATH": ROOT / "tests"}
        run(session, tools, "ansible-galaxy", "collection", "install", artifact, "--offline", **env)
        run(session, tools, "python", "examples/demo.py", *session.posargs, **env)


# --- tests -----------------------------------------------------------------------------------------------------------


@nox.session
def unit(session: nox.Session) -> None:
    """Run the unit tests, and the gates that need no other programs."""
    run(session, main_environment(session), "python", *PYTEST, *(session.posargs or FAST))


@nox.session
def test(session: nox.Session) -> None:
    """Run all tests except the long ones, with the coverage of plugins/; arguments of pytest select tests."""
    tools = main_environment(session)
    old = matrix.old_core(session)
    if session.posargs:
        run(session, tools, "python", *PYTEST, *session.posargs, **old)
        return
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="coverage-", dir=CACHE) as folder:
        run_all(
            session,
            (tools, "coverage", "run", *PYTEST),
            (tools, "coverage", "combine", "--quiet"),
            (tools, "coverage", "report", f"--fail-under={COVERAGE_FLOOR}"),
            COVERAGE_FILE=Path(folder, "data"),
            COVERAGE_RCFILE=ROOT / "pyproject.toml",
            COVERAGE_ROOT=ROOT,
            **old,
        )


@nox.session
def reliability(session: nox.Session) -> None:
    """Run the long tests: state machines, fuzzing, faults, load and mutations; arguments of pytest select tests."""
    tools = main_environment(session)
    commands = [(tools, "python", "tests/reliability/report.py", *session.posargs)]
    if not session.posargs:
        commands.append((tools, "python", "tests/reliability/mutations.py"))
    run_all(session, *commands)


@nox.session
def awx(session: nox.Session) -> None:
    """Run the jobs of AWX with its runner, and configure a fake AWX."""
    run(session, environment(session, "awx"), "python", "-m", "pytest", "tests/awx", *session.posargs)


@nox.session
def molecule(session: nox.Session) -> None:
    """Run the Molecule scenarios, without containers."""
    tools = environment(session, "molecule")
    session.chdir(ROOT / "extensions")
    run(session, tools, "molecule", *(session.posargs or ["test", "--all"]))


@nox.session(name="oldest-requests", tags=["matrix"])
def oldest_requests(session: nox.Session) -> None:
    """Run the unit tests with the oldest requests that the plugins support, and the urllib3 1 that it requires."""
    tools = environment(session, "oldest-requests")
    run(session, tools, "python", "-m", "pytest", "tests/unit", *session.posargs)


@nox.session(tags=["matrix"])
@nox.parametrize("version", list(matrix.CORES), ids=list(matrix.CORES))
def core(session: nox.Session, version: str) -> None:
    """Run ansible-test and the acceptance tests on an ansible-core; arguments choose parts."""
    matrix.run_core(session, version, session.posargs)


# --- checks ----------------------------------------------------------------------------------------------------------


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, documentation and changelog."""
    tools = environment(session, "lint")
    awx_project = sorted((ROOT / "examples" / "awx" / "project").glob("*.yml"))
    run_all(
        session,
        (tools, "ruff", "check", "."),
        (tools, "ruff", "format", "--check", "."),
        (tools, "yamllint", "--strict", "."),
        (tools, "mypy", "-p", "ansible_collections.huaweicloud.kafka.plugins"),
        (tools, "ansible-lint", "--offline", "--strict"),
        (tools, "ansible-lint", "--offline", "--strict", *awx_project),
        (tools, "antsibull-docs", "lint-collection-docs", "--plugin-docs", "."),
        (tools, "antsibull-changelog", "lint"),
        (main_environment(session), "python", "-m", "pytest", "tests/lint"),
        ANSIBLE_LINT=tools / "ansible-lint",
    )


@nox.session(name="format")
def format_code(session: nox.Session) -> None:
    """Format the Python code with ruff."""
    tools = environment(session, "lint")
    run_all(session, (tools, "ruff", "check", "--fix", "."), (tools, "ruff", "format", "."))


@nox.session
def importer(session: nox.Session) -> None:
    """Import the artifact as Galaxy would; the exit code is not sufficient, so the log is checked."""
    tools = environment(session, "importer")
    with lock("importer"):
        place = CACHE / "importer"
        command = [str(tools / "python"), "-m", "galaxy_importer.main", str(_build(session, tools, place))]
        # As on Galaxy, without the installed collection.
        env = {**variables(tools), "ANSIBLE_COLLECTIONS_PATH": None, "GALAXY_IMPORTER_RUN_FLAKE8": "true"}
        code, log = run_and_read(session, command, cwd=place, env=env)
    problems = [line for line in log.splitlines() if re.match(r"(ERROR|WARNING|CRITICAL)\b", line)]
    if code or problems or "Importer processing completed successfully" not in log:
        session.error("galaxy-importer failed:\n" + "\n".join(problems))


# --- publication -----------------------------------------------------------------------------------------------------


def _build(session: nox.Session, tools: Path, place: Path) -> Path:
    """Build the artifact into an empty folder and return its path."""
    shutil.rmtree(place, ignore_errors=True)
    run(session, tools, "ansible-galaxy", "collection", "build", "--output-path", place, ROOT)
    return next(place.glob("*.tar.gz"))


@nox.session
def build(session: nox.Session) -> None:
    """Build the artifact into dist/."""
    _build(session, main_environment(session), ROOT / "dist")


@nox.session
def changelog(session: nox.Session) -> None:
    """Turn the fragments into the changelog entry of the version in galaxy.yml."""
    tools = environment(session, "lint")
    run(session, tools, "antsibull-changelog", "release", "--update-existing", "--reload-plugins", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site offline; warnings are errors."""
    tools = environment(session, "docs")
    site, sources = CACHE / "site", ROOT / "docs" / "docsite" / "site"
    with lock("site"):
        shutil.rmtree(site, ignore_errors=True)
        (site / "rst").mkdir(parents=True)
        for folder in (site, site / "rst"):
            folder.chmod(0o755)  # antsibull-docs refuses folders that others can write to
        shutil.copytree(sources / "static", site / "static")
        common = ["--use-current", "--squash-hierarchy"]
        initial = ["sphinx-init", *common, "--lenient", "--dest-dir", site, "huaweicloud.kafka"]
        run(session, tools, "antsibull-docs", *initial)
        with (site / "conf.py").open("a", encoding="utf-8") as config:
            config.write("\n" + (sources / "conf.py").read_text(encoding="utf-8"))
        collection = ["--config-file", sources / "antsibull-docs.cfg", "collection", *common, "--fail-on-error"]
        run(session, tools, "antsibull-docs", *collection, "--dest-dir", site / "rst", "huaweicloud.kafka")
        # The guides show the same pictures as the README.
        shutil.copytree(ROOT / "docs" / "pictures", site / "rst" / "docsite" / "pictures")
        html = ["-q", "-W", "--keep-going", "-b", "html", "-c", site, site / "rst", site / "html"]
        run(session, tools, "sphinx-build", *html)
    session.log(f"open {site / 'html' / 'index.html'}")


@nox.session
def pictures(session: nox.Session) -> None:
    """Update the pictures in the documents from a run of the demo."""
    run(session, environment(session, "pictures"), "python", "docs/pictures/demo.py")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the time per task, and draw it for the documentation."""
    run(session, environment(session, "bench"), "python", "tests/bench/bench.py", *session.posargs)


@nox.session
def simulator(session: nox.Session) -> None:
    """Run the simulator in the foreground."""
    run(session, main_environment(session), "python", "-m", "simulator", *session.posargs)


@nox.session
def clean(_session: nox.Session) -> None:
    """Remove files outside the checkout; `make clean` removes .cache itself."""
    shutil.rmtree(matrix.outside(), ignore_errors=True)
