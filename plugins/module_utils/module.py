# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""A module as data: its options, and the resource that does its work.

The same module runs in a process of its own (:meth:`KafkaModule.main`) and inside the Ansible worker
(``plugins/plugin_utils/in_process.py``). :meth:`KafkaModule.execute` is the one place that makes a failed result.
"""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils import basic

from .argspec import ArgumentSpec, connection_spec
from .context import TaskContext
from .rest import settings
from .rest.client import Client, quiet
from .rest.connection import Connection
from .rest.errors import KafkaError
from .rest.redact import Redactor, in_one_line

if t.TYPE_CHECKING:
    from .rest.client import Log
    from .rest.settings import Settings

Result = dict[str, t.Any]


class KafkaModule:
    """A module: *resource* is called with a :class:`TaskContext`, *specs* are its options.

    *warn* returns warnings of the options as the user sets them: only before validation, null differs from what is left out. The
    action plugin, through which all tasks go, calls it.
    """

    def __init__(
        self,
        resource: t.Callable[[TaskContext], None],
        *specs: ArgumentSpec,
        warn: t.Callable[[t.Mapping[str, t.Any]], list[str]] = lambda _args: [],
    ) -> None:
        self._resource = resource
        self.warn = warn
        self.spec = connection_spec().merge(*specs)

    def main(self) -> None:
        """Run as a module in a process of its own."""
        # Looked up at run time, because ansible-lint replaces the class in its module.
        module = basic.AnsibleModule(supports_check_mode=True, **self.spec.to_kwargs())
        result = self.execute(
            module.params, check_mode=module.check_mode, diff=module._diff, secrets=module.no_log_values
        )
        for warning in result.pop("warnings", ()):
            module.warn(warning)
        if result.pop("failed", False):
            module.fail_json(**result)
        module.exit_json(**result)

    def execute(
        self,
        params: dict[str, t.Any],
        *,
        check_mode: bool,
        diff: bool,
        secrets: t.Iterable[str],
        connect: t.Callable[[Settings], Connection] = Connection,
        log: Log = quiet,
    ) -> Result:
        """Do the work and return the result of the task; never raises an :class:`Exception`.

        *params* are validated options, and *secrets* those of their values that must not be shown. *connect* returns a
        connection, which an earlier item of a loop may have used. *log* is called with a verbosity and a line.
        """
        secrets = [secret for secret in secrets if isinstance(secret, str)]

        def client() -> Client:
            connection = connect(settings.read(params, os.environ))
            return Client(connection, secrets=secrets, log=log, read_only=check_mode)

        context = TaskContext(params, check_mode, client)
        result: Result = {}
        try:
            self._resource(context)
        except KafkaError as error:
            result = _failure(error, context)
        except ImportError as error:
            result = {"failed": True, "msg": basic.missing_required_lib(error.name or "requests")}
        except Exception as error:  # pylint: disable=broad-except
            result = _defect(error)
        result.update(context.returned, changed=context.changed)
        if context.warnings:
            result["warnings"] = [in_one_line(sentence) for sentence in context.warnings]
        if diff and (context.changed or not result.get("failed")):
            result["diff"] = {"before": context.diff.before, "after": context.diff.after}
        redactor = context.connected.redactor if context.connected else Redactor(secrets)
        return t.cast("Result", redactor.data(result))


def _failure(error: KafkaError, context: TaskContext) -> Result:
    tried = f"Could not {error.action}: " if error.action else ""
    result: Result = {"failed": True, "msg": in_one_line(tried + context.describe(error))}
    if error.payload:
        result["error"] = error.payload
    return result


def _defect(error: Exception) -> Result:
    """A bug of the collection: report where, without a traceback, whose lines can contain a secret."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"
    return {
        "failed": True,
        "msg": f"Bug in the collection huaweicloud.kafka: {type(error).__name__} at {where}: {error}. Please report it.",
    }
