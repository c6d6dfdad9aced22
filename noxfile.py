# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions that build, test and check the collection; the Makefile is a front for them.

Sessions share environments (demo, test, simulator and others need the same one) and an environment is
installed again only when its requirements change, so each lies in .cache/venv and is made here, not by nox.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["test", "lint"]

ROOT = Path(__file__).resolve().parent
CACHE = ROOT / ".cache"
COLLECTIONS = CACHE / "collections"
REQUIREMENTS = ROOT / "requirements"
NAMESPACE, NAME = "huaweicloud", "kafka"
INSIDE = Path("ansible_collections", NAMESPACE, NAME)
COVERAGE_FLOOR = 90

# ansible-core, and the Pythons that its controller side runs on, best first
CORES = {
    "2.15": ("3.9", "3.10", "3.11"),
    "2.16": ("3.11", "3.10", "3.12"),
    "2.17": ("3.12", "3.11", "3.10"),
    "2.18": ("3.12", "3.13", "3.11"),
    "2.19": ("3.13", "3.12", "3.11"),
    "2.20": ("3.13", "3.14", "3.12"),
    "2.21": ("3.14", "3.13", "3.12"),
}
PARTS = ("sanity", "units", "integration", "acceptance")
ACCEPTANCE_CORES = ("2.15", "2.21")


# --- the machine -----------------------------------------------------------------------------------------------------


def _interpreter_path() -> str:
    """PATH without pyenv's shims, which end with an error for any version that is not active, but with what they stand for."""
    kept = [entry for entry in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(entry).name != "shims"]
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return os.pathsep.join([*map(str, sorted(root.glob("versions/3.*/bin"))), *kept])


def _clean_environment() -> None:
    """No setting of the user's may reach Ansible, and no credential of the user's a test."""
    for name in list(os.environ):
        if name.startswith(("ANSIBLE_", "HW_", "HUAWEICLOUD_", "MOLECULE_")) and name != "ANSIBLE_PLAYBOOK":
            del os.environ[name]
    os.environ["PATH"] = _interpreter_path()
    os.environ["ANSIBLE_HOME"] = str(CACHE / "ansible")
    os.environ["ANSIBLE_CONFIG"] = str(CACHE / "ansible" / "ansible.cfg")
    os.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    (CACHE / "ansible").mkdir(parents=True, exist_ok=True)
    (CACHE / "ansible" / "ansible.cfg").touch()


_clean_environment()


def _find_python(versions: tuple[str, ...]) -> str | None:
    """The first interpreter of these versions that can make an environment."""
    for version in versions:
        found = shutil.which(f"python{version}")
        probe = [found, "-c", "import ensurepip, venv"]
        if found and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return found
    return None


