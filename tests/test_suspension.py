"""A suspended workspace is read and not written, by whatever door; runs and heartbeats go on."""

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from campaigns.models import Campaign
from governance.models import AuditEvent
from orchestrator.celery import app
from orchestrator.events import command
from rbac import suspension, tasks
from tests.cast import Cast
from tests.test_wall import DOORS, names_of
from workspaces.access import Access
from workspaces.door import workspace_view
from workspaces.models import Health, Role, User, Workspace
from workspaces.rules import Invalid

ACTOR = command("test")
REASON = "Unpaid since May."
READ_ONLY_ELSEWHERE = ("api/admin/", "api/me", "api/workspaces", "theme", "account/")


@pytest.fixture
def suspended(cast: Cast) -> Cast:
    suspension.suspend(cast.acme.pk, REASON, actor=ACTOR)
    return cast


def call(cast: Cast, act: str, body: dict[str, Any], **headers: str) -> Any:
    path = f"/api/admin/workspaces/{cast.acme.pk}/{act}"
    client = cast.client("superuser")
    return client.post(path, body, content_type="application/json", headers=headers)


# --- the wall --------------------------------------------------------------------------------

UNSAFE = [
    door
    for door in DOORS
    if door.method != "get"
    and door.expected[0] < 400
    and not (door.route in READ_ONLY_ELSEWHERE or door.route.startswith("api/admin/"))
]


@pytest.mark.parametrize("caller", ["owner", "owner_key"])
@pytest.mark.parametrize("door", UNSAFE, ids=lambda door: door.id)
def test_no_door_of_it_writes(door: Any, caller: str, suspended: Cast) -> None:
    if caller == "owner_key" and (door.is_closed_to_keys or not door.route.startswith("api/")):
        return  # refused before
    names = names_of(door, suspended)
    path = door.path.format(**names)
    body = {k: v.format(**names) if isinstance(v, str) else v for k, v in door.body.items()}
    kind = {"content_type": "application/json"} if path.startswith("/api/") else {}
    answer = getattr(suspended.client(caller), door.method)(path, body, **kind)
    assert answer.status_code == 409, answer.content
    assert REASON in answer.content.decode()
    if path.startswith("/api/"):
        assert answer.json()["code"] == "workspace_suspended"


def test_what_one_may_not_anyway_is_refused_as_before(suspended: Cast) -> None:
    path, body = f"/api/workspaces/{suspended.acme.pk}", {"version": 1, "name": "New"}
    for caller, status in (("viewer", 403), ("stranger", 404), ("nobody", 401)):
        client = suspended.client(caller)
        answer = client.patch(path, body, content_type="application/json")
        assert answer.status_code == status


def test_all_of_it_is_read_with_the_reason_on_every_page(suspended: Cast) -> None:
    client = suspended.client("viewer")
    for path in ("/w/acme/", f"/w/acme/campaigns/{suspended.campaign.pk}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert REASON in answer.content.decode()
    bar = client.get(f"/api/workspaces/{suspended.acme.pk}/health").json()
    assert bar["suspensionReason"] == REASON
    assert "data-suspended data-face" in client.get("/").content.decode()


def test_another_workspace_is_as_before(suspended: Cast) -> None:
    client = suspended.client("stranger")
    path = f"/api/workspaces/{suspended.globex.pk}"
    body = {"version": 1, "name": "Globex 2"}
    assert client.patch(path, body, content_type="application/json").status_code == 200
    assert REASON not in client.get("/w/globex/").content.decode()
    assert client.get(f"{path}/health").json()["suspendedAt"] is None


def test_a_stored_answer_is_still_given(cast: Cast) -> None:
    client, key = cast.client("owner"), {"Idempotency-Key": "before"}
    path, body = f"/api/workspaces/{cast.acme.pk}", {"version": 1, "name": "New"}

    def send() -> int:
        kind = "application/json"
        return int(client.patch(path, body, content_type=kind, headers=key).status_code)

    assert send() == 200
    suspension.suspend(cast.acme.pk, REASON, actor=ACTOR)
    assert send() == 200


def test_a_resumed_one_is_as_it_was(suspended: Cast) -> None:
    assert call(suspended, "resume", {"reason": "Paid."}).status_code == 200
    client = suspended.client("owner")
    path, body = f"/api/workspaces/{suspended.acme.pk}", {"version": 3, "name": "New"}
    assert client.patch(path, body, content_type="application/json").status_code == 200
    assert REASON not in client.get("/w/acme/").content.decode()


# --- the act ---------------------------------------------------------------------------------


def test_a_super_admin_suspends_and_resumes_and_both_are_events(cast: Cast) -> None:
    answer = call(cast, "suspend", {"reason": f"  {REASON} "})
    assert answer.status_code == 200
    assert answer.json()["suspensionReason"] == REASON
    assert answer.json()["version"] == 2
    event = AuditEvent.objects.get(action="workspace_suspended")
    assert (event.workspace_id, event.reason) == (cast.acme.pk, REASON)
    assert event.actor_label == "super@demo.test"
    answer = call(cast, "resume", {})
    assert (answer.json()["suspendedAt"], answer.json()["suspensionReason"]) == (None, None)
    assert (AuditEvent.objects.get(action="workspace_resumed").before or {})["reason"] == REASON


def test_twice_is_once_and_another_reason_takes_the_place_of_the_first(cast: Cast) -> None:
    first = call(cast, "suspend", {"reason": REASON}).json()
    assert call(cast, "suspend", {"reason": REASON}).json() == first
    assert AuditEvent.objects.filter(action="workspace_suspended").count() == 1
    second = call(cast, "suspend", {"reason": "Abuse."}).json()
    assert (second["suspendedAt"], second["suspensionReason"]) == (first["suspendedAt"], "Abuse.")
    for _ in range(2):
        assert call(cast, "resume", {}).status_code == 200
    assert AuditEvent.objects.filter(action="workspace_resumed").count() == 1


@pytest.mark.parametrize("reason", [None, "", "  ", "no", " no ", "x" * 501, ["why"]])
def test_a_reason_is_needed(reason: Any, cast: Cast) -> None:
    answer = call(cast, "suspend", {} if reason is None else {"reason": reason})
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] == "reason"
    assert not Workspace.objects.filter(suspended_at__isnull=False).exists()


