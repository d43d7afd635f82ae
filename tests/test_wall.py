"""The wall, whole: every route for every caller. A route without a row here fails the build."""

import inspect
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.timezone import now

from campaigns.models import Campaign, SyncRun
from orchestrator.celery import app
from provisioning.models import Template
from rbac.models import Invitation, OwnershipTransfer
from tests.cast import CALLERS, KEYS, Cast
from tests.provisioned import provision_of
from workspaces.consumers import CLIENT_FRAMES

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Door:
    """One method of one address, with the status for owner, admin, member, viewer, stranger,
    nobody and a superuser who is no member; an eighth is for one without a second factor, who gets
    the same where nothing else is said, and is let in nowhere as a superuser.

    What an API key gets follows from it: what its role gets, but 403 where no key may, and on pages
    what nobody gets.
    """

    method: str
    route: str  # as in the URL configuration
    path: str  # with {acme}, {globex}, {campaign}, {foreign}, {none} filled in
    expected: tuple[int, ...]
    body: dict[str, Any] = field(default_factory=dict)

    def status_for(self, caller: str) -> int:
        if caller not in KEYS:
            if caller == "bare" and self.route.startswith(("api/admin/", "watch/")):
                page = self.method == "get" and self.route.startswith("watch/")
                return 302 if page else 403
            if caller == "bare" and len(self.expected) < len(CALLERS):
                return self.status_for("superuser")
            return self.expected[CALLERS.index(caller)]
        if not self.route.startswith("api/"):
            return self.status_for("nobody")
        is_there = {self.status_for("owner"), self.status_for("admin")} != {404}
        if self.is_closed_to_keys and is_there:
            return 403
        return self.status_for(caller.removesuffix("_key"))

    @property
    def is_closed_to_keys(self) -> bool:
        return (self.method, self.route) in NOT_BY_KEY or self.route.startswith(NOTHING_BY_KEY)

    @property
    def id(self) -> str:
        return f"{self.method} {self.path} {self.body or ''}".strip()


# Whatever the role of the key, and though its maker could: 403 `key_forbidden`.
NOTHING_BY_KEY = (
    "api/workspaces/<uuid:id>/api-keys",
    "api/workspaces/<uuid:id>/connection",
    "api/workspaces/<uuid:id>/invitations",
    "api/workspaces/<uuid:id>/members",
)
NOT_BY_KEY = {
    ("patch", "api/me"),
    ("post", "api/workspaces"),
    ("get", "api/workspaces/<uuid:id>/ownership-transfer"),
    ("post", "api/workspaces/<uuid:id>/ownership-transfer"),
    ("delete", "api/workspaces/<uuid:id>/ownership-transfer"),
    ("post", "api/workspaces/<uuid:id>/ownership-transfer/accept"),
    ("post", "api/invitations/<str:token>/accept"),
}

ANYBODY = (200,) * 7
SIGNED_IN = (200, 200, 200, 200, 200, 401, 200)
MEMBERS = (200, 200, 200, 200, 404, 401, 404)
OWNERS = (200, 403, 403, 403, 404, 401, 404)
NOBODY_THERE = (404, 404, 404, 404, 404, 401, 404)
SUPERUSERS = (404, 404, 404, 404, 404, 401, 200)
PAGE_OF_SUPERUSERS = (404, 404, 404, 404, 404, 302, 200)
PAGE_OF_MEMBERS = (200, 200, 200, 200, 404, 302, 404)
PAGE_OF_OWNERS = (200, 403, 403, 403, 404, 302, 404)

WORKSPACE = "api/workspaces/<uuid:id>"
PROVISION = "api/provisions/<uuid:id>"
WISH = {"provision_id": "{none}", "templateId": "{none}", "name": "Made", "parameters": {}}
SETTINGS_FORM = {
    "version": "1",
    "name": "Acme 2",
    "base_name": "Acme",
    "slug": "acme",
    "base_slug": "acme",
    "timezone": "UTC",
    "base_timezone": "UTC",
    "staleAfterSeconds": "300",
    "base_staleAfterSeconds": "300",
}

