"""The administration: who gets in, what can be changed there, and what is never shown."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, Run
from governance.models import AuditEvent
from orchestrator.events import Actor, ActorType, command
from provisioning.models import Template
from rbac import suspension
from tests.cast import CALLERS, KEYS, Cast, factor
from tests.test_wall import patterns
from workspaces import keys, people, quotas, services
from workspaces.models import ApiKey, Instance, Membership, Quota, Role, User, Workspace

ACTOR = command("test")
ROUTES = {route for route, _ in patterns() if route.startswith("admin/")}
LISTS = [
    "/admin/",
    "/admin/workspaces/",
    "/admin/campaigns/",
    "/admin/provisioning/",
    "/admin/governance/",
    "/admin/workspaces/user/",
    "/admin/workspaces/workspace/",
    "/admin/workspaces/membership/",
    "/admin/workspaces/instance/",
    "/admin/workspaces/apikey/",
    "/admin/campaigns/campaign/",
    "/admin/provisioning/template/",
    "/admin/campaigns/run/",
    "/admin/governance/auditevent/",
    "/admin/jsi18n/",
    "/admin/workspaces/workspace/add/",
    "/admin/provisioning/template/add/",
]
ONES = [
    "/admin/workspaces/user/{user}/change/",
    "/admin/workspaces/workspace/{workspace}/change/",
    "/admin/workspaces/membership/{membership}/change/",
    "/admin/workspaces/instance/default/change/",
    "/admin/workspaces/apikey/{key}/change/",
    "/admin/campaigns/campaign/{campaign}/change/",
    "/admin/provisioning/template/{template}/change/",
]
NOWHERE = [
    "/admin/login/",
    "/admin/logout/",
    "/admin/password_change/",
    "/admin/autocomplete/",
    "/admin/r/1/1/",
    "/admin/auth/group/",
    "/admin/account/emailaddress/",
    "/admin/workspaces/user/add/",
    "/admin/workspaces/user/{user}/delete/",
    "/admin/workspaces/user/{user}/password/",
    "/admin/workspaces/user/{user}/history/",
    "/admin/workspaces/workspace/{workspace}/delete/",
    "/admin/workspaces/user/{nobody}/change/",
    "/admin/workspaces/user/what/change/",
]
SECRETS = {
    "api_key_encrypted": "v1:k:the-encrypted-key",
    "webhook_secrets_encrypted": "v1:k:the-encrypted-secrets",
}


def names(cast: Cast) -> dict[str, Any]:
    owner = cast.people["owner"]
    return {
        "user": owner.pk,
        "workspace": cast.acme.pk,
        "membership": Membership.objects.get(user=owner).pk,
        "campaign": cast.campaign.pk,
        "key": cast.key().row.pk,
        "template": Template.objects.exclude(slug="")[0].pk,
        "nobody": uuid.uuid4(),
    }


def runs(campaign: Campaign, number: int, day: date | None = None) -> None:
    """Rows of their own: what pushes them is tried elsewhere."""
    at = datetime.now(UTC)
    Run.objects.bulk_create(
        Run(
            day=day or at.date(),
            workspace_id=campaign.workspace_id,
            campaign_id=campaign.pk,
            instance_id=campaign.instance_id,
            execution_id=f"{n}",
            result="error" if n % 2 else "success",
            sent_at=at - timedelta(seconds=n),
            error_message="it broke" if n % 2 else "",
        )
        for n in range(number)
    )


def events(*actions: str) -> list[tuple[str, str]]:
    """Without the accesses themselves: what was done, and by whom."""
    found = AuditEvent.objects.exclude(action="admin_accessed").order_by("created_at", "seq")
    if actions:
        found = found.filter(action__in=actions)
    return [(event.action, event.actor_label) for event in found]


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What a browser would send back of the page, unchanged."""
    form = client.get(path).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


# --- who gets in -----------------------------------------------------------------------------


