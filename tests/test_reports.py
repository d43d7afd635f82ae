"""reportUrl: one campaign's own word, where no hooks file can be installed."""

import hashlib
import secrets
from typing import Any

import httpx
import pytest

from campaigns.adoption import report_token
from campaigns.models import Campaign
from tests.cast import Cast
from tests.product import Product, heartbeat


@pytest.fixture
def reporting(product: Product) -> tuple[str, str, str]:
    """Id, workflow and reportUrl of a campaign."""
    id, workflow = product.campaign(f"reports {secrets.token_hex(3)}")
    token = secrets.token_urlsafe(32)
    with product.db() as db:
        db.execute(
            "UPDATE campaigns_campaign SET report_token_digest = %s WHERE id = %s",
            [hashlib.sha256(token.encode()).hexdigest(), id],
        )
    return str(id), workflow, f"{product.url}/api/webhooks/c/{token}"


def sent(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    said: dict[str, Any] = answer.json()
    return said


def row(product: Product, id: str) -> dict[str, Any]:
    with product.client("owner@acme.test") as owner:
        found: dict[str, Any] = owner.get(f"/api/campaigns/{id}").json()
    return found


def test_a_report_turns_the_pulse_and_says_what_it_is(
    product: Product, reporting: tuple[str, str, str]
) -> None:
    id, _, url = reporting
    said = sent(httpx.post(url, json={"status": "error", "error": {"message": "no route"}}))
    assert (said["accepted"], said["rejected"]) == (1, [])
    found = row(product, id)
    assert (found["n8nStatus"], found["observed"]["value"]) == ("error", "error")
    assert found["observed"]["source"] == "report"


def test_an_execution_reported_twice_counts_once(
    product: Product, reporting: tuple[str, str, str]
) -> None:
    _, _, url = reporting
    body = {"status": "success", "executionId": "41"}
    assert sent(httpx.post(url, json=body))["accepted"] == 1
    assert sent(httpx.post(url, json=body))["duplicates"] == 1


def test_its_ids_are_in_nobody_elses_way(product: Product, reporting: tuple[str, str, str]) -> None:
    """Who may report for one campaign must not be able to make n8n's own heartbeats duplicates."""
    _, workflow, url = reporting
    theirs = heartbeat(workflow, "success", executionId="42")
    mine = {"status": "success", "executionId": "43", "heartbeatId": theirs["heartbeatId"]}
    assert sent(httpx.post(url, json=mine))["accepted"] == 1
    assert sent(product.beat(theirs))["duplicates"] == 0


def test_it_speaks_for_its_own_campaign_whatever_it_says(
    product: Product, reporting: tuple[str, str, str]
) -> None:
    id, _, url = reporting
    other, foreign = product.campaign("spoken for")
    body = {"status": "error", "workflowId": foreign, "source": "pushed", "executionId": "1"}
    assert sent(httpx.post(url, json=body))["accepted"] == 1
    assert row(product, str(other))["observed"]["value"] == "none"
    assert row(product, id)["observed"]["value"] == "error"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid"),
        (b"[]", 400, "invalid"),
        (b"{", 400, "invalid"),
        (b'{"status": "fine"}', 202, "invalid_status"),
        (b"{}", 202, "required"),
        (b'{"status": "success", "executionId": "' + b"9" * 65 + b'"}', 202, "too_long"),
        (b'{"status": "success", "startedAt": "soon"}', 202, "invalid_time"),
        (b" " * (1024 * 1024 + 1), 413, "too_large"),
    ],
)
def test_what_is_no_report_is_said_to_be_none(
    body: bytes, status: int, code: str, reporting: tuple[str, str, str]
) -> None:
    answer = httpx.post(reporting[2], content=body)
    assert answer.status_code == status
    said = answer.json()
    assert (said["rejected"][0]["code"] if status == 202 else said["code"]) == code


def test_who_does_not_know_it_or_whose_campaign_is_archived_finds_nothing(
    product: Product, reporting: tuple[str, str, str]
) -> None:
    id, _, url = reporting
    body = {"status": "success"}
    assert httpx.post(url[:-1] + "!", json=body).status_code == 404
    assert httpx.post(url.rpartition("/")[0] + "/" + "x" * 43, json=body).status_code == 404
    assert httpx.get(url).status_code == 405
    with product.db() as db:
        db.execute("UPDATE campaigns_campaign SET archived_at = now() WHERE id = %s", [id])
    assert httpx.post(url, json=body).status_code == 404


def test_its_token_is_in_no_log(product: Product, reporting: tuple[str, str, str]) -> None:
    token = reporting[2].rpartition("/")[2]
    httpx.post(reporting[2], json={"status": "nonsense"})
    httpx.get(reporting[2])
    httpx.get(reporting[2] + "/")
    assert token not in (product.run_dir / "up.log").read_text()


def test_owners_alone_see_it(cast: Cast) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(**report_token(cast.acme))
    for caller in ("owner", "admin", "member", "viewer"):
        shown = cast.client(caller).get(f"/api/campaigns/{cast.campaign.pk}").json()
        assert ("reportUrl" in shown) is (caller == "owner")