DOORS = [
    Door("get", "", "/", ANYBODY),
    Door("get", "palette", "/palette?workspace=acme", (200, 200, 200, 200, 200, 302, 200)),
    Door("get", "second-factor", "/second-factor", (200, 200, 200, 200, 200, 302, 302, 200)),
    Door("get", "healthz", "/healthz", ANYBODY),
    Door("get", "metrics", "/metrics", ANYBODY),  # from this machine; tests/test_metrics.py
    Door("get", "readyz", "/readyz", ANYBODY),
    Door("get", "api/schema", "/api/schema", ANYBODY),
    Door("get", "api/docs", "/api/docs", ANYBODY),
    Door("post", "theme", "/theme", (302,) * 7, {"theme": "dark"}),
    Door("get", "account/", "/account/", (200, 200, 200, 200, 200, 302, 200)),
    Door(
        "post",
        "account/",
        "/account/",
        (302,) * 7,
        {"what": "profile", "name": "Ada", "language": "", "timezone": ""},
    ),
    Door("get", "w/<slug:slug>/", "/w/acme/", PAGE_OF_MEMBERS),
    Door("get", "w/<slug:slug>/", "/w/globex/", (404, 404, 404, 404, 200, 302, 404)),
    Door("get", "w/<slug:slug>/", "/w/nowhere/", (404, 404, 404, 404, 404, 302, 404)),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>/how",
        "/w/acme/campaigns/{campaign}/how",
        PAGE_OF_MEMBERS,
    ),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>/how",
        "/w/acme/campaigns/{foreign}/how",
        (404, 404, 404, 404, 404, 302, 404),
    ),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>",
        "/w/acme/campaigns/{campaign}",
        PAGE_OF_MEMBERS,
    ),
    # Another workspace's, by its own slug and by this one's.
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>",
        "/w/globex/campaigns/{foreign}",
        (404, 404, 404, 404, 200, 302, 404),
    ),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>",
        "/w/acme/campaigns/{foreign}",
        (404, 404, 404, 404, 404, 302, 404),
    ),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>",
        "/w/acme/campaigns/{none}",
        (404, 404, 404, 404, 404, 302, 404),
    ),
    Door(
        "get",
        "w/<slug:slug>/settings",
        "/w/acme/settings",
        (200, 200, 403, 403, 404, 302, 404),
    ),
    Door(
        "get",
        "w/<slug:slug>/settings",
        "/w/globex/settings",
        (404, 404, 404, 404, 200, 302, 404),
    ),
    Door(
        "get",
        "workspaces/<uuid:id>/settings",
        "/workspaces/{acme}/settings",
        (302, 403, 403, 403, 404, 302, 404),
    ),
    Door(
        "post",
        "workspaces/<uuid:id>/settings",
        "/workspaces/{acme}/settings",
        (302, 403, 403, 403, 404, 302, 404),
        SETTINGS_FORM,
    ),
    Door(
        "post",
        "workspaces/<uuid:id>/settings",
        "/workspaces/{none}/settings",
        (404, 404, 404, 404, 404, 302, 404),
        SETTINGS_FORM,
    ),
    Door("get", "w/<slug:slug>/templates", "/w/acme/templates", PAGE_OF_MEMBERS),
    Door(
        "get",
        "w/<slug:slug>/templates",
        "/w/globex/templates",
        (404, 404, 404, 404, 200, 302, 404),
    ),
    Door("get", "w/<slug:slug>/new", "/w/acme/new", PAGE_OF_OWNERS),
    Door("get", "w/<slug:slug>/new", "/w/globex/new", (404, 404, 404, 404, 200, 302, 404)),
    Door(
        "get",
        "w/<slug:slug>/new",
        "/w/acme/new?from={foreign}",
        (404, 403, 403, 403, 404, 302, 404),
    ),
    Door(
        "post",
        "w/<slug:slug>/new",
        "/w/acme/new",
        (422, 403, 403, 403, 404, 302, 404),
        {"what": "check", "template": "{none}", "provision_id": "{none}"},
    ),
    # Of one that is there: tests/test_page_progress.py.
    *(
        Door(
            method,
            "w/<slug:slug>/new/<uuid:provision_id>",
            "/w/acme/new/{none}",
            (404, 404, 404, 404, 404, 302, 404),
            {"what": "cancel"} if method == "post" else {},
        )
        for method in ("get", "post")
    ),
    Door("get", "hooks.js", "/hooks.js", ANYBODY),
    Door("get", "w/<slug:slug>/connect", "/w/acme/connect", PAGE_OF_OWNERS),
    Door(
        "get",
        "w/<slug:slug>/connect",
        "/w/globex/connect",
        (404, 404, 404, 404, 200, 302, 404),
    ),
    *(
        Door(
            "post",
            "w/<slug:slug>/connect",
            "/w/acme/connect",
            (status, 403, 403, 403, 404, 302, 404),
            {"what": what},
        )
        for what, status in {
            "connect": 422,
            "test": 302,
            "sync": 302,
            "rotate": 409,
            "disconnect": 409,
            "nothing": 400,
        }.items()
    ),
    Door(
        "post",
        "w/<slug:slug>/connect",
        "/w/nowhere/connect",
        (404, 404, 404, 404, 404, 302, 404),
        {"what": "test"},
    ),
    Door("get", "w/<slug:slug>/keys", "/w/acme/keys", PAGE_OF_OWNERS),
    Door("get", "w/<slug:slug>/keys", "/w/globex/keys", (404, 404, 404, 404, 200, 302, 404)),
    Door(
        "post",
        "w/<slug:slug>/keys",
        "/w/acme/keys",
        (302, 403, 403, 403, 404, 302, 404),
        {"name": "Dashboard", "role": "viewer", "days": ""},
    ),
    Door("get", "w/<slug:slug>/keys/<uuid:key_id>", "/w/acme/keys/{key}", PAGE_OF_OWNERS),
    Door(
        "get",
        "w/<slug:slug>/keys/<uuid:key_id>",
        "/w/globex/keys/{key}",
        (404, 404, 404, 404, 404, 302, 404),
    ),
    *(
        Door(
            "post",
            "w/<slug:slug>/keys/<uuid:key_id>",
            "/w/acme/keys/{key}",
            (302, 403, 403, 403, 404, 302, 404),
            {"what": what, "grace": "0"},
        )
        for what in ("rotate", "revoke")
    ),
    Door("get", "api/me", "/api/me", SIGNED_IN),
    Door("patch", "api/me", "/api/me", SIGNED_IN, {"name": "Somebody"}),
    Door("get", "api/workspaces", "/api/workspaces", SIGNED_IN),
    Door(
        "post",
        "api/workspaces",
        "/api/workspaces",
        (403, 403, 403, 403, 403, 401, 201, 403),
        {"name": "Initech"},
    ),
    Door("get", WORKSPACE, "/api/workspaces/{acme}", MEMBERS),
    Door("get", WORKSPACE, "/api/workspaces/{globex}", (404, 404, 404, 404, 200, 401, 404)),
    Door("patch", WORKSPACE, "/api/workspaces/{acme}", OWNERS, {"version": 1, "name": "Acme 2"}),
    Door("patch", WORKSPACE, "/api/workspaces/{none}", NOBODY_THERE, {"version": 1}),
    Door(
        "get",
        f"{WORKSPACE}/settings",
        "/api/workspaces/{acme}/settings",
        (200, 200, 403, 403, 404, 401, 404),
    ),
    Door("get", f"{WORKSPACE}/settings", "/api/workspaces/{none}/settings", NOBODY_THERE),
    Door(
        "patch",
        f"{WORKSPACE}/settings",
        "/api/workspaces/{acme}/settings",
        OWNERS,
        {"version": 1, "changes": {"staleAfterSeconds": 60}},
    ),
    Door("get", f"{WORKSPACE}/permissions", "/api/workspaces/{acme}/permissions", MEMBERS),
    Door("get", f"{WORKSPACE}/permissions", "/api/workspaces/{none}/permissions", NOBODY_THERE),
    Door("get", f"{WORKSPACE}/api-keys", "/api/workspaces/{acme}/api-keys", OWNERS),
    Door(
        "get",
        f"{WORKSPACE}/api-keys",
        "/api/workspaces/{globex}/api-keys",
        (404, 404, 404, 404, 200, 401, 404),
    ),
    Door(
        "post",
        f"{WORKSPACE}/api-keys",
        "/api/workspaces/{acme}/api-keys",
        (201, 403, 403, 403, 404, 401, 404),
        {"name": "Dashboard", "role": "viewer"},
    ),
    Door(
        "delete",
        f"{WORKSPACE}/api-keys/<uuid:key_id>",
        "/api/workspaces/{acme}/api-keys/{key}",
        (204, 403, 403, 403, 404, 401, 404),
    ),
    Door(
        "delete",
        f"{WORKSPACE}/api-keys/<uuid:key_id>",
        "/api/workspaces/{globex}/api-keys/{key}",
        NOBODY_THERE,
    ),
    Door(
        "post",
        f"{WORKSPACE}/api-keys/<uuid:key_id>/rotate",
        "/api/workspaces/{acme}/api-keys/{key}/rotate",
        OWNERS,
    ),
    Door(
        "post",
        f"{WORKSPACE}/api-keys/<uuid:key_id>/rotate",
        "/api/workspaces/{acme}/api-keys/{none}/rotate",
        (404, 403, 403, 403, 404, 401, 404),
    ),
    Door(
        "get",
        f"{WORKSPACE}/api-keys/<uuid:key_id>/requests",
        "/api/workspaces/{acme}/api-keys/{key}/requests",
        OWNERS,
    ),
    Door(
        "get",
        f"{WORKSPACE}/api-keys/<uuid:key_id>/requests",
        "/api/workspaces/{globex}/api-keys/{key}/requests",
        NOBODY_THERE,
    ),
    Door("get", f"{WORKSPACE}/connection", "/api/workspaces/{acme}/connection", OWNERS),
    Door(
        "get",
        f"{WORKSPACE}/connection",
        "/api/workspaces/{globex}/connection",
        (404, 404, 404, 404, 200, 401, 404),
    ),
    Door(
        "put",
        f"{WORKSPACE}/connection",
        "/api/workspaces/{acme}/connection",
        (400, 403, 403, 403, 404, 401, 404),
        {"baseUrl": "https://n8n.example.com"},
    ),
    Door(
        "delete",
        f"{WORKSPACE}/connection",
        "/api/workspaces/{acme}/connection",
        (409, 403, 403, 403, 404, 401, 404),
    ),
    Door("post", f"{WORKSPACE}/connection/test", "/api/workspaces/{acme}/connection/test", OWNERS),
    Door(
        "post",
        f"{WORKSPACE}/connection/webhook-secret/rotate",
        "/api/workspaces/{acme}/connection/webhook-secret/rotate",
        (409, 403, 403, 403, 404, 401, 404),
    ),
    Door(
        "get",
        "api/health/connection",
        "/api/health/connection",
        (400, 400, 400, 400, 400, 200, 200, 403),
    ),
    Door(
        "get",
        "api/health/connection",
        "/api/health/connection?workspaceId={acme}",
        (200, 200, 200, 200, 404, 200, 404),
    ),
    Door(
        "get",
        "api/health/connection",
        "/api/health/connection?workspaceId={none}",
        (404, 404, 404, 404, 404, 200, 404),
    ),
    Door("get", f"{WORKSPACE}/campaigns", "/api/workspaces/{acme}/campaigns", MEMBERS),
    Door(
        "get",
        f"{WORKSPACE}/campaigns",
        "/api/workspaces/{globex}/campaigns",
        (404, 404, 404, 404, 200, 401, 404),
    ),
    Door("get", f"{WORKSPACE}/health", "/api/workspaces/{acme}/health", MEMBERS),
    Door(
        "get", f"{WORKSPACE}/health", "/api/workspaces/{acme}/health?campaigns={foreign}", MEMBERS
    ),
    Door("get", "api/campaigns/<uuid:id>", "/api/campaigns/{campaign}", MEMBERS),
    Door(
        "get",
        "api/campaigns/<uuid:id>",
        "/api/campaigns/{foreign}",
        (404, 404, 404, 404, 200, 401, 404),
    ),
    Door("get", "api/campaigns/<uuid:id>", "/api/campaigns/{none}", NOBODY_THERE),
    # No n8n is connected here: who may is told that, and who may not is not.
    Door(
        "patch",
        "api/campaigns/<uuid:id>",
        "/api/campaigns/{campaign}",
        (503, 503, 503, 403, 404, 401, 404),
        {"version": 1, "enabled": False},
    ),
    Door(
        "patch",
        "api/campaigns/<uuid:id>",
        "/api/campaigns/{foreign}",
        (404, 404, 404, 404, 503, 401, 404),
        {"version": 1, "name": "Ours"},
    ),
    Door(
        "delete",
        "api/campaigns/<uuid:id>",
        "/api/campaigns/{campaign}",
        (503, 403, 403, 403, 404, 401, 404),
    ),
    Door(
        "delete",
        "api/campaigns/<uuid:id>",
        "/api/campaigns/{foreign}",
        (404, 404, 404, 404, 503, 401, 404),
    ),
    Door(
        "post",
        "api/campaigns/<uuid:id>/restore",
        "/api/campaigns/{campaign}/restore",  # it is not archived: nothing to do
        (200, 403, 403, 403, 404, 401, 404),
    ),
    Door(
        "post",
        "api/campaigns/<uuid:id>/restore",
        "/api/campaigns/{foreign}/restore",
        (404, 404, 404, 404, 200, 401, 404),
    ),
    Door(
        "post",
        f"{WORKSPACE}/campaigns",
        "/api/workspaces/{acme}/campaigns",
        (503, 403, 403, 403, 404, 401, 404),
        {"n8nWorkflowId": "2tUt1wbLX592XDdX"},
    ),
    Door(
        "post",
        f"{WORKSPACE}/campaigns",
        "/api/workspaces/{globex}/campaigns",
        (404, 404, 404, 404, 503, 401, 404),
        {"n8nWorkflowId": "2tUt1wbLX592XDdX"},
    ),
    Door("get", "api/campaigns/<uuid:id>/history", "/api/campaigns/{campaign}/history", MEMBERS),
    Door(
        "get",
        "api/campaigns/<uuid:id>/history",
        "/api/campaigns/{foreign}/history",
        (404, 404, 404, 404, 200, 401, 404),
    ),
    Door("get", "api/campaigns/<uuid:id>/history", "/api/campaigns/{none}/history", NOBODY_THERE),
    Door(
        "get",
        f"{WORKSPACE}/syncs",
        "/api/workspaces/{acme}/syncs",
        (200, 200, 403, 403, 404, 401, 404),
    ),
    Door("get", f"{WORKSPACE}/syncs", "/api/workspaces/{none}/syncs", NOBODY_THERE),
    Door("get", "w/<slug:slug>/role-audit", "/w/acme/role-audit", PAGE_OF_OWNERS),
    Door(
        "get",
        "w/<slug:slug>/role-audit",
        "/w/globex/role-audit",
        (404, 404, 404, 404, 200, 302, 404),
    ),
    Door("get", "w/<slug:slug>/role-audit.csv", "/w/acme/role-audit.csv", PAGE_OF_OWNERS),
    Door(
        "get",
        "w/<slug:slug>/role-audit.csv",
        "/w/globex/role-audit.csv",
        (404, 404, 404, 404, 200, 302, 404),
    ),
    Door("get", "watch/", "/watch/", PAGE_OF_SUPERUSERS),
    Door("get", "watch/workspaces/<uuid:id>", "/watch/workspaces/{acme}", PAGE_OF_SUPERUSERS),
    Door(
        "get",
        "watch/workspaces/<uuid:id>",
        "/watch/workspaces/{none}",
        (404, 404, 404, 404, 404, 302, 404),
    ),
    Door(
        "get",
        "watch/workspaces/<uuid:id>/suspension",
        "/watch/workspaces/{acme}/suspension",
        PAGE_OF_SUPERUSERS,
    ),
    Door(
        "post",
        "watch/workspaces/<uuid:id>/suspension",
        "/watch/workspaces/{acme}/suspension",
        (404, 404, 404, 404, 404, 302, 302),
        {"act": "suspend", "reason": "Unpaid."},
    ),
    Door("get", "watch/role-audit", "/watch/role-audit", PAGE_OF_SUPERUSERS),
    Door(
        "get",
        "watch/role-audit",
        "/watch/role-audit?workspaceId={acme}",
        PAGE_OF_SUPERUSERS,
    ),
    Door("get", "watch/role-audit.csv", "/watch/role-audit.csv", PAGE_OF_SUPERUSERS),
    Door("get", f"{WORKSPACE}/role-audit", "/api/workspaces/{acme}/role-audit", OWNERS),
    Door(
        "get",
        f"{WORKSPACE}/role-audit",
        "/api/workspaces/{globex}/role-audit",
        (404, 404, 404, 404, 200, 401, 404),
    ),
    Door("get", "api/admin/role-audit", "/api/admin/role-audit", SUPERUSERS),
    Door("get", "api/admin/all-workspaces", "/api/admin/all-workspaces", SUPERUSERS),
    Door(
        "get",
        "api/admin/workspaces/<uuid:id>/members",
        "/api/admin/workspaces/{acme}/members",
        SUPERUSERS,
    ),
    Door(
        "get",
        "api/admin/workspaces/<uuid:id>/members",
        "/api/admin/workspaces/{none}/members",
        NOBODY_THERE,
    ),
    *(
        Door(
            "post",
            f"api/admin/workspaces/<uuid:id>/{act}",
            f"/api/admin/workspaces/{workspace}/{act}",
            expected,
            {"reason": "Unpaid."},
        )
        for act in ("suspend", "resume")
        for workspace, expected in (("{acme}", SUPERUSERS), ("{none}", NOBODY_THERE))
    ),
    Door(
        "get",
        "api/admin/role-audit",
        "/api/admin/role-audit?workspaceId={acme}",
        SUPERUSERS,
    ),
    Door(
        "post",
        "api/sync/trigger",
        "/api/sync/trigger",
        (202, 403, 403, 403, 404, 401, 404),
        {"workspaceId": "{acme}"},
    ),
    Door("post", "api/sync/trigger", "/api/sync/trigger", NOBODY_THERE, {"workspaceId": "{none}"}),
    # Front doors.
    *(
        Door(
            "post",
            "api/webhooks/auto-link",
            "/api/webhooks/auto-link",
            expected,
            {"campaignId": campaign, "workflowId": "of-another"},
        )
        for campaign, expected in (
            ("{campaign}", (422, 403, 403, 403, 404, 401, 404)),
            ("{foreign}", (404, 404, 404, 404, 422, 401, 404)),
            ("{none}", NOBODY_THERE),
        )
    ),
    *(
        Door(
            "post",
            "api/campaigns/<uuid:id>/webhook/rotate",
            f"/api/campaigns/{campaign}/webhook/rotate",
            expected,
        )
        for campaign, expected in (
            ("{campaign}", (409, 403, 403, 403, 404, 401, 404)),
            ("{foreign}", (404, 404, 404, 404, 409, 401, 404)),
        )
    ),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>/calls",
        "/w/acme/campaigns/{campaign}/calls",
        PAGE_OF_OWNERS,
    ),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>/calls",
        "/w/globex/campaigns/{foreign}/calls",
        (404, 404, 404, 404, 200, 302, 404),
    ),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>/calls",
        "/w/acme/campaigns/{foreign}/calls",
        (404, 403, 403, 403, 404, 302, 404),
    ),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>/calls/<uuid:call_id>",
        "/w/acme/campaigns/{campaign}/calls/{none}",
        (302, 403, 403, 403, 404, 302, 404),
    ),
    Door(
        "post",
        "w/<slug:slug>/campaigns/<uuid:id>/calls/<uuid:call_id>",
        "/w/acme/campaigns/{campaign}/calls/{none}",
        (404, 403, 403, 403, 404, 302, 404),
    ),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>/webhook",
        "/w/acme/campaigns/{campaign}/webhook",
        (302, 403, 403, 403, 404, 302, 404),
    ),
    *(
        Door(
            "post",
            "w/<slug:slug>/campaigns/<uuid:id>/webhook",
            "/w/acme/campaigns/{campaign}/webhook",
            (status, 403, 403, 403, 404, 302, 404),
            {"what": what, "grace": "0"},
        )
        for what, status in {"link": 302, "rotate": 302, "nothing": 400}.items()
    ),
    # People.
    Door("get", "w/<slug:slug>/members", "/w/acme/members", PAGE_OF_MEMBERS),
    Door("get", "w/<slug:slug>/members", "/w/globex/members", (404, 404, 404, 404, 200, 302, 404)),
    Door("get", f"{WORKSPACE}/members", "/api/workspaces/{acme}/members", MEMBERS),
    Door("get", f"{WORKSPACE}/members", "/api/workspaces/{none}/members", NOBODY_THERE),
    Door(
        "patch",
        f"{WORKSPACE}/members/<uuid:user_id>",
        "/api/workspaces/{acme}/members/{viewer}",
        (200, 200, 403, 403, 404, 401, 404),
        {"newRole": "member", "version": 1},
    ),
    Door(
        "patch",
        f"{WORKSPACE}/members/<uuid:user_id>",
        "/api/workspaces/{globex}/members/{viewer}",  # who is none of it
        NOBODY_THERE,
        {"newRole": "member", "version": 1},
    ),
    Door(
        "delete",
        f"{WORKSPACE}/members/<uuid:user_id>",
        "/api/workspaces/{acme}/members/{viewer}",
        (204, 204, 403, 204, 404, 401, 404),  # a viewer leaves
    ),
    Door(
        "delete",
        f"{WORKSPACE}/members/<uuid:user_id>",
        "/api/workspaces/{globex}/members/{stranger}",
        (404, 404, 404, 404, 409, 401, 404),  # the last owner stays
    ),
    Door(
        "post",
        f"{WORKSPACE}/members/bulk",
        "/api/workspaces/{acme}/members/bulk",
        (400, 400, 403, 403, 404, 401, 404),
        {"changes": []},
    ),
    Door(
        "get",
        f"{WORKSPACE}/invitations",
        "/api/workspaces/{acme}/invitations",
        (200, 200, 403, 403, 404, 401, 404),
    ),
    Door(
        "post",
        f"{WORKSPACE}/invitations",
        "/api/workspaces/{acme}/invitations",
        (201, 201, 403, 403, 404, 401, 404),
        {"email": "new@acme.test", "role": "viewer"},
    ),
    Door(
        "post",
        f"{WORKSPACE}/invitations",
        "/api/workspaces/{globex}/invitations",
        (404, 404, 404, 404, 201, 401, 404),
        {"email": "new@acme.test", "role": "viewer"},
    ),
    Door(
        "delete",
        f"{WORKSPACE}/invitations/<uuid:invitation_id>",
        "/api/workspaces/{acme}/invitations/{invitation}",
        (204, 204, 403, 403, 404, 401, 404),
    ),
    Door(
        "delete",
        f"{WORKSPACE}/invitations/<uuid:invitation_id>",
        "/api/workspaces/{globex}/invitations/{invitation}",
        NOBODY_THERE,
    ),
    Door(
        "post",
        f"{WORKSPACE}/invitations/<uuid:invitation_id>/resend",
        "/api/workspaces/{acme}/invitations/{invitation}/resend",
        (200, 200, 403, 403, 404, 401, 404),
    ),
    Door(
        "post",
        f"{WORKSPACE}/invitations/<uuid:invitation_id>/resend",
        "/api/workspaces/{globex}/invitations/{invitation}/resend",
        NOBODY_THERE,
    ),
    Door(
        "get",
        f"{WORKSPACE}/ownership-transfer",
        "/api/workspaces/{acme}/ownership-transfer",
        (200, 200, 404, 404, 404, 401, 404),  # its two
    ),
    Door(
        "post",
        f"{WORKSPACE}/ownership-transfer",
        "/api/workspaces/{acme}/ownership-transfer",
        (201, 403, 403, 403, 404, 401, 404),
        {"userId": "{viewer}"},
    ),
    Door(
        "delete",
        f"{WORKSPACE}/ownership-transfer",
        "/api/workspaces/{acme}/ownership-transfer",
        (204, 204, 404, 404, 404, 401, 404),
    ),
    Door(
        "post",
        f"{WORKSPACE}/ownership-transfer/accept",
        "/api/workspaces/{acme}/ownership-transfer/accept",
        (404, 204, 404, 404, 404, 401, 404),
    ),
    # Provisions: of acme's owner, and of globex's. To all others they do not exist.
    *(
        Door("post", route, f"/{route}", expected, {**WISH, "workspaceId": workspace})
        for route in ("api/campaigns/provision", "api/n8n/clone")
        for workspace, expected in (
            ("{acme}", (422, 403, 403, 403, 404, 401, 404)),
            ("{globex}", (404, 404, 404, 404, 422, 401, 404)),
            ("{none}", NOBODY_THERE),
        )
    ),
    Door("get", f"{WORKSPACE}/provisions", "/api/workspaces/{acme}/provisions", OWNERS),
    Door(
        "get",
        f"{WORKSPACE}/provisions",
        "/api/workspaces/{globex}/provisions",
        (404, 404, 404, 404, 200, 401, 404),
    ),
    *(
        Door(method, f"{PROVISION}{route}", f"/api/provisions/{id}{path}", expected)
        for method, route, path, status in (
            ("get", "", "", 200),
            ("post", "/steps/<str:step>/retry", "/steps/n8n/retry", 409),
            ("post", "/cancel", "/cancel", 200),
        )
        for id, expected in (
            ("{provision}", (status, 404, 404, 404, 404, 401, status, 403)),
            ("{foreign_provision}", (404, 404, 404, 404, status, 401, status, 403)),
            ("{none}", NOBODY_THERE),
        )
    ),
    Door(
        "post",
        f"{PROVISION}/take-over",
        "/api/provisions/{provision}/take-over",
        OWNERS,
    ),
    Door(
        "post",
        f"{PROVISION}/take-over",
        "/api/provisions/{foreign_provision}/take-over",
        (404, 404, 404, 404, 200, 401, 404),
    ),
    Door("get", "invitations/<str:token>", "/invitations/{token}", ANYBODY),
    Door("get", "invitations/<str:token>", "/invitations/wrong", (404,) * 7),
    Door("get", "api/invitations/<str:token>", "/api/invitations/{token}", ANYBODY),
    Door("get", "api/invitations/<str:token>", "/api/invitations/wrong", (404,) * 7),
    Door(
        "post",
        "api/invitations/<str:token>/accept",
        "/api/invitations/{token}/accept",
        (403, 403, 403, 403, 403, 401, 403),  # it is for another address
    ),
    # Templates. No n8n is connected here.
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>/template",
        "/w/acme/campaigns/{campaign}/template",
        (503, 403, 403, 403, 404, 302, 404),
    ),
    Door(
        "get",
        "w/<slug:slug>/campaigns/<uuid:id>/template",
        "/w/acme/campaigns/{foreign}/template",
        (404, 403, 403, 403, 404, 302, 404),
    ),
    Door(
        "post",
        "w/<slug:slug>/campaigns/<uuid:id>/template",
        "/w/globex/campaigns/{foreign}/template",
        (404, 404, 404, 404, 503, 302, 404),
        {"name": "Ours"},
    ),
    Door(
        "get",
        "w/<slug:slug>/templates/<uuid:template_id>/withdraw",
        "/w/acme/templates/{template}/withdraw",
        (405,) * 7,
    ),
    Door(
        "post",
        "w/<slug:slug>/templates/<uuid:template_id>/withdraw",
        "/w/acme/templates/{template}/withdraw",
        (302, 403, 403, 403, 404, 302, 404),
    ),
    Door(
        "post",
        "w/<slug:slug>/templates/<uuid:template_id>/withdraw",
        "/w/globex/templates/{template}/withdraw",
        (404, 404, 404, 404, 404, 302, 404),
    ),
    Door("get", "api/templates", "/api/templates?workspaceId={acme}", MEMBERS),
    Door(
        "get",
        "api/templates",
        "/api/templates?workspaceId={globex}",
        (404, 404, 404, 404, 200, 401, 404),
    ),
    Door(
        "post",
        f"{WORKSPACE}/templates",
        "/api/workspaces/{acme}/templates",
        (503, 403, 403, 403, 404, 401, 404),
        {"campaignId": "{campaign}", "name": "Ours"},
    ),
    Door(
        "post",
        f"{WORKSPACE}/templates",
        "/api/workspaces/{acme}/templates",
        (400, 403, 403, 403, 404, 401, 404),
        {"campaignId": "{foreign}", "name": "Theirs"},
    ),
    Door(
        "delete",
        f"{WORKSPACE}/templates/<uuid:template_id>",
        "/api/workspaces/{acme}/templates/{template}",
        (204, 403, 403, 403, 404, 401, 404),
    ),
    Door(
        "delete",
        f"{WORKSPACE}/templates/<uuid:template_id>",
        "/api/workspaces/{globex}/templates/{template}",
        NOBODY_THERE,
    ),
]

