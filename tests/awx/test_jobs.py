# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job templates in examples/awx, run like in AWX: by ansible-runner, with the environment of the injectors."""

from __future__ import annotations

import dataclasses
import json
import shutil
from typing import TYPE_CHECKING, Any

import ansible_runner
import pytest
import yaml

from awx.configuration import AWX, Configuration

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator import Simulator

DELETE, CREATE = "Kafka - delete a sink task", "Kafka - create a sink task"
SHOW, APPROVED = "Kafka - delete after approval, step 1 (check)", "Kafka - delete after approval, step 2"
DELETE_WORKFLOW = "Kafka - delete a sink task after approval"
APPLY_KINDS = {
    "Smart Connect tasks": ("smart_connect_tasks", "sink_task"),
    "sink tasks": ("sink_tasks", "obs_destination_descriptor"),
}
PAUSE, RESUME = "Kafka - pause Smart Connect tasks", "Kafka - resume Smart Connect tasks"
PREPARE = "Kafka - prepare the move to Smart Connect (check)"
SWITCH, SWITCH_BACK = "Kafka - switch to Smart Connect", "Kafka - switch back to sink tasks"
MAINTENANCE = "Kafka - maintenance window"
DELETE_CHECK, CREATE_CHECK = f"{DELETE} (check)", f"{CREATE} (check)"
NEW_TASK = {
    "dms_task_name": "orders-to-obs",
    "dms_topics": "orders\norder-events\n",
    "dms_obs_bucket_name": "archive",
    "dms_obs_path": "",
    "dms_consumer_strategy": "earliest",
    "dms_deliver_time_interval": 300,
}


@dataclasses.dataclass
class Job:
    """A finished job. *text* contains all events and artifacts, *message* is the last message."""

    status: str
    stats: dict[str, int]
    results: list[dict[str, Any]]
    artifacts: dict[str, Any]
    text: str

    @property
    def message(self) -> str:
        return [result["msg"] for result in self.results if "msg" in result][-1]


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    """A folder for files that the repository of the project contains in addition to the playbooks."""
    return tmp_path / "definitions"


