# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rendered configuration in examples/awx."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from jinja2 import sandbox
from jinja2.nativetypes import NativeEnvironment

ROOT = Path(__file__).resolve().parents[2]
AWX = ROOT / "examples" / "awx"
ORGANIZATION = "Default"
PROJECT_URL = "https://git.example.com/kafka-operations.git"


class Unsafe(str):
    """Text with the tag !unsafe, which Ansible does not render."""

    __slots__ = ()


class Loader(yaml.SafeLoader):
    """A YAML loader with the tag !unsafe of Ansible."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


def load(path: Path) -> Any:
    """The content of a YAML file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506


def rendered(value: Any, variables: dict[str, Any]) -> Any:
    """`value` with rendered templates, as Ansible passes it to a module."""
    if isinstance(value, Unsafe):
        return str(value)
    if isinstance(value, str):
        return NativeEnvironment().from_string(value).render(variables) if "{{" in value else value
    if isinstance(value, dict):
        return {key: rendered(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [rendered(item, variables) for item in value]
    return value


class Configuration:
    """The files in examples/awx/config with rendered templates. Lookups of env use *environment*."""

    def __init__(self, environment: dict[str, str]) -> None:
        raw: dict[str, Any] = {"organization": ORGANIZATION, "project_url": PROJECT_URL}
        for path in sorted((AWX / "config").glob("*.yml")):
            raw.update(load(path))
        raw["lookup"] = lambda plugin, name: environment.get(name, "")
        self.all: dict[str, Any] = {name: rendered(value, raw) for name, value in raw.items() if name != "lookup"}

    def __getitem__(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind, such as "templates"."""
        return self.all[f"controller_{kind}"]

    def one(self, kind: str, name: str) -> dict[str, Any]:
        """The object with this name."""
        return next(item for item in self[kind] if item["name"] == name)

    def injected(self, credential_name: str) -> dict[str, str]:
        """The environment that AWX creates from a credential. In its templates, empty fields are undefined."""
        credential = self.one("credentials", credential_name)
        kind = self.one("credential_types", credential["credential_type"])
        fields = {name: value for name, value in credential["inputs"].items() if value}
        env = sandbox.ImmutableSandboxedEnvironment()
        return {name: env.from_string(text).render(**fields) for name, text in kind["injectors"]["env"].items()}
