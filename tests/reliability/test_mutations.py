# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each mutation applies to the current code; mutations.py checks that tests detect it."""

from __future__ import annotations

import pytest

from .harness.mutate import Change, condition, instead, last, never, returning, setting, without
from .mutations import MUTATIONS, ROOT, Mutation

SOURCE = """
LIMIT = 5

class Client:
    def send(self, request):
        # a comment
        if self.closed and not request:
            raise ValueError("The client is closed.")
        self.count += 1
        return self.session.get(request, follow=False)
"""


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_mutation_applies_to_one_place(mutation: Mutation) -> None:
    text = (ROOT / mutation.path).read_text(encoding="utf-8")
    compile(mutation.change(text), mutation.path, "exec")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (never("Client.send", "closed"), "if False:"),
        (condition("Client.send", "self.closed", "closed"), "if self.closed:"),
        (without("Client.send", "count"), "        pass\n"),
        (returning("Client.send", "None"), "return None"),
        (setting("Client.send", "follow", "True"), "follow=True"),
        (setting("", "LIMIT", "6"), "LIMIT = 6"),
        (
            instead("Client.send", "self.count = 0\nself.open = True", "count"),
            "self.count = 0\n        self.open = True",
        ),
        (last("Client.send", "count"), "follow=False)\n        self.count += 1"),
    ],
)
def test_change_is_made_in_its_function(change: Change, expected: str) -> None:
    assert expected in change(SOURCE)
    assert expected in change(SOURCE.replace("is closed", "was closed before").replace("# a comment", ""))


@pytest.mark.parametrize("change", [never("Client.send", "open"), never("Client.receive", "closed")])
def test_change_without_a_place_is_an_error(change: Change) -> None:
    with pytest.raises(LookupError):
        change(SOURCE)