def test_every_address_is_tried_here() -> None:
    tried = {
        re.sub(r"\{\w+\}|(?<=instance/)default(?=/change)", "*", path) for path in LISTS + ONES
    }
    tried = {path.lstrip("/") for path in tried}
    known = {route.replace("<path:object_id>", "*") for route in ROUTES}
    (apps,) = [route for route in known if "app_label" in route]
    (rest,) = [route for route in known if "<url>" in route]
    assert known - {apps, rest} == {path for path in tried if path.count("/") != 2} | {
        "admin/jsi18n/"
    }


@pytest.mark.parametrize("caller", [*CALLERS, *KEYS])
def test_the_wall_of_the_administration(caller: str, cast: Cast) -> None:
    runs(cast.campaign, 3)
    filled = names(cast)
    client = cast.client(caller)
    for path in [path.format(**filled) for path in LISTS + ONES]:
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            if caller == "superuser":
                assert answer.status_code != 404, path
                assert method == "post" or answer.status_code == 200, path
            elif caller == "bare":
                assert answer.status_code == (302 if method == "get" else 403), path
            elif caller == "nobody" or caller in KEYS:
                assert answer.status_code == 302, path
                assert answer["Location"] == f"/accounts/login/?next={path}"
            else:
                assert answer.status_code == 404, path
    for path in [path.format(**filled) for path in NOWHERE]:
        expected = 302 if caller in ("nobody", "bare", *KEYS) else 404
        assert client.get(path).status_code == expected, path


def test_being_staff_opens_nothing(cast: Cast) -> None:
    User.objects.filter(pk=cast.people["owner"].pk).update(is_staff=True)
    assert cast.client("owner").get("/admin/").status_code == 404


@pytest.mark.parametrize("fields", [{"is_superuser": False}, {"is_active": False}])
def test_who_is_no_superuser_any_more_is_signed_out_at_once_by_whatever_door(
    fields: dict[str, bool], cast: Cast
) -> None:
    client = cast.client("superuser")
    assert client.get("/admin/").status_code == 200
    User.objects.filter(email="super@demo.test").update(**fields)
    assert client.get("/admin/").status_code == 302
    assert client.get("/api/me").status_code == 401


def test_each_access_is_in_the_ledger_of_whom_it_concerns(cast: Cast) -> None:
    client = cast.client("superuser")
    paths = [
        ("/admin/workspaces/user/?q=acme", "platform"),
        (f"/admin/workspaces/workspace/{cast.acme.pk}/change/", str(cast.acme.pk)),
        (f"/admin/campaigns/campaign/{cast.campaign.pk}/change/", str(cast.acme.pk)),
        ("/admin/campaigns/run/", "platform"),
        ("/admin/nowhere/", "platform"),
    ]
    for path, _ in paths:
        client.get(path)
    found = AuditEvent.objects.filter(action="admin_accessed").order_by("created_at")
    assert [(event.after, event.chain, event.actor_label) for event in found] == [
        ({"method": "GET", "path": path}, chain, "super@demo.test") for path, chain in paths
    ]
    cast.client("owner").get("/admin/")
    assert found.count() == len(paths)  # nobody accessed anything


# --- what is never shown ---------------------------------------------------------------------


def test_no_secret_is_on_any_page(cast: Cast) -> None:
    Instance.objects.update(**SECRETS)
    Campaign.objects.update(report_token_encrypted="v1:k:the-token")
    Campaign.objects.filter(pk=cast.campaign.pk).update(report_token_digest="the-token-digest")
    User.objects.update(password="pbkdf2$the-hash")
    cast.people["superuser"].refresh_from_db()
    client = cast.client("superuser")
    filled = names(cast)
    key = ApiKey.objects.get()
    hidden = [*SECRETS.values(), "v1:k:the-token", "the-token-digest", "pbkdf2", key.digest]
    for path in [path.format(**filled) for path in LISTS + ONES]:
        answer = client.get(path)
        assert answer.status_code == 200
        assert [secret for secret in hidden if secret in answer.content.decode()] == [], path