@pytest.mark.parametrize("reason", ["", "  no  ", "x" * 501])
def test_the_service_needs_one_as_well(reason: str, cast: Cast) -> None:
    with pytest.raises(Invalid):
        suspension.suspend(cast.acme.pk, reason, actor=ACTOR)


def test_a_repeated_call_with_a_key_is_done_once(cast: Cast) -> None:
    key = {"Idempotency-Key": "once"}
    call(cast, "suspend", {"reason": REASON}, **key)
    call(cast, "resume", {})
    again = call(cast, "suspend", {"reason": REASON}, **key)
    assert again["Idempotent-Replayed"] == "true"
    assert not Workspace.objects.filter(suspended_at__isnull=False).exists()


def test_by_raw_sql_it_is_a_change_of_the_bar_too(cast: Cast) -> None:
    cast.client("owner").get(f"/api/workspaces/{cast.acme.pk}/health")
    before = Health.objects.get(pk=cast.acme.pk).state_version
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_workspace SET suspended_at = now(), suspension_reason = 'By hand'"
            " WHERE id = %s",
            [cast.acme.pk],
        )
    assert Health.objects.get(pk=cast.acme.pk).state_version == before + 1
    assert Client().get("/").status_code == 200


# --- its owners are told ---------------------------------------------------------------------


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The task of each owner, without a worker."""
    each = tasks.mail_owner_of_suspension
    monkeypatch.setattr(each, "delay", each.run)


def told(cast: Cast) -> None:
    app.tasks["rbac.tasks.mail_suspension"].run(str(cast.acme.pk))


def test_each_active_owner_gets_a_mail_of_their_own(suspended: Cast, settings: Any) -> None:
    settings.PUBLIC_URL = "https://orchestrator.example"
    for caller, active in (("admin", True), ("viewer", False)):
        suspended.acme.memberships.filter(user=suspended.people[caller]).update(role=Role.OWNER)
        User.objects.filter(pk=suspended.people[caller].pk).update(is_active=active)
    User.objects.filter(pk=suspended.people["owner"].pk).update(language="de")
    told(suspended)
    assert sorted(sent.to for sent in mail.outbox) == [["admin@acme.test"], ["owner@acme.test"]]
    english, german = sorted(mail.outbox, key=lambda sent: sent.to)
    assert english.subject == "[Orchestrator] Acme is suspended"
    assert REASON in str(english.body)
    assert "https://orchestrator.example/w/acme/" in str(english.body)
    assert german.subject == "[Orchestrator] Acme ist gesperrt"
    suspension.resume(suspended.acme.pk, actor=ACTOR)
    mail.outbox.clear()
    told(suspended)
    assert mail.outbox[0].subject == "[Orchestrator] Acme is not suspended any more"
    assert REASON not in str(mail.outbox[0].body)


def test_a_name_with_a_line_break_breaks_no_mail(suspended: Cast) -> None:
    Workspace.objects.filter(pk=suspended.acme.pk).update(name="A\nBcc: x@y.z & <b>")
    told(suspended)
    assert mail.outbox[0].subject == "[Orchestrator] A Bcc: x@y.z & <b> is suspended"


def test_where_no_mail_server_answers_it_is_tried_again(suspended: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(OSError, match="refused"):  # what the worker would try again
        told(suspended)
    assert OSError in tasks.mail_owner_of_suspension.autoretry_for


def test_campaigns_go_on(suspended: Cast) -> None:
    """Nothing of a campaign is touched: this is no kill switch."""
    assert Campaign.objects.get(pk=suspended.campaign.pk).enabled


def test_a_door_may_say_that_it_stays_open(suspended: Cast) -> None:
    """As that of leaving is."""

    @workspace_view("workspaces.view_workspace", while_suspended=True)
    def leave(request: HttpRequest, access: Access) -> HttpResponse:
        return HttpResponse(status=204)

    view: Any = leave
    request = RequestFactory().post("/w/acme/leave")
    request.user = suspended.people["viewer"]
    assert view(request, slug="acme").status_code == 204
