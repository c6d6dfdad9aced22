# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fault injection and throttling."""

from __future__ import annotations

import itertools
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from simulator import CODES, Effect, Fault

if TYPE_CHECKING:
    from simulator import Simulator, World


def test_status_and_code_are_returned(client: Any, sim: Simulator, code: Any) -> None:
    sim.faults.add(Fault(status=404, code="DMS.10240407"))
    response = client("GET", client.tasks_path)
    assert code(response) == (404, "DMS.10240407")
    assert response.json()["error_msg"] == "Too many requests: flow control is active."
    assert response.headers["X-Request-Id"] == sim.journal[0].request_id
    assert sim.journal[0].code == "DMS.10240407"
    assert client("GET", client.tasks_path).status_code == 200, "a fault is applied once by default"


@pytest.mark.parametrize("name", CODES)
def test_code_sets_default_status_and_message(client: Any, sim: Simulator, name: str) -> None:
    sim.faults.add(Fault(code=name))
    response = client("GET", client.tasks_path)
    assert response.status_code == CODES[name].statuses[0]
    assert response.json()["error_code"] == name
    assert response.json()["error_msg"] == CODES[name].message
    assert ("request_id" in response.json()) == name.startswith("APIG")


def test_status_without_code_has_the_format_of_iam(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(status=503, message="busy"))
    response = client("GET", "/v3/projects")
    assert response.json() == {"error": {"message": "busy", "code": 503, "title": "Service Unavailable"}}


def test_error_prefix_is_returned(client: Any, sim: Simulator) -> None:
    sim.settings.error_prefix = "APIGW"
    sim.faults.add(Fault(code="APIG.0308", message="slow down", headers={"Retry-After": "7"}))
    response = client("GET", client.tasks_path)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")
    assert response.json()["error_code"] == "APIGW.0308"
    assert response.json()["error_msg"] == "slow down"


@pytest.mark.parametrize(
    ("body", "content", "kind"),
    [
        ("<html>Bad gateway</html>", b"<html>Bad gateway</html>", "text/html; charset=utf-8"),
        ("", b"", None),
        ("plain", b"plain", "text/plain; charset=utf-8"),
        (b"\xff\x00", b"\xff\x00", "application/octet-stream"),
        ([1, {"a": None}], b'[1,{"a":null}]', "application/json"),
        (0, b"0", "application/json"),
    ],
)
def test_body_is_sent_with_content_type(
    client: Any, sim: Simulator, body: Any, content: bytes, kind: str | None
) -> None:
    sim.faults.add(Fault(status=502, body=body))
    response = client("GET", client.tasks_path)
    assert (response.status_code, response.content) == (502, content)
    assert response.headers.get("Content-Type", kind) == kind


def test_body_without_status_is_a_success(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(body={"tasks": "none"}, headers={"Content-Type": "text/x-odd"}))
    response = client("GET", client.tasks_path)
    assert (response.status_code, response.json()) == (200, {"tasks": "none"})
    assert response.headers["Content-Type"] == "text/x-odd"


def test_redirect_has_location(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(status=302, headers={"Location": "http://127.0.0.1:1/"}))
    response = client("GET", client.tasks_path)
    assert (response.status_code, response.headers["Location"], response.content) == (302, "http://127.0.0.1:1/", b"")


def test_large_body_is_sent(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(body="x" * 20_000_000))
    assert len(client("GET", client.tasks_path).content) == 20_000_000


def test_replaced_response_prevents_processing_without_after_work(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(status=504, code="APIG.0203"), Fault(status=504, code="APIG.0203", after_work=True))
    assert client.create().status_code == 504
    assert sim.world.tasks(sim.connector_id) == []
    assert sim.journal[0].effect is None
    assert client.create().status_code == 504
    task = sim.world.tasks(sim.connector_id)[0]
    assert sim.journal[1].effect == Effect("created", task["task_id"])
    assert (sim.journal[1].status, sim.journal[1].code) == (504, "APIG.0203")


def test_skip_times_and_operation_select_requests(client: Any, sim: Simulator) -> None:
    path = client.tasks_path
    active = sim.faults.add(Fault(operation="ListSinkTasks", status=500, skip=1, times=2))
    instance = f"{client.instances_path}/{sim.instance_id}"
    seen = [client("GET", target).status_code for target in (path, instance, path, path, path)]
    assert seen == [200, 200, 500, 500, 200]
    assert (active.passed, active.hits, active.exhausted) == (1, 2, True)
    assert sim.faults.pending() == []
    assert [entry.fault is not None for entry in sim.journal] == [False, False, True, True, False]