@pytest.mark.parametrize(
    "query",
    [
        "user/?password__startswith=pbkdf2",
        "instance/?api_key_encrypted__startswith=v1",
        "instance/?owner__memberships__user__password__startswith=p",
        "apikey/?digest__startswith=a",
        "membership/?user__password__startswith=p",
    ],
)
def test_no_filter_tells_a_secret_letter_by_letter(query: str, cast: Cast) -> None:
    answer = cast.client("superuser").get(f"/admin/workspaces/{query}")
    assert answer.status_code == 400


def test_a_link_of_ours_filters_by_workspace(cast: Cast) -> None:
    client = cast.client("superuser")
    page = client.get(f"/admin/workspaces/workspace/{cast.globex.pk}/change/").content.decode()
    for name in ("workspaces/membership", "campaigns/campaign", "workspaces/apikey"):
        link = f"/admin/{name}/?workspace__id__exact={cast.globex.pk}"
        assert link in page
        listed = client.get(link)
        assert listed.status_code == 200
        assert "Acme" not in listed.content.decode()


# --- people ----------------------------------------------------------------------------------


def test_a_person_is_renamed_deactivated_and_promoted_by_the_services(cast: Cast) -> None:
    client, member = cast.client("superuser"), cast.people["member"]
    path = f"/admin/workspaces/user/{member.pk}/change/"
    before = len(events())
    theirs = cast.client("member")
    assert theirs.get("/api/me").status_code == 200

    assert client.post(path, {"name": "Mia", "is_active": "on"}).status_code == 302
    assert client.post(path, {"name": "Mia", "is_active": "on"}).status_code == 302  # so already
    assert client.post(path, {"name": "Mia"}).status_code == 302
    assert theirs.get("/api/me").status_code == 401
    assert client.post(path, {"name": "Mia", "is_active": "on"}).status_code == 302
    assert theirs.get("/api/me").status_code == 401  # the old session is gone for good
    both = {"name": "Mia", "is_active": "on", "is_superuser": "on"}
    assert client.post(path, both).status_code == 302
    member.refresh_from_db()
    assert (member.name, member.is_active, member.is_superuser) == ("Mia", True, True)
    factor(member)
    again = cast.client("superuser")
    again.force_login(member, backend="workspaces.identity.Backend")
    assert again.get("/admin/").status_code == 200
    assert client.post(path, {"name": "Mia", "is_active": "on"}).status_code == 302
    assert again.get("/").status_code == 200
    assert again.get("/api/me").status_code == 401

    by = "super@demo.test"
    assert events()[before:] == [
        ("user_renamed", by),
        ("user_deactivated", by),
        ("user_reactivated", by),
        ("superuser_granted", by),
        ("superuser_revoked", by),
    ]


def test_a_session_of_former_power_does_not_come_back_with_it(cast: Cast) -> None:
    client, boss = cast.client("superuser"), cast.people["superuser"]
    people.set_superuser(boss, False, actor=ACTOR)
    people.set_superuser(boss, True, actor=ACTOR)
    assert client.get("/admin/").status_code == 302


def test_only_their_own_sessions_end(cast: Cast) -> None:
    client = cast.client("viewer")
    people.set_active(cast.people["member"], False, actor=ACTOR)
    assert client.get("/api/me").status_code == 200


def test_the_last_owner_is_not_deactivated_and_the_form_says_why(cast: Cast) -> None:
    owner = cast.people["owner"]
    client = cast.client("superuser")
    answer = client.post(f"/admin/workspaces/user/{owner.pk}/change/", {"name": "New"})
    assert answer.status_code == 200
    assert "without an active owner" in answer.content.decode()
    owner.refresh_from_db()
    assert (owner.is_active, owner.name) == (True, "owner")  # nothing of it
    assert events("user_renamed", "user_deactivated") == []
    assert cast.client("owner").get("/api/me").status_code == 200


@pytest.mark.parametrize("kept", ["is_active", "is_superuser"])
def test_nobody_takes_their_own_power_away(kept: str, cast: Cast) -> None:
    boss = cast.people["superuser"]
    client = cast.client("superuser")
    asked = {"name": "super", kept: "on"}
    answer = client.post(f"/admin/workspaces/user/{boss.pk}/change/", asked)
    assert "Another super admin" in answer.content.decode()
    boss.refresh_from_db()
    assert boss.is_active
    assert boss.is_superuser


