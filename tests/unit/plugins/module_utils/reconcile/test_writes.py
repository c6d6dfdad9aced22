# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes of one or several items whose outcome can be unknown, with scripted responses and lookups."""

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.writes import (
    InPart,
    NotTried,
    Outcome,
    Seen,
    Write,
    write_all,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import (
    ConnectionFailed,
    CredentialsRejected,
    KafkaError,
    UnexpectedResponse,
    UnexpectedState,
    WriteFailed,
)
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    PROJECT_ID,
    READ,
    REFUSED,
    WRITE,
    Clock,
    Service,
    connection_failed,
    reply,
    service_error,
)


def lost() -> ConnectionFailed:
    return connection_failed(LOST, WRITE)


def timed_out() -> ConnectionFailed:
    """The service may still be processing the request."""
    return ConnectionFailed(WRITE, "", LOST, late=True)


def unexpected() -> UnexpectedResponse:
    return UnexpectedResponse(WRITE, "/x", 200, None, "the body is not JSON")


def failed() -> KafkaError:
    return service_error(500, None, operation=WRITE)


def refused() -> KafkaError:
    return service_error(400, "DMS.1", operation=WRITE)


NO_CONNECTION = connection_failed(REFUSED, WRITE)


class Script:
    """The scripted results of each item, and the requests and lookups that were made."""

    def __init__(self, clock: Clock, max_retries: int = 2, timeout: int = 10) -> None:
        self.clock = clock
        self.client = samples.client(clock, Service(), max_retries=max_retries, timeout=timeout)
        self.sent: list[str] = []
        self.requests: list[str] = []
        """The items of each request, joined."""
        self.lookups: list[list[int]] = []
        self._lock = threading.Lock()

    def run(
        self, results: dict[str, list[t.Any]], seen: t.Any = None, resend: bool = False, **how: t.Any
    ) -> list[Write]:
        """*seen*: what the lookup shows as done, as item to value, an error, or a function of the seconds slept."""
        items, left = list(results), {item: iter(values) for item, values in results.items()}

        def send(client: Client, group: list[str]) -> list[t.Any]:
            with self._lock:
                self.sent += group
                self.requests.append("".join(group))
                results = [next(left[item]) for item in group]
            if isinstance(results[0], Exception) and not isinstance(results[0], InPart):
                raise results[0]
            return results

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            self.lookups.append(indexes)
            done = seen(sum(self.clock.sleeps)) if callable(seen) else seen or {}
            if isinstance(done, Exception):
                raise done
            return {i: Seen(items[i] in done, done.get(items[i]), "Nothing was done.") for i in indexes}

        client = how.pop("client", self.client)
        return write_all(client, items, send, look_up, "created", resend=resend, **how)


@pytest.fixture
def script(clock: Clock) -> Script:
    return Script(clock)


class Case(t.NamedTuple):
    """One item: the results of its attempts and of the lookup, and the expected outcome, requests and lookups."""

    attempts: list[t.Any]
    seen: t.Any
    resend: bool
    outcome: Outcome
    requests: int
    lookups: int
    value: t.Any = None


SHOWN = {"a": "t-9"}
FORBIDDEN = service_error(403, "DMS.2", "no")
ONE = {
    "done": Case(["t-1"], None, False, Outcome.DONE, 1, 0, "t-1"),
    "refused": Case([refused()], None, True, Outcome.REFUSED, 1, 0),
    "no connection": Case([NO_CONNECTION], None, True, Outcome.REFUSED, 1, 0),
    "lost, done": Case([lost()], SHOWN, False, Outcome.DONE, 1, 1, "t-9"),
    "lost, not done": Case([lost()], None, False, Outcome.UNKNOWN, 1, 1),
    "500, done": Case([failed()], SHOWN, False, Outcome.DONE, 1, 1, "t-9"),
    "unexpected, done": Case([unexpected()], SHOWN, True, Outcome.DONE, 1, 1, "t-9"),
    "unexpected, not done, is not sent again": Case([unexpected()], None, True, Outcome.UNKNOWN, 1, 1),
    "resend: lost, not done, then done": Case([lost(), "t-2"], None, True, Outcome.DONE, 2, 1, "t-2"),
    "resend: lost, done": Case([lost()], SHOWN, True, Outcome.DONE, 1, 1, "t-9"),
    "resend: always lost": Case([lost()] * 3, None, True, Outcome.UNKNOWN, 3, 3),
    "resend: lost, then refused": Case([lost(), refused()], None, True, Outcome.UNKNOWN, 2, 2),
    "resend: lost, then refused because it was done": Case(
        [lost(), refused()], lambda slept: SHOWN if slept > 1 else {}, True, Outcome.DONE, 2, 2, "t-9"
    ),
    "lost, and the lookup fails": Case([lost()], FORBIDDEN, True, Outcome.UNKNOWN, 1, 1),
}


