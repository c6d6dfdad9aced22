# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random responses, options and environments lead to a result, without an exception and without a leak."""

from __future__ import annotations

import json
import re
import typing as t

import requests
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest import settings as rest_settings
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import ConnectionFailed, InvalidOption
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.http import RawResponse, Request
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.redact import MASK, Redactor
from hypothesis import example, given, settings
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict
from simulator import CODES

from .conftest import FULL
from .harness import figures, runs
from .harness.clock import Clock
from .harness.runs import OBS_ACCESS_KEY, OBS_SECRET_KEY

many = settings(max_examples=5000 if FULL else 100)

PROJECT_ID = "0123456789abcdef0123456789abcdef"
SECRET_KEY = "FuzzSecret/Key+1"
SECURITY_TOKEN = "FuzzSecurityToken=="
SECRETS = (SECRET_KEY, SECURITY_TOKEN, OBS_SECRET_KEY, OBS_ACCESS_KEY)


def _bytes(value: t.Any) -> bytes:
    return json.dumps(value).encode()


_VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["orders", "task-1", "RUNNING", "CREATING", "FAILED", "1", "-1", "../x", "a,b", "\ud800", *SECRETS]
    )
)
_KEYS = st.sampled_from(
    [
        *("tasks", "total_number", "max_tasks", "quota_tasks", "task_id", "task_name", "status", "topics", "x"),
        *("obs_destination_descriptor", "topics_info", "partitions", "error_code", "error_msg", "error", "code"),
        *("message", "request_id", "instances", "instance_num", "instance_id", "name", "connector_id"),
        *("connector_enable", "consumer_strategy", "record_delimiter", "deliver_time_interval"),
    ]
)
_JSON = st.recursive(
    _VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5), max_leaves=20
)
_TASK = st.fixed_dictionaries(
    {"task_id": st.sampled_from(["task-1", "task-2"]), "task_name": st.sampled_from(["orders", "audit"])},
    optional={"status": _VALUES, "topics": _VALUES, "create_time": _VALUES},
)
_LIST = st.fixed_dictionaries(
    {"tasks": st.lists(_TASK, max_size=3), "total_number": st.integers(0, 3) | _VALUES},
    optional={"max_tasks": _VALUES, "quota_tasks": _VALUES},
)
_DESCRIPTOR = st.dictionaries(_KEYS, _VALUES, max_size=4)
_SHOWN = st.fixed_dictionaries(
    {"task_name": st.just("orders"), "status": st.sampled_from(["RUNNING", "CREATING", "FAILED"]) | _VALUES},
    optional={
        "topics": _VALUES,
        "obs_destination_descriptor": _DESCRIPTOR | _JSON,
        "topics_info": _JSON,
        "task_id": _VALUES,
    },
)
_ERROR = st.fixed_dictionaries({"error_code": st.sampled_from(sorted(CODES)) | _VALUES, "error_msg": _VALUES | _JSON})


_TOPIC_ROW = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["orders", "audit"]) | _VALUES,
        "partition": st.integers(1, 9) | _VALUES,
        "replication": st.just(3) | _VALUES,
    },
    optional={
        **dict.fromkeys(("retention_time", "topic_type", "topic_desc", "sync_replication"), _VALUES),
        "topic_other_configs": st.lists(st.dictionaries(st.sampled_from(["name", "value"]), _VALUES), max_size=2)
        | _JSON,
    },
)
_DONE_ROW = st.fixed_dictionaries({"id": st.sampled_from(["orders", "audit"]) | _VALUES, "success": _VALUES})
_TOPIC_BODY = st.one_of(
    *[st.fixed_dictionaries({"topics": st.lists(_TOPIC_ROW, max_size=2), "total": st.integers(0, 2) | _VALUES})] * 3,
    st.fixed_dictionaries({"topics": st.lists(_DONE_ROW | _VALUES, max_size=2) | _VALUES}),
    st.fixed_dictionaries({"failed_topics": st.lists(_DONE_ROW | _VALUES, max_size=2) | _VALUES}),
    st.fixed_dictionaries({"name": st.just("orders"), "status": st.just("RUNNING"), "enable_auto_topic": _VALUES}),
).map(_bytes)


def _nested(depth: int, kind: str) -> bytes:
    opening, closing = {"list": ("[", "]"), "object": ('{"error":', "}")}[kind]
    return (opening * depth + "1" + closing * depth).encode()


