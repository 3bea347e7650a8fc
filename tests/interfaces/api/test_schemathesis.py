"""The document and the API hold each other: requests made from it, answers judged by it."""

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as options

from kartotek.core.recordtype import RECORD_TYPES
from kartotek.interfaces.api.openapi.document import document
from kartotek.people.tokens import make_token
from tests.contract.samples import made

schemathesis = pytest.importorskip("schemathesis")
from schemathesis import checks  # noqa: E402
from schemathesis.specs.openapi import checks as of_openapi  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SEED, EXAMPLES = 20261121, 8  # for each operation of each type
JUDGES = [
    checks.not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_headers_conformance,
    of_openapi.response_schema_conformance,
]


@pytest.fixture
def described(ann, settings):
    """The document Ann gets, with the application behind it, and the header that makes her ask."""
    settings.KARTOTEK_API_A_MINUTE = 0
    schema = schemathesis.openapi.from_dict(document(ann))
    schema.app = get_wsgi_application()
    for signal in (request_started, request_finished):  # as Django's own test client does
        signal.disconnect(close_old_connections)
    yield schema, {"Authorization": f"Bearer {make_token(ann, 'Fuzz')[1]}"}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("key", ["", *sorted(RECORD_TYPES)])
def test_what_the_document_says_is_what_is_answered(key, described, ann):
    schema, headers = described
    uids = [str(made(ann, RECORD_TYPES[key], seed).uid) for seed in (1, 2)] if key else []
    for found in schema.get_all_operations():
        operation = found.ok()
        tags = operation.definition.raw.get("tags", [])
        if tags == ([key] if key else []):
            _asked(operation, headers, uids)


def _asked(operation, headers, uids):
    """Half of the requests name a record that is there."""
    turns = iter(range(10_000))

    @seed(SEED)
    @options(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def asked(case):
        turn = next(turns)
        if uids and "uid" in case.path_parameters and turn % 2:
            case.path_parameters["uid"] = uids[turn // 2 % len(uids)]
        case.validate_response(case.call(headers=headers), checks=JUDGES)

    asked()