# allauth's own doors: who is signed in or not is all that they know (tests/test_identity.py); and
# the administration, whose every address is tried for every caller in tests/test_admin.py.
ELSEWHERE = ("accounts/", "_allauth/app/v1/", "admin/")


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += patterns(entry, route)
        else:
            found.append((route, entry))
    return found


def methods_of(pattern: URLPattern) -> set[str]:
    view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
    if view is None:
        return {"get"}
    return {method for method in METHODS if hasattr(view, method)}


def test_every_route_has_a_row() -> None:
    rows = {(door.method, door.route) for door in DOORS}
    routes = {
        (method, route)
        for route, pattern in patterns()
        if not route.startswith(ELSEWHERE)
        for method in methods_of(pattern)
    }
    posted = {("get", door.route) for door in DOORS if door.route == "theme"}  # answers POST alone
    assert routes - rows == posted
    assert {route for _, route in rows} == {route for _, route in routes}


def test_every_tenant_route_names_its_permission() -> None:
    for route, pattern in patterns():
        if not route.startswith(("w/", "api/workspaces/", "api/campaigns", "api/sync")):
            continue
        view = getattr(pattern.callback, "view_class", None) or getattr(
            pattern.callback, "cls", None
        )
        doors = [getattr(view, m) for m in methods_of(pattern)] if view else [pattern.callback]
        for door in doors:
            assert getattr(door, "permission", None), f"{route} has no @workspace_view"


