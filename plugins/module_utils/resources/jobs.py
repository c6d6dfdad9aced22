# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Waits for background jobs of an instance, which refuse further changes while they run."""

from __future__ import annotations

import typing as t

from ..api import instances, jobs
from ..reconcile.wait import wait
from ..rest.errors import ServiceError, UnexpectedState, WaitTimeout
from .connector import FATAL, PASSING

if t.TYPE_CHECKING:
    from ..api.instances import Instance
    from ..reconcile.wait import Deadline
    from ..rest.client import Client

_DONE, _FAILED = "SUCCESS", ("FAILED", "DELETED", "CANCELLED")
# An instance can show a job some time after the request that began it.
_UNTIL_SHOWN = 1.0
_BUSY_SECONDS = 10.0


class JobFailed(UnexpectedState):
    """A background job ended without success. What it has changed is not known."""


def wait_for_job(
    client: Client, instance_id: str, job_id: str | None, names: t.Container[str], deadline: Deadline
) -> None:
    """Wait until the job *job_id* of an instance is over; without an id, or if it can't be read, those with one of the *names*.

    Raises :class:`JobFailed`, and :class:`WaitTimeout`.
    """
    if not job_id:
        client.sleep(max(0.0, min(_UNTIL_SHOWN, deadline.left)))

    def poll(client: Client) -> str | None:
        nonlocal job_id
        if job_id:
            try:
                status = jobs.job_status(client, instance_id, job_id)
            except ServiceError as error:
                if _is_fatal(error):
                    raise
                job_id = None
            else:
                if status in _FAILED:
                    raise JobFailed(f"the background job {job_id} of the instance ended with the status {status}")
                return None if status == _DONE else f"job {job_id} is {status}"
        name = running_job(instances.show_instance(client, instance_id))
        return f"the instance is running {name}" if name in names else None

    wait(client, poll, deadline, "the service to carry out the change")


def known_jobs(client: Client, instance_id: str, name: str) -> t.Collection[str] | None:
    """Return the ids of the jobs called *name* that exist, ``None`` if the user or the region can't list jobs."""
    try:
        return jobs.newest_jobs(client, instance_id, name)
    except ServiceError as error:
        if _is_fatal(error):
            raise
        return None


def wait_for_newer_job(
    client: Client, instance_id: str, name: str, known: t.Collection[str] | None, deadline: Deadline
) -> bool:
    """Wait until the jobs called *name* that are not *known* are over, and return whether there was one.

    It is for a request that returns no id; *known* is what :func:`known_jobs` returned before it. Raises :class:`JobFailed`, and
    :class:`WaitTimeout`.
    """
    if known is None:
        wait_for_job(client, instance_id, None, (name,), deadline)
        return True
    shown: dict[str, str] = {}
    patience = client.now() + _BUSY_SECONDS

    def poll(client: Client) -> str | None:
        shown.update(jobs.newest_jobs(client, instance_id, name))
        newer = {job_id: status for job_id, status in shown.items() if job_id not in known}
        if not newer:
            return f"the instance shows no new job {name}" if client.now() < patience else None
        failed = next((status for status in newer.values() if status in _FAILED), None)
        if failed:
            raise JobFailed(f"the background job {name} of the instance ended with the status {failed}")
        return next((f"job {name} is {status}" for status in newer.values() if status != _DONE), None)

    wait(client, poll, deadline, f"the job {name}")
    return any(job_id not in known for job_id in shown)


def running_job(instance: Instance) -> str:
    """Return the name of the job that *instance* shows as running; empty if it shows none."""
    job = instance.get("task")
    if not isinstance(job, dict) or job.get("status") in (_DONE, *_FAILED):
        return ""
    return str(job.get("name") or "")


class Busy:
    """Waits while an instance refuses a change because of its status or of a job, until *deadline*."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self._delay = 1.0

    def wait_out(self, client: Client, instance_id: str, error: ServiceError) -> None:
        """Wait until the instance shows no reason for *error*; raises *error* if time is over, or if no wait can help."""

        def poll(client: Client) -> str | None:
            instance = instances.show_instance(client, instance_id)
            status, name = str(instance.get("status")), running_job(instance)
            if status in FATAL:
                raise error
            if status in PASSING:
                return f"status {status}"
            return f"the instance is running {name}" if name else None

        if self.deadline.left <= 0:
            raise error
        client.log(1, f"waiting: {error}")
        # The instance need not show the job.
        client.sleep(min(self._delay, self.deadline.left))
        self._delay = _BUSY_SECONDS
        try:
            wait(client, poll, self.deadline, "")
        except WaitTimeout:
            raise error from None


def _is_fatal(error: ServiceError) -> bool:
    # Not every region has the operations of jobs, and a user can lack the permission for them.
    return error.status not in (400, 403, 404, 405) or error.throttled or error.missing is not None
