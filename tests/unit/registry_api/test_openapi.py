"""The OpenAPI document is the one that was agreed on."""

import json
from pathlib import Path
from typing import Any

import pytest

from registry_api.openapi import openapi_text

GOLDEN = Path(__file__).resolve().parents[2] / "vectors" / "openapi.json"
FILES = {
    "/metrics": "text/plain; version=0.0.4; charset=utf-8",
    "/v1/journal/checkpoint": "text/plain; charset=utf-8",
    "/v1/journal/tile/{path}": "application/octet-stream",
}
"""Routes that answer with bytes as they are."""


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(openapi_text())


def test_equals_the_golden_file() -> None:
    wanted = GOLDEN.read_text("utf-8")
    assert openapi_text() == wanted, "if so intended: python -m registry_api.openapi > tests/vectors/openapi.json"


def test_every_response_is_documented(document: Any) -> None:
    for path, operations in document["paths"].items():
        assert list(operations) == ["get"], path
        responses = operations["get"]["responses"]
        assert {"200", "405", "413", "414", "422", "500", "503"} <= set(responses), path
        for status, response in responses.items():
            media = FILES.get(path, "application/json") if status == "200" else "application/problem+json"
            if status != "304":
                assert list(response["content"]) == [media], (path, status)
                assert media in FILES.values() or "$ref" in response["content"][media]["schema"]
        if "{" in path:
            assert "404" in responses


def test_every_reference_leads_to_a_schema(document: Any) -> None:
    text = json.dumps(document)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]
    assert "HTTPValidationError" not in text


def test_every_parameter_is_described(document: Any) -> None:
    for path, operations in document["paths"].items():
        for parameter in operations["get"].get("parameters", ()):
            described = parameter.get("description") or parameter["schema"].get("description")
            assert described, (path, parameter["name"])