_BODY = st.one_of(
    st.binary(max_size=40),
    st.one_of(_JSON, _LIST, _LIST, _SHOWN, _ERROR).map(_bytes),
    st.builds(_nested, st.sampled_from([30, 300, 450, 900, 5000]), st.sampled_from(["list", "object"])),
    st.sampled_from([b"", b"9" * 5000, b'{"total_number": ' + b"9" * 4400 + b', "tasks": []}', b"\xef\xbb\xbf{}"]),
)
_HEADERS = st.dictionaries(
    st.sampled_from(["Retry-After", "Date", "X-Request-Id", "X-Subject-Token", "Location", "Content-Type"]),
    st.sampled_from(
        ["", "0", "1", "-5", "9" * 40, "Fri, 31 Dec 9999 23:59:59 GMT", "Tue, 0 Foo", "\x1b[0m", "²", *SECRETS]
    ),
    max_size=3,
)


def _responses(bodies: st.SearchStrategy[bytes]) -> st.SearchStrategy[RawResponse]:
    return st.builds(
        lambda status, headers, body: RawResponse(status, CaseInsensitiveDict(headers), body),
        st.sampled_from(
            [200] * 12 + [201, 202, 204, 206, 301, 400, 401, 403, 404, 404, 408, 429, 500, 502, 503, 504, 999, 0]
        ),
        _HEADERS,
        bodies,
    )


_NOTHING = st.fixed_dictionaries({"sent": st.booleans(), "final": st.booleans()})
"""No response: the arguments of the exception."""


class Scripted:
    """Replaces ``rest.http.Http`` and returns the drawn responses in turn, repeatedly."""

    def __init__(self, responses: list[t.Any]) -> None:
        self._responses = responses
        self.sent: list[tuple[str, str]] = []

    def send(self, request: Request, timeout: float) -> RawResponse:
        method = request.operation.method
        requests.Request(
            method, request.url, headers=dict(request.headers), data=request.body, auth=request.auth
        ).prepare()
        assert timeout > 0
        self.sent.append((method, request.url))
        response = self._responses[(len(self.sent) - 1) % len(self._responses)]
        if isinstance(response, dict):
            raise ConnectionFailed(request.operation, request.url, "cause", **response)
        return t.cast("RawResponse", response)

    def close(self) -> None:
        pass


def execute(
    options: dict[str, t.Any], responses: list[t.Any], check_mode: bool, module: KafkaModule = runs.SINK_TASK
) -> tuple[dict[str, t.Any], Scripted, str]:
    """Run the module against *responses*; return its result, the HTTP client, and its log."""
    params, secrets, errors = runs.validated(module, options)
    assert not errors, errors
    clock = Clock()
    http = Scripted(responses)
    shown: list[str] = []
    result = module.execute(
        params,
        check_mode=check_mode,
        diff=True,
        secrets=secrets,
        connect=lambda chosen: Connection(chosen, http=t.cast("t.Any", http), clock=clock),
        log=lambda verbosity, line: shown.append(line),
    )
    figures.count("fuzzed runs")
    return result, http, "\n".join(shown)


BASE = {
    "endpoint": "https://dms.example.com",
    "project_id": PROJECT_ID,
    "access_key": "AK",
    "secret_key": SECRET_KEY,
    "security_token": SECURITY_TOKEN,
    "connector_id": "connector-1",
    "task_name": "orders",
    "max_retries": 1,
    "wait_timeout": 30,
}
WANTED = {"access_key": OBS_ACCESS_KEY, "secret_key": OBS_SECRET_KEY, "obs_bucket_name": "bucket", "topics": ["a"]}
_SENT = re.compile(
    rf"https://dms\.example\.com/v2/{PROJECT_ID}/(connectors/[A-Za-z0-9_-]+/sink-tasks(/[A-Za-z0-9_-]+)?|instances[/?].*)"
)


