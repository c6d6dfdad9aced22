# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""credentials_source: ecs: temporary keys from the metadata service, with a copy of the collection that has its URL.

Every playbook runs with -vvvv and a log file, and nothing that it leaves may contain a secret.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.accounts import Account, Playbook, Step, add_account, options, with_metadata_service
from acceptance.harness.cloud import OBS
from acceptance.harness.playbook import MODULE, WAYS
from acceptance.harness.secrecy import Secrets
from simulator import Fault
from simulator.world import ECS_USER_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from simulator import Simulator
    from simulator.world import World

NO_KEYS = {"access_key": None, "secret_key": None}
ECS = {**NO_KEYS, "credentials_source": "ecs"}
KEYS = "GetSecurityKey"


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    """Returns the environment for a collection that uses this URL of the metadata service."""
    folder = tmp_path_factory.mktemp("collections")
    return lambda address: with_metadata_service(folder, address)


@pytest.fixture
def playbook(simulator: Simulator, tmp_path: Path, collection: Callable[[str], dict[str, str]]) -> Playbook:
    return Playbook(simulator, tmp_path, collection(simulator.metadata_endpoint))


@pytest.fixture
def account(simulator: Simulator) -> Account:
    """An account whose agency the ECS may assume, and the sample user may not."""
    return add_account(simulator, "orders-production", [ECS_USER_ID])


def used_keys_of_the_machine(playbook: Playbook, task: str) -> bool:
    """Whether all requests of a task to the service were signed with keys of the machine."""
    keys = playbook.simulator.world.access_keys
    sent = [entry.headers.get("Authorization", "") for entry in playbook.requests[task] if "/v2/" in entry.path]
    names = [text.partition("Access=")[2].partition(",")[0] for text in sent]
    return bool(names) and {keys[name].user_id for name in names} == {ECS_USER_ID}


@pytest.mark.parametrize("way", WAYS)
def test_keys_of_the_machine(way: str, simulator: Simulator, playbook: Playbook, account: Account) -> None:
    own = {"project_id": simulator.project_id}
    as_module = {"no tokens: 404", "required tokens", "no agency", "keys as options"}

    def step(name: str, requests: str, *fails: str, given: Any = None, **settings: Any) -> Step:
        return Step(
            name,
            given or options(simulator, **ECS, **own),
            requests,
            fails,
            project_id=None if fails else simulator.project_id,
            settings=settings,
            as_module=name in as_module,
        )

    steps = [
        step("no tokens: 404", "TOKEN KEYS LIST"),
        step("no tokens: 405", "TOKEN KEYS LIST", metadata_no_tokens_status=405),
        step("no tokens: 503", "TOKEN KEYS LIST", metadata_no_tokens_status=503),
        step("optional tokens", "TOKEN KEYS LIST", metadata_tokens="optional"),
        step("required tokens", "TOKEN KEYS LIST", metadata_tokens="required"),
        step("the project is looked up", "TOKEN KEYS PROJECTS LIST", given=options(simulator, **ECS)),
        step("no agency", "TOKEN KEYS", "401", "agency", metadata_agency=False),
        step(
            "no agency, with tokens", "TOKEN KEYS", "401", "agency", metadata_agency=False, metadata_tokens="required"
        ),
        step("keys as options", "LIST", given=options(simulator, **own, credentials_source="ecs")),
        step("no credentials", "", "there are no credentials", given=options(simulator, **NO_KEYS, **own)),
        step(
            "another source",
            "",
            "credentials_source",
            "ecs",
            given=options(simulator, **{**ECS, "credentials_source": "ec2"}, **own),
        ),
        Step(
            "module_defaults",
            options(simulator, **NO_KEYS, **own),
            "TOKEN KEYS LIST",
            keywords={"module_defaults": {"group/huaweicloud.kafka.all": {"credentials_source": "ecs"}}},
        ),
        Step(
            "assume_role",
            options(simulator, account, **ECS, assume_role=account.role()),
            "TOKEN KEYS ASSUME PROJECTS LIST",
            (),
            account.project_id,
            as_module=True,
        ),
    ]
    playbook.expect(way, steps)
    for name in ("no tokens: 404", "required tokens"):
        assert used_keys_of_the_machine(playbook, name)
    assert not used_keys_of_the_machine(playbook, "keys as options")
    put, get, _list = playbook.requests["required tokens"]
    assert put.headers["X-Metadata-Token-Ttl-Seconds"] == "21600"
    assert get.headers["X-Metadata-Token"]
    assert "X-Metadata-Token" not in playbook.requests["no tokens: 404"][1].headers
    for entry in (put, get):
        assert "Authorization" not in entry.headers


DEAD_PROXIES = {
    name: "http://127.0.0.1:9" for base in ("http_proxy", "https_proxy", "all_proxy") for name in (base, base.upper())
}


