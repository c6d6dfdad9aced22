# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of the connection, which every module of this collection has."""

    DOCUMENTATION = r"""
options:
  region:
    description:
      - Id of the region, such as V(eu-west-101). The endpoints of the services and the project are derived from it.
      - Needed unless O(endpoint) and O(project_id) are set.
      - If not set, the environment variable E(HW_REGION_NAME) is used. A task with another region than that of the environment is
        refused if it would use an endpoint or a project of the environment.
    type: str
  project_id:
    description:
      - Id of the project, 32 hexadecimal digits.
      - If neither this nor O(project_name) is set, the environment variables E(HW_PROJECT_ID) and
        E(HUAWEICLOUD_SDK_PROJECT_ID) are used, in this order; otherwise the project is looked up in IAM by its name. With
        credentials of the environment, only the variable that belongs to their set is used. With an agency of another account
        (O(assume_role)), this is a project of that account, and only the option is used, because the variables contain a
        project of the caller.
    type: str
  project_name:
    description:
      - Name of the project to look up in IAM, such as V(eu-west-101_orders) for a sub-project. Can't be set together with
        O(project_id).
      - If neither this nor O(project_id) is set, and no environment variable contains the id, the environment variable
        E(HW_PROJECT_NAME) is used. By default, the project named like the O(region) is used.
    type: str
  access_key:
    description:
      - Access key (AK) of the user, together with O(secret_key).
      - Whitespace around keys and tokens, which files and secret stores add, is removed.
      - If not set, the environment variables E(HW_ACCESS_KEY) and E(HUAWEICLOUD_SDK_AK) are used, in this order. The variables
        of the two prefixes are two sets. Only the first set that contains a credential is used, and it is not completed from
        the other one.
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
        this order, unless both keys are set as options.
    type: str
  auth_token:
    description:
      - An IAM token that is valid for the project. It takes precedence over keys, and keys over a password.
      - If not set, the environment variable E(HW_AUTH_TOKEN) is used. Options come before the environment, so keys
        that are set as options are used even if this variable is set.
    type: str
  username:
    description:
      - Name of an IAM user who logs in with O(password) and O(domain_name).
      - If not set, the environment variable E(HW_USER_NAME) is used.
    type: str
  password:
    description:
      - Password of O(username). It must not end with a newline.
      - If not set, the environment variable E(HW_USER_PASSWORD) is used.
    type: str
  domain_name:
    description:
      - Name of the account (domain) that O(username) belongs to. That of an agency is O(assume_role.domain_name).
      - If not set, the environment variable E(HW_DOMAIN_NAME) is used.
    type: str
  credentials_source:
    description:
      - V(ecs) to act as the agency of the ECS that runs the task, whose temporary keys are read from its metadata service, never
        through a proxy; otherwise V(explicit), for credentials in options and environment variables.
      - The agency of the ECS is only used on request, and never because other credentials are missing. Credentials that are set
        as options take precedence over it.
      - If not set, the environment variable E(HW_CREDENTIALS_SOURCE) is used. V(ecs) there is refused beside other credentials
        in the environment.
    type: str
  assume_role:
    description:
      - An agency (delegation) of another account that is assumed with the credentials of the caller. All requests to DMS for
        Kafka are then sent with temporary keys of that account, in a project of it. They are renewed before they expire.
      - The caller needs the IAM permission C(iam:tokens:assume), and the agency must delegate to the account of the caller.
      - It is not set if all of its suboptions are blank. Then the environment variables of the suboptions are used, unless all
        credentials are set as options. An option that is set is not completed from the environment.
      - The variables are refused beside V(ecs) as an option for O(credentials_source). Then set this as an option, too.
    type: dict
    suboptions:
      agency_name:
        description:
          - Name of the agency. It is needed.
          - The environment variable is E(HW_ASSUME_ROLE_AGENCY_NAME).
        type: str
      domain_name:
        description:
          - Name of the account (domain) of the agency. Either this or O(assume_role.domain_id) is needed.
          - The environment variable is E(HW_ASSUME_ROLE_DOMAIN_NAME).
        type: str
      domain_id:
        description:
          - Id of the account (domain) of the agency.
          - The environment variable is E(HW_ASSUME_ROLE_DOMAIN_ID).
        type: str
      duration:
        description:
          - For how many seconds the temporary keys are requested, a number from 900 to 86400. By default 3600.
          - The environment variable is E(HW_ASSUME_ROLE_DURATION).
        type: str
  endpoint:
    description:
      - Endpoint of DMS for Kafka. By default that of the O(region).
      - If one endpoint is outside the domain of the O(region), such as that of a private cloud, all endpoints that the task
        needs must be set. DMS is always needed, and IAM to log in with a O(password), to assume an agency, and to look up a
        project.
      - Must begin with C(https://); plain C(http://) is accepted for a loopback address only.
      - If not set, the environment variable E(HW_DMS_ENDPOINT) is used.
    type: str
  iam_endpoint:
    description:
      - Endpoint of IAM, without C(/v3). By default that of the O(region). The same rules as for O(endpoint) apply.
      - If not set, the environment variables E(HW_IAM_ENDPOINT) and E(HUAWEICLOUD_SDK_IAM_ENDPOINT) are used, in
        this order.
    type: str
  validate_certs:
    description:
      - Whether the TLS certificates of the services are checked.
    type: bool
    default: true
  ca_path:
    description:
      - Path of a bundle of CA certificates on the machine that runs the task. Only these are trusted.
      - If not set, the bundle in the environment variable E(REQUESTS_CA_BUNDLE) is used, otherwise the certificate
        authorities of the system and those that come with the Python library requests.
      - Python 3.13 and newer refuse certificates that do not comply with RFC 5280, such as those without an authority key
        identifier, also if their certificate authority is trusted.
      - The usual environment variables for proxies are honoured. A SOCKS proxy needs the Python library PySocks.
    type: path
  timeout:
    description:
      - Timeout in seconds of connecting to one address, of each wait for data, and of reading the body of a response.
      - The resolution of host names is not bounded, and a host name with several addresses gets the time for each of them.
      - If not set, the environment variable E(HW_TIMEOUT) is used.
    type: int
    default: 30
  max_retries:
    description:
      - How often a request is retried at most, with exponential backoff, if the service throttles it or fails, or if the
        response is lost. A request that creates something is only sent again after a lookup shows that it had no effect.
      - A request that fails with 401 or 403 is never retried, because five failed attempts lock an access key. After a 401,
        the other items of a loop and the other attempts of C(until) that use the same credentials fail without a request.
      - If not set, the environment variable E(HW_MAX_RETRIES) is used.
    type: int
    default: 5
requirements:
  - Python >= 3.9
  - requests
"""
