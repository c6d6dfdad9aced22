# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Runs a module of this collection inside the Ansible worker, without a module transfer and without a new process.

A task for another machine, another user or another environment, or in the background, runs as a module process. The results
are the same.
"""

from __future__ import annotations

import functools
import json
import os
import typing as t
from importlib.util import find_spec

from ansible.constants import config
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.validation import check_type_dict
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

# Ansible loads action plugins before it forks the workers, so these imports, with the HTTP library, happen once.
from ..module_utils.module import KafkaModule
from ..module_utils.reconcile import change, create, modify, run, sets
from ..module_utils.rest import (
    agency,
    error_codes,
    error_response,
    library,
    login,
    metadata,
    network_errors,
    precedence,
    role,
    signature,
)
from ..module_utils.rest.connection import Connection, Rejections, check_not_rejected
from ..module_utils.rest.credentials import Credentials
from ..module_utils.rest.errors import CredentialsRejected, InvalidOption
from ..module_utils.rest.redact import MASK, Redactor

if t.TYPE_CHECKING:
    from ..module_utils.rest.settings import Settings

try:
    from ansible.module_utils.common.json import Direction, get_module_decoder, get_module_encoder
except ImportError:  # ansible-core before 2.19
    from ansible.module_utils.common.json import AnsibleJSONEncoder

    _ENCODING: dict[str, t.Any] = {"cls": AnsibleJSONEncoder, "vault_to_text": True}
    _DECODING: dict[str, t.Any] = {}
else:
    _ENCODING = {"cls": get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)}
    _DECODING = {"cls": get_module_decoder("legacy", Direction.CONTROLLER_TO_MODULE)}


def _mask(value: t.Any, secrets: t.Iterable[t.Any]) -> t.Any:
    """Return *value* without *secrets*: Ansible masks them in its output, but not in registered variables."""
    return Redactor(secret for secret in secrets if isinstance(secret, str)).data(value)


if find_spec("ansible.module_utils.secrets") is None:
    from ansible.module_utils.common.parameters import remove_values
else:  # ansible-core 2.22 deprecates remove_values
    remove_values = _mask

# A module process imports these only if it needs them.
PRELOADED = (
    *(change, create, modify, run, sets, agency, error_codes, error_response),
    *(login, metadata, network_errors, role, signature),
)

SWITCH = "huaweicloud_kafka_in_worker"

display = Display()


def _as_json(args: t.Any) -> t.Any:
    """Return *args* as a module process gets them, by the serialization of Ansible itself."""
    return json.loads(json.dumps(args, **_ENCODING), **_DECODING)


def _texts(args: t.Mapping[t.Any, t.Any]) -> dict[str, t.Any]:
    return {str(name): str(value) for name, value in args.items() if value is not None}


def _without_unsupported(args: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return *args* without the values of options that *spec* does not have: Ansible does not know which of them are secrets."""
    known = {name: option.get("options") for key, option in spec.items() for name in (key, *option.get("aliases", ()))}
    return {name: _supported(value, known[name]) if name in known else MASK for name, value in args.items()}


def _supported(value: t.Any, options: t.Mapping[str, t.Any] | None) -> t.Any:
    if value is None or not options:
        return value
    if isinstance(value, list):
        return [_supported(item, options) for item in value]
    return _without_unsupported(value, options) if isinstance(value, t.Mapping) else MASK


