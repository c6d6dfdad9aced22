# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Where the service is and who asks: the options that every module of this collection has."""

    DOCUMENTATION = r"""
options:
  region:
    description:
      - Id of the region, such as V(eu-west-101). The addresses of the services and the project follow from it.
      - Needed unless O(endpoint) and O(project_id) are given.
      - If not set, the environment variable E(HW_REGION_NAME) is used.
    type: str
  project_id:
    description:
      - Id of the project, 32 hexadecimal digits.
      - If not set, the environment variables E(HW_PROJECT_ID) and E(HUAWEICLOUD_SDK_PROJECT_ID) are used, in this
        order; else IAM is asked for the project that is named as the O(region).
    type: str
  access_key:
    description:
      - Access key (AK) of the user. Goes with O(secret_key).
      - If not set, the environment variables E(HW_ACCESS_KEY) and E(HUAWEICLOUD_SDK_AK) are used, in this order.
    type: str
  secret_key:
    description:
      - Secret key (SK) that belongs to O(access_key). It signs each request and is never sent.
      - If not set, the environment variables E(HW_SECRET_KEY) and E(HUAWEICLOUD_SDK_SK) are used, in this order.
    type: str
  security_token:
    description:
      - Security token of a temporary pair of O(access_key) and O(secret_key).
      - If not set, the environment variables E(HW_SECURITY_TOKEN) and E(HUAWEICLOUD_SDK_SECURITY_TOKEN) are used, in
        this order, unless both keys are given as options.
    type: str
  auth_token:
    description:
      - An IAM token that is valid for the project. It takes precedence over keys, and keys over a password.
      - If not set, the environment variable E(HW_AUTH_TOKEN) is used. Options come before the environment, so keys
        that are given as options are used even where this variable is set.
    type: str
  username:
    description:
      - Name of an IAM user who logs in by O(password). Goes with O(domain_name).
      - If not set, the environment variable E(HW_USER_NAME) is used.
    type: str
  password:
    description:
      - Password of O(username).
      - If not set, the environment variable E(HW_USER_PASSWORD) is used.
    type: str
  domain_name:
    description:
      - Name of the account (domain) that O(username) belongs to.
      - If not set, the environment variable E(HW_DOMAIN_NAME) is used.
    type: str
  endpoint:
    description:
      - Address of DMS for Kafka. By default that of the O(region).
      - Must begin with C(https://); plain C(http://) is accepted for a loopback address only.
      - If not set, the environment variable E(HW_DMS_ENDPOINT) is used.
    type: str
  iam_endpoint:
    description:
      - Address of IAM. By default that of the O(region). The same rules as for O(endpoint) apply.
      - If not set, the environment variables E(HW_IAM_ENDPOINT) and E(HUAWEICLOUD_SDK_IAM_ENDPOINT) are used, in
        this order.
    type: str
  validate_certs:
    description:
      - Whether the certificates of the services are checked.
    type: bool
    default: true
  ca_path:
    description:
      - Path of a bundle of CA certificates on the machine that runs the task, instead of the system's.
      - Without it, E(REQUESTS_CA_BUNDLE) is honoured, as are the usual variables for proxies.
    type: path
  timeout:
    description:
      - How long one request may take, in seconds.
      - If not set, the environment variable E(HW_TIMEOUT) is used.
    type: int
    default: 30
  max_retries:
    description:
      - How often a request is repeated at most, with growing pauses, when the service throttles, is out of order, or
        its answer is lost. A request that creates something is never repeated before a look at what the first one did.
      - A refusal of credentials or rights (401, 403) is never repeated, because five failures lock an access key.
      - If not set, the environment variable E(HW_MAX_RETRIES) is used.
    type: int
    default: 5
requirements:
  - Python >= 3.9
  - requests
"""