@contextlib.contextmanager
def _lock(name: str) -> Iterator[None]:
    """Two runs in one checkout wait for each other where they would write to one place."""
    CACHE.mkdir(exist_ok=True)
    with open(CACHE / f"{name}.lock", "w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _requirements_text(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    included = re.findall(r"^-r\s+(\S+)", text, re.MULTILINE)
    return text + "".join(_requirements_text(path.parent / name) for name in included)


def _environment(session: nox.Session, name: str, *arguments: str | Path, python: str = sys.executable) -> Path:
    """Makes the environment `name` unless it is there with these very requirements.

    A Path among the arguments is a requirements file, a string goes to pip as it is. Returns its folder of programs.
    """
    location = CACHE / "venv" / name
    parts = [str(location), subprocess.check_output([python, "-VV"], text=True)]
    parts += [_requirements_text(item) if isinstance(item, Path) else item for item in arguments]
    want = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    ready = location / ".ready"
    with _lock(f"venv-{name}"):
        if not ready.is_file() or ready.read_text(encoding="utf-8") != want:
            shutil.rmtree(location, ignore_errors=True)
            session.run(python, "-m", "venv", str(location), external=True)
            pip = [str(location / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            for item in arguments:
                pip += ["--requirement", str(item)] if isinstance(item, Path) else [item]
            session.run(*pip, external=True)
            ready.write_text(want, encoding="utf-8")
    return location / "bin"


def _main(session: nox.Session) -> Path:
    return _environment(session, "main", REQUIREMENTS / "test.txt")


def _link() -> None:
    """Lets the checkout, whatever its folder is called, be found under a collection's path."""
    link = COLLECTIONS / INSIDE
    with _lock("link"):
        if not link.is_symlink() or link.resolve() != ROOT:
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(ROOT, target_is_directory=True)


def _env(tools: Path, **more: str | Path) -> dict[str, str]:
    """The environment in which Ansible takes the collection from the checkout, and Python the simulator from tests/."""
    _link()
    return {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "PYTHONPATH": os.pathsep.join([str(COLLECTIONS), str(ROOT / "tests")]),
        **{name: str(value) for name, value in more.items()},
    }


def _run(session: nox.Session, tools: Path, program: str, *arguments: str | Path, **more: str | Path) -> None:
    session.run(str(tools / program), *map(str, arguments), env=_env(tools, **more), external=True)


def _watched(session: nox.Session, command: list[str], *, cwd: Path, env: Mapping[str, str | None]) -> tuple[int, str]:
    """Runs a command, shows its output as it comes, and returns its exit code and its output. None unsets a variable."""
    session.log(" ".join(command))
    variables = {name: value for name, value in {**os.environ, **env}.items() if value is not None}
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    lines = []
    with subprocess.Popen(command, cwd=cwd, env=variables, text=True, errors="replace", **streams) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


# --- use and test ----------------------------------------------------------------------------------------------------


@nox.session
def link(session: nox.Session) -> None:
    """Make .cache/collections, and the environment that runs tests by hand."""
    _main(session)
    _link()
    session.log(f"ANSIBLE_COLLECTIONS_PATH={COLLECTIONS}")


@nox.session
def demo(session: nox.Session) -> None:
    """Build and install the collection as a user would, then run the example playbook against the simulator."""
    tools = _main(session)
    place = CACHE / "demo"
    with _lock("demo"):
        shutil.rmtree(place, ignore_errors=True)
        _build(session, tools, place)
        artifact = next(place.glob("*.tar.gz"))
        env = {"ANSIBLE_COLLECTIONS_PATH": place / "collections", "PYTHONPATH": ROOT / "tests"}
        _run(session, tools, "ansible-galaxy", "collection", "install", artifact, "--offline", **env)
        _run(session, tools, "python", "examples/demo.py", *session.posargs, **env)


@nox.session
def test(session: nox.Session) -> None:
    """Run all tests but the long ones, in parallel, with the line coverage of plugins/; arguments for pytest choose some."""
    tools = _main(session)
    if session.posargs:
        _run(session, tools, "python", "-m", "pytest", "-n", "auto", *session.posargs)
        return
    CACHE.mkdir(exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="coverage-", dir=CACHE))
    coverage = {
        "COVERAGE_FILE": data / "data",
        "COVERAGE_RCFILE": ROOT / "pyproject.toml",
        "COVERAGE_ROOT": ROOT,
    }
    failed = False
    try:
        try:
            _run(session, tools, "coverage", "run", "-m", "pytest", "-n", "auto", **coverage)
        except nox.command.CommandFailed:
            failed = True
        _run(session, tools, "coverage", "combine", "--quiet", **coverage)
        _run(session, tools, "coverage", "report", f"--fail-under={COVERAGE_FLOOR}", **coverage)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    if failed:
        session.error("there are tests that failed")


@nox.session
def simulator(session: nox.Session) -> None:
    """Run the simulator in the foreground."""
    tools = _main(session)
    _run(session, tools, "python", "-m", "simulator", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure what a task costs, and draw it for the documentation."""
    tools = _environment(session, "bench", REQUIREMENTS / "bench.txt")
    _run(session, tools, "python", "tests/bench/bench.py", *session.posargs)


@nox.session
def reliability(session: nox.Session) -> None:
    """Run the long tests: state machines, fuzzing, faults and load."""
    tools = _environment(session, "reliability", REQUIREMENTS / "reliability.txt")
    _run(session, tools, "python", "tests/reliability/report.py", *session.posargs)


@nox.session
def awx(session: nox.Session) -> None:
    """Run what AWX would run, with its own runner, and configure a stand-in for AWX."""
    tools = _environment(session, "awx", REQUIREMENTS / "awx.txt")
    _run(session, tools, "python", "-m", "pytest", "tests/awx", *session.posargs)


@nox.session
def molecule(session: nox.Session) -> None:
    """Run the Molecule scenarios, without containers."""
    tools = _environment(session, "molecule", REQUIREMENTS / "molecule.txt")
    session.chdir(ROOT / "extensions")
    _run(session, tools, "molecule", *(session.posargs or ["test", "--all"]))


# --- the gates -------------------------------------------------------------------------------------------------------


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, documentation and changelog."""
    tools = _environment(session, "lint", REQUIREMENTS / "lint.txt")
    failed = []
    for program, *arguments in (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("yamllint", "--strict", "."),
        ("mypy", "-p", "ansible_collections.huaweicloud.kafka.plugins.module_utils"),
        ("ansible-lint", "--offline", "--strict"),
        ("antsibull-docs", "lint-collection-docs", "--plugin-docs", "."),
        ("antsibull-changelog", "lint"),
    ):
        try:
            _run(session, tools, program, *arguments, MYPYPATH=COLLECTIONS)
        except nox.command.CommandFailed:
            failed.append(" ".join([program, *arguments]))
    if failed:
        session.error("not content: " + "; ".join(failed))


@nox.session(name="format")
def format_code(session: nox.Session) -> None:
    """Let ruff put the Python code in order."""
    tools = _environment(session, "lint", REQUIREMENTS / "lint.txt")
    _run(session, tools, "ruff", "check", "--fix", ".")
    _run(session, tools, "ruff", "format", ".")


def _build(session: nox.Session, tools: Path, place: Path) -> None:
    _run(session, tools, "ansible-galaxy", "collection", "build", "--force", "--output-path", place, ROOT)


@nox.session
def build(session: nox.Session) -> None:
    """Build the artifact into dist/."""
    _build(session, _main(session), ROOT / "dist")


@nox.session
def importer(session: nox.Session) -> None:
    """Import the artifact as Galaxy would; its exit code alone proves little, so the log is read."""
    tools = _environment(session, "importer", REQUIREMENTS / "importer.txt")
    place = CACHE / "importer"
    with _lock("importer"):
        shutil.rmtree(place, ignore_errors=True)
        _build(session, tools, place)
        artifact = next(place.glob("*.tar.gz"))
        command = [str(tools / "python"), "-m", "galaxy_importer.main", str(artifact)]
        code, log = _watched(session, command, cwd=place, env=_env(tools))
    complaints = [line for line in log.splitlines() if re.match(r"(ERROR|WARNING|CRITICAL)\b", line)]
    if code or complaints or "Importer processing completed successfully" not in log:
        session.error("the importer is not content:\n" + "\n".join(complaints))


@nox.session
def changelog(session: nox.Session) -> None:
    """Turn the fragments into the changelog entry of the version in galaxy.yml."""
    tools = _environment(session, "lint", REQUIREMENTS / "lint.txt")
    _run(session, tools, "antsibull-changelog", "release", "--update-existing", "--reload-plugins", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site without the net, warnings being errors."""
    tools = _environment(session, "docs", REQUIREMENTS / "docs.txt")
    site = CACHE / "site"
    with _lock("site"):
        shutil.rmtree(site, ignore_errors=True)
        (site / "rst").mkdir(parents=True, mode=0o755)
        for folder in (site, site / "rst"):
            folder.chmod(0o755)  # antsibull-docs refuses folders that others may write to, whatever the umask is
        own = ROOT / "docs" / "docsite" / "site"
        shutil.copytree(own / "static", site / "static")
        name, common = f"{NAMESPACE}.{NAME}", ["--use-current", "--squash-hierarchy"]
        _run(session, tools, "antsibull-docs", "sphinx-init", *common, "--lenient", "--dest-dir", site, name)
        with (site / "conf.py").open("a", encoding="utf-8") as config:
            config.write("\n" + (own / "conf.py").read_text(encoding="utf-8"))
        collection = ["--config-file", own / "antsibull-docs.cfg", "collection", *common, "--fail-on-error"]
        _run(session, tools, "antsibull-docs", *collection, "--dest-dir", site / "rst", name)
        # The guides show the same pictures as the README.
        shutil.copytree(ROOT / "docs" / "pictures", site / "rst" / "docsite" / "pictures")
        html = ["-q", "-W", "--keep-going", "-b", "html", "-c", site, site / "rst", site / "html"]
        _run(session, tools, "sphinx-build", *html)
    session.log(f"open {site / 'html' / 'index.html'}")


@nox.session
def pictures(session: nox.Session) -> None:
    """Make the pictures of the documents anew, from a run of the demo."""
    tools = _environment(session, "pictures", REQUIREMENTS / "pictures.txt")
    _run(session, tools, "python", "docs/pictures/demo.py")


# --- every ansible-core ----------------------------------------------------------------------------------------------


def _outside() -> Path:
    """A folder of this checkout's own that is in no git tree: inside one, ansible-test skips ignored files, all of them."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if not os.access(base if base.exists() else base.parent, os.W_OK):
        base = Path(tempfile.gettempdir())
    return base / f"{NAMESPACE}.{NAME}" / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]


def _stage(place: Path) -> Path:
    """Copies what git would commit to place/ansible_collections/huaweicloud/kafka and returns that folder."""
    target = place / INSIDE
    shutil.rmtree(place / "ansible_collections", ignore_errors=True)
    target.mkdir(parents=True)
    listing = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], cwd=ROOT
    )
    for name in filter(None, os.fsdecode(listing).split("\0")):
        source = ROOT / name
        if source.is_symlink() or source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name, follow_symlinks=False)
    if not (target / "galaxy.yml").is_file():
        raise RuntimeError(f"no collection was staged from {ROOT}")
    return target