def invited(cast: Cast) -> dict[str, Any]:
    """Somebody who has no account, and the link of their mail."""
    row = Invitation.objects.create(
        workspace=cast.acme,
        email="somebody@elsewhere.test",
        role="viewer",
        inviter=cast.people["owner"],
        digest=sha256(b"token").hexdigest(),
        asked_at=now() - timedelta(hours=1),
        expires_at=now() + timedelta(days=1),
    )
    return {"invitation": row.pk, "token": "token"}


def names_of(door: Door, cast: Cast) -> dict[str, Any]:
    """What stands in its path and body; and what it is about is there."""
    if "ownership-transfer" in door.route and (door.method != "post" or "accept" in door.route):
        offered(cast)
    return {
        "acme": cast.acme.pk,
        "globex": cast.globex.pk,
        "campaign": cast.campaign.pk,
        "foreign": cast.foreign.pk,
        "none": uuid.uuid4(),
        "key": cast.key().row.pk if "{key}" in door.path else "",
        "viewer": cast.people["viewer"].pk,
        "stranger": cast.people["stranger"].pk,
        "template": Template.objects.create(workspace=cast.acme, name="Ours").pk,
        **invited(cast),
        **(begun(cast) if "provision}" in door.path else {}),
    }


def begun(cast: Cast) -> dict[str, Any]:
    return {
        "provision": provision_of(cast.acme, cast.people["owner"]).pk,
        "foreign_provision": provision_of(cast.globex, cast.people["stranger"]).pk,
    }