def _misplaced(args: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> str:
    """Return what an option with suboptions must be, whose value is something else; empty if there is none.

    Ansible would not find the secrets of such a task, and would show all of them.
    """
    keys = [key for key in spec if spec[key].get("options")]
    for name, option in [(name, spec[key]) for key in keys for name in (key, *spec[key].get("aliases", ()))]:
        value, is_list = args.get(name), option.get("type") == "list"
        for entry in value if is_list and isinstance(value, list) else [] if value is None else [value]:
            try:
                found = check_type_dict(entry)
            except (TypeError, ValueError):
                found = None
            if not isinstance(found, dict):
                return f"{'Each entry of ' if is_list else ''}{name} must be a dict of options."
            if inner := _misplaced(found, option["options"]):
                return inner
    return ""


@functools.cache
def _validator(module: KafkaModule) -> ArgumentSpecValidator:
    return ArgumentSpecValidator(module.spec.argument_spec, **module.spec.rules)


class _TaskState:
    """What the items of a loop, and the attempts of ``until``, share: connections and rejected credentials.

    A worker process serves one task; for another one, the state is replaced.
    """

    def __init__(self, uuid: str | None = None) -> None:
        self.uuid = uuid
        self.rejections: Rejections = {}
        self._connections: dict[Settings, Connection] = {}

    def connect(self, settings: Settings) -> Connection:
        if settings not in self._connections:
            self._connections[settings] = Connection(settings, rejections=self.rejections)
        return self._connections[settings]

    def close(self) -> None:
        while self._connections:
            self._connections.popitem()[1].close()


_state = _TaskState()


def _state_of(uuid: str) -> _TaskState:
    global _state  # noqa: PLW0603 - a process serves one task at a time
    if _state.uuid != uuid:
        _state.close()
        _state = _TaskState(uuid)
    return _state


class InProcess(ActionBase):  # type: ignore[misc]
    """The base of the action plugins, each of which names its *module*."""

    _supports_check_mode = True
    _supports_async = True
    module: KafkaModule

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task in-process or as a module process."""
        del tmp  # Ansible passes it for compatibility only
        task_vars = task_vars or {}
        misplaced = _misplaced(_as_json(dict(self._task.args)), self.module.spec.argument_spec)
        if misplaced:
            return {"failed": True, "changed": False, "msg": misplaced}
        reason = self._reason_for_a_process(task_vars)
        if reason:
            display.vvv(f"{self._task.action} runs as a module: {reason}", host=self._host)
            result = self._run_as_process(task_vars)
        else:
            result = self._run_here(task_vars)
        if isinstance(result.get("invocation"), dict):
            shown = _without_unsupported(result["invocation"].get("module_args") or {}, self.module.spec.argument_spec)
            result["invocation"] = {**result["invocation"], "module_args": shown}
        warnings = self.module.warn(self._task.args)
        if warnings:
            result["warnings"] = [*result.get("warnings", ()), *warnings]
        return result

    @property
    def _host(self) -> str | None:
        return t.cast("str | None", self._play_context.remote_addr)

    def _reason_for_a_process(self, task_vars: dict[str, t.Any]) -> str | None:
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

    def _run_as_process(self, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        rejections, chosen = _state_of(self._task._uuid).rejections, self._credentials()

        def key(part: Credentials) -> t.Any:
            return part if self._connection.transport == "local" else (self._host, part)

        try:
            check_not_rejected(rejections, map(key, chosen.parts))
        except CredentialsRejected as error:
            return {"failed": True, "changed": False, "msg": f"{error}. {error.hint}", "error": error.payload}
        normal = self._shared_loader_obj.action_loader.get(
            "ansible.legacy.normal",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        # A module process logs its options as one text, in which Ansible misses secrets with characters that Python escapes.
        task_vars = {**task_vars, "ansible_no_target_syslog": True}
        result = t.cast("dict[str, t.Any]", normal.run(task_vars=task_vars))
        if isinstance(result.get("error"), dict):
            rejected = chosen.rejected_by(result["error"])
            if rejected:
                rejections[key(rejected)] = dict(result["error"])
        return result

    def _credentials(self) -> Credentials:
        """Return the credentials of a module process, as far as the controller knows them."""
        environment = dict(os.environ) if self._connection.transport == "local" else {}
        for part in self._task.environment or ():
            if isinstance(part, t.Mapping):
                environment.update((str(name), str(value)) for name, value in part.items())
        args = _texts(self._task.args)
        args["assume_role"] = _texts(check_type_dict(self._task.args.get("assume_role") or {}))
        try:
            caller, variables = precedence.select_caller(args, environment)
        except InvalidOption:
            caller, variables = Credentials(), None
        try:
            return precedence.assume(caller, args, environment, variables)
        except InvalidOption:
            return caller

    def _run_here(self, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        # Ansible makes a new connection plugin for each item of a loop unless this one is connected.
        self._connection._connect()
        validation = _validator(self.module).validate(_as_json(dict(self._task.args)))
        params = {**dict.fromkeys(self.module.spec.argument_spec), **validation.validated_parameters}
        secrets = validation._no_log_values
        if validation.error_messages:
            message = validation.errors.msg
            if isinstance(validation.errors[0], UnsupportedError):
                message = f"Unsupported parameters for ({self._task.action}) module: {message}"
            result: dict[str, t.Any] = {"failed": True, "msg": message}
        else:
            result = self.module.execute(
                params,
                check_mode=self._task.check_mode,
                diff=self._task.diff,
                secrets=secrets,
                connect=_state_of(self._task._uuid).connect,
                log=self._log,
            )
        aliased = [f"Both option {w['option']} and its alias {w['alias']} are set." for w in validation._warnings]
        if aliased:
            result["warnings"] = aliased + result.get("warnings", [])
        if self._shows_invocation(task_vars):
            result["invocation"] = {"module_args": params}
        # What AnsibleModule does to its own results: values of no_log options are removed, but plain flags are kept.
        plain = {key: value for key, value in result.items() if value is None or isinstance(value, bool)}
        return {**remove_values(result, secrets), **plain}

    def _shows_invocation(self, task_vars: dict[str, t.Any]) -> bool:
        try:
            return bool(config.get_config_value("INJECT_INVOCATION", variables=task_vars))
        except Exception:  # pylint: disable=broad-except
            return True  # ansible-core before 2.21 has no such setting and always shows it

    def _log(self, verbosity: int, line: str) -> None:
        if not self._task.no_log:
            display.verbose(line, host=self._host, caplevel=verbosity - 1)
