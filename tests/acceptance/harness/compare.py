# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares results: with the expected ones, check mode with the run, and in-process with module processes."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable
from typing import Any

from .cases import NOT_CHECKED, STEPS, Case, Expect
from .operations import short
from .playbook import WAYS
from .runner import CaseResult, Step, Ways


def problems(case: Case, result: CaseResult) -> list[str]:
    """Describe each difference from the expected results of *case*."""
    steps = result.steps
    found = [
        f"{name}: {problem}"
        for name, step in steps.items()
        for problem in _step_problems(name, step, case.expected(name))
    ]
    for check, run, explicit in (("check", "live", case.check), ("check again", "again", case.check_again)):
        if check in steps and run in steps and not explicit:
            found += [
                f"{check} does not predict the run: {problem}"
                for problem in _prediction_problems(steps[check], steps[run])
            ]
    if case.remaining is not None and "again" in steps and sorted(result.remaining) != sorted(case.remaining):
        found.append(f"{result.remaining} remain, not {case.remaining}")
    return found


def _step_problems(name: str, step: Step, expect: Expect) -> Iterable[str]:
    result = step.registered
    if name.startswith("check"):
        yield from (
            f"a request that changes something was sent: {request}" for request in step.requests if not request["reads"]
        )
    text = json.dumps(result, indent=1)
    if not re.fullmatch(expect.requests, step.short_names):
        yield f"the requests are {step.short_names}, not {expect.requests}\n{text}"
    if result.get("changed", False) is not expect.changed:
        yield f"changed is {result.get('changed')}\n{text}"
    if result.get("failed", False) is not bool(expect.fails):
        yield f"failed is {result.get('failed')}\n{text}"
    message = result.get("msg", "")
    yield from (f"{part!r} is not in the message: {message}" for part in expect.fails if part not in message)
    if "\n" in message or "Traceback" in message or "defect" in message:
        yield f"the message is not a single readable line: {message}"
    warnings = "\n".join(result.get("warnings", []))
    yield from (f"{part!r} is not in the warnings: {warnings!r}" for part in expect.warns if part not in warnings)
    if warnings and not expect.warns:
        yield f"there are warnings: {warnings}"
    auth = {request["auth"] for request in step.requests if short(request["operation"]) != "LOGIN"}
    if expect.auth and auth != {expect.auth}:
        yield f"the requests are authenticated with {auth}, not {expect.auth}"
    yield from _field_problems("sink_task", result, expect.sink_task)
    yield from _field_problems("error", result, expect.error)
    for key, value in expect.returns.items():
        returned = key(result) if callable(key) else result.get(key)
        if returned != value:
            yield f"{key} is {returned!r}, not {value!r}"
    yield from _error_problems(step, result)
    if not expect.fails:
        diff = result.get("diff")
        if not isinstance(diff, dict) or set(diff) != {"before", "after"}:
            yield f"diff is {diff}"
        elif (diff["before"] != diff["after"]) is not expect.changed:
            yield f"changed and diff are inconsistent: {diff}"


def _error_problems(step: Step, result: dict[str, Any]) -> Iterable[str]:
    if "error" in result:
        if set(result["error"]) != {"status", "code", "message", "request_id", "method", "path"}:
            yield f"error is {result['error']}"
        elif not step.requests or result["error"]["request_id"] not in [r["request_id"] for r in step.requests]:
            yield f"the request id of the error is not from a response: {result['error']}"


def _field_problems(name: str, result: dict[str, Any], expected: Any) -> Iterable[str]:
    if expected is NOT_CHECKED:
        return
    if expected is None:
        if name in result:
            yield f"{name} is {result[name]}, and should not be returned"
        return
    if name not in result:
        yield f"{name} is missing: {result}"
        return
    for key, value in expected.items():
        if result[name].get(key) != value:
            yield f"{key} of {name} is {result[name].get(key)!r}, not {value!r}"


def _prediction_problems(check: Step, run: Step) -> Iterable[str]:
    for key in ("failed", "changed", "diff", "msg"):
        predicted, actual = check.registered.get(key), run.registered.get(key)
        if key == "msg":
            predicted, actual = (_stable(text or "") for text in (predicted, actual))
            # Only check mode has this hint.
            predicted = re.sub(
                r" In check mode, an earlier task of the play may not have [a-zA-Z ]+ yet\.$", "", predicted
            )
        elif key == "diff":
            predicted, actual = (json.loads(_stable(json.dumps(diff))) for diff in (predicted, actual))
        if predicted != actual:
            yield f"{key} is {predicted!r}, then {actual!r}"