def test_no_address_no_password_and_no_membership_is_set_there(cast: Cast) -> None:
    client, member = cast.client("superuser"), cast.people["member"]
    path = f"/admin/workspaces/user/{member.pk}/change/"
    sent = {
        **form_of(client, path),
        "email": "evil@x.test",
        "password": "pbkdf2$evil",
        "password1": "evil-password",
        "is_staff": "on",
        "memberships-0-role": "owner",
    }
    assert client.post(path, sent).status_code == 302
    now = User.objects.get(pk=member.pk)
    assert (now.email, now.password, now.is_staff) == (member.email, member.password, False)
    membership = Membership.objects.get(user=member)
    one = f"/admin/workspaces/membership/{membership.pk}/change/"
    assert client.post(one, {"role": "owner"}).status_code == 403
    membership.refresh_from_db()
    assert membership.role == Role.MEMBER


# --- workspaces ------------------------------------------------------------------------------


def test_a_workspace_and_its_quotas_are_changed_by_the_services(cast: Cast) -> None:
    client = cast.client("superuser")
    path = f"/admin/workspaces/workspace/{cast.acme.pk}/change/"
    before = len(events())
    same = form_of(client, path)
    assert client.post(path, same).status_code == 302
    assert events()[before:] == []
    changed = {**same, "name": "Acme 2", "timezone": "Europe/Berlin", "quota_members": 7}
    assert client.post(path, {**changed, "slug": "evil", "tag": "ork:evil"}).status_code == 302
    acme = Workspace.objects.get(pk=cast.acme.pk)
    assert (acme.name, acme.timezone, acme.slug, acme.tag, acme.version) == (
        "Acme 2",
        "Europe/Berlin",
        "acme",
        "ork:acme",
        cast.acme.version + 1,
    )
    assert [(q.name, q.limit) for q in Quota.objects.all()] == [("members", 7)]
    by = "super@demo.test"
    assert events()[before:] == [("workspace_changed", by), ("quota_changed", by)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Europe/Nowhere"},
        {"name": ""},
        {"quota_keys": "-1"},
        {"quota_sockets": "2147483648"},
        {"quota_members": "many"},
    ],
)
def test_what_a_workspace_cannot_be_is_said_and_nothing_of_it_happens(
    wrong: dict[str, str], cast: Cast
) -> None:
    client = cast.client("superuser")
    path = f"/admin/workspaces/workspace/{cast.acme.pk}/change/"
    before = len(events())
    answer = client.post(path, {**form_of(client, path), "quota_campaigns": 5, **wrong})
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert events()[before:] == []


def test_who_has_not_seen_the_last_change_of_a_workspace_is_told(cast: Cast) -> None:
    client = cast.client("superuser")
    path = f"/admin/workspaces/workspace/{cast.acme.pk}/change/"
    seen = form_of(client, path)
    Workspace.objects.filter(pk=cast.acme.pk).update(version=9, name="Theirs")
    answer = client.post(path, {**seen, "name": "Ours", "quota_keys": 3})
    assert "meanwhile" in answer.content.decode()
    assert Workspace.objects.get(pk=cast.acme.pk).name == "Theirs"
    assert not Quota.objects.exists()


def test_a_workspace_is_made_for_an_owner(cast: Cast) -> None:
    client = cast.client("superuser")
    path = "/admin/workspaces/workspace/add/"
    asked = {"name": "Initech", "slug": "", "timezone": "UTC", "owner": "MEMBER@acme.test"}
    answer = client.post(path, asked)
    made = Workspace.objects.get(name="Initech")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/workspaces/workspace/")
    assert [(m.user.email, m.role) for m in made.memberships.all()] == [
        ("member@acme.test", "owner")
    ]
    assert (made.slug, made.tag) == ("initech", "ork:initech")
    assert events("workspace_created", "member_added")[-2:] == [
        ("workspace_created", "super@demo.test"),
        ("member_added", "super@demo.test"),
    ]
    for wrong in (
        {"slug": "acme"},
        {"owner": "nobody@x.test"},
        {"timezone": "x"},
        {"name": ""},
    ):
        refused = client.post(path, {**asked, **wrong})
        assert refused.status_code == 200
        assert refused.context["errors"]
    assert Workspace.objects.count() == 3


