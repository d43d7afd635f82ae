"""What browsers and proxies are fooled with: hosts, headers, names that are markup."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tests.cast import Cast
from workspaces.models import User, Workspace

pytestmark = pytest.mark.django_db

MARKUP = "</title><script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover='alert(3)"
PAGES = (
    "/", "/w/acme/", "/w/acme/campaigns/{campaign}", "/w/acme/members", "/w/acme/keys",
    "/w/acme/settings", "/w/acme/connect", "/w/acme/role-audit", "/w/acme/templates",
    "/w/acme/new", "/account/",
)  # fmt: skip


@pytest.fixture
def marked(cast: Cast) -> Cast:
    """Where a name can be markup, it is."""
    Workspace.objects.filter(pk=cast.acme.pk).update(name=MARKUP[:80])
    User.objects.filter(pk=cast.people["admin"].pk).update(name=MARKUP[:80])
    type(cast.campaign).objects.filter(pk=cast.campaign.pk).update(name=MARKUP)
    return cast


@pytest.mark.parametrize("path", PAGES)
def test_names_are_text_on_every_page(marked: Cast, path: str) -> None:
    query = "?q=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(2)%3E"
    answer = marked.client("owner").get(path.format(campaign=marked.campaign.pk) + query)
    assert answer.status_code == 200, answer
    text = answer.content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "' onmouseover='" not in text


def answers(cast: Cast) -> Iterator[tuple[str, Any]]:
    owner, nobody = cast.client("owner"), cast.client("nobody")
    for path in ("/", "/w/acme/", "/account/", "/nowhere/", "/accounts/login/", "/theme"):
        yield path, owner.get(path)
    for path in ("/api/me", "/api/nowhere", "/api/schema", "/api/docs", "/healthz", "/hooks.js"):
        yield path, nobody.get(path)


def test_every_answer_has_the_headers(cast: Cast) -> None:
    for path, answer in answers(cast):
        assert answer["X-Content-Type-Options"] == "nosniff", path
        assert answer["Referrer-Policy"] == "same-origin", path
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "evil.test:8000", "a b", "["])
def test_a_host_that_is_not_ours_is_refused(cast: Cast, host: str) -> None:
    client = Client(HTTP_HOST=host, raise_request_exception=False)
    for path in ("/accounts/login/", "/api/me"):
        assert client.get(path).status_code == 400
    reset = {"email": cast.people["owner"].email}
    client.post("/accounts/password/reset/", reset)
    assert mail.outbox == []
    Client().post("/accounts/password/reset/", reset)
    assert len(mail.outbox) == 1  # as it goes where the host is ours


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL"])
def test_no_header_stands_for_the_host_or_the_path(cast: Cast, name: str) -> None:
    client = Client(headers={name: "evil.test"})
    client.post("/accounts/password/reset/", {"email": "owner@acme.test"})
    (sent,) = mail.outbox
    assert "evil.test" not in str(sent.message())
    assert b"evil.test" not in client.get("/accounts/login/").content


BREAK = "a\r\nSet-Cookie: stolen=1\r\n\r\n<script>"


def test_no_input_makes_a_header(cast: Cast) -> None:
    """Wherever what somebody sends comes back in one."""
    owner = cast.client("owner")
    type(cast.acme).objects.filter(pk=cast.acme.pk).update(name="a\r\nb: c")
    tried = [
        owner.get("/accounts/login/", {"next": BREAK}),
        owner.post("/theme", {"theme": "dark", "next": BREAK}),
        owner.post("/theme", {"theme": BREAK, "next": "/"}),
        owner.get("/w/acme/role-audit.csv", {"since": BREAK}),
        owner.get("/w/acme/role-audit.csv"),
        owner.get(f"/api/campaigns/{cast.campaign.pk}", headers={"If-None-Match": BREAK}),
        owner.get("/api/me", headers={"X-Request-ID": BREAK}),
        owner.post("/api/campaigns/provision", b"{}", "application/json", headers={
            "Idempotency-Key": BREAK}),
    ]  # fmt: skip
    for answer in tried:
        assert answer.status_code < 500
        for value in answer.headers.values():
            assert "\r" not in value
            assert "\n" not in value
        assert "stolen" not in answer.cookies