@pytest.mark.parametrize("way", WAYS)
def test_source_in_the_environment(way: str, simulator: Simulator, playbook: Playbook, account: Account) -> None:
    environment = {
        "HW_CREDENTIALS_SOURCE": "ecs",
        "HW_REGION_NAME": simulator.region,
        "HW_DMS_ENDPOINT": simulator.endpoint,
        "HW_IAM_ENDPOINT": simulator.endpoint,
        **account.variables(),
        **DEAD_PROXIES,
    }
    nothing = {**NO_KEYS, "region": None, "endpoint": None, "iam_endpoint": None}
    keys = {"access_key": simulator.access_key, "secret_key": "{{ secret_key }}"}
    steps = [
        Step(
            "the variables",
            options(simulator, account, **nothing),
            "TOKEN KEYS ASSUME PROJECTS LIST",
            (),
            account.project_id,
            as_module=True,
        ),
        Step(
            "options for keys",
            options(simulator, **{**nothing, **keys}, project_id=simulator.project_id),
            "LIST",
            (),
            simulator.project_id,
            as_module=True,
        ),
        Step(
            "another source as an option",
            options(simulator, **nothing, credentials_source="explicit"),
            "",
            ("there are no credentials",),
        ),
    ]
    playbook.expect(way, steps, env=environment)