@pytest.mark.parametrize("name", ONE)
def test_one_write(script: Script, name: str) -> None:
    case = ONE[name]
    (write,) = script.run({"a": case.attempts}, case.seen, case.resend)
    assert (write.outcome, len(script.sent), len(script.lookups)) == (case.outcome, case.requests, case.lookups)
    assert write.found is (case.outcome is Outcome.DONE and case.value == "t-9")
    if case.outcome is Outcome.DONE:
        assert write.result() == case.value
    else:
        assert write.cause in case.attempts
        with pytest.raises(KafkaError):
            write.result()


def test_hint_of_an_unknown_write(script: Script) -> None:
    (write,) = script.run({"a": [lost()]})
    assert isinstance(write.error, WriteFailed)
    assert write.error.hint == "Nothing was done."
    (write,) = script.run({"a": [lost()]}, FORBIDDEN)
    hint = str(write.error and write.error.hint)
    assert "It is unknown whether it was created" in hint
    assert "403 DMS.2" in hint


def test_failed_lookup_leaves_the_write_unknown(script: Script) -> None:
    """Also if the lookup fails without an error response, such as for an incomplete list."""
    (write,) = script.run({"a": [lost()]}, UnexpectedState("2 of 3 tasks"), resend=True)
    assert (write.outcome, len(script.sent)) == (Outcome.UNKNOWN, 1)
    assert "2 of 3 tasks" in str(write.error and write.error.hint)


def test_write_is_not_resent_if_the_lookup_forbids_it(clock: Clock) -> None:
    client = samples.client(clock, Service(), max_retries=2)
    sent: list[str] = []

    def send(client: Client, group: list[str]) -> list[t.Any]:
        sent.extend(group)
        raise lost()

    def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
        return dict.fromkeys(indexes, Seen(False, hint="2 tasks of that name were created.", resend=False))

    (write,) = write_all(client, ["a"], send, look_up, "created", resend=True)
    assert (write.outcome, sent) == (Outcome.UNKNOWN, ["a"])


def test_several_items_share_one_lookup(script: Script) -> None:
    results = {"done": [1], "lost, shown": [lost()], "refused": [refused()], "lost": [lost()], "500, shown": [failed()]}
    writes = script.run(results, {"lost, shown": 2, "500, shown": 3})
    assert [write.outcome.value for write in writes] == ["done", "done", "refused", "unknown", "done"]
    assert [write.value for write in writes] == [1, 2, None, None, 3]
    assert script.lookups == [[1, 3, 4]]


def test_only_items_missing_in_the_lookup_are_sent_again(script: Script) -> None:
    results = {"a": [lost(), 1], "b": [lost()], "c": [unexpected()], "d": [4], "e": [lost(), lost(), 5]}
    writes = script.run(results, {"b": 2}, resend=True)
    assert [write.value for write in writes] == [1, 2, None, 4, 5]
    assert sorted(script.sent) == ["a", "a", "b", "c", "d", "e", "e", "e"]
    assert script.lookups == [[0, 1, 2, 4], [4]]


def test_backoff_precedes_each_lookup(clock: Clock) -> None:
    Script(clock, max_retries=3).run({"a": [lost()] * 4}, None, resend=True)
    assert clock.sleeps == [0.5, 1, 2, 4]


@pytest.mark.parametrize("shown_after", [0, 0.5, 3, 10])
def test_timed_out_request_is_looked_up_for_another_timeout(script: Script, shown_after: float) -> None:
    (write,) = script.run({"a": [timed_out()]}, lambda slept: SHOWN if slept >= shown_after else {}, resend=True)
    assert (write.value, script.sent) == ("t-9", ["a"])


def test_timed_out_request_is_then_sent_again(script: Script, clock: Clock) -> None:
    (write,) = script.run({"a": [timed_out(), "t-2"]}, None, resend=True)
    assert (write.value, sum(clock.sleeps)) == ("t-2", 15.5)