# --- nothing else ----------------------------------------------------------------------------


def test_nothing_is_deleted_and_nothing_done_in_bulk(cast: Cast) -> None:
    client = cast.client("superuser")
    every = list(User.objects.values_list("pk", flat=True))
    sent = {"action": "delete_selected", "_selected_action": every, "post": "yes"}
    client.post("/admin/workspaces/user/", sent)
    assert User.objects.count() == len(every)
    assert b"delete" not in client.get("/admin/workspaces/user/").content.lower()


@pytest.mark.parametrize(
    "path",
    [
        "/admin/workspaces/instance/default/change/",
        "/admin/workspaces/apikey/{key}/change/",
        "/admin/campaigns/campaign/{campaign}/change/",
    ],
)
def test_what_is_to_read_cannot_be_written(path: str, cast: Cast) -> None:
    client = cast.client("superuser")
    path = path.format(**names(cast))
    assert client.post(path, {"name": "evil", "base_url": "https://evil.test"}).status_code == 403
    assert b'name="_save"' not in client.get(path).content


def test_a_form_from_elsewhere_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.people["superuser"], backend="workspaces.identity.Backend")
    path = f"/admin/workspaces/user/{cast.people['member'].pk}/change/"
    assert client.post(path, {"name": "evil", "is_active": "on"}).status_code == 403


# --- the logs --------------------------------------------------------------------------------


def lines(client: Client, path: str) -> int:
    body: bytes = client.get(path).content
    return body.count(b"<tr><td>")


def test_runs_are_read_a_day_or_a_campaign_at_a_time_and_never_counted(cast: Cast) -> None:
    runs(cast.campaign, 60)
    runs(cast.foreign, 3)
    runs(cast.campaign, 2, day=date(2026, 1, 2))
    client = cast.client("superuser")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get("/admin/campaigns/run/").content.decode()
    sent = [query["sql"] for query in asked if "campaigns_run" in query["sql"]]
    assert len(sent) == 1
    assert "COUNT" not in sent[0]
    assert '"day" =' in sent[0]
    assert "LIMIT 51" in sent[0]
    assert "page=2" in page
    assert lines(client, "/admin/campaigns/run/") == 50
    assert lines(client, "/admin/campaigns/run/?page=2") == 13
    assert lines(client, f"/admin/campaigns/run/?campaign={cast.foreign.pk}") == 3
    assert lines(client, f"/admin/campaigns/run/?campaign={cast.campaign.pk}&page=2") == 12
    assert lines(client, "/admin/campaigns/run/?day=2026-01-02") == 2
    today = datetime.now(UTC).date()
    newest = f"/admin/campaigns/run/?campaign={cast.foreign.pk}&day={today}&result=error"
    assert lines(client, newest) == 1
    assert "it broke" in client.get(newest).content.decode()
    for wrong in ("day=x", "campaign=x", "result=x", "page=0", "page=201", "page=x"):
        assert client.get(f"/admin/campaigns/run/?{wrong}").status_code == 200
    assert client.post("/admin/campaigns/run/").status_code == 405


def test_the_ledger_is_read_there_by_workspace_event_and_person(cast: Cast) -> None:
    services.change_profile(cast.people["owner"], {"name": "<b>New"}, actor=ACTOR)
    client = cast.client("superuser")
    ledger = "/admin/governance/auditevent/"
    page = client.get(f"{ledger}?action=profile_changed").content.decode()
    assert "name: owner → &lt;b&gt;New" in page
    assert lines(client, f"{ledger}?action=workspace_created") == 2
    for workspace in (cast.acme.pk, "acme"):
        assert lines(client, f"{ledger}?action=workspace_created&workspace={workspace}") == 1
    assert lines(client, f"{ledger}?actor=super@demo.test&action=admin_accessed") == 5
    assert "Nothing is like that" in client.get(f"{ledger}?day=2020-01-01").content.decode()
    page = client.get(f"{ledger}?workspace=nowhere").content.decode()
    assert "No workspace has this slug or id." in page
    assert "Nothing is like that" not in page