@pytest.fixture
def launch(configuration: Configuration, definitions: Path, tmp_path: Path) -> Callable[..., Job]:
    """Launches a job template with answers to its survey."""

    def launch(
        name: str, artifacts: dict[str, Any] | None = None, workflow: dict[str, Any] | None = None, **given: Any
    ) -> Job:
        # AWX merges the variables of the template, the defaults of its survey, artifacts, and the variables of the
        # workflow, which include the answers to its survey. A launch can only set variables of a survey.
        template = configuration.one("templates", name)
        spec = template.get("survey_spec", {"spec": []})["spec"]
        defaults = {question["variable"]: question["default"] for question in spec}
        assert not template["ask_variables_on_launch"]
        assert set(given) <= set(defaults)
        variables = {**template["extra_vars"], **defaults, **given, **(artifacts or {}), **(workflow or {})}
        folder = tmp_path / f"job-{len(list(tmp_path.glob('job-*')))}"
        shutil.copytree(AWX / "project", folder / "project")
        if definitions.exists():
            shutil.copytree(definitions, folder / "project", dirs_exist_ok=True)
        environment = {}
        for credential in template["credentials"]:
            environment.update(configuration.injected(credential))
        hosts = {
            host["name"]: host["variables"]
            for host in configuration["hosts"]
            if host["inventory"] == template["inventory"]
        }
        (folder / "inventory").mkdir()
        (folder / "inventory" / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
        arguments = ["--check"] * (template["job_type"] == "check") + ["--diff"] * template["diff_mode"]
        runner = ansible_runner.run(
            private_data_dir=str(folder),
            playbook=template["playbook"],
            envvars=environment,
            extravars=variables,
            cmdline=" ".join(arguments),
            verbosity=3,
            quiet=True,
            suppress_env_files=True,
            timeout=600,
        )
        events = list(runner.events)
        final = next(event["event_data"] for event in events if event["event"] == "playbook_on_stats")
        kinds = ("changed", "ok", "failures")
        return Job(
            runner.status,
            {kind: final[kind].get("localhost", 0) for kind in kinds},
            [
                event["event_data"]["res"]
                for event in events
                if event["event"].startswith("runner_on_") and "res" in event["event_data"]
            ],
            final.get("artifact_data") or {},
            # "command" has the arguments of ansible-runner.
            "\n".join(
                path.read_text(encoding="utf-8", errors="replace")
                for path in sorted((folder / "artifacts").rglob("*"))
                if path.is_file() and path.name != "command"
            ),
        )

    return launch


@pytest.fixture
def existing(cloud: Simulator) -> str:
    """The id of an existing sink task."""
    return cloud.world.add_task(cloud.connector_id, "orders-to-obs", topics="orders")


def methods(cloud: Simulator) -> set[str]:
    return {entry.method for entry in cloud.journal}


def writes(cloud: Simulator) -> list[str | None]:
    # BatchListMetricData is a POST that only reads.
    return [
        entry.operation for entry in cloud.journal if entry.method != "GET" and entry.operation != "BatchListMetricData"
    ]


def is_redacted(job: Job, secrets: list[str]) -> bool:
    assert "orders-to-obs" in job.text
    return not any(secret in job.text for secret in secrets)


def test_delete(launch, cloud, existing, secrets):
    job = launch(DELETE, dms_instance_name="kafka-sample", dms_task_name="orders-to-obs")
    assert (job.status, job.stats["changed"], job.stats["failures"]) == ("successful", 1, 0)
    assert job.message == f"Deleted sink task orders-to-obs (id {existing}, RUNNING, topics orders)."
    assert writes(cloud) == ["DeleteSinkTask"]
    assert cloud.world.tasks(cloud.connector_id) == []
    assert is_redacted(job, secrets)


def test_delete_in_check_mode_keeps_the_task(launch, cloud, existing, secrets):
    job = launch(DELETE_CHECK, dms_instance_name="kafka-sample", dms_task_name="orders-to-obs")
    assert (job.status, job.stats["changed"], job.stats["failures"]) == ("successful", 1, 0)
    assert job.message == f"Would delete sink task orders-to-obs (id {existing}, RUNNING, topics orders)."
    (diff,) = (result["diff"] for result in job.results if "diff" in result)
    assert (diff["before"]["task_id"], diff["after"]) == (existing, {})
    assert methods(cloud) == {"GET"}
    assert len(cloud.world.tasks(cloud.connector_id)) == 1
    assert is_redacted(job, secrets)


def test_credential_of_an_agency_is_added_to_that_of_the_caller(launch, cloud, configuration, existing, secrets):
    cloud.world.add_agency("kafka-operations", domain_name="orders-production")
    project_id = cloud.world.add_project(cloud.region, domain_name="orders-production")
    instance = cloud.world.add_instance("kafka-sample", project_id=project_id)
    cloud.world.add_task(instance["connector_id"], "orders-to-obs", topics="orders")
    agency = {
        "name": "Production",
        "credential_type": "Huawei Cloud agency",
        "inputs": {"agency_name": "kafka-operations", "agency_domain_name": "orders-production"},
    }
    configuration["credentials"].append(agency)
    configuration.one("templates", DELETE)["credentials"].append("Production")
    job = launch(DELETE, dms_instance_name="kafka-sample", dms_task_name="orders-to-obs")
    assert (job.status, job.stats["changed"], job.stats["failures"]) == ("successful", 1, 0)
    assert cloud.world.tasks(instance["connector_id"]) == []
    assert [task["task_id"] for task in cloud.world.tasks(cloud.connector_id)] == [existing]
    temporary = [keys for keys in cloud.world.access_keys.values() if keys.security_token]
    assert len(temporary) == 1
    assert is_redacted(job, [*secrets, temporary[0].secret_key, temporary[0].security_token])


@pytest.mark.parametrize("name", [DELETE, DELETE_CHECK])
def test_delete_of_a_task_that_does_not_exist(launch, cloud, secrets, name):
    job = launch(name, dms_instance_name="kafka-sample", dms_task_name="orders-to-obs")
    assert (job.status, job.stats["changed"], job.stats["failures"]) == ("successful", 0, 0)
    assert job.message == "Nothing to delete: there is no sink task orders-to-obs."
    assert methods(cloud) == {"GET"}
    assert job.artifacts.get("dms_task_id", "") == ""
    assert is_redacted(job, secrets)


def test_delete_of_a_task_that_is_being_deleted(launch, cloud):
    task_id = cloud.world.add_task(cloud.connector_id, "orders-to-obs", status="DELETING", topics="orders")
    job = launch(DELETE_CHECK, dms_instance_name="kafka-sample", dms_task_name="orders-to-obs")
    assert (job.status, job.stats["changed"]) == ("successful", 0)
    assert job.message == f"Already being deleted: sink task orders-to-obs (id {task_id}, DELETING, topics orders)."


@pytest.fixture
def step(launch, configuration):
    """Runs a step of a workflow with the artifacts of earlier steps and the variables of the workflow."""

    def step(workflow: str, name: str, artifacts: dict[str, Any] | None = None, **given: Any) -> Job:
        spec = configuration.one("workflows", workflow)
        questions = spec.get("survey_spec", {"spec": []})["spec"]
        defaults = {question["variable"]: question["default"] for question in questions}
        assert not spec["ask_variables_on_launch"]
        assert set(given) <= set(defaults)
        return launch(name, artifacts, {**defaults, **given})

    return step


SURVEY = {"dms_instance_name": "kafka-sample", "dms_task_name": "orders-to-obs"}


def test_workflow_deletes_the_task_that_was_shown(step, cloud, existing):
    shown = step(DELETE_WORKFLOW, SHOW, **SURVEY)
    assert (shown.status, shown.artifacts) == ("successful", {"dms_task_id": existing})
    job = step(DELETE_WORKFLOW, APPROVED, shown.artifacts, **SURVEY)
    assert (job.status, job.stats["changed"]) == ("successful", 1)
    assert cloud.world.tasks(cloud.connector_id) == []


def test_workflow_fails_if_there_is_nothing_to_approve(step, cloud):
    shown = step(DELETE_WORKFLOW, SHOW, **SURVEY)
    assert shown.status == "failed"
    cloud.world.add_task(cloud.connector_id, "orders-to-obs", topics="orders")
    job = step(DELETE_WORKFLOW, APPROVED, shown.artifacts, **SURVEY)
    assert (job.status, job.stats["changed"]) == ("failed", 0)
    assert len(cloud.world.tasks(cloud.connector_id)) == 1


def test_workflow_keeps_a_task_that_replaced_the_one_shown(step, cloud, existing):
    shown = step(DELETE_WORKFLOW, SHOW, **SURVEY)
    cloud.world.remove_task(cloud.connector_id, existing)
    cloud.world.add_task(cloud.connector_id, "orders-to-obs", topics="orders")
    job = step(DELETE_WORKFLOW, APPROVED, shown.artifacts, **SURVEY)
    assert (job.status, job.stats["changed"]) == ("failed", 0)
    assert len(cloud.world.tasks(cloud.connector_id)) == 1


def test_workflow_deletes_nothing_if_the_artifact_is_lost(step, cloud, existing):
    job = step(DELETE_WORKFLOW, APPROVED, {}, **SURVEY)
    assert (job.status, job.stats["changed"]) == ("failed", 0)
    assert writes(cloud) == []


def test_concurrent_workflows_delete_their_own_tasks(step, cloud, existing):
    other = cloud.world.add_task(cloud.connector_id, "invoices", topics="orders")
    other_survey = {**SURVEY, "dms_task_name": "invoices"}
    first = step(DELETE_WORKFLOW, SHOW, **SURVEY)
    second = step(DELETE_WORKFLOW, SHOW, **other_survey)
    assert (first.artifacts["dms_task_id"], second.artifacts["dms_task_id"]) == (existing, other)
    assert step(DELETE_WORKFLOW, APPROVED, second.artifacts, **other_survey).status == "successful"
    assert [task["task_id"] for task in cloud.world.tasks(cloud.connector_id)] == [existing]


def test_concurrent_workflows_delete_the_same_task_once(step, cloud, existing):
    first = step(DELETE_WORKFLOW, SHOW, **SURVEY)
    second = step(DELETE_WORKFLOW, SHOW, **SURVEY)
    assert first.artifacts == second.artifacts == {"dms_task_id": existing}
    done = [step(DELETE_WORKFLOW, APPROVED, shown.artifacts, **SURVEY) for shown in (first, second)]
    assert [(job.status, job.stats["changed"]) for job in done] == [("successful", 1), ("successful", 0)]
    assert writes(cloud) == ["DeleteSinkTask"]


def statuses(cloud: Simulator) -> dict[str, str]:
    return {task["task_name"]: task["status"] for task in cloud.world.tasks(cloud.connector_id)}


def test_maintenance_window_resumes_what_it_paused(step, launch, cloud, existing):
    cloud.world.add_task(cloud.connector_id, "invoices", status="PAUSED", topics="invoices")
    survey = {"dms_instance_name": "kafka-sample"}
    shown = launch(f"{PAUSE} (check)", **survey)
    assert (shown.status, writes(cloud)) == ("successful", [])
    paused = step(MAINTENANCE, f"{MAINTENANCE}, step 1", **survey)
    assert statuses(cloud) == {"orders-to-obs": "PAUSED", "invoices": "PAUSED"}
    assert [task["task_id"] for task in paused.artifacts["dms_paused"]] == [existing]
    shown = launch(f"{RESUME} (check)", dms_paused=json.dumps(paused.artifacts["dms_paused"]))
    assert (shown.status, shown.stats["changed"]) == ("successful", 1)
    resumed = step(MAINTENANCE, RESUME, paused.artifacts, **survey)
    assert (resumed.status, resumed.artifacts["dms_paused"]) == ("successful", [])
    assert statuses(cloud) == {"orders-to-obs": "RUNNING", "invoices": "PAUSED"}


@pytest.fixture(params=APPLY_KINDS)
def applied(request, step, definitions, secrets):
    """Runs a step of the workflow that applies files, with a file that defines one task."""
    folder, field = APPLY_KINDS[request.param]
    target = {"obs_bucket_name": "archive", "consumer_strategy": "earliest"}
    task = {"task_name": "orders-to-obs"}
    if field == "sink_task":
        task.update(topics=["orders"], sink_task=target)
    else:
        task.update(obs_destination_descriptor={**target, "topics": ["orders"]})
    (definitions / folder).mkdir(parents=True)
    content = yaml.safe_dump({"instance_name": "kafka-sample", "tasks": [task]})
    (definitions / folder / "kafka-sample.yml").write_text(content)
    name = f"Kafka - apply the {request.param}"

    def applied(last: bool, artifacts: dict[str, Any] | None = None) -> Job:
        job = step(f"{name} after approval", f"{name} after approval, step {'2' if last else '1 (check)'}", artifacts)
        assert not any(secret in job.text for secret in secrets)
        return job

    return applied


def test_apply_workflow_applies_the_plan_that_was_shown(applied, cloud):
    shown = applied(last=False)
    assert (shown.status, shown.stats["changed"], writes(cloud)) == ("successful", 1, [])
    assert list(shown.artifacts["dms_plans"]) == ["kafka-sample"]
    job = applied(last=True, artifacts=shown.artifacts)
    assert (job.status, job.stats["changed"]) == ("successful", 1)
    assert list(statuses(cloud)) == ["orders-to-obs"]


def test_apply_workflow_changes_nothing_if_the_plan_differs(applied, cloud):
    shown = applied(last=False)
    cloud.world.add_task(cloud.connector_id, "orders-to-obs", topics="others")
    job = applied(last=True, artifacts=shown.artifacts)
    assert (job.status, job.stats["changed"]) == ("failed", 0)
    assert writes(cloud) == []


def test_apply_workflow_changes_nothing_if_the_artifact_is_lost(applied, cloud):
    job = applied(last=True)
    assert (job.status, job.stats["changed"]) == ("failed", 0)
    assert writes(cloud) == []


@pytest.fixture
def migration(launch, cloud, definitions, existing):
    """A sink task with definitions in the project, as the first job returns them."""
    cloud.settings.shared_tasks = False
    cloud.world.set_task(cloud.connector_id, existing, api="sink")
    prepared = launch(PREPARE, dms_instance_name="kafka-sample")
    assert (prepared.status, writes(cloud)) == ("successful", [])
    (definitions / "migration").mkdir(parents=True)
    (definitions / "migration" / "kafka-sample.yml").write_text(prepared.artifacts["dms_definitions"])
    return {"dms_instance_name": "kafka-sample"}


def test_switch_and_switch_back_after_check_mode(launch, cloud, migration, secrets):
    for name, operations in (
        (SWITCH, ["DeleteSinkTask", "CreateConnectorTask"]),
        (SWITCH_BACK, ["DeleteConnectorTask", "CreateSinkTask"]),
    ):
        cloud.journal.clear()
        shown = launch(f"{name} (check)", **migration)
        assert (shown.status, shown.stats["changed"], writes(cloud)) == ("successful", 1, [])
        refused = launch(name, **migration)
        assert (refused.status, writes(cloud)) == ("failed", [])
        done = launch(name, dms_confirm="1", **migration)
        assert (done.status, done.stats["changed"], writes(cloud)) == ("successful", 1, operations)
        assert all(is_redacted(job, secrets) for job in (shown, refused, done))


@pytest.mark.parametrize("replaced", [False, True])
def test_switch_workflow_switches_the_tasks_that_were_shown(step, cloud, migration, existing, replaced):
    workflow = f"{SWITCH} after approval"
    lost = step(workflow, f"{workflow}, step 2", **migration)
    assert (lost.status, writes(cloud)) == ("failed", [])
    shown = step(workflow, f"{workflow}, step 1 (check)", **migration)
    assert shown.artifacts["dms_moves"]
    if replaced:
        cloud.world.remove_task(cloud.connector_id, existing)
        cloud.world.add_task(cloud.connector_id, "orders-to-obs", topics="orders", api="sink")
    job = step(workflow, f"{workflow}, step 2", shown.artifacts, **migration)
    assert job.status == ("failed" if replaced else "successful")
    assert writes(cloud) == ([] if replaced else ["DeleteSinkTask", "CreateConnectorTask"])


def test_alert_fails_for_a_paused_task(launch, cloud):
    cloud.world.add_task(cloud.connector_id, "orders-to-obs", status="PAUSED", topics="orders")
    job = launch("Kafka - alert")
    assert job.status == "failed"
    assert [row["task_name"] for row in job.artifacts["dms_alert"] if row["problems"]] == ["orders-to-obs"]
    assert writes(cloud) == []


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, "successful"),
        ({"dms_group_pattern": "billing.*"}, "failed"),
        ({"dms_group_pattern": "billing.*", "dms_max_lag": "20000"}, "successful"),
        ({"dms_group_pattern": "billing.*", "dms_max_lag": ""}, "successful"),
    ],
)
def test_alert_watches_the_consumer_groups_of_its_survey(launch, cloud, given, status):
    cloud.world.add_topic(cloud.instance_id, "orders", partition=1, offsets=[[0, 20000]])
    cloud.world.add_group(cloud.instance_id, "billing-1", offsets={"orders": [5]})
    job = launch("Kafka - alert", **given)
    assert job.status == status
    named = [row.get("group_name") for row in job.artifacts["dms_alert"]]
    assert ("billing-1" in named) is bool(given)
    assert writes(cloud) == []


