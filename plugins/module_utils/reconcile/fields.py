# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Fields as data: one table gives the argument spec, the checks, the body, the comparison and what is hidden."""

from __future__ import annotations

import re
import typing as t

from ..rest.errors import InvalidOption, UnexpectedState
from ..rest.response import flag, number

Descriptor = dict[str, t.Any]
Differences = dict[str, tuple[t.Any, t.Any]]
"""Field to (existing, wanted)."""


def _as_text(value: t.Any) -> t.Any:
    return str(value) if value not in (None, "") else None


def _as_number(value: t.Any) -> t.Any:
    return value if number(value) is None else number(value)


def as_list(value: t.Any) -> list[str] | None:
    """Return the items of *value*, a list or text with commas, as a sorted list; ``None`` if there are none."""
    items = value if isinstance(value, list) else str(value).split(",")
    return sorted({str(item).strip() for item in items} - {""}) or None


def check_expression(option: str, value: str) -> re.Pattern[str]:
    """Return *value* of *option* as a regular expression. Raises :class:`InvalidOption` for a blank one, too."""
    if not value.strip():
        raise InvalidOption(f"{option} must not be empty")
    try:
        return re.compile(value)
    except (re.error, OverflowError) as error:
        raise InvalidOption(f"{option} is not a regular expression: {error}") from None


_NORMALISE: dict[str, t.Callable[[t.Any], t.Any]] = {"int": _as_number, "bool": flag, "list": as_list}


class Field(t.NamedTuple):
    """One field of a thing, or of a descriptor in it.

    *type*, *elements*, *choices* and *aliases* are those of the option, and *table* has the fields of a dict. *check* returns
    what is sent for the value of the option, or raises :class:`ValueError` with the rule that it violates. *normalise* returns
    the form in which wanted and echoed values compare, by default that of the type; ``None`` is unset. *default* is sent if a
    new task leaves the field out. *unset* is the value of a field that the service does not echo. A *secret* is never echoed,
    so it is neither compared nor shown; ``False`` is for a name that Ansible takes for that of a secret. *required* means set
    and not blank; a secret can be left out as long as nothing is created. Of a dict that is *partial*, only the wanted keys
    compare. *fixed* is why the field of an existing thing can't be changed; what is *growing* only can't be lowered.
    """

    name: str
    type: str = "str"
    check: t.Callable[[t.Any], t.Any] = lambda value: value
    normalise: t.Callable[[t.Any], t.Any] | None = None
    default: t.Any = None
    unset: t.Any = None
    secret: bool | None = None
    required: bool = False
    elements: str | None = None
    choices: t.Sequence[str] = ()
    aliases: t.Sequence[str] = ()
    table: Table | None = None
    partial: bool = False
    fixed: str = ""
    growing: bool = False

    def takes(self, value: t.Any) -> bool:
        """Return whether the argument spec accepts *value*, which compares."""
        return (not self.choices or value in self.choices) and (self.type != "int" or isinstance(value, int))


