"""How the tests of the API speak to it: JSON there, JSON back, and a problem named."""

import orjson
from django.test import Client

BASE = "/api/v1"


def send(client: Client, method: str, path: str, body=None, **headers):
    """One request; header names with underscores for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    text = b"" if body is None else orjson.dumps(body)
    return client.generic(method, f"{BASE}{path}", text, "application/json", headers=named)


def problem(response, status: int, field: str = ""):
    """The problem told, checked to be one; with `field` also that it names this one first."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status and body["detail"].endswith(".")
    if field:
        assert body["errors"][0]["field"] == field
    return body
