# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.huaweicloud.kafka.plugins.filter.misspelled import VARIABLES, FilterModule

misspelled = FilterModule().filters()["misspelled"]

MISSPELLED = {
    "dms_prune_patern": "dms_prune_pattern",
    "dms_prune_pattren": "dms_prune_pattern",
    "dms_prune_ptern": "dms_prune_pattern",
    "dms_prune_limt": "dms_prune_limit",
    "dms_prune_limits": "dms_prune_limit",
    "dms_prunelimit": "dms_prune_limit",
    "dms_prune__limit": "dms_prune_limit",
    "dmsprunelimit": "dms_prune_limit",
    "dms-prune-limit": "dms_prune_limit",
    "dms_maxlag": "dms_max_lag",
    "DMS_MAX_LAG": "dms_max_lag",
    "dms_maxLag": "dms_max_lag",
    "dms_max_lags": "dms_max_lag",
    "dms_pune": "dms_prune",
    "dms_expect_plans": "dms_expect_plan",
    "dms_require_plans": "dms_require_plan",
    "dms_allow_pause": "dms_allow_paused",
    "dms_instance": "dms_instance_id",
}
OTHERS = [
    *sorted(VARIABLES),
    "dms_team",
    "dms_environment",
    "dms_prune_exceptions",
    "dms_owner_name",
    "dms",
    "dms_",
    "_dms_plans",
    "region",
    "prune_limit",
]


@pytest.mark.parametrize(("name", "meant"), MISSPELLED.items(), ids=str)
def test_misspelled_variable_is_reported_with_the_one_that_was_meant(name: str, meant: str) -> None:
    assert misspelled([name]) == [f"{name} (did you mean {meant}?)"]


@pytest.mark.parametrize("name", OTHERS)
def test_variable_of_the_collection_or_of_the_site_is_not_reported(name: str) -> None:
    assert misspelled([name]) == []


def test_all_misspelled_variables_are_reported_in_order() -> None:
    reported = misspelled(["dms_regon", "dms_region", "dms_other", "dms_Pattern"])
    assert reported == ["dms_regon (did you mean dms_region?)", "dms_Pattern (did you mean dms_pattern?)"]


@pytest.mark.parametrize("names", ["dms_region", None, [1], {"dms_region": 1}], ids=str)
def test_other_input_is_an_error(names: object) -> None:
    with pytest.raises(AnsibleFilterError, match="takes a list of texts"):
        misspelled(names)
