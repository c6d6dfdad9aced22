# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The kinds of credentials. Each class has its options with their environment variables, and the :meth:`auth` of its requests.

:data:`KINDS` is the order of precedence; the argument spec, the sets of variables and the secrets follow from it. Which
credentials a task uses is in :mod:`precedence`.
"""

from __future__ import annotations

import re
import typing as t

from .errors import NOT_THE_CREDENTIALS

if t.TYPE_CHECKING:
    from .auth import Auth
    from .clock import Clock

DEFAULT_DURATION = 3600
ASSUME_PATH = "/v3.0/OS-CREDENTIAL/securitytokens"
LOGIN_PATH = "/v3/auth/tokens"
DOMAINS_PATH = "/v3/auth/domains"

_HEADER_VALUE = re.compile(r"[\x21-\x7e]+")


def is_header_value(value: str) -> bool:
    """Return whether *value* can be sent in a header, and has no whitespace."""
    return _HEADER_VALUE.fullmatch(value) is not None


def _is_word(value: str) -> bool:
    return value.isprintable() and not any(map(str.isspace, value))


def _is_text(value: str) -> bool:
    # The environment holds a byte that is not UTF-8 as a lone surrogate.
    return not any("\ud800" <= char <= "\udfff" for char in value)


class Option(t.NamedTuple):
    """An option, with its *variable* of the first set and that of the second one; empty: the set has none.

    *spec* is its argument spec besides the type ``str``. *identifies* is false if it proves nothing alone. *is_valid* returns
    whether a value can be sent.
    """

    variable: str
    second: str = ""
    spec: t.Mapping[str, t.Any] = {}
    needed: bool = True
    identifies: bool = True
    is_valid: t.Callable[[str], bool] = str.isprintable

    @property
    def secret(self) -> bool:
        """Whether values must not be shown."""
        return bool(self.spec.get("no_log"))


_SECRET = {"no_log": True}


class Credentials:
    """Credentials of one kind. An instance of this class itself stands for credentials that are not known here."""

    options: t.ClassVar[dict[str, Option]] = {}
    """The options that they consist of."""
    to_log_in = ""
    """For what they need IAM, in words; empty if requests are sent with them as they are."""
    signs = False
    """Whether requests with them are signed."""
    in_other_account = False
    """Whether they act in another account than that of the project of the environment."""

    @property
    def name(self) -> str:
        """Who acts with them, for a message."""
        return "the caller"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must not be shown."""
        values = (getattr(self, name) for name, option in self.options.items() if option.secret)
        return tuple(value for value in values if value)

    @property
    def parts(self) -> tuple[Credentials, ...]:
        """These and the credentials that these are obtained with: rejected as soon as one of them is."""
        return (self,)

    def rejected_by(self, payload: t.Mapping[str, t.Any]) -> Credentials | None:
        """Return which of :attr:`parts` the service rejects with the ``error`` of a failed result; ``None``: none of them."""
        return self if is_rejection(payload) else None

    def auth(self, clock: Clock, for_account: bool = False) -> Auth:
        """Return the authentication of requests with these credentials.

        With *for_account*, the requests are about the account of the user and not about a project.
        """
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))


class Token(Credentials):
    """An IAM token."""

    options: t.ClassVar = {"auth_token": Option("HW_AUTH_TOKEN", spec=_SECRET, is_valid=is_header_value)}

    def __init__(self, auth_token: str) -> None:
        self.auth_token = auth_token

    @property
    def name(self) -> str:
        return "the user of auth_token"

    def auth(self, clock: Clock, for_account: bool = False) -> Auth:
        from .auth import TokenAuth

        return TokenAuth(self.auth_token)


class AccessKey(Credentials):
    """An access key, permanent or (with a security token) temporary."""

    options: t.ClassVar = {
        "access_key": Option("HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", {"no_log": False}, is_valid=is_header_value),
        "secret_key": Option("HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK", _SECRET, is_valid=_is_word),
        "security_token": Option(
            "HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN", _SECRET, needed=False, is_valid=is_header_value
        ),
    }
    signs = True

    def __init__(self, access_key: str, secret_key: str, security_token: str | None = None) -> None:
        self.access_key = access_key
        self.secret_key = secret_key
        self.security_token = security_token

    @property
    def name(self) -> str:
        return f"the user of access key {self.access_key}"

    def auth(self, clock: Clock, for_account: bool = False) -> Auth:
        from .signature import SignatureAuth

        return SignatureAuth(self, clock)