def test_broken_connection_is_looked_up_once(script: Script, clock: Clock) -> None:
    (write,) = script.run({"a": [lost(), "t-2"]}, None, resend=True)
    assert (write.value, clock.sleeps) == ("t-2", [0.5])


@pytest.mark.parametrize(
    "later", [CredentialsRejected({"status": 401}), NotTried()], ids=["credentials rejected", "not tried"]
)
def test_write_that_was_sent_once_is_unknown_if_it_can_not_be_sent_again(script: Script, later: KafkaError) -> None:
    (write,) = script.run({"a": [lost(), later]}, None, resend=True)
    assert (write.outcome, len(script.sent), len(script.lookups)) == (Outcome.UNKNOWN, 2, 1)
    assert isinstance(write.error, WriteFailed)


def test_lookup_is_made_although_the_client_was_stopped(clock: Clock) -> None:
    service = Service()
    service.expect((f"GET /v2/{PROJECT_ID}/x", reply(200, {})))
    stop = threading.Event()
    client = samples.client(clock, service).stopping_at(stop)

    def send(client: Client, item: str) -> None:
        stop.set()
        raise lost()

    def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
        client.call(READ)
        return dict.fromkeys(indexes, Seen(True, "t-9"))

    (write,) = write_all(client, ["a"], send, look_up, "paused")
    assert (write.outcome, write.value) == (Outcome.DONE, "t-9")


def test_nothing_is_sent_again_after_the_deadline(script: Script, clock: Clock) -> None:
    bounded = script.client.until(clock.now + 0.5)
    (write,) = script.run({"a": [lost()]}, None, resend=True, client=bounded)
    assert (write.outcome, script.sent, len(script.lookups)) == (Outcome.UNKNOWN, ["a"], 1)


# --- several items in one request -------------------------------------------------------------------------------------


def whole(items: str, *results: t.Any) -> dict[str, list[t.Any]]:
    """Return the results of attempts with all *items* in one request: an error of the request, or what it did."""
    return {item: list(results) for item in items}


class Batch(t.NamedTuple):
    """Requests for up to three of the items "a" to "e": as :class:`Case`, with the initials of the outcomes."""

    results: dict[str, list[t.Any]]
    seen: t.Any
    outcomes: str
    requests: list[str]
    lookups: list[list[int]]