def test_method_and_path_select_requests(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(method="get", path=r"sink-tasks/.*topic-info=true", status=500, times=None))
    task_id = client.create().json()["task_id"]
    path = f"{client.tasks_path}/{task_id}"
    assert client("GET", path).status_code == 200
    for _unused in range(3):
        assert client("GET", path, query={"topic-info": "true"}).status_code == 500
    sim.faults.clear()
    assert client("GET", path, query={"topic-info": "true"}).status_code == 200


def test_matching_faults_are_applied_in_order(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(status=500), Fault(status=502), Fault(status=503))
    assert [client("GET", client.tasks_path).status_code for _unused in range(4)] == [500, 502, 503, 200]


def test_fault_applies_to_unknown_url(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(path="^/unknown", status=200, body={}))
    assert client.plain("GET", "/unknown").json() == {}


def test_delay_follows_processing(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(delay=0.5))
    with pytest.raises(requests.ReadTimeout):
        client.session.post(
            sim.endpoint + client.tasks_path,
            headers=client.signed("POST", client.tasks_path, "", {}, b""),
            timeout=0.1,
        )
    _wait_until(lambda: sim.journal[0].status == 400)
    sim.faults.add(Fault(delay=0.1))
    start = time.monotonic()
    assert client.create().status_code == 200
    assert time.monotonic() - start >= 0.1


def test_latency_delays_each_response(client: Any, sim: Simulator) -> None:
    sim.settings.latency = 0.05
    start = time.monotonic()
    client("GET", client.tasks_path)
    client("GET", client.tasks_path)
    assert time.monotonic() - start >= 0.1


def test_delay_work_precedes_processing(client: Any, sim: Simulator) -> None:
    """The request is processed after the client's timeout."""
    sim.faults.add(Fault(delay_work=1.0))
    client.session.request = _with_short_timeout(client.session.request)
    with pytest.raises(requests.ReadTimeout):
        client.create()
    assert sim.world.tasks(sim.connector_id) == []
    _wait_until(lambda: sim.world.tasks(sim.connector_id))


def _with_short_timeout(request: Any) -> Any:
    return lambda *arguments, **named: request(*arguments, **{**named, "timeout": 0.1})


def _wait_until(check: Any) -> None:
    for _unused in range(500):
        if check():
            return
        time.sleep(0.01)
    raise AssertionError("timed out")


@pytest.mark.parametrize("reset", [False, True])
def test_drop_before_processing(client: Any, sim: Simulator, reset: bool) -> None:
    sim.faults.add(Fault(drop="before", reset=reset))
    with pytest.raises(requests.ConnectionError) as caught:
        client.create()
    assert ("reset by peer" in str(caught.value)) == reset
    assert sim.world.tasks(sim.connector_id) == []
    assert (sim.journal[0].status, sim.journal[0].effect) == (None, None)
    assert client.create().status_code == 200


@pytest.mark.parametrize("reset", [False, True])
def test_drop_after_processing(client: Any, sim: Simulator, reset: bool) -> None:
    sim.faults.add(Fault(drop="after", reset=reset))
    with pytest.raises(requests.ConnectionError):
        client.create()
    task = sim.world.tasks(sim.connector_id)[0]
    assert (sim.journal[0].status, sim.journal[0].effect) == (None, Effect("created", task["task_id"]))


@pytest.mark.parametrize("size", [0, 1, 30])
def test_truncated_body_is_incomplete(client: Any, sim: Simulator, size: int) -> None:
    sim.faults.add(Fault(truncate=size))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client("GET", client.tasks_path)
    assert sim.journal[0].status == 200


def test_content_length_is_replaced(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(content_length=10), Fault(content_length=1000))
    assert client("GET", client.tasks_path).content == b'{"tasks":['
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client("GET", client.tasks_path)


def test_trickle_delays_each_byte(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(body="0123456789", trickle=0.01))
    start = time.monotonic()
    assert client("GET", client.tasks_path).text == "0123456789"
    assert time.monotonic() - start >= 0.1


