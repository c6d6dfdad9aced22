# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module as data: its options and the resource that does its work.

The same definition runs in a process of its own (:meth:`Definition.main`) and inside the Ansible worker
(``plugins/plugin_utils/in_worker.py``). :meth:`Definition.execute` is the one place that makes a failed result.
"""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .client import settings
from .client.errors import KafkaError, ServiceError
from .client.scrub import Scrubber, in_one_line
from .options import Spec, connection_options
from .run import Run

if t.TYPE_CHECKING:
    from .client.client import Client, Observer
    from .client.settings import Settings
    from .client.waiter import Progress

Result = dict[str, t.Any]


class Reporter(t.NamedTuple):
    """Who is told of each request and of each look of a wait; nobody by default."""

    request: Observer | None = None
    progress: Progress | None = None


SILENT = Reporter()


def connect(settings: Settings) -> Client:
    """Return a new connection. Imports the HTTP library, which nothing needs before this."""
    from .client.client import Client

    return Client(settings)


class Definition:
    """What a module is made of.

    *resource* is called with a :class:`Run`. *options* come beside those of the connection; *rules* are the further
    arguments of ``AnsibleModule``, such as ``required_if``.
    """

    def __init__(self, resource: t.Callable[[Run], None], options: Spec, **rules: t.Any) -> None:
        self._resource = resource
        self.argument_spec: Spec = {**connection_options(), **options}
        self.rules = rules

    def main(self) -> None:
        """Run as a module in a process of its own."""
        module = AnsibleModule(argument_spec=self.argument_spec, supports_check_mode=True, **self.rules)
        result = self.execute(
            module.params,
            check_mode=module.check_mode,
            diff=module._diff,
            secrets=module.no_log_values,
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
        connect: t.Callable[[Settings], Client] = connect,
        reporter: Reporter = SILENT,
    ) -> Result:
        """Do the work and return the result of the task; never raises an :class:`Exception`.

        *params* are validated options and *secrets* those of their values that must not be shown. *connect* may hand
        out a connection that an earlier task item has used.
        """
        scrubber = Scrubber(secrets)

        def client() -> Client:
            nonlocal scrubber
            connection = connect(settings.read(params, os.environ))
            connection.scrubber.add(*secrets)
            connection.observer = reporter.request
            scrubber = connection.scrubber
            return connection

        run = Run(params, check_mode, client, reporter.progress)
        result: Result = {}
        try:
            self._resource(run)
        except KafkaError as error:
            result = _failure(error, run)
        except ImportError as error:
            result = {"failed": True, "msg": missing_required_lib(error.name or "requests")}
        except Exception as error:  # pylint: disable=broad-except
            result = _defect(error)
        result.update(run.returned, changed=run.changed)
        if run.warnings:
            result["warnings"] = [in_one_line(sentence) for sentence in run.warnings]
        if diff and not result.get("failed"):
            result["diff"] = run.diff._asdict()
        return t.cast("Result", scrubber.data(result))


def _failure(error: KafkaError, run: Run) -> Result:
    sentences = [f"Could not {error.doing}: {error}." if error.doing else f"{error}."]
    if run.done:
        sentences.append("Before that this task has {}.".format(", and ".join(run.done)))
    advice = error.advice
    if not advice and isinstance(error, ServiceError):
        from .client.advice import advice_for

        advice = advice_for(error)
    if advice:
        sentences.append(advice)
    result: Result = {"failed": True, "msg": in_one_line(" ".join(sentences))}
    if error.payload:
        result["error"] = error.payload
    return result


def _defect(error: Exception) -> Result:
    """A mistake of ours: say where, without a traceback, whose lines might show a secret."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"
    return {
        "failed": True,
        "msg": f"The collection huaweicloud.kafka has a defect: {type(error).__name__} at {where}: {error}."
        " Please report it.",
    }