class Table:
    """The fields of the option *option*; of two fields in *exclusive* exactly one is set.

    Without *required_in_spec*, required fields are required by :meth:`prepare`, and not by the argument spec, which also
    applies if the thing is to be deleted.
    """

    def __init__(
        self, option: str, *fields: Field, exclusive: tuple[str, str] | None = None, required_in_spec: bool = True
    ) -> None:
        self.option = option
        self.fields = {field.name: field for field in fields}
        inner = [name for field in fields if field.table for name in field.table.secrets]
        self.secrets: tuple[str, ...] = (*(field.name for field in fields if field.secret), *inner)
        self.exclusive = exclusive or ()
        self.required_in_spec = required_in_spec

    def spec(self) -> dict[str, dict[str, t.Any]]:
        """Return the argument spec of the fields."""
        spec = {}
        for name, field in self.fields.items():
            option = {
                "type": field.type,
                "elements": field.elements,
                "choices": [*field.choices] or None,
                "aliases": [*field.aliases] or None,
                "no_log": field.secret,
                "required": (self.required_in_spec and field.required and not field.secret) or None,
                "options": field.table and field.table.spec(),
            }
            spec[name] = {key: value for key, value in option.items() if value is not None}
        return spec

    def entries(self, *states: str, **rules: list[t.Any]) -> dict[str, t.Any]:
        """Return the option that is a list of things with these fields, in one of *states*, with *rules* between the fields."""
        state = {"type": "str", "choices": [*states], "default": "present"}
        return {"type": "list", "elements": "dict", "options": {**self.spec(), "state": state}, **rules}

    def _named(self, name: str) -> str:
        return f"{self.option}.{name}" if self.option else name

    def prepare(self, options: t.Mapping[str, t.Any], exists: bool = False) -> Descriptor:
        """Return the descriptor to send for *options*; secrets can be missing, see :meth:`missing_secrets`.

        What *exists* can have values that the checks of the fields refuse: only those that differ are checked, by
        :meth:`differences`. Raises :class:`InvalidOption` that names the option and its rule.
        """
        if self.exclusive and sum(bool(options.get(name)) for name in self.exclusive) != 1:
            raise InvalidOption(f"exactly one of {' and '.join(map(self._named, self.exclusive))} must be set")
        prepared: Descriptor = {}
        for name, field in self.fields.items():
            value = options.get(name)
            missing = not field.secret if value is None else not str(value).strip()
            if field.required and missing:
                raise InvalidOption(f"{self._named(name)} must be set, and not empty")
            if value is None or (name in self.exclusive and not value):
                continue
            try:
                prepared[name] = self._check(name, value)
            except InvalidOption:
                if not exists:
                    raise
                prepared[name] = ",".join(value) if isinstance(value, list) else value
        return prepared

    def check(self, body: t.Mapping[str, t.Any]) -> None:
        """Raise :class:`InvalidOption` for a field of *body*, which is created, that is not valid."""
        for name, value in body.items():
            if name in self.fields and value not in (None, ""):
                self._check(name, as_list(value) if self.fields[name].type == "list" else value)

    def _check(self, name: str, value: t.Any) -> t.Any:
        try:
            return self.fields[name].check(value)
        except ValueError as error:
            raise InvalidOption(f"{self._named(name)} must be {error}") from None

    def missing_secrets(self, descriptor: Descriptor) -> str:
        """Return the required secrets that *descriptor* lacks, for a message; empty if it can be created."""
        missing = [
            name for name, field in self.fields.items() if field.secret and field.required and not descriptor.get(name)
        ]
        return " and ".join(map(self._named, missing))

    def defaults(self) -> Descriptor:
        """Return what is sent for fields that a new task leaves out."""
        return {name: field.default for name, field in self.fields.items() if field.default is not None}

    def comparable(self, descriptor: t.Mapping[str, t.Any]) -> Descriptor:
        """Return *descriptor*, wanted or echoed, in the form that compares: no secrets, no unset fields."""
        view = {
            name: (field.normalise or _NORMALISE.get(field.type, _as_text))(descriptor[name])
            for name, field in self.fields.items()
            if not field.secret and descriptor.get(name) is not None
        }
        return {name: value for name, value in view.items() if value is not None}

    def as_sent(self, echoed: t.Mapping[str, t.Any]) -> Descriptor:
        """Return the fields of *echoed* that are set, in the form in which they are sent."""
        comparable = self.comparable(echoed)
        return {
            name: ",".join(value) if isinstance(value, list) else value
            for name, value in comparable.items()
            if value not in (None, "")
        }

    def definition(
        self, echoed: t.Mapping[str, t.Any], ignored: t.Collection[str]
    ) -> tuple[dict[str, t.Any], list[str]]:
        """Return *echoed* as options, and the names of the fields that options can't express, but for *ignored* ones."""
        options: dict[str, t.Any] = {}
        left_out: list[str] = []
        comparable = self.comparable(echoed)
        for name in {**self.fields, **echoed}:
            field, value, given = self.fields.get(name), comparable.get(name), echoed.get(name)
            if name in self.secrets or name in ignored or given in (None, [], {}):
                continue
            if field and field.table:
                options[name], inner = field.table.definition(given, ignored)
                left_out += inner
            elif field and value is not None and field.takes(value):
                options[name] = ",".join(value) if isinstance(value, list) and field.type != "list" else value
            elif given != "" and (field is None or value is not None or field.type == "bool"):
                left_out.append(self._named(name))
        return options, left_out

    def differences(self, desired: Descriptor, echoed: t.Mapping[str, t.Any]) -> Differences:
        """Return the fields of *desired* that differ in *echoed*. Fields that *desired* leaves out are not compared.

        Raises :class:`InvalidOption` for a field that differs and is not valid.
        """
        want, have = self.comparable(desired), self.comparable(echoed)
        names = [name for name in self.fields if name in desired and name not in self.secrets]
        if any(name in desired for name in self.exclusive):
            # That one of them is set means that the other one is not.
            names = [*self.exclusive, *(name for name in names if name not in self.exclusive)]
        differing = {}
        for name in names:
            existing = have.get(name, self.fields[name].unset)
            if self.fields[name].partial:
                existing = {key: (existing or {}).get(key) for key in want.get(name, {})} or None
            if existing != want.get(name):
                if name in desired:
                    self._check(name, want[name] if self.fields[name].type == "list" else desired[name])
                differing[name] = (_shown(existing, echoed.get(name)), _shown(want.get(name), desired.get(name)))
        return differing

    def expect_changeable(self, differences: Differences) -> None:
        """Raise :class:`UnexpectedState` if one of the *differences* can't be changed."""
        for name, (existing, desired) in differences.items():
            field = self.fields[name]
            if field.fixed:
                raise UnexpectedState(f"{name} is {existing!r} and can't be changed to {desired!r}", field.fixed)
            if field.growing and desired < existing:
                raise UnexpectedState(
                    f"{name} is {existing!r} and can't be lowered to {desired!r}", "It can only grow."
                )

    def without_secrets(self, data: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return a copy of *data* for results: a thing, or the descriptor, without the secrets of this and inner tables."""
        shown = {name: value for name, value in data.items() if name not in self.secrets}
        for name, field in self.fields.items():
            if field.table and isinstance(shown.get(name), dict):
                shown[name] = field.table.without_secrets(shown[name])
        return shown


def _shown(comparable: t.Any, given: t.Any) -> t.Any:
    """Return what a message shows of a value that was *given*: what is blank or unset as it is, not as what it means."""
    return given if given == "" or comparable is None else comparable


def describe(differences: Differences) -> str:
    """Return *differences* for a message."""
    return "; ".join(f"{name} is {existing!r}, wanted {desired!r}" for name, (existing, desired) in differences.items())
