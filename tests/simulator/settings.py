# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set at the simulated service while it runs."""

from __future__ import annotations

import dataclasses
from typing import Any, get_type_hints

THROTTLE_STYLES = ("429", "429-retry-after", "dms-404")
ERROR_PREFIXES = ("APIG", "APIGW")


@dataclasses.dataclass(slots=True)
class Settings:
    """The knobs of the service. Each one that stands for an unknown of the facts says so by its number."""

    latency: float = 0.0
    """Seconds added to each answer, after the work."""

    creation_looks: int = 0
    """How many reads show a new task as CREATING before it takes `created_status`."""
    deletion_looks: int = 0
    """How many reads still show a task after its DELETE (unknown 7)."""
    created_status: str = "RUNNING"
    """Status of a task once it is created; "FAILED" makes creations fail (unknown 3)."""
    deleting_status: str = "DELETING"
    """Status shown by those reads after a DELETE (unknown 7)."""
    create_status: int = 200
    """HTTP status of a successful creation, 200 or 201 (unknown 1)."""

    restart_looks: int = 0
    """How many reads show a restarted task as RESTARTING."""
    connector_looks: int = 0
    """How many reads show an instance as EXTENDING or CONNECTOR_DELETING while Smart Connect goes on or off."""

    max_tasks: int = 9
    """Tasks that a connector takes, until UpdateSinkTaskQuota raises it."""
    quota_tasks: int = 10
    """The quota that the list shows beside it; a creation beyond either fails."""
    quota_is_ceiling: bool = False
    """Whether UpdateSinkTaskQuota refuses to go beyond `quota_tasks` (instances of today)."""

    unique_names: bool = False
    """Whether a second task of the same name is refused (unknown 6)."""
    strict_names: bool = False
    """Whether the console's naming rule holds at the API: 4-64 of A-Z a-z 0-9 - _ (unknown 6)."""
    echo_topics_regex: bool = True
    """Whether the descriptor echoes `topics_regex` (unknown 4)."""
    known_topics: list[str] | None = None
    """Topics that exist on every instance; None: any topic does."""
    partitions: int = 3
    """Partitions per topic in `topics_info`."""

    rate: int | None = None
    """Requests allowed per `rate_period`; None: any number."""
    rate_period: float = 1.0
    """Seconds."""
    throttle_style: str = "429"
    """How too many requests are answered: "429", "429-retry-after", "dms-404" (unknown 12)."""

    lock_after: int | None = 5
    """Failed signatures (or passwords) in a row that lock the key (or user); None: never."""
    lock_seconds: float = 300.0
    """How long it stays locked."""
    token_seconds: float = 86400.0
    """How long an IAM token lives."""
    error_prefix: str = "APIG"
    """Prefix of the gateway's codes: APIG or APIGW."""
    project_name_needs_domain: bool = True
    """Whether a login scoped by project name is refused without the project's domain, as a plain Keystone does."""

    def update(self, **values: Any) -> None:
        """Set several at once. Raises ValueError for an unknown name or a value of the wrong kind; then none is set."""
        checked = {name: _checked(name, value) for name, value in values.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def restore(self, other: Settings) -> None:
        """Take all values of `other`."""
        for field in dataclasses.fields(self):
            setattr(self, field.name, getattr(other, field.name))

    def copy(self) -> Settings:
        return dataclasses.replace(self)

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


_CHOICES = {"throttle_style": THROTTLE_STYLES, "error_prefix": ERROR_PREFIXES, "create_status": (200, 201, 202)}
_KINDS = get_type_hints(Settings)
_ACCEPTED: dict[Any, tuple[type, ...]] = {
    float: (int, float),
    int: (int,),
    str: (str,),
    bool: (bool,),
    int | None: (int, type(None)),
    list[str] | None: (list, type(None)),
}


def _checked(name: str, value: Any) -> Any:
    if name not in _KINDS:
        raise ValueError(f"unknown setting {name!r}; there are {', '.join(_KINDS)}")
    kind = _KINDS[name]
    if not isinstance(value, _ACCEPTED[kind]) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"setting {name} takes {getattr(kind, '__name__', kind)}, not {value!r}")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise ValueError(f"setting {name} takes one of {_CHOICES[name]}, not {value!r}")
    return value