def test_the_ledger_is_of_what_was_done_unless_looks_are_asked_for(cast: Cast) -> None:
    client = cast.client("superuser")
    client.get(f"/admin/workspaces/workspace/{cast.acme.pk}/change/")
    done = lines(client, "/admin/governance/auditevent/?workspace=acme")
    assert lines(client, "/admin/governance/auditevent/?workspace=acme&looks=on") == done + 1


def test_the_page_of_a_workspace_has_its_id_its_suspension_and_its_ledger(cast: Cast) -> None:
    suspension.suspend(cast.acme.pk, "Not paid.", actor=ACTOR)
    client = cast.client("superuser")
    page = client.get(f"/admin/workspaces/workspace/{cast.acme.pk}/change/").content.decode()
    assert f'<div class="readonly">{cast.acme.pk}</div>' in page
    assert ": Not paid.</div>" in page
    assert 'href="/admin/governance/auditevent/?workspace=acme"' in page


def test_no_key_passes_for_the_person_whose_address_is_its_name(cast: Cast) -> None:
    owner = cast.people["owner"]
    made = keys.create(cast.acme, owner, name="super@demo.test", role=Role.OWNER, actor=ACTOR)
    by_key = Actor(ActorType.KEY, str(made.row.pk), made.row.name, str(owner.pk))
    services.change_profile(owner, {"name": "New"}, actor=by_key)
    client = cast.client("superuser")
    ledger = "/admin/governance/auditevent/?action=profile_changed"
    assert lines(client, f"{ledger}&actor=super@demo.test") == 0
    for by in (owner.email, made.row.pk):
        page = client.get(f"{ledger}&actor={by}").content.decode()
        assert "<td>super@demo.test (key, for owner@acme.test)</td>" in page
    made_by = "/admin/governance/auditevent/?action=workspace_created&actor=test"
    assert "<td>test (command)</td>" in client.get(made_by).content.decode()


def test_no_cross_marks_what_is_well(cast: Cast) -> None:
    """Nobody but one is a super admin, n8n is not silent, the campaign is in n8n as here."""
    User.objects.update(is_active=True)
    client = cast.client("superuser")
    for path in ("user/", "instance/", "instance/default/change/"):
        assert "icon-no" not in client.get(f"/admin/workspaces/{path}").content.decode()
    page = client.get(f"/admin/campaigns/campaign/{cast.campaign.pk}/change/").content.decode()
    assert re.search(r"<label>Differs in n8n:</label>\s*<div class=\"readonly\">No</div>", page)


def test_a_list_asks_no_more_for_more_rows(cast: Cast, django_assert_num_queries: Any) -> None:
    client = cast.client("superuser")
    for path in LISTS[5:12]:
        with CaptureQueriesContext(connection) as few:
            client.get(path)
        for number in range(3):
            user = User.objects.create_user(f"{uuid.uuid4().hex}@x.test")
            made = services.create_workspace(f"More {number}", owner=user, actor=ACTOR)
            keys.create(made, user, name="K", role=Role.VIEWER, actor=ACTOR)
            Campaign.objects.create(
                workspace=made,
                instance=made.instance,
                n8n_workflow_id=uuid.uuid4().hex,
                name="More",
            )
        with django_assert_num_queries(len(few)):
            client.get(path)


def test_the_limits_shown_are_those_in_force(cast: Cast) -> None:
    quotas.set_limit(cast.acme, quotas.Name.KEYS, 3, actor=ACTOR)
    path = f"/admin/workspaces/workspace/{cast.acme.pk}/change/"
    form = form_of(cast.client("superuser"), path)
    limits = {name.removeprefix("quota_"): value for name, value in form.items() if "quota" in name}
    assert limits == quotas.limits(cast.acme.pk)
    assert limits["keys"] == 3
