# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module of this collection inside the Ansible worker, where neither a transfer nor a new process is needed.

The work is the module's own :class:`Definition`; only who runs it differs. Wherever the worker is not the place that
the user means (another machine, another user, another environment, in the background), the task is handed over to the
ordinary module.
"""

from __future__ import annotations

import importlib
import os
import typing as t

from ansible.constants import config
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

# The client, and the HTTP library with it, is imported here although only a worker connects: action plugins are loaded
# before the workers are forked, so that not each of them has to import it.
from ..module_utils.client import library
from ..module_utils.client.client import Client
from ..module_utils.definition import Definition, Reporter, connect

if t.TYPE_CHECKING:
    from ..module_utils.client.operation import Operation
    from ..module_utils.client.settings import Settings

SWITCH = "huaweicloud_kafka_in_worker"

display = Display()


class _Connections:
    """The open connections of one task: the items of its loop share them.

    A worker process serves one task, so these end with it; where a process should live longer, the next task closes
    what the one before has left.
    """

    def __init__(self) -> None:
        self._task: str | None = None
        self._open: dict[tuple[type, Settings], Client] = {}

    def of_task(self, uuid: str) -> t.Callable[[Settings], Client]:
        if uuid != self._task:
            self.close()
            self._task = uuid
        return self._connect

    def _connect(self, settings: Settings) -> Client:
        # Named tuples of different kinds of credentials with equal texts are equal; their kinds are not.
        key = (type(settings.credentials), settings)
        if key not in self._open:
            self._open[key] = connect(settings)
        return self._open[key]

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()


_connections = _Connections()


def _plain(value: t.Any) -> t.Any:
    """Return *value* as a module would find it in its JSON: a text that came from a vault is text there."""
    if isinstance(value, t.Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    return str(value)


class InWorker(ActionBase):
    """Base of all action plugins of this collection. Each one is named as its module, and that is all it says."""

    _supports_check_mode = True
    _supports_async = True
    _definition: Definition

    def __init_subclass__(cls) -> None:
        name = cls.__module__.rpartition(".")[2]
        cls._definition = importlib.import_module(
            "ansible_collections.huaweicloud.kafka.plugins.modules." + name
        ).MODULE

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        del tmp  # Ansible gives it for compatibility only
        task_vars = task_vars or {}
        reason = self._reason_to_hand_over(task_vars)
        if reason:
            display.vvv(f"{self._task.action} runs as a module: {reason}", host=self._host)
            return self._hand_over(task_vars)
        return self._work(task_vars)

    @property
    def _host(self) -> str | None:
        return t.cast("str | None", self._play_context.remote_addr)

    def _reason_to_hand_over(self, task_vars: dict[str, t.Any]) -> str | None:
        """Return why the worker is not the place for this task; ``None`` if it is."""
        if self._connection.transport != "local":
            return f"the connection is {self._connection.transport}"
        if self._play_context.become or self._connection.become is not None:
            return "it uses become"
        if self._task.async_val:
            return "it uses async"
        if any(self._task.environment or ()):
            return "it sets environment variables"
        if not self._switched_on(task_vars):
            return f"{SWITCH} is off"
        if library.MISSING:
            return "the Python of the controller has no requests"
        return None

    def _switched_on(self, task_vars: dict[str, t.Any]) -> bool:
        value = task_vars.get(SWITCH)
        if value is None:
            value = os.environ.get(SWITCH.upper(), "").strip() or True
        return bool(boolean(self._templar.template(value), strict=True))

    def _hand_over(self, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        ordinary = self._shared_loader_obj.action_loader.get(
            "ansible.legacy.normal",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        return t.cast("dict[str, t.Any]", ordinary.run(task_vars=task_vars))

    def _work(self, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        definition = self._definition
        validation = ArgumentSpecValidator(definition.argument_spec, **definition.rules).validate(
            _plain(self._task.args)
        )
        params = {**dict.fromkeys(definition.argument_spec), **validation.validated_parameters}
        secrets = validation._no_log_values
        if validation.error_messages:
            message = validation.errors.msg
            if isinstance(validation.errors[0], UnsupportedError):
                message = f"Unsupported parameters for ({self._task.action}) module: {message}"
            result: dict[str, t.Any] = {"failed": True, "msg": message}
        else:
            result = definition.execute(
                params,
                check_mode=self._task.check_mode,
                diff=self._task.diff,
                secrets=secrets,
                connect=_connections.of_task(self._task._uuid),
                reporter=self._reporter(),
            )
        doubled = [f"Both option {w['option']} and its alias {w['alias']} are set." for w in validation._warnings]
        if doubled:
            result["warnings"] = doubled + result.get("warnings", [])
        if self._shows_invocation(task_vars):
            result["invocation"] = {"module_args": params}
        # What AnsibleModule does to its own results: no value of a no_log option leaves, but plain flags stay.
        plain = {key: value for key, value in result.items() if value is None or isinstance(value, bool)}
        return {**remove_values(result, secrets), **plain}

    def _shows_invocation(self, task_vars: dict[str, t.Any]) -> bool:
        try:
            return bool(config.get_config_value("INJECT_INVOCATION", variables=task_vars))
        except Exception:  # pylint: disable=broad-except
            return True  # ansible-core before 2.21 has no such setting and always shows it

    def _reporter(self) -> Reporter:
        if self._task.no_log:
            return Reporter()

        def request(operation: Operation, path: str, outcome: str, seconds: float, request_id: str | None) -> None:
            known_as = f" (request id {request_id})" if request_id else ""
            display.vvv(f"{operation.method} {path}: {outcome} in {seconds * 1000:.0f} ms{known_as}", host=self._host)

        def progress(seen: str, left: float) -> None:
            display.v(f"waiting: {seen}, {left:.0f} s left", host=self._host)

        return Reporter(request if display.verbosity >= 3 else None, progress if display.verbosity >= 1 else None)