# ansible-test downloads get-pip from a host of its own project; this stand-in lets the interpreter's own pip do the work,
# from whatever index the machine is set up for.
GET_PIP = """\
import subprocess
import sys

arguments = [item for item in sys.argv[1:] if item not in ("--no-setuptools", "--no-wheel")]
pip = [sys.executable, "-m", "pip"]
if subprocess.call(pip + ["--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
    subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
sys.exit(subprocess.call(pip + ["install", "-q", "--upgrade"] + arguments))
"""


def _ansible_test_home(place: Path, tools: Path) -> Path:
    """A home for ansible-test, where the stand-in disturbs nobody; the user's pip settings and cache are linked into it."""
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
    """Runs one of ansible-test's commands on the staged copy; returns whether it did something, and well."""
    home = _ansible_test_home(place, tools)
    dropped = dict.fromkeys(("ANSIBLE_HOME", "ANSIBLE_CONFIG", "PYTHONDONTWRITEBYTECODE", "XDG_CACHE_HOME"))
    env = {"HOME": str(home), "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", **dropped}
    command = [str(tools / "ansible-test"), *arguments, "--color", "no"]
    code, log = _watched(session, command, cwd=place / "collections" / INSIDE, env=env)
    if "All targets skipped" in log:
        session.log(f"ansible-test {arguments[0]} found nothing to do, and calls that a success")
        return False
    return code == 0