def differences(first: CaseResult, second: CaseResult) -> list[str]:
    """Describe each difference between in-process and module processes."""
    found = []
    for name in [step for step in STEPS if step in first.steps and step in second.steps]:
        one, two = first.steps[name], second.steps[name]
        for what in ("registered", "shown"):
            mine, other = _normal(getattr(one, what), one, first), _normal(getattr(two, what), two, second)
            found += [
                f"{name}: {key} ({what}) is {mine.get(key)!r} {WAYS[0]}, {other.get(key)!r} {WAYS[1]}"
                for key in sorted(set(mine) | set(other))
                if key not in mine or key not in other or mine[key] != other[key]
            ]
        mine, other = _requests(one, first), _requests(two, second)
        if mine != other:
            found.append(f"{name}: the requests are {mine} {WAYS[0]}, {other} {WAYS[1]}")
    if set(first.steps) == set(second.steps) and first.remaining != second.remaining:
        found.append(f"{first.remaining} remain {WAYS[0]}, {second.remaining} {WAYS[1]}")
    return found


def _normal(value: Any, step: Step, result: CaseResult) -> Any:
    """*value* without what differs between runs: the port, request ids, ids of new tasks and connectors, times."""
    text = json.dumps(value, sort_keys=True).replace(result.endpoint.rpartition(":")[2], "PORT")
    requests = [request for other in result.steps.values() for request in other.requests]
    effects = [request["effect"] for request in requests if request["effect"]]
    created = [effect[1] for effect in effects if effect[0] in ("created", "enabled")]
    for number, task_id in enumerate(created):
        text = text.replace(task_id, f"CREATED-{number}")
    for request in step.requests:
        text = text.replace(request["request_id"], "REQUEST")
    text = re.sub(r"(background job |connector/tasks/|/tasks/)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", _job, text)
    # The quotes are escaped in the bodies of requests.
    text = re.sub(r'((create_time|created_at|created_time|measured_at|from|to)\\*": )\d+', r"\1 0", text)
    normal = json.loads(_stable(text))
    if isinstance(normal, dict):
        # ansible-core 2.22 adds it to the results of module processes.
        normal.pop("ansible_parsed", None)
    return normal


def _job(found: re.Match[str]) -> str:
    """*found* without the id, if it is that of a background job."""
    return found[0] if found[1].startswith("connector") else f"{found[1]}JOB"


def _stable(text: str) -> str:
    """*text* without request ids, dates of signatures, metrics and offsets, and a list that Ansible prints in random order."""
    text = re.sub(r'((as read at|read_at)\\*": \\*")[^"\\]*', r"\1TIME", text)
    text = re.sub(r"\(request id \w+\)", "(request id)", text)
    text = re.sub(r"\d{8}T\d{6}Z", "DATE", text)
    text = re.sub(r"measured_at \d+", "measured_at", text)
    return re.sub(r"Valid booleans include: [^\"]*", "Valid booleans", text)


def _requests(step: Step, result: CaseResult) -> Any:
    names = ("operation", "method", "path", "query", "body", "status", "code", "auth")
    normal = [{name: request[name] for name in names} for request in _normal(step.requests, step, result)]
    # Concurrent requests arrive in any order.
    runs = itertools.groupby(normal, key=lambda request: request["operation"])
    normal = [request for _unused, run in runs for request in sorted(run, key=json.dumps)]
    # The number of polls depends on the speed of the machine.
    return [request for request, before in zip(normal, [None, *normal]) if request != before]


def expect_described_results(case: Case, ways: Ways) -> None:
    found = [
        f"{way}: {problem}"
        for way, table in ways.items()
        if case.steps(way)
        for problem in problems(case, table.results[case.name])
    ]
    assert not found, "\n".join(found)


def expect_equal_results(case: Case, ways: Ways) -> None:
    found = differences(*(table.results[case.name] for table in ways.values()))
    assert not found, "\n".join(found)


def expect_no_leaks(ways: Ways) -> None:
    found = [f"{way}: {leak}" for way, table in ways.items() for leak in table.leaks]
    assert not found, "\n".join(found)