NOT_DONE = InPart("the service did not create it")
# What is sent again may be.
BATCHES = {
    "done": Batch(whole("abcd", 1), None, "dddd", ["abc", "d"], []),
    "refused": Batch({**whole("abc", refused(), refused()), "d": [1]}, None, "rrrd", ["a", "abc", "b", "c", "d"], []),
    "refused because of one": Batch(
        {"a": [refused(), 1], "b": [refused(), refused()], "c": [refused(), 3]}, None, "drd", ["a", "abc", "b", "c"], [],
    ),
    "forbidden": Batch(whole("abc", FORBIDDEN), None, "rrr", ["abc"], []),
    **{
        f"refused with {code}": Batch(
            {**whole("abc", service_error(status, code, operation=WRITE)), "d": [1]}, None, "rrrd", ["abc", "d"], []
        )
        for status, code in ((400, "DMS.00400026"), (404, "DMS.00404001"), (404, "DMS.00404022"))
    },
    **{
        f"refused, then {status}": Batch(
            {**whole("abc", refused()), "d": [service_error(status, None, operation=WRITE)]}, None, "rrrr", ["abc", "d"], []
        )
        for status in (401, 429)
    },
    "no connection": Batch({"a": [1], **whole("bc", 1), "d": [NO_CONNECTION]}, None, "dddr", ["abc", "d"], []),
    "lost, shown": Batch({**whole("abc", lost()), "d": [1]}, {"a": 1, "b": 2, "c": 3}, "dddd", ["abc", "d"], [[0, 1, 2]]),
    "lost, one shown": Batch(
        {"a": [lost(), 1], "b": [lost()], "c": [lost(), 1]}, {"b": 2}, "ddd", ["abc", "ac"], [[0, 1, 2]],
    ),
    "500, one shown": Batch(
        {"a": [failed(), 1], "b": [failed()], "c": [failed(), 1]}, {"b": 2}, "ddd", ["abc", "ac"], [[0, 1, 2]],
    ),
    "always lost": Batch(whole("ab", *[lost()] * 3), None, "uu", ["ab", "ab", "ab"], [[0, 1]] * 3),
    "unexpected, one shown": Batch(whole("abc", unexpected()), {"b": 2}, "udu", ["abc"], [[0, 1, 2]]),
    "lost, lookup forbidden": Batch({**whole("abc", lost()), "d": [1]}, FORBIDDEN, "uuud", ["abc", "d"], [[0, 1, 2]]),
    "both lost": Batch(
        {**whole("abc", lost()), "d": [lost(), 4]}, {"a": 1, "b": 2, "c": 3}, "dddd", ["abc", "d", "d"], [[0, 1, 2, 3]],
    ),
    "lost, refused": Batch({**whole("abc", lost()), "d": [refused()]}, whole("abc", 1), "dddr", ["abc", "d"], [[0, 1, 2]]),
    "lost, then refused": Batch(whole("ab", lost(), refused()), {"b": 1}, "ud", ["a", "ab"], [[0, 1], [0]]),
    "in part, shown": Batch({"a": [1], "b": [NOT_DONE], "c": [3]}, {"b": 2}, "ddd", ["abc"], [[1]]),
    "in part": Batch({"a": [1], "b": [NOT_DONE], "c": [3]}, None, "drd", ["abc"], [[1]]),
    "in part, none": Batch(whole("abc", NOT_DONE), {"b": 2}, "rdr", ["abc"], [[0, 1, 2]]),
    "in part, lookup forbidden": Batch({"a": [1], "b": [NOT_DONE], "c": [3]}, FORBIDDEN, "dud", ["abc"], [[1]]),
    "in part, both": Batch(
        {"a": [1], "b": [NOT_DONE], "c": [3], "d": [NOT_DONE], "e": [5]}, {"d": 4}, "drddd", ["abc", "de"], [[1, 3]],
    ),
    "in part, the other lost": Batch(
        {"a": [1], "b": [NOT_DONE], "c": [3], "d": [lost(), 4], "e": [lost()]}, {"e": 5}, "drddd", ["abc", "d", "de"],
        [[1, 3, 4]],
    ),
    "lost, then in part": Batch(
        {"a": [lost(), 1], "b": [lost(), NOT_DONE]}, None, "dr", ["ab", "ab"], [[0, 1], [1]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BATCHES)
def test_batches(script: Script, name: str) -> None:
    case = BATCHES[name]
    shown = case.seen if isinstance(case.seen, Exception) else dict(case.seen or {})
    writes = script.run(case.results, shown, resend=True, batch=3)
    assert "".join(write.outcome.value[0] for write in writes) == case.outcomes
    assert (sorted(script.requests), script.lookups) == (case.requests, case.lookups)
    for item, write in zip(case.results, writes):
        errors = [error for error in case.results[item] if isinstance(error, KafkaError)]
        assert write.found is (write.outcome is Outcome.DONE and item in shown if errors else False)
        if write.outcome is Outcome.DONE:
            assert write.value == (shown[item] if write.found else case.results[item][-1])
        elif write.outcome is Outcome.REFUSED:
            assert write.error is write.cause is errors[-1]
        else:
            assert isinstance(write.error, WriteFailed)
            assert write.cause is errors[-1]


def test_without_resend_a_lost_request_for_several_is_looked_up_only(script: Script) -> None:
    writes = script.run(whole("abc", lost()), {"b": 2}, batch=3)
    assert [write.outcome.value for write in writes] == ["unknown", "done", "unknown"]
    assert (script.requests, script.lookups) == (["abc"], [[0, 1, 2]])


class StoppableClock(Clock):
    """A clock on which a client that can be stopped sleeps until then."""

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        assert stop is None or stop.wait(5)
        super().sleep(seconds)


@pytest.mark.parametrize("status", [401, 429])
def test_requests_after_an_error_that_stops_all_are_not_sent(status: int) -> None:
    """The service fails the test if a request is sent."""
    error = service_error(status, None, operation=WRITE)

    def send(client: Client, group: list[str]) -> list[t.Any]:
        if "a" in group:
            raise error
        client.sleep(1)
        client.call(WRITE)
        return group

    def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
        raise AssertionError("no outcome is unknown")

    client = samples.client(StoppableClock(), Service())
    writes = write_all(client, list("abcdefg"), send, look_up, "created", batch=3, resend=True)
    assert {write.outcome for write in writes} == {Outcome.REFUSED}
    assert [write.error for write in writes[:3]] == [error] * 3
    assert [type(write.error) for write in writes[3:]] == [NotTried] * 4
