"""What every response carries, and who may read the API."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from channels.web import headers
from channels.web.headers import content_policy
from tests.channels.web.fake_desk import CITY_PAGE

ASK = "/api/v1/sites/mihon/questions"


@pytest.mark.parametrize(
    "path", ["/", "/s/mihon", "/nowhere", "/widget/v1/frame?site=mihon", "/widget/v1/loader.js", "/api/v1/sites", "/demo"]
)
def test_every_response_carries_the_headers(client: TestClient, path: str) -> None:
    sent = client.get(path).headers
    policy = sent["content-security-policy"]
    assert "unsafe" not in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "frame-ancestors" in policy
    assert sent["x-content-type-options"] == "nosniff"
    assert sent["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in sent["permissions-policy"]


def test_nobody_frames_anything_but_the_widget(client: TestClient) -> None:
    assert client.get("/s/mihon").headers["content-security-policy"].endswith("frame-ancestors 'none'")


def test_a_mistyped_origin_does_not_become_a_directive() -> None:
    policy = content_policy(["https://a.example", "https://b.example; script-src *", "*", "https://c.example:8443"])
    assert policy.endswith("frame-ancestors 'self' https://a.example https://c.example:8443")


def test_pages_hold_nothing_inline(client: TestClient) -> None:
    for path in ("/s/mihon", "/widget/v1/frame?site=mihon"):
        html = client.get(path).text
        assert " style=" not in html
        assert "<style" not in html
        assert " onclick" not in html


@pytest.mark.parametrize(("origin", "allowed"), [(CITY_PAGE, True), ("https://evil.example", False), ("null", False)])
def test_the_api_is_read_by_listed_origins_only(client: TestClient, origin: str, allowed: bool) -> None:
    preflight = client.options(ASK, headers={"origin": origin, "access-control-request-method": "POST"})
    reply = client.post(ASK, json={"text": "x"}, headers={"origin": origin})
    refusal = client.post(ASK, content=b"{", headers={"origin": origin, "content-type": "application/json"})
    expected = origin if allowed else None
    assert [each.headers.get("access-control-allow-origin") for each in (preflight, reply, refusal)] == [expected] * 3
    assert preflight.status_code == (200 if allowed else 400)
    assert "origin" in reply.headers["vary"].lower()


def test_pages_are_read_by_no_other_origin(client: TestClient) -> None:
    reply = client.get("/s/mihon", headers={"origin": CITY_PAGE})
    assert "access-control-allow-origin" not in reply.headers


def test_a_site_added_later_is_allowed_without_a_restart() -> None:
    origins: set[str] = set()
    app = FastAPI()
    headers.install(app, lambda: origins)
    client, asked = TestClient(app), {"origin": "https://new.example"}
    assert "access-control-allow-origin" not in client.get("/api/v1/sites", headers=asked).headers
    origins.add("https://new.example")
    assert client.get("/api/v1/sites", headers=asked).headers["access-control-allow-origin"] == "https://new.example"
