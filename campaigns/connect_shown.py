"""The connect page as it is rendered, whole or, for its script, the part that changes.

What is shown once, the secret and the result of a test, is not kept: the session holds for the page
that follows that it may be shown there.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from campaigns import clock, connect_hooks, serializers, services
from campaigns.connect_forms import ConnectionForm
from campaigns.connect_steps import Facts, Progress, again_at, facts_of, steps_of
from campaigns.models import Campaign, SyncRun, WorkspaceClock
from orchestrator import n8n
from orchestrator.crypto import Undecryptable
from workspaces import bar
from workspaces.access import Access
from workspaces.connections import is_sandbox, webhook_secrets
from workspaces.connections import services as connections
from workspaces.models import Instance

SHOWN = 20  # campaigns
HINTS = 3
NEXT = "connect.next"  # in the session


def next_page(request: HttpRequest, access: Access, **once: Any) -> HttpResponse:
    """The page as it is now, with what is shown `once`."""
    own = Instance.objects.filter(owner=access.workspace).first()
    shown = {name: value for name, value in once.items() if value}
    request.session[NEXT] = {"mark": connections.mark_of(own), **shown}
    if _is_fragment(request):
        return page(request, access)
    return redirect("connect", slug=access.workspace.slug)


def page(
    request: HttpRequest, access: Access, status: int = 200, form: ConnectionForm | None = None
) -> HttpResponse:
    clock.catch_up([access.workspace.pk])
    sync = SyncRun.objects.filter(workspace=access.workspace).order_by("-created_at").first()
    access.workspace.refresh_from_db(fields=["instance"])  # this request may have changed it
    facts = facts_of(access.workspace, looking=sync is not None and _looks(sync))
    own = facts.instance if facts.own else None
    fragment = _is_fragment(request)
    context = {
        "workspace": access.workspace,
        "access": access,
        "progress": Progress(facts, steps_of(facts)),
        "facts": facts,
        "instance": facts.instance,
        "mark": connections.mark_of(own),
        "form": form or ConnectionForm(initial=_initial(own)),
        "needed": sorted(n8n.NEEDED),
        "making": n8n.MAKING,
        "sandbox": is_sandbox(facts.instance),
        "asks": request.GET.get("ask") == "disconnect",
        "fragment": fragment,
        **_of_campaigns(access, facts, sync),
        **_of_hooks(request, facts),
    }
    if not fragment:
        context |= bar.page_of(access)
    name = "campaigns/_connect.html" if fragment else "campaigns/connect.html"
    answer = render(request, name, context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _of_campaigns(access: Access, facts: Facts, sync: SyncRun | None) -> dict[str, Any]:
    mine = Campaign.objects.filter(
        workspace=access.workspace, instance=facts.instance, archived_at=None
    )
    rows = list(mine.order_by("name", "id")[: SHOWN + 1]) if facts.found else []
    shown = [serializers.row(row, access.codenames) for row in rows[:SHOWN]]
    heard = mine.filter(heard_at__isnull=False).order_by("-heard_at").first()
    asked = WorkspaceClock.objects.filter(workspace=access.workspace).first()
    return {
        "campaigns": shown,
        "more": mine.count() - SHOWN if len(rows) > SHOWN else 0,
        "hints": [row for row in shown if row["reported"]["value"] == "active"][:HINTS],
        "heard": serializers.row(heard, access.codenames) if heard else None,
        "sync_errors": sync.errors[:3] if sync and not facts.trouble else [],
        "again_at": again_at(asked.sync_asked_at if asked else None, services.SYNC_EVERY),
    }


def _of_hooks(request: HttpRequest, facts: Facts) -> dict[str, Any]:
    own = facts.instance if facts.own else None
    once = _once(request, own)
    secrets = _secrets_of(own) if own else []
    secret = secrets[0] if secrets and once.get("secret") else ""
    return {
        "once": once,
        "secret": secret,
        "secret_mark": connect_hooks.mark_of(own) if own else "",
        "lines": connect_hooks.lines(own, secret) if own else None,
        "overlap_until": own.old_secrets_until if own and len(secrets) > 1 else None,
        "report": connect_hooks.REPORT,
        "on_loopback": settings.DEMO,
    }


def _once(request: HttpRequest, own: Instance | None) -> dict[str, Any]:
    """Not for what a script fetches by the way, nor of a connection that is another by now."""
    if request.method == "HEAD" or (request.method == "GET" and _is_fragment(request)):
        return {}
    found: dict[str, Any] = request.session.pop(NEXT, {})
    return found if found.get("mark") == connections.mark_of(own) else {}


def _secrets_of(own: Instance) -> list[str]:
    try:
        return webhook_secrets(own)
    except Undecryptable:  # a new one is the way out
        return []


def _initial(own: Instance | None) -> dict[str, str]:
    return {"base_url": own.base_url, "timezone": own.timezone} if own else {}


def _looks(sync: SyncRun) -> bool:
    """A sync that somebody asked for, which is not over."""
    mine = sync.trigger == SyncRun.Trigger.USER and sync.ended_at is None
    return mine and timezone.now() - sync.created_at < services.LOST_AFTER


def _is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
