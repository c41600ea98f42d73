"""The API against its own documentation."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from pydantic import BaseModel
from schemathesis.specs.openapi.checks import positive_data_acceptance

from channels.web.schema import AnswerOut, ErrorOut, FeedbackIn, QuestionIn, SitesOut
from tests.channels.web.conftest import web_app
from tests.channels.web.fake_desk import MIHON, Desk

schema = schemathesis.openapi.from_asgi("/openapi.json", web_app(Desk()))
DOCUMENT: dict[str, Any] = web_app(Desk()).openapi()
OPERATIONS = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]


@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(max_examples=25, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_keeps_what_its_documentation_promises(case: Any) -> None:
    if case.path_parameters:  # any other site ends in 404 before anything else is looked at
        case.path_parameters["site"] = MIHON.id
    response = case.call()
    # An empty question is valid and still gets 422: it is answered, with the outcome refused_empty.
    answered = "outcome" in response.text
    case.validate_response(response, excluded_checks=[positive_data_acceptance] if answered else [])


def test_every_operation_says_what_it_is() -> None:
    assert [operation["operationId"] for operation in OPERATIONS] == ["listSites", "askQuestion", "sendFeedback"]
    assert all(operation["tags"] and operation["description"] for operation in OPERATIONS)


def test_pages_and_files_are_not_part_of_the_api() -> None:
    assert all(path.startswith("/api/v1/") for path in DOCUMENT["paths"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each["operationId"])
def test_every_example_is_true(operation: dict[str, Any]) -> None:
    bodies = [(status, reply["content"]) for status, reply in operation["responses"].items() if "content" in reply]
    shown = [(status, each["value"]) for status, kinds in bodies for each in kinds["application/json"]["examples"].values()]
    assert {status for status, _ in bodies} <= {status for status, _ in shown}
    for status, value in shown:
        model: type[BaseModel] = ErrorOut if "error" in value else SitesOut if "sites" in value else AnswerOut
        assert model.model_validate(value).model_dump(mode="json") == value, status


def test_the_examples_of_requests_are_accepted() -> None:
    models: list[type[BaseModel]] = [QuestionIn, FeedbackIn]
    for operation, model in zip(OPERATIONS[1:], models, strict=True):
        for example in operation["requestBody"]["content"]["application/json"]["examples"].values():
            assert model.model_validate(example["value"])