def test_trickle_ends_when_the_client_disconnects(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(body="x" * 100_000, trickle=0.01))
    with client.session.get(sim.endpoint + client.tasks_path, stream=True, timeout=5) as response:
        assert next(response.iter_content(1)) == b"x"
    assert client("GET", client.tasks_path).status_code == 200


def test_keep_alive_connection_is_closed(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(close=True, skip=1))
    for _unused in range(3):
        response = client("GET", client.tasks_path)
        assert response.status_code == 200
        assert "Connection" not in response.headers
    assert [entry.connection for entry in sim.journal] == [1, 1, 2]
    assert sim.connections == 2


def test_mutate_changes_the_json(client: Any, sim: Simulator) -> None:
    sim.faults.add(
        Fault(mutate=lambda response: {**response, "total_number": 5}),
        Fault(mutate=lambda response: response.update(tasks=None)),
    )
    assert client("GET", client.tasks_path).json()["total_number"] == 5
    assert client("GET", client.tasks_path).json()["tasks"] is None
    assert client("GET", client.tasks_path).json()["tasks"] == []


def test_before_and_after_change_the_world(client: Any, sim: Simulator) -> None:
    def add(world: World) -> None:
        world.add_task(sim.connector_id, "other", task_id="t-1")

    def remove(world: World) -> None:
        world.remove_task(sim.connector_id, "t-1")

    sim.faults.add(Fault(before=add), Fault(after=remove))
    assert client("GET", client.tasks_path).json()["total_number"] == 1
    assert client("GET", client.tasks_path).json()["total_number"] == 1
    assert client("GET", client.tasks_path).json()["total_number"] == 0
    assert sim.journal.effects() == [], "changes of hooks are not effects of requests"


def test_mutate_does_not_change_the_world(client: Any, sim: Simulator) -> None:
    sim.faults.add(Fault(mutate=lambda response: response.update(connector_id="wrong")))
    path = f"{client.instances_path}/{sim.instance_id}"
    assert client("GET", path).json()["connector_id"] == "wrong"
    assert client("GET", path).json()["connector_id"] == sim.connector_id


@pytest.mark.parametrize("arguments", [{"drop": "never"}, {"times": 0}, {"path": "("}])
def test_invalid_fault_raises(arguments: dict[str, Any]) -> None:
    with pytest.raises((ValueError, re.error)):
        Fault(**arguments)


@pytest.mark.parametrize("style", ["429", "429-retry-after", "dms-404"])
def test_rate_limit_is_exact(client: Any, sim: Simulator, style: str) -> None:
    """Within any second, exactly `rate` requests are allowed."""
    sim.clock.freeze()
    sim.settings.update(rate=3, throttle_style=style)
    allowed: list[float] = []
    ticks = itertools.count()
    for _unused in range(60):
        now = next(ticks) * 0.1
        for _unused in range(2):
            response = client("GET", client.tasks_path)
            if response.status_code == 200:
                allowed.append(now)
            elif style == "dms-404":
                assert response.json()["error_code"] == "DMS.10240407"
            else:
                assert response.json()["error_code"] == "APIG.0308"
                assert "limit:3,time:1 second" in response.json()["error_msg"]
                assert response.headers.get("Retry-After") == ("1" if style == "429-retry-after" else None)
        sim.clock.advance(0.1)
    assert len(allowed) == 18
    assert all(later - earlier > 0.99 for earlier, later in zip(allowed, allowed[3:]))


def test_retry_after_is_the_remaining_time_rounded_up(client: Any, sim: Simulator) -> None:
    sim.clock.freeze()
    sim.settings.update(rate=1, rate_period=10.0, throttle_style="429-retry-after")
    client("GET", client.tasks_path)
    sim.clock.advance(2.5)
    assert client("GET", client.tasks_path).headers["Retry-After"] == "8"
    sim.clock.advance(7.5)
    assert client("GET", client.tasks_path).status_code == 200


def test_rate_limit_does_not_apply_to_iam(client: Any, sim: Simulator) -> None:
    sim.clock.freeze()
    sim.settings.rate = 0
    assert client("GET", client.tasks_path).status_code == 429
    assert client("GET", "/v3/projects").status_code == 200
    assert [entry.status for entry in sim.journal] == [429, 200]