class Password(Credentials):
    """The password of an IAM user."""

    options: t.ClassVar = {
        "username": Option("HW_USER_NAME"),
        "password": Option("HW_USER_PASSWORD", spec=_SECRET, is_valid=_is_text),
        # It belongs to every set: options for a user name and a password are completed with it.
        "domain_name": Option("HW_DOMAIN_NAME", "HW_DOMAIN_NAME", identifies=False),
    }
    to_log_in = "to log in with a password"

    def __init__(self, username: str, password: str, domain_name: str) -> None:
        self.username = username
        self.password = password
        self.domain_name = domain_name

    @property
    def name(self) -> str:
        return f"user {self.username} of account {self.domain_name}"

    def auth(self, clock: Clock, for_account: bool = False) -> Auth:
        from .login import LoginAuth

        return LoginAuth(self, for_account)


class Ecs(Credentials):
    """The agency of the ECS that runs the task. It is used on request only."""

    options: t.ClassVar = {"credentials_source": Option("HW_CREDENTIALS_SOURCE", identifies=False)}
    signs = True

    @property
    def name(self) -> str:
        return "the agency of this ECS"

    def auth(self, clock: Clock, for_account: bool = False) -> Auth:
        from .metadata import MetadataAuth

        return MetadataAuth(clock)


class AssumedRole(Credentials):
    """An agency of another account, which *caller* assumes for *duration* seconds.

    The account is named by *domain_name* or *domain_id*.
    """

    suboptions: t.ClassVar = {
        "agency_name": Option("HW_ASSUME_ROLE_AGENCY_NAME"),
        "domain_name": Option("HW_ASSUME_ROLE_DOMAIN_NAME", needed=False),
        "domain_id": Option("HW_ASSUME_ROLE_DOMAIN_ID", needed=False),
        # A text, because a survey of AWX passes a field that was left blank as an empty one.
        "duration": Option("HW_ASSUME_ROLE_DURATION", needed=False),
    }
    options: t.ClassVar = {
        "assume_role": Option(
            "", spec={"type": "dict", "options": {name: {"type": "str"} for name in suboptions}}, identifies=False
        )
    }
    to_log_in = "to assume an agency"
    in_other_account = True

    def __init__(
        self,
        caller: Credentials,
        agency_name: str,
        domain_name: str | None = None,
        domain_id: str | None = None,
        duration: int = DEFAULT_DURATION,
    ) -> None:
        self.caller = caller
        self.agency_name = agency_name
        self.domain_name = domain_name
        self.domain_id = domain_id
        self.duration = duration

    @property
    def name(self) -> str:
        account = f"account {self.domain_name}" if self.domain_name else f"the account with id {self.domain_id}"
        return f"agency {self.agency_name} of {account}"

    @property
    def secrets(self) -> tuple[str, ...]:
        return self.caller.secrets

    @property
    def parts(self) -> tuple[Credentials, ...]:
        return (self, *self.caller.parts)

    def rejected_by(self, payload: t.Mapping[str, t.Any]) -> Credentials | None:
        path = str(payload.get("path"))
        if path.endswith((ASSUME_PATH, LOGIN_PATH, DOMAINS_PATH)):
            if path.endswith(ASSUME_PATH) and payload.get("status") in (400, 403, 404):
                return self
            return self.caller.rejected_by(payload)
        return self if is_rejection(payload) else None

    def auth(self, clock: Clock, for_account: bool = False) -> Auth:
        from .agency import AgencyAuth

        return AgencyAuth(self, clock)


KINDS: tuple[type[t.Any], ...] = (Token, AccessKey, Password, Ecs, AssumedRole)
"""In the order of precedence. Those with an option that proves an identity come first; the others are used on request."""

OPTIONS: dict[str, Option] = {name: option for kind in KINDS for name, option in kind.options.items()}

_PROJECT = {
    "project_id": Option("HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID"),
    "project_name": Option("HW_PROJECT_NAME", "HW_PROJECT_NAME"),
}

SETS: tuple[dict[str, str], ...] = tuple(
    {name: variable for name, variable in named.items() if variable}
    for named in (
        {name: option.variable for name, option in {**OPTIONS, **_PROJECT}.items()},
        {name: option.second for name, option in {**OPTIONS, **_PROJECT}.items()},
    )
)
"""The environment variables of each option, as sets: only the first one that contains a credential is used."""

ENVIRONMENT = {name: tuple(dict.fromkeys(found[name] for found in SETS if name in found)) for name in OPTIONS}


def argument_spec() -> dict[str, dict[str, t.Any]]:
    """Return the options of all kinds. They have no fallback: :mod:`precedence` reads the environment."""
    return {name: {"type": "str", **option.spec} for name, option in OPTIONS.items()}


def is_rejection(payload: t.Mapping[str, t.Any]) -> bool:
    """Return whether the ``error`` of a failed result means that the credentials are wrong, not only their use."""
    if payload.get("status") != 401:
        return False
    from .error_codes import meaning_of

    return meaning_of(401, payload.get("code")).reason != NOT_THE_CREDENTIALS
