# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The descriptor of a sink task: the ranges that the API allows, its defaults, and how an echo of it compares.

Source of ranges and defaults: the API reference (CreateSinkTask) and the vendor's SDK; the unknowns stay tolerant.
"""

from __future__ import annotations

import re
import typing as t

from ...client.answers import number
from ...client.errors import InvalidInput

OPTION = "obs_destination_descriptor"
SECRETS = ("access_key", "secret_key")

# What the API documents as default for the fields that it wants in every body.
DEFAULTS = {"consumer_strategy": "latest", "destination_file_type": "TEXT", "deliver_time_interval": 300}

_MOST_TOPICS = 20
_OBS_PATH = re.compile(r"[A-Za-z0-9_/-]{0,64}", re.ASCII)
_FILE_TYPES = ("TEXT", "TXT")
_DEFAULT_DELIMITER = "\n"
_DELIMITERS = (",", ";", "|", "\n", "", "NULL")

Descriptor = dict[str, t.Any]


def check_descriptor(options: t.Mapping[str, t.Any]) -> Descriptor:
    """Return the descriptor to send: what *options* give, in the API's spelling.

    Raises :class:`InvalidInput` that names the option and its range.
    """
    given = {name: value for name, value in options.items() if value is not None}
    descriptor: Descriptor = {}
    topics, regex = given.pop("topics", None), given.pop("topics_regex", None)
    if bool(topics) == bool(regex):
        raise InvalidInput(f"give exactly one of {OPTION}.topics and {OPTION}.topics_regex")
    if topics:
        _expect(
            all(topic.split() == [topic.strip()] and "," not in topic for topic in topics),
            "topics",
            "names of topics without blanks and commas",
        )
        _expect(len(set(topics)) <= _MOST_TOPICS, "topics", f"at most {_MOST_TOPICS} topics, not {len(set(topics))}")
        descriptor["topics"] = ",".join(dict.fromkeys(topic.strip() for topic in topics))
    else:
        _expect(regex.strip() not in ("", ".*"), "topics_regex", "a regular expression other than .*")
        descriptor["topics_regex"] = regex
    for name in (*SECRETS, "obs_bucket_name"):
        _expect(given.get(name, "").strip() != "", name, "given when state is present, and not empty")
    if "destination_file_type" in given:
        file_type = given["destination_file_type"].upper()
        _expect(
            file_type in _FILE_TYPES, "destination_file_type", "TEXT, not {!r}".format(given["destination_file_type"])
        )
        given["destination_file_type"] = _file_type(file_type)
    if "deliver_time_interval" in given:
        interval = given["deliver_time_interval"]
        _expect(30 <= interval <= 900, "deliver_time_interval", f"from 30 to 900 seconds, not {interval}")
    if "obs_path" in given:
        _expect(
            _OBS_PATH.fullmatch(given["obs_path"]) is not None,
            "obs_path",
            "at most 64 letters, digits, _, - and /, not {!r}".format(given["obs_path"]),
        )
    if "record_delimiter" in given:
        given["record_delimiter"] = _delimiter(given["record_delimiter"])
        _expect(
            given["record_delimiter"] in _DELIMITERS,
            "record_delimiter",
            'one of "," ";" "|" "\\n" "NULL", not {!r}'.format(given["record_delimiter"]),
        )
    descriptor.update(given)
    return descriptor


def _expect(condition: bool, name: str, rule: str) -> None:
    if not condition:
        raise InvalidInput(f"{OPTION}.{name} must be {rule}")


def _file_type(value: str) -> str:
    return "TEXT" if value.upper() in _FILE_TYPES else value


def _delimiter(value: str) -> str:
    # Some answers, and YAML in single quotes, hold the two characters \ and n for a line end.
    return value.replace("\\n", "\n")


def _topics(value: t.Any) -> list[str]:
    names = value if isinstance(value, list) else str(value).split(",")
    return sorted({str(name).strip() for name in names} - {""})


def comparable(descriptor: t.Mapping[str, t.Any], listed_topics: t.Any = None) -> Descriptor:
    """Return *descriptor*, wanted or echoed, in a form that compares: without secrets, and unset fields left out.

    *listed_topics* is the field ``topics`` beside an echoed descriptor. It stands in when the descriptor names neither
    topics nor a regular expression; which of the two it then holds is not documented.
    """
    view: Descriptor = {}
    topics, regex = descriptor.get("topics"), descriptor.get("topics_regex")
    if topics or (listed_topics and not regex):
        view["topics"] = _topics(topics or listed_topics)
    if regex:
        view["topics_regex"] = str(regex)
    for name in ("consumer_strategy", "obs_bucket_name", "obs_path"):
        if descriptor.get(name):
            view[name] = str(descriptor[name])
    if descriptor.get("destination_file_type"):
        view["destination_file_type"] = _file_type(str(descriptor["destination_file_type"]))
    if descriptor.get("partition_format") not in (None, "", "N/A"):
        view["partition_format"] = str(descriptor["partition_format"])
    if descriptor.get("record_delimiter") is not None:
        view["record_delimiter"] = _delimiter(str(descriptor["record_delimiter"]))
    interval = descriptor.get("deliver_time_interval")
    if interval is not None:
        view["deliver_time_interval"] = interval if number(interval) is None else number(interval)
    return view


def differences(wanted: Descriptor, echoed: Descriptor, listed_topics: t.Any) -> dict[str, tuple[t.Any, t.Any]]:
    """Return what differs between the *wanted* descriptor and the *echoed* one: field to (existing, wanted).

    Only fields that *wanted* names are compared. Topics compare as sets. Secrets are never echoed, so a change of
    these alone can't be seen.
    """
    want, have = comparable(wanted), comparable(echoed, listed_topics)
    have.setdefault("record_delimiter", _DEFAULT_DELIMITER)
    if "topics_regex" in want and not echoed.get("topics") and listed_topics == want["topics_regex"]:
        have["topics_regex"] = listed_topics
    names = [name for name in wanted if name not in SECRETS]
    if "topics" in want:
        names.insert(0, "topics_regex")
    return {name: (have.get(name), want.get(name)) for name in names if have.get(name) != want.get(name)}