@many
@given(
    responses=st.lists(_responses(_BODY) | _NOTHING, min_size=1, max_size=6),
    state=st.sampled_from(["present", "absent"]),
    check_mode=st.booleans(),
    recreate=st.booleans(),
    by=st.sampled_from(["connector_id", "connector_id", "instance_id", "instance_name"]),
)
def test_responses(responses: list[t.Any], state: str, check_mode: bool, recreate: bool, by: str) -> None:
    options = {**BASE, "state": state}
    options[by] = options.pop("connector_id")
    if state == "present":
        options.update(obs_destination_descriptor=WANTED, recreate=recreate)
    result, http, shown = execute(options, responses, check_mode)
    text = json.dumps(result, ensure_ascii=False)
    assert "Bug in the collection" not in text, text
    # The OBS keys are redacted only if the options contain them.
    for secret in SECRETS if state == "present" else SECRETS[:2]:
        assert secret not in text
        assert secret not in shown
    assert isinstance(result["changed"], bool)
    assert len(http.sent) < 150
    for method, url in http.sent:
        assert _SENT.fullmatch(url), url
        assert not (check_mode and method != "GET")
        assert not (state == "absent" and method == "POST")
    if result.get("failed"):
        assert result["msg"]
    elif state == "absent" and not check_mode and not result["changed"]:
        # Proven by a complete list, or by a code that means absent.
        assert any(isinstance(response, RawResponse) for response in responses)


TOPIC_BASE = {
    **{name: value for name, value in BASE.items() if name not in ("connector_id", "task_name")},
    "instance_id": "instance-1",
    "timeout": 3,
}
_SENT_FOR_TOPICS = re.compile(
    rf"https://dms\.example\.com/v2/{PROJECT_ID}/(connectors/[A-Za-z0-9_-]+/sink-tasks(/[A-Za-z0-9_-]+)?|instances/instance-1"
    r"(/topics(/delete)?|/connector/tasks)?)(\?[a-z0-9=&]*)?"
)


@many
@given(
    responses=st.lists(_responses(_TOPIC_BODY | _TOPIC_BODY | _BODY) | _NOTHING, min_size=1, max_size=6),
    wanted=st.sampled_from([{"state": "absent"}, {"partition": 3}, {"partition": 6, "retention_time": 24}]),
    check_mode=st.booleans(),
    is_set=st.booleans(),
)
def test_responses_about_topics(
    responses: list[t.Any], wanted: dict[str, t.Any], check_mode: bool, is_set: bool
) -> None:
    topic = {"name": "orders", **wanted}
    options = {**TOPIC_BASE, **({"topics": [topic], "prune": True, "prune_pattern": ".*"} if is_set else topic)}
    module = runs.TOPICS if is_set else runs.TOPIC
    result, http, shown = execute(options, responses, check_mode, module)
    text = json.dumps(result, ensure_ascii=False)
    assert "Bug in the collection" not in text, text
    for secret in SECRETS[:2]:
        assert secret not in text
        assert secret not in shown
    assert isinstance(result["changed"], bool)
    assert len(http.sent) < 150
    for method, url in http.sent:
        assert _SENT_FOR_TOPICS.fullmatch(url), url
        assert not (check_mode and method != "GET")
        assert not ("state" in wanted and method == "POST" and url.endswith("/topics"))
    assert result.get("failed", False) is bool(result.get("msg"))


_TEXT = st.text(max_size=12) | st.sampled_from(
    ["", " ", "..", "../x", "a/b", "a?b", "a#b", "%2e%2e", "\n", "é", "\x00", "{x}", "x" * 300]
)


def _can_be_a_word(secret: str) -> bool:
    """Return whether a message can contain the text for another reason: Hypothesis draws words from the code."""
    return len(secret) <= 8 or re.fullmatch("[A-Za-z_ ]+", secret) is not None


