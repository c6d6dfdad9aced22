# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other accounts with their agencies, the metadata service, and playbooks whose requests are recorded by task."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .operations import short
from .playbook import COLLECTIONS, MODULE, WAYS, Output, in_way, run_playbook
from .secrecy import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator import Entry, Simulator

AGENCY = "kafka-operations"
_COLLECTION = Path("ansible_collections", "huaweicloud", "kafka")
_ADDRESS = 'ADDRESS = "http://169.254.169.254"'


class Account(NamedTuple):
    """An account with an agency, a project named like the region, an instance and a connector."""

    domain_name: str
    domain_id: str
    project_id: str
    instance_id: str
    connector_id: str

    def role(self, **more: Any) -> dict[str, Any]:
        """The option assume_role."""
        return {"agency_name": AGENCY, "domain_name": self.domain_name, **more}

    def variables(self) -> dict[str, str]:
        """The environment variables for it."""
        return {"HW_ASSUME_ROLE_AGENCY_NAME": AGENCY, "HW_ASSUME_ROLE_DOMAIN_NAME": self.domain_name}


def add_account(simulator: Simulator, domain_name: str, callers: list[str] | None = None) -> Account:
    """Add an account; *callers* as in :meth:`World.add_agency`."""
    world = simulator.world
    agency = world.add_agency(AGENCY, domain_name=domain_name, callers=callers)
    project_id = world.add_project(simulator.region, domain_name=domain_name)
    instance = world.add_instance("kafka", project_id=project_id)
    domain_id = world.users[agency.user_id].domain_id
    return Account(domain_name, domain_id, project_id, instance["instance_id"], instance["connector_id"])


def options(simulator: Simulator, account: Account | None = None, **more: Any) -> dict[str, Any]:
    """Options of a sink task that is absent, with the keys of the caller. *more* are options; None removes one."""
    given = {
        "region": simulator.region,
        "endpoint": simulator.endpoint,
        "iam_endpoint": simulator.endpoint,
        "access_key": simulator.access_key,
        "secret_key": "{{ secret_key }}",
        "connector_id": account.connector_id if account else simulator.connector_id,
        "task_name": "orders",
        "state": "absent",
        **more,
    }
    return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True)
class Step:
    """A task of a playbook and what is expected of it."""

    name: str
    options: Mapping[str, Any]
    requests: str
    """Regular expression for the short names of its requests."""
    fails: tuple[str, ...] = ()
    """Parts of the error message; empty: it succeeds."""
    project_id: str | None = None
    """The project of its requests to DMS."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    keywords: Mapping[str, Any] = field(default_factory=dict)
    """Other keywords of the task."""
    as_module: bool = False
    """Whether it runs as a module process, too, which takes as long as twenty tasks in-process."""


class Playbook:
    """Runs playbooks in *folder*; `requests` are those of each task, by its name."""

    def __init__(self, simulator: Simulator, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.simulator = simulator
        self.folder = folder
        self.secrets = Secrets(simulator)
        self.requests: dict[str, list[Entry]] = {}
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        self.environment = {
            "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
            "TMPDIR": str(folder / "tmp"),
            **(environment or {}),
        }

    def run(
        self,
        way: str,
        tasks: Sequence[Mapping[str, Any]],
        *,
        env: Mapping[str, str] | None = None,
        variables: Mapping[str, Any] | None = None,
        prepare: Callable[[str], None] = lambda name: None,
        play: Mapping[str, Any] | None = None,
    ) -> Output:
        """Run *tasks*. *prepare* is called before each. Fails if anything that the run leaves contains a secret."""
        starts: list[tuple[str, int]] = []

        def on_start(name: str) -> None:
            starts.append((name, len(self.simulator.journal)))
            prepare(name)

        output = run_playbook(
            self.folder,
            [{"tasks": list(tasks), **(play or {})}],
            "-vvvv",
            env={**self.environment, **(env or {})},
            variables={"secret_key": self.simulator.secret_key, **in_way(way), **(variables or {})},
            on_start=on_start,
        )
        ends = [start for _name, start in starts[1:]] + [len(self.simulator.journal)]
        for (name, start), end in zip(starts, ends):
            self.requests[name] = self.simulator.journal[start:end]
        assert self.secrets.shown_in(output) == []
        assert self.secrets.left_in(self.folder) == []
        assert "Traceback" not in output.text
        return output

    def short(self, task: str) -> str:
        """The short names of the requests of a task."""
        return " ".join(short(entry.operation) for entry in self.requests[task])

    def expect(self, way: str, steps: Sequence[Step], **more: Any) -> None:
        """Run *steps* as one playbook and compare them with what they expect."""
        steps = [step for step in steps if step.as_module or way == WAYS[0]]
        by_name = {step.name: step for step in steps}
        before = self.simulator.settings.copy()

        def prepare(name: str) -> None:
            self.simulator.settings.restore(before)
            self.simulator.settings.update(**by_name[name].settings)

        tasks = [
            {"name": step.name, MODULE: dict(step.options), "ignore_errors": True, **step.keywords} for step in steps
        ]
        output = self.run(way, tasks, prepare=prepare, **more).expect_success()
        problems = [f"{step.name}: {problem}" for step in steps for problem in self._problems(step, output)]
        assert not problems, "\n".join(problems)

    def _problems(self, step: Step, output: Output) -> list[str]:
        result = output.result(step.name)
        message = result.get("msg", "")
        found = []
        if not re.fullmatch(step.requests, self.short(step.name)):
            found.append(f"the requests are {self.short(step.name)}, not {step.requests}; {message}")
        if output.failed(step.name) is not bool(step.fails):
            found.append(f"failed is {output.failed(step.name)}; {message}")
        found += [f"{part!r} is not in the message: {message}" for part in step.fails if part not in message]
        if "\n" in message:
            found.append(f"the message is not a single line: {message}")
        projects = {entry.path.split("/")[2] for entry in self.requests[step.name] if entry.path.startswith("/v2/")}
        if step.project_id and projects != {step.project_id}:
            found.append(f"the projects are {projects}, not {step.project_id}")
        return found


def with_metadata_service(folder: Path, address: str) -> dict[str, str]:
    """Copy the collection to *folder* with another address of the metadata service.

    The address is a constant: if anything could change it, it could also replace the keys. Returns the environment
    variable that makes Ansible use the copy.
    """
    source = Path(os.environ.get("ANSIBLE_COLLECTIONS_PATH", COLLECTIONS)).absolute() / _COLLECTION
    for name in ("plugins", "meta", "playbooks"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source / name, folder / _COLLECTION / name, ignore=ignored, dirs_exist_ok=True)
    path = folder / _COLLECTION / "plugins" / "module_utils" / "rest" / "metadata.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(_ADDRESS) == 1
    path.write_text(text.replace(_ADDRESS, f'ADDRESS = "{address}"'), encoding="utf-8")
    return {"ANSIBLE_COLLECTIONS_PATH": str(folder)}