def _core(session: nox.Session, core: str) -> None:
    """Run ansible-test and the acceptance tests on one ansible-core; arguments choose parts (sanity, units, integration, acceptance)."""
    parts = session.posargs or [part for part in PARTS if part != "acceptance" or core in ACCEPTANCE_CORES]
    unknown = set(parts) - set(PARTS)
    if unknown:
        session.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    python = _find_python(CORES[core])
    if not python:
        session.skip(
            f"ansible-core {core} needs Python {' or '.join(sorted(CORES[core]))}, and this machine has none of them"
        )
    version = subprocess.check_output(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], text=True
    ).strip()
    session.log(f"ansible-core {core} on Python {version}")
    tools = _environment(session, f"core-{core}", f"ansible-core~={core}.0", REQUIREMENTS / "core.txt", python=python)
    main = _main(session) if {"integration", "acceptance"} & set(parts) else None
    virtual = ["--venv", "--python", version]
    commands = {"sanity": ["sanity"], "units": ["units", *virtual], "integration": ["integration", *virtual]}
    if not (ROOT / "tests" / "integration" / "targets").is_dir():
        del commands["integration"]
        session.log("there are no integration targets")
    place = _outside()
    place.mkdir(parents=True, exist_ok=True)
    with _lock("stage"):
        target = _stage(place / "collections")
        if main:
            # ansible-test clears the environment, but reads this file as extra variables of its targets.
            config = f"---\nsimulator_python: {main / 'python'}\n"
            (target / "tests" / "integration" / "integration_config.yml").write_text(config, encoding="utf-8")
        failed = [
            part for part in parts if part in commands and not _ansible_test(session, tools, place, *commands[part])
        ]
    if main and "acceptance" in parts:
        pytest = ["-m", "pytest", "-n", "auto", "tests/acceptance"]
        try:
            _run(session, main, "python", *pytest, ANSIBLE_PLAYBOOK=tools / "ansible-playbook")
        except nox.command.CommandFailed:
            failed.append("acceptance")
    if failed:
        session.error(f"ansible-core {core} on Python {version}: {', '.join(failed)} failed")


def _register(core: str) -> None:
    def session(session: nox.Session) -> None:
        _core(session, core)

    session.__doc__ = f"Run ansible-test and the acceptance tests on ansible-core {core}."
    nox.session(session, name=f"core-{core}", tags=["matrix"])


for _name in CORES:
    _register(_name)


@nox.session(name="oldest-requests", tags=["matrix"])
def oldest_requests(session: nox.Session) -> None:
    """Run the unit tests with the oldest requests that plugins promise to work with, and the urllib3 1 that it wants."""
    unit = ROOT / "tests" / "unit" / "requirements.txt"
    arguments = (REQUIREMENTS / "ansible.txt", unit, "requests == 2.25.1", "pytest >= 8.0, < 10")
    tools = _environment(session, "oldest-requests", *arguments)
    _run(session, tools, "python", "-m", "pytest", "tests/unit", *session.posargs)


@nox.session
def clean(_session: nox.Session) -> None:
    """Remove what lies outside the checkout; `make clean` removes .cache itself."""
    shutil.rmtree(_outside(), ignore_errors=True)