def test_report_is_an_artifact(launch, existing):
    job = launch("Kafka - report the tasks")
    assert job.status == "successful"
    assert [(row["task_name"], row["task_id"]) for row in job.artifacts["dms_report"]] == [("orders-to-obs", existing)]


def test_create_is_idempotent(launch, cloud, secrets):
    job = launch(CREATE, dms_instance_name="kafka-sample", **NEW_TASK)
    assert (job.status, job.stats["changed"], job.stats["failures"]) == ("successful", 1, 0)
    (task,) = cloud.world.tasks(cloud.connector_id)
    assert job.message == f"Created sink task orders-to-obs (id {task['task_id']}, RUNNING)."
    body = next(entry.json for entry in cloud.journal if entry.operation == "CreateSinkTask")
    sent = body["obs_destination_descriptor"]
    assert (sent["topics"], sent["access_key"], sent["secret_key"]) == (
        "orders,order-events",
        "an-obs-access-key",
        secrets[1],
    )
    assert is_redacted(job, secrets)

    again = launch(CREATE, dms_instance_name="kafka-sample", **NEW_TASK)
    assert (again.status, again.stats["changed"]) == ("successful", 0)
    assert again.message == f"The sink task orders-to-obs exists and is as wanted (id {task['task_id']}, RUNNING)."
    assert writes(cloud) == ["CreateSinkTask"]
    assert is_redacted(again, secrets)