@many
@given(
    values=st.dictionaries(
        st.sampled_from(
            [
                *("connector_id", "task_id", "task_name", "project_id", "region", "endpoint", "iam_endpoint"),
                *("access_key", "secret_key", "security_token", "auth_token", "username", "password", "domain_name"),
                "ca_path",
            ]
        ),
        _TEXT,
        max_size=5,
    ),
    numbers=st.dictionaries(
        st.sampled_from(["timeout", "max_retries", "wait_timeout"]), st.integers(-(2**40), 2**40), max_size=2
    ),
    state=st.sampled_from(["present", "absent"]),
    descriptor=st.dictionaries(
        st.sampled_from(
            [
                "topics_regex",
                "access_key",
                "secret_key",
                "obs_bucket_name",
                "obs_path",
                "record_delimiter",
                "destination_file_type",
            ]
        ),
        _TEXT,
        max_size=5,
    ),
)
@example(values={"task_id": "\u0661"}, numbers={}, state="absent", descriptor={})
def test_options(values: dict[str, str], numbers: dict[str, int], state: str, descriptor: dict[str, str]) -> None:
    options = {**BASE, "state": state, **values, **numbers}
    options["max_retries"] = min(options["max_retries"], 3)
    if state == "present":
        options["obs_destination_descriptor"] = {**WANTED, **descriptor}
    empty = RawResponse(200, CaseInsensitiveDict(), _bytes({"tasks": [], "total_number": 0}))
    result, http, _unused = execute(options, [empty], check_mode=True)
    assert "Bug in the collection" not in str(result.get("msg")), result
    for _method, url in http.sent:
        assert _SENT.fullmatch(url) or not {"endpoint", "project_id", "region", "iam_endpoint"}.isdisjoint(values), url
        assert "/../" not in url
        assert url.isascii()
    for name in ("secret_key", "security_token", "auth_token", "password"):
        secret = values.get(name, "")
        if not _can_be_a_word(secret):
            assert secret not in json.dumps(result, ensure_ascii=False)


@many
@given(
    name=_TEXT,
    numbers=st.dictionaries(
        st.sampled_from(["partition", "replication", "retention_time", "wait_timeout"]),
        st.integers(-(2**40), 2**40) | st.integers(1, 9),
        max_size=3,
    ),
    configs=st.dictionaries(_TEXT, _VALUES, max_size=2),
    is_set=st.booleans(),
)
def test_options_of_topics(name: str, numbers: dict[str, int], configs: dict[str, t.Any], is_set: bool) -> None:
    wait = {key: numbers.pop(key) for key in ("wait_timeout",) if key in numbers}
    topic = {"name": name, "topic_desc": name, "topic_other_configs": configs, **numbers}
    options = {**TOPIC_BASE, **wait, **({"topics": [topic]} if is_set else topic)}
    row = {"name": "orders", "partition": 3, "replication": 3}
    listed = RawResponse(200, CaseInsensitiveDict(), _bytes({"topics": [row], "total": 1}))
    result, http, _unused = execute(options, [listed], True, runs.TOPICS if is_set else runs.TOPIC)
    assert "Bug in the collection" not in str(result.get("msg")), result
    json.dumps(result)
    for _method, url in http.sent:
        assert _SENT_FOR_TOPICS.fullmatch(url), url


_VARIABLES = (
    *("HW_REGION_NAME", "HW_PROJECT_ID", "HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_AUTH_TOKEN"),
    *("HW_USER_NAME", "HW_USER_PASSWORD", "HW_DOMAIN_NAME", "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"),
)


@many
@given(environ=st.dictionaries(st.sampled_from(_VARIABLES), _TEXT, max_size=6))
@example(environ={"HW_SECURITY_TOKEN": "HW_USER_N"})
def test_environment(environ: dict[str, str]) -> None:
    params, _unused, _unused = runs.validated(
        runs.SINK_TASK, {"state": "absent", "connector_id": "c", "task_name": "t", "region": "eu-west-101"}
    )
    refusal = ""
    try:
        found = rest_settings.read(params, environ)
    except InvalidOption as error:
        refusal = str(error)
    else:
        assert found.dms_endpoint == "https://dms.eu-west-101.myhuaweicloud.eu"
    for name, value in environ.items():
        secret = name in ("HW_SECRET_KEY", "HW_USER_PASSWORD", "HW_AUTH_TOKEN", "HW_SECURITY_TOKEN")
        if secret and not _can_be_a_word(value):
            # A value that is not secret can be the same text.
            others = [other for key, other in environ.items() if key != name]
            assert value not in refusal or any(value in other for other in others)


@many
@given(
    secret=st.text(min_size=4, max_size=30).filter(lambda text: text.strip() == text and not set(text) <= {"*"}),
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    layers=st.integers(0, 2),
)
@example(secret="ab/cd+ef", before='{"x":"', after='"}', layers=1)
def test_every_spelling_of_a_secret_is_redacted(secret: str, before: str, after: str, layers: int) -> None:
    spelling = secret
    for _unused in range(layers):
        spelling = json.dumps(spelling)[1:-1]
    if spelling in before + after:
        return
    shown = Redactor([secret]).text(before + spelling + after)
    assert spelling not in shown.replace(MASK, "\x00" * len(MASK))