@pytest.mark.parametrize(
    ("way", "keys"),
    [
        (WAYS[0], ("HW_ACCESS_KEY", "HW_SECRET_KEY")),
        (WAYS[0], ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK")),
        (WAYS[1], ("HW_ACCESS_KEY", "HW_SECRET_KEY")),
    ],
)
def test_source_beside_keys_in_the_environment(
    way: str, keys: tuple[str, str], simulator: Simulator, playbook: Playbook
) -> None:
    environment = {
        keys[0]: simulator.access_key,
        keys[1]: simulator.secret_key,
        "HW_CREDENTIALS_SOURCE": "ecs",
        "HW_REGION_NAME": simulator.region,
    }
    own = {"project_id": simulator.project_id}
    explicit = options(simulator, **NO_KEYS, credentials_source="explicit", **own)
    both = ("HW_CREDENTIALS_SOURCE", keys[0])
    steps = [
        Step("both are refused", options(simulator, **NO_KEYS, **own), "", both, as_module=True),
        Step("ecs as an option", options(simulator, **ECS, **own), "TOKEN KEYS LIST", as_module=True),
        Step("explicit as an option", explicit, "LIST", as_module=True),
        Step("keys as options", options(simulator, **own), "LIST"),
    ]
    playbook.expect(way, steps, env=environment)
    assert used_keys_of_the_machine(playbook, "ecs as an option")
    assert not used_keys_of_the_machine(playbook, "explicit as an option")


@pytest.mark.parametrize("way", WAYS)
def test_items_of_a_loop_share_the_keys(way: str, simulator: Simulator, playbook: Playbook) -> None:
    simulator.settings.metadata_tokens = "required"
    given = options(simulator, **ECS, task_name="{{ item }}")
    task = {"name": "loop", MODULE: given, "loop": ["first", "second"]}
    playbook.run(way, [task]).expect_success()
    one = "TOKEN KEYS PROJECTS"
    expected = f"{one} LIST LIST" if way == WAYS[0] else f"{one} LIST {one} LIST"
    assert playbook.short("loop") == expected


def keys_expire(world: World) -> None:
    """Let the keys of the machine expire; the service still accepts the dates of signatures."""
    world._clock.advance(901)


@pytest.mark.parametrize(("way", "tokens"), [(WAYS[0], "off"), (WAYS[0], "required"), (WAYS[1], "required")])
def test_keys_expire_in_the_middle_of_a_wait(tokens: str, way: str, simulator: Simulator, playbook: Playbook) -> None:
    simulator.clock.offset = -300
    simulator.settings.update(metadata_tokens=tokens, metadata_key_seconds=900, metadata_key_overlap=0)
    simulator.settings.creation_looks = 3
    simulator.faults.add(Fault("ShowSinkTaskDetail", skip=1, after=keys_expire))
    given = options(
        simulator,
        **ECS,
        state="present",
        obs_destination_descriptor="{{ obs }}",
        project_id=simulator.project_id,
    )
    output = playbook.run(way, [{"name": "create", MODULE: given}], variables={"obs": OBS}).expect_success()
    assert output.result("create")["sink_task"]["status"] == "RUNNING"
    names = playbook.short("create").split()
    refused = [number for number, entry in enumerate(playbook.requests["create"]) if entry.status == 401]
    assert len(refused) == 1
    after = names[refused[0] :]
    assert after[0] == after[after.index("KEYS") + 1] == "SHOW"
    assert names.count("KEYS") == 2


def test_faults_of_the_metadata_service(simulator: Simulator, playbook: Playbook) -> None:
    secret = "SecretOfAnIncompleteResponse"
    playbook.secrets = Secrets(simulator, secret)
    faults = {
        "unavailable": Fault(KEYS, status=503, body="unavailable", times=None),
        "closed": Fault(KEYS, drop="before", times=None),
        "closed for a token": Fault("CreateMetadataToken", drop="before", times=None),
        "forbidden": Fault(KEYS, status=403, body="no", times=None),
        "a token is refused": Fault("CreateMetadataToken", status=403, body="no", times=None),
        "no keys": Fault(KEYS, body={"credential": {"secret": secret}}, times=None),
        "html": Fault(KEYS, body=f"<html>{secret}</html>", times=None),
        "no object": Fault(KEYS, body=[secret], times=None),
        "a token with a newline": Fault("CreateMetadataToken", body=f"{secret}\nX-Other: 1", times=None),
        "redirect": Fault(KEYS, status=302, headers={"Location": f"{simulator.endpoint}/v3/projects"}, times=None),
    }

    def prepare(name: str) -> None:
        simulator.faults.clear()
        simulator.faults.add(faults[name])

    given = options(simulator, **ECS, project_id=simulator.project_id)
    tasks = [{"name": name, MODULE: given, "ignore_errors": True} for name in faults]
    output = playbook.run(WAYS[0], tasks, prepare=prepare).expect_success()
    for name in faults:
        assert output.failed(name), name
        message = output.result(name)["msg"]
        assert "metadata service" in message, message
        assert "\n" not in message
        # Nothing was sent to the service, and no attempt was repeated endlessly.
        assert set(playbook.short(name).split()) <= {"TOKEN", "KEYS"}
        assert len(playbook.requests[name]) <= 14


def temporary_keys_are_wrong(world: World) -> None:
    """Let all signatures with temporary keys fail: the message of the service contains the request with its token."""
    for keys in world.access_keys.values():
        if keys.security_token:
            keys.secret_key += "x"


@pytest.mark.parametrize("way", WAYS)
def test_temporary_keys_in_a_message_of_the_service(
    way: str, simulator: Simulator, playbook: Playbook, account: Account
) -> None:
    sent = {"ecs": "ListSinkTasks", "role": "ListSinkTasks", "caller": "CreateTemporaryAccessKeyByAgency"}
    role = options(simulator, account, **ECS, assume_role=account.role(), project_id=account.project_id)
    given = {"ecs": options(simulator, **ECS, project_id=simulator.project_id), "role": role, "caller": role}

    def show_keys(body: dict[str, Any]) -> None:
        error = body.get("error", body)
        field = "message" if "message" in error else "error_msg"
        for keys in simulator.world.access_keys.values():
            if keys.security_token:
                error[field] += f" {keys.security_token} {keys.secret_key}"

    def prepare(name: str) -> None:
        # The service shows the keys of this task only.
        simulator.metadata.clear()
        for keys in list(simulator.world.access_keys.values()):
            if keys.security_token:
                del simulator.world.access_keys[keys.access_key]
        simulator.faults.clear()
        simulator.faults.add(Fault(sent[name], before=temporary_keys_are_wrong, mutate=show_keys))

    tasks = [{"name": name, MODULE: given[name], "ignore_errors": True} for name in sent]
    output = playbook.run(way, tasks, prepare=prepare).expect_success()
    for name in sent:
        assert "canonicalRequest" in output.result(name)["msg"]
        assert playbook.requests[name][-1].status == 401


@pytest.mark.parametrize(("way", "address"), [(WAYS[0], "closed"), (WAYS[1], "closed"), (WAYS[0], "silent")])
def test_no_metadata_service(
    way: str,
    address: str,
    simulator: Simulator,
    tmp_path: Path,
    collection: Callable[[str], dict[str, str]],
    silent: str,
) -> None:
    playbook = Playbook(simulator, tmp_path, collection(silent if address == "silent" else closed()))
    given = options(simulator, **ECS, project_id=simulator.project_id, timeout=600)
    output = playbook.run(way, [{"name": "fails", MODULE: given}])
    assert output.code == 2
    assert "metadata service" in output.result("fails")["msg"]
    assert playbook.requests["fails"] == []
    # Less than the timeout of other requests.
    assert output.seconds < 300


def closed() -> str:
    """The URL of a port at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a service that accepts connections and never responds."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("way", WAYS)
def test_missing_credentials_never_become_those_of_the_machine(
    way: str, simulator: Simulator, playbook: Playbook, account: Account
) -> None:
    half = {"access_key": simulator.access_key, "secret_key": None}
    own = {"project_id": simulator.project_id}
    wrong = {"secret_key": "{{ wrong }}"}
    steps = [
        Step("nothing", options(simulator, **NO_KEYS, **own), "", ("there are no credentials",), as_module=True),
        Step("half a pair", options(simulator, **half, **own), "", ("secret_key",)),
        Step(
            "half a pair beside ecs", options(simulator, **half, **own, credentials_source="ecs"), "", ("secret_key",)
        ),
        Step("rejected keys", options(simulator, **wrong, **own), "LIST", ("401",)),
        Step(
            "rejected keys beside ecs", options(simulator, **wrong, **own, credentials_source="ecs"), "LIST", ("401",)
        ),
        Step(
            "an agency without a caller",
            options(simulator, account, **NO_KEYS, assume_role=account.role()),
            "",
            ("there are no credentials",),
        ),
        Step(
            "an empty source", options(simulator, **{**ECS, "credentials_source": ""}, **own), "", ("no credentials",)
        ),
    ]
    playbook.expect(way, steps, variables={"wrong": "AnotherSecretKeyOfTheAcceptanceTests"})
    assert simulator.journal.of(KEYS, "CreateMetadataToken") == []