def test_create_in_check_mode_creates_nothing(launch, cloud, secrets):
    job = launch(CREATE_CHECK, dms_instance_name="kafka-sample", **NEW_TASK)
    assert (job.status, job.stats["changed"], job.stats["failures"]) == ("successful", 1, 0)
    assert job.message == "Would create sink task orders-to-obs."
    assert methods(cloud) == {"GET"}
    assert is_redacted(job, secrets)


def test_wrong_credentials_fail_the_job_and_are_not_shown(launch, cloud, configuration, secrets):
    configuration.one("credentials", "Kafka operations")["inputs"]["secret_key"] = wrong = (
        "a-wrong-key-that-is-secret-too"
    )
    job = launch(DELETE, dms_instance_name="kafka-sample", dms_task_name="orders-to-obs")
    assert (job.status, job.stats["changed"], job.stats["failures"]) == ("failed", 0, 1)
    assert [result["error"]["status"] for result in job.results if "error" in result] == [401]
    assert len(cloud.journal) == 1
    assert is_redacted(job, [*secrets, wrong])


def test_whitespace_around_values_is_ignored(launch, cloud, configuration, secrets):
    for name in ("Kafka operations", "Archive bucket"):
        inputs = configuration.one("credentials", name)["inputs"]
        inputs.update({key: f" \n{value}\r\n" for key, value in inputs.items()})
    job = launch(CREATE, dms_instance_name=" kafka-sample ", **{**NEW_TASK, "dms_task_name": "orders-to-obs "})
    assert (job.status, job.stats["changed"]) == ("successful", 1)
    assert [task["task_name"] for task in cloud.world.tasks(cloud.connector_id)] == ["orders-to-obs"]
    body = next(entry.json for entry in cloud.journal if entry.operation == "CreateSinkTask")
    assert body["obs_destination_descriptor"]["secret_key"] == secrets[1]
    assert is_redacted(job, secrets)