def offered(cast: Cast) -> None:
    OwnershipTransfer.objects.create(
        workspace=cast.acme,
        giver=cast.people["owner"],
        receiver=cast.people["admin"],
        expires_at=now() + timedelta(days=1),
    )


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.id)
def test_the_wall(door: Door, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.api.WAIT", 0.05)  # nobody works on it in this transaction
    wrong = {}
    for caller in (*CALLERS, *KEYS):
        before = transaction.savepoint()
        try:
            knock(door, caller, cast)
        except AssertionError as error:
            wrong[caller] = str(error)
        transaction.savepoint_rollback(before)  # each finds all as it was
    assert wrong == {}


def knock(door: Door, caller: str, cast: Cast) -> None:
    names = names_of(door, cast)
    path = door.path.format(**names)
    body = {
        key: value.format(**names) if isinstance(value, str) else value
        for key, value in door.body.items()
    }
    client = cast.client(caller)
    call = getattr(client, door.method)
    if door.method == "get":
        answer = call(path)
    elif not path.startswith("/api/"):
        answer = call(path, body)
    else:
        answer = call(path, body, content_type="application/json")
    assert answer.status_code == door.status_for(caller), answer.content[:500]
    if caller in KEYS and answer.status_code == 403:
        code = "key_forbidden" if door.is_closed_to_keys else "permission_denied"
        assert answer.json()["code"] == code
    if caller == "bare" and answer.status_code == 403 and len(door.expected) == len(CALLERS):
        assert answer.json()["code"] == "mfa_required"
    if answer.status_code >= 400 and path.startswith("/api/"):
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"]
    if answer.status_code == 200 and "foreign" in door.path and caller != "stranger":
        assert b"Secret" not in answer.content


@pytest.mark.parametrize("caller", ["stranger", "superuser", "bare", "nobody"])
def test_outsiders_cannot_tell_a_workspace_from_none(caller: str, cast: Cast) -> None:
    client = cast.client(caller)
    there = client.get(f"/api/workspaces/{cast.acme.pk}/permissions")
    nowhere = client.get(f"/api/workspaces/{uuid.uuid4()}/permissions")
    for answer in (there, nowhere):
        assert answer.status_code in (401, 404)
    first, second = there.json(), nowhere.json()
    assert first.pop("requestId") != second.pop("requestId")
    assert first == second


# Each frame that a client may send, with the permission that it needs; none: about itself alone.
# What strangers, foreign ids and each role get for it is tried in tests/test_socket.py.
FRAMES = {
    "subscribe": "campaigns.view_campaign",
    "unsubscribe": None,
    "ping": None,
}

# Each task with the ids that it takes; nobody but our own code and the clock can start one.
TASKS = {
    "orchestrator.tasks.sweep_outbox": (),
    "orchestrator.tasks.make_partitions": (),
    "orchestrator.tasks.forget_calls": (),
    "rbac.tasks.mail_suspension": ("workspace_id",),
    "rbac.tasks.mail_owner_of_suspension": ("workspace_id", "owner_id"),
    "provisioning.tasks.forget_kept": (),
    "provisioning.tasks.forget_old": (),
    "campaigns.tasks.tick": (),
    "campaigns.tasks.sync_all": (),
    "campaigns.tasks.settle_intentions": (),
    "campaigns.tasks.forget_old": (),
    "campaigns.tasks.poll_all": (),
    "campaigns.tasks.poll_instance": ("instance_id",),
    "campaigns.tasks.sync_requested": ("sync_id",),
    "campaigns.tasks.sync_due": ("instance_id",),
    "campaigns.tasks.sync_instance": ("instance_id",),
    "campaigns.tasks.sync_connected": ("instance_id",),
    "provisioning.tasks.work": (),
    "provisioning.tasks.wake": ("provision_id",),
    "provisioning.tasks.sweep": (),
    "provisioning.tasks.tell_creator": ("provision_id",),
    "rbac.tasks.send_invitation": ("invitation_id",),
    "rbac.tasks.tell_of_role": (
        "workspace_id",
        "user_id",
        "old_role",
        "new_role",
        "version",
        "by",
        "waited",
    ),
    "rbac.tasks.tell_of_removal": ("workspace_id", "user_id"),
    "rbac.tasks.tell_of_offer": ("workspace_id", "receiver_id"),
}


def test_every_frame_of_a_client_has_a_row() -> None:
    assert {name: frame.permission for name, frame in CLIENT_FRAMES.items()} == FRAMES


def test_every_task_has_a_row() -> None:
    ours = {
        name: tuple(inspect.signature(task.run).parameters)
        for name, task in app.tasks.items()
        if not name.startswith("celery.")
    }
    assert ours == TASKS


@pytest.mark.parametrize("name", [name for name, takes in TASKS.items() if takes])
def test_a_task_with_an_id_of_nothing_does_nothing(name: str, cast: Cast) -> None:
    before = Campaign.objects.count(), SyncRun.objects.count()
    nothing = (1 if given == "version" else str(uuid.uuid4()) for given in TASKS[name])
    app.tasks[name].run(*nothing)
    assert (Campaign.objects.count(), SyncRun.objects.count()) == before


def test_a_sync_touches_its_own_workspace_alone(cast: Cast, settings: Any) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "http://127.0.0.1:9", "key"
    run = SyncRun.objects.create(workspace=cast.acme, trigger=SyncRun.Trigger.USER)
    app.tasks["campaigns.tasks.sync_requested"].run(str(run.pk))
    assert SyncRun.objects.filter(workspace=cast.globex).count() == 0
    run.refresh_from_db()
    assert [error["code"] for error in run.errors] == ["unreachable"]
