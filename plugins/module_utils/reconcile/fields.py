# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The fields of a descriptor as data: one table drives the checks, the body, the comparison and what is hidden."""

from __future__ import annotations

import typing as t

from ..rest.errors import InvalidOption

Descriptor = dict[str, t.Any]
Differences = dict[str, tuple[t.Any, t.Any]]
"""Field to (existing, wanted)."""


def _as_text(value: t.Any) -> t.Any:
    return str(value) if value not in (None, "") else None


class Field(t.NamedTuple):
    """One field of a descriptor.

    *prepare* returns what is sent for the value of the option, or raises :class:`ValueError` with the rule that it violates.
    *normalise* returns the form in which wanted and echoed values compare; ``None`` is unset. *default* is sent if a new task
    leaves the field out. *unset* is the value of a field that the service does not echo. A *secret* is never echoed, so it
    is neither compared nor shown.
    """

    name: str
    prepare: t.Callable[[t.Any], t.Any] = lambda value: value
    normalise: t.Callable[[t.Any], t.Any] = _as_text
    default: t.Any = None
    unset: t.Any = None
    secret: bool = False
    required: bool = False


class Table:
    """The fields of the option *option*; of two fields in *exclusive* exactly one is set."""

    def __init__(self, option: str, *fields: Field, exclusive: tuple[str, str] | None = None) -> None:
        self.option = option
        self.fields = {field.name: field for field in fields}
        self.secrets = tuple(field.name for field in fields if field.secret)
        self.exclusive = exclusive or ()

    def _named(self, name: str) -> str:
        return f"{self.option}.{name}" if self.option else name

    def prepare(self, options: t.Mapping[str, t.Any]) -> Descriptor:
        """Return the descriptor to send for *options*; secrets can be missing, see :meth:`missing_secrets`.

        Raises :class:`InvalidOption` that names the option and its rule.
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
                prepared[name] = field.prepare(value)
            except ValueError as error:
                raise InvalidOption(f"{self._named(name)} must be {error}") from None
        return prepared

    def missing_secrets(self, descriptor: Descriptor) -> str:
        """Return the required secrets that *descriptor* lacks, for a message; empty if none."""
        missing = [name for name in self.secrets if self.fields[name].required and not descriptor.get(name)]
        return " and ".join(map(self._named, missing))

    def defaults(self) -> Descriptor:
        """Return what is sent for fields that a new task leaves out."""
        return {name: field.default for name, field in self.fields.items() if field.default is not None}

    def comparable(self, descriptor: t.Mapping[str, t.Any]) -> Descriptor:
        """Return *descriptor*, wanted or echoed, in the form that compares: no secrets, no unset fields."""
        view = {
            name: field.normalise(descriptor[name])
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

    def differences(self, desired: Descriptor, echoed: t.Mapping[str, t.Any]) -> Differences:
        """Return the fields of *desired* that differ in *echoed*. Fields that *desired* leaves out are not compared."""
        want, have = self.comparable(desired), self.comparable(echoed)
        names = [name for name in self.fields if name in desired and name not in self.secrets]
        if any(name in desired for name in self.exclusive):
            # That one of them is set means that the other one is not.
            names = [*self.exclusive, *(name for name in names if name not in self.exclusive)]
        differing = {}
        for name in names:
            existing = have.get(name, self.fields[name].unset)
            if existing != want.get(name):
                differing[name] = (existing, want.get(name))
        return differing

    def without_secrets(self, descriptor: t.Mapping[str, t.Any]) -> Descriptor:
        """Return a copy of *descriptor* for results."""
        return {name: value for name, value in descriptor.items() if name not in self.secrets}


def describe(differences: Differences) -> str:
    """Return *differences* for a message."""
    return "; ".join(f"{name} is {existing!r}, wanted {desired!r}" for name, (existing, desired) in differences.items())