def test_delete_with_temporary_keys(launch, cloud, configuration, existing, secrets):
    keys = cloud.security_token_keys()
    configuration.one("credentials", "Kafka operations")["inputs"].update(keys._asdict())
    job = launch(DELETE, dms_instance_name="kafka-sample", dms_task_name="orders-to-obs")
    assert (job.status, job.stats["changed"]) == ("successful", 1)
    assert is_redacted(job, [*secrets, keys.secret_key, keys.security_token])


def test_delete_with_a_password(launch, cloud, configuration, existing, secrets):
    inputs = configuration.one("credentials", "Kafka operations")["inputs"]
    del inputs["access_key"], inputs["secret_key"]
    inputs.update(username=cloud.user_name, password=cloud.password, domain_name=cloud.domain_name)
    job = launch(DELETE, dms_instance_name="kafka-sample", dms_task_name="orders-to-obs")
    assert (job.status, job.stats["changed"]) == ("successful", 1)
    tokens = {entry.headers["X-Auth-Token"] for entry in cloud.journal if "X-Auth-Token" in entry.headers}
    assert len(tokens) == 1
    assert is_redacted(job, [*secrets, cloud.password, *tokens])


@pytest.mark.parametrize("playbook", sorted(path.name for path in (AWX / "project").glob("*.yml")))
def test_playbooks_of_the_project_import_those_of_the_collection(playbook):
    for play in yaml.safe_load((AWX / "project" / playbook).read_text(encoding="utf-8")):
        if "ansible.builtin.import_playbook" in play:
            name = play["ansible.builtin.import_playbook"].removeprefix("huaweicloud.kafka.")
            assert (AWX.parents[1] / "playbooks" / f"{name}.yml").is_file()
