# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The permissions of topics, for the engine: what can be permitted is that of a topic, so they are only read and modified."""

from __future__ import annotations

import contextlib
import functools
import typing as t

from ...api import access_policies, topics, users
from ...api.listing import Listing
from ...reconcile.kind import Kind, Progress
from ...reconcile.modify import Accepted
from ...reconcile.plan import Plan, require_complete
from ...reconcile.sets import ensure_set
from ...reconcile.writes import InPart, NotTried
from ...rest.concurrency import WIDTH, run_concurrently
from ...rest.errors import BUSY, KafkaError, RequestError, ServiceError, UnexpectedState, action
from .. import connector
from ..jobs import Busy, JobFailed, wait_for_job
from ..sasl import expect_sasl
from .fields import as_sent, by_user, differences, plan, read_options
from .protect import OpenTopics, check_users

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.entry import Entry
    from ...reconcile.kind import Parent
    from ...reconcile.plan import Desired
    from ...reconcile.wait import Deadline
    from ...rest.client import Client

_JOB = "updateTopicPolicies"


def ensure_all(context: TaskContext) -> None:
    """Bring the permissions of the topics that the options name to their states."""
    ensure_set(context, Permissions(context).kind)


class Permissions:
    """The permissions of the topics that one run names; others are not read. *kind* is bound to them."""

    def __init__(self, context: TaskContext) -> None:
        self.context = context
        self.desired: dict[str, Desired] = {}
        self.writing: t.Sequence[Entry] = ()
        self.exist = False
        self.open_topics: OpenTopics
        self.users: set[str] = set()
        # The topics whose change was not sent yet, and the results of those that are not sent any more.
        self.unsent: set[str] = set()
        self.results: dict[str, t.Any] = {}
        # Topics that a refused request for several can have changed.
        self.in_doubt: set[str] = set()
        self.kind = KIND._replace(
            read_options=self._read_options,
            read_list=self._read,
            plan=self._plan,
            preflight=self._preflight,
            modify=self._modify,
        )

    def _read_options(self, params: t.Mapping[str, t.Any]) -> Desired:
        desired = read_options(params, self.context.params["merge"])
        self.desired[t.cast("str", desired.name)] = desired
        return desired

    @property
    def _names(self) -> list[str]:
        """The topics to read: at first all that are named, then those that are changed."""
        if self.writing:
            return [entry.name for entry in self.writing if not isinstance(entry.error, NotTried)]
        return [*self.desired]

    # --- read --------------------------------------------------------------------------------------------------------

    def _read(self, client: Client, instance_id: str) -> Listing:
        """Return those of the topics that exist, as far as they matter.

        Which response a topic gets that does not exist is not documented, and it can keep its permissions. So a refusal, and any
        topic that would be changed, is looked up in the list of topics.
        """
        planned = {name: self._will_exist(name) for name in self._names}
        found = self._read_each(client, instance_id, [name for name in planned if planned[name] is not False])
        refused = {name: result for name, result in found.items() if isinstance(result, ServiceError)}
        rows = {name: result for name, result in found.items() if not isinstance(result, ServiceError)}
        if not self.exist:
            # What this run creates has no permissions yet, unless a deleted topic of the name has left some.
            new = [name for name in refused if planned[name]]
            rows.update({name: {"topic_name": name, "policies": {}} for name in new})
            refused = {name: error for name, error in refused.items() if name not in new}
        changed = any(differences(self.desired[name], row) for name, row in rows.items() if not planned[name])
        if refused or (changed and not self.exist):
            with action(f"list the topics of instance {instance_id}"):
                listing = topics.list_topics(client, instance_id)
                require_complete(listing, "topic", "it does not show which topics exist")
            for name, error in refused.items():
                if listing.by_id(name):
                    raise error
            rows = {name: row for name, row in rows.items() if planned[name] or listing.by_id(name)}
        self.exist = True
        return Listing([*rows.values()], len(rows), KIND.id_key, KIND.name_key)

    def _will_exist(self, name: str) -> bool | None:
        return self.context.will_exist("topics", (name,), False) if self.context.will_exist else None

    def _read_each(self, client: Client, instance_id: str, names: list[str]) -> dict[str, Row | ServiceError]:
        def read(client: Client, name: str) -> Row | ServiceError:
            with action(f"read the permissions of topic {name} of instance {instance_id}"):
                try:
                    policies = access_policies.show_policies(client, instance_id, name)
                except ServiceError as error:
                    if error.status in (401, 403) or error.throttled or error.missing:
                        raise
                    error.action = f"read the permissions of topic {name} of instance {instance_id}"
                    return error
            return {"topic_name": name, "policies": by_user(policies)}

        return dict(zip(names, run_concurrently(client, read, names, WIDTH)))

    def _plan(self, desired: Desired, row: Row | None) -> Plan:
        if row is None and desired.fields.grants and self._will_exist(t.cast("str", desired.name)) is False:
            # The run can be why: it prunes the topic, for example.
            raise UnexpectedState(
                "the topic will not exist after this run", "Describe it in topics, or leave out its permissions."
            )
        return plan(desired, row)

    # --- checks before any write -------------------------------------------------------------------------------------

    def _preflight(self, context: TaskContext, parent: Parent, entries: t.Sequence[Entry]) -> None:
        # A row of the list of instances need not show whether SASL is on.
        instance = connector.full_instance(context.client, parent)
        connector.check_status(context, instance)
        expect_sasl(instance)
        with action(f"list the users of instance {parent.id}"):
            listing = users.list_users(context.client, parent.id)
        self.users = {row[listing.name_key] for row in listing.rows}
        self.open_topics = OpenTopics(context, parent.id)
        self._check(entries)
        for entry in entries:
            entry.will_exist("topics", entry.name)
        self.writing = entries
        self.unsent = {entry.name for entry in entries}

    def _check(self, entries: t.Sequence[Entry]) -> None:
        check_users(entries, self.users)
        self.open_topics.check(entries)

    # --- requests ----------------------------------------------------------------------------------------------------

    def _modify(self, client: Client, instance_id: str, entries: t.Sequence[Entry]) -> list[t.Any]:
        """Replace the permissions of topics, and wait until the service is through, because it refuses the next request until then."""
        deadline, job_id = entries[0].deadline, None
        busy = Busy(deadline)
        while True:
            pending = [entry for entry in entries if entry.plan.writes and entry.name not in self.results]
            if not pending:
                break
            bodies = [as_sent(entry.name, entry.plan.after["policies"]) for entry in pending]
            try:
                job_id = access_policies.update_policies(client, instance_id, bodies)
                break
            except RequestError as error:
                if not self._resolve(client, instance_id, pending, busy, error):
                    raise
        self.unsent -= {entry.name for entry in entries}
        result = self._wait(client, instance_id, job_id, deadline) if pending else True
        self.results.update({entry.name: result for entry in pending})
        return [self.results.get(entry.name, True) for entry in entries]

    def _resolve(
        self, client: Client, instance_id: str, entries: t.Sequence[Entry], busy: Busy, error: RequestError
    ) -> bool:
        """Return whether to go on with those of *entries* that have no result, after their request failed with *error*."""
        if isinstance(error, ServiceError) and error.reason == BUSY:
            busy.wait_out(client, instance_id, error)
            self._plan_again(client, instance_id, entries, sent=error.outcome_unknown)
            return True
        if error.outcome_unknown:
            # The engine reads then what the request did.
            with contextlib.suppress(KafkaError):
                wait_for_job(client, instance_id, None, (_JOB,), busy.deadline)
        elif isinstance(error, ServiceError) and error.refuses_one:
            self._find_done(client, instance_id, entries, busy.deadline, error)
            return len(entries) == 1
        return False

    def _find_done(
        self, client: Client, instance_id: str, entries: t.Sequence[Entry], deadline: Deadline, error: ServiceError
    ) -> None:
        """Record which of *entries* are as wanted although the service refused their request with *error*.

        It can have changed some of several topics. One alone was changed by another run: the permissions that are removed are gone.
        """
        try:
            if len(entries) > 1:
                self.in_doubt.update(entry.name for entry in entries)
                wait_for_job(client, instance_id, None, (_JOB,), deadline)
            found = self._read_each(client, instance_id, [entry.name for entry in entries])
        except KafkaError:
            found = {}
        for entry in entries:
            row = found.get(entry.name, error)
            if not isinstance(row, ServiceError) and not differences(entry.desired, row):
                self.results[entry.name] = True
                if entry.name not in self.in_doubt:
                    entry.row = row
                    entry.replan(Plan())
            elif len(entries) == 1 or not found:
                self.results[entry.name] = InPart.of(error)

    def _wait(self, client: Client, instance_id: str, job_id: str | None, deadline: Deadline) -> t.Any:
        if not (self.unsent or self.context.params["wait"]):
            return Accepted()
        try:
            wait_for_job(client, instance_id, job_id, (_JOB,), deadline)
        except JobFailed as error:
            return InPart(str(error))
        except KafkaError as error:
            return Accepted(error)
        return True

    def _plan_again(self, client: Client, instance_id: str, entries: t.Sequence[Entry], sent: bool) -> None:
        """Plan *entries* again after changes by others; *sent*: the request can have been processed nevertheless."""
        found = self._read_each(client, instance_id, [entry.name for entry in entries])
        replanned = []
        for entry in entries:
            row = found[entry.name]
            if isinstance(row, ServiceError):
                self.results[entry.name] = row
                continue
            new = plan(entry.desired, row)
            if sent and not new.writes:
                self.results[entry.name] = True
            elif new.identity != entry.plan.identity and self.context.params["expect_plan"]:
                self.results[entry.name] = UnexpectedState(
                    "its permissions were changed in the meantime, so the plan is not the expected one any more",
                    "Run the task in check mode again.",
                )
            elif new.identity != entry.plan.identity:
                entry.row = row
                entry.replan(new)
                replanned.append(entry)
        self._check(replanned)
        self.results.update({entry.name: entry.error for entry in replanned if entry.error})


def _create(_client: Client, _instance_id: str, _body: dict[str, t.Any]) -> str:
    raise AssertionError("permissions are modified, never created")


KIND = Kind(
    noun="topic permission",
    thing="topic",
    id_key="topic_name",
    name_key="topic_name",
    returned="policies",
    verbs={},
    choose=connector.choose_instance,
    read_options=functools.partial(read_options, merge=False),
    resolve=connector.resolve_instance,
    absence=connector.absence,
    read_list=lambda _client, _instance_id: Listing([], 0, "topic_name", "topic_name"),
    show=None,
    create=_create,
    delete=None,
    plan=plan,
    differences=differences,
    progress=lambda _desired, _row: Progress(True),
    ready=lambda _desired: "changed",
    result=lambda row: row["policies"],
    shown=lambda _desired, row: {"policies": row["policies"]},
    preflight=lambda _context, _parent, _entries: None,
    check=lambda _context, _entries, _listing, _alone: None,
    lists_all=True,
    is_leaving=lambda _row: False,
    exists=lambda _error: False,
    can_prune=lambda _row: False,
    batch=50,
    one_by_one=True,
    unique=True,
    option="topic_permissions",
)
