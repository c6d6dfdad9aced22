# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Masks secrets in texts and results."""

from __future__ import annotations

import functools
import json
import re
import typing as t
from urllib.parse import quote, quote_plus

MASK = "********"

# What a signature error can echo: the canonical request with its header values, separated by "|" or newlines.
_ECHOED = re.compile(r"""(?i)\b(x-(?:security|auth|subject)-token|authorization)(["']?\s*[:=]\s*["']?)[^|\r\n,;"']+""")
_SIGNATURE = re.compile(r"(?i)\b(signature\s*=\s*)[0-9a-f]+")
_USER_IN_URL = re.compile(r"(://[^/\s:@]*:)(?!\d+/)\S+(@)")
_FIELD = re.compile(r"[a-z_]{1,40}", re.ASCII)
_DEEPEST = 50
_PERCENT = re.compile(r"%[0-9A-F]{2}")
# As html.escape does it; its module costs more than the rest of this file.
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def in_one_line(text: str) -> str:
    """Return *text* without newlines and control characters, which could forge lines of a log."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


@functools.lru_cache(maxsize=64)  # the items of a loop have the same secrets
def _spellings(secret: str) -> frozenset[str]:
    """Return *secret* as it is and as it is written in a URL, a form, JSON, JSON in JSON, HTML and an exception."""
    found = {secret, secret.translate(_HTML), repr(secret)[1:-1]}
    for quoted in (
        quote(secret, safe="", errors="replace"),
        quote(secret, errors="replace"),
        quote_plus(secret, errors="replace"),
    ):
        found |= {quoted, _PERCENT.sub(lambda match: match[0].lower(), quoted)}
    for ascii_only in (True, False):
        in_json = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        found |= {in_json, json.dumps(in_json, ensure_ascii=ascii_only)[1:-1]}
    return frozenset(found)


class Redactor:
    """Masks *secrets*, and those of *shared*, in every spelling that a response or an exception can give them.

    A task has a redactor of its own for the secrets in its options; *shared* is that of its connection.
    """

    def __init__(self, secrets: t.Iterable[str] = (), shared: Redactor | None = None) -> None:
        self._own: set[str] = set()
        self._shared = shared
        self._ordered: tuple[int, list[str]] = (0, [])
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Mask further *secrets*; blank ones are ignored."""
        for secret in secrets:
            if secret.strip():
                self._own.update(_spellings(secret))

    def _longest_first(self) -> list[str]:
        # Longest first: no part of a secret that contains another one is left.
        shared = self._shared._own if self._shared else set()
        size = len(self._own) + len(shared)
        if self._ordered[0] != size:
            self._ordered = size, sorted(self._own | shared, key=len, reverse=True)
        return self._ordered[1]

    def text(self, text: str) -> str:
        """Return *text* with every secret masked."""
        for spelling in self._longest_first():
            text = text.replace(spelling, MASK)
        if ":" not in text and "=" not in text:
            # Faster for the many values that none of these can match.
            return text
        text = _ECHOED.sub(r"\1\2" + MASK, text)
        text = _SIGNATURE.sub(r"\1" + MASK, text)
        return _USER_IN_URL.sub(r"\1" + MASK + r"\2", text)

    def data(self, value: t.Any, depth: int = _DEEPEST) -> t.Any:
        """Return a copy of *value* (text, list, dict or plain value) with every secret masked.

        Names of fields are kept, whatever a secret is. What is nested deeper than any response of the service is left out.
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, (dict, list, tuple)):
            if not depth:
                return "…"
            if isinstance(value, dict):
                return {self._key(key): self.data(item, depth - 1) for key, item in value.items()}
            return [self.data(item, depth - 1) for item in value]
        return value

    def _key(self, key: t.Any) -> t.Any:
        return self.text(key) if isinstance(key, str) and not _FIELD.fullmatch(key) else key
