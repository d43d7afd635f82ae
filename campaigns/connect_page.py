"""`/w/{slug}/connect`: from an address and a key to the first heartbeat, by plain forms.

What a script sends is answered by the part of the page that may have changed, anything else that
was done by a redirect.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from campaigns import services
from campaigns.connect_forms import ConnectionForm
from campaigns.connect_shown import next_page, page
from campaigns.connect_steps import MANAGE
from campaigns.templatetags.connect_words import RESULTS
from orchestrator import rate_limit
from orchestrator.problems import Problem
from orchestrator.templatetags.status_words import to_minute
from workspaces import reauthentication
from workspaces.access import Access, access_to, forget
from workspaces.actors import actor_of
from workspaces.connections import Connection, InstanceTaken, outside, trial_of_stored
from workspaces.connections import services as connections
from workspaces.connections.api import TRIALS_PER_MINUTE
from workspaces.connections.knowledge import learn
from workspaces.connections.rotation import rotate_webhook_secret
from workspaces.connections.trial import OK, trial_of
from workspaces.door import workspace_view
from workspaces.models import Instance


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(MANAGE)
@sensitive_post_parameters()
def connect(request: HttpRequest, access: Access) -> HttpResponse:
    if request.method != "POST":
        return page(request, access)
    act = ACTS.get(request.POST.get("what", ""))
    if act is None:
        raise BadRequest
    asked = reauthentication.ask(request) if act in GUARDED else None
    return asked or act(request, access)


# --- what people do --------------------------------------------------------------------------


def _connect(request: HttpRequest, access: Access) -> HttpResponse:
    form = ConnectionForm(request.POST)
    if not form.is_valid():
        return page(request, access, 422, form=form)
    try:
        planned = connections.plan(
            access.workspace,
            form.cleaned_data["base_url"],
            form.cleaned_data["api_key"] or None,
            form.cleaned_data["timezone"] or None,
        )
        if request.POST.get("mark", "") != connections.mark_of(planned.own):
            return _overtaken(request, access, form)
        if planned.settled:
            messages.info(request, _("Nothing was changed."))
            return next_page(request, access)
        return _carry_out(request, access, planned, form)
    except connections.KeyNeeded:
        form.refuse("api_key", _("A key that was made in this n8n is needed."), "required")
    except InstanceTaken:
        words = _("This n8n is connected already, as the shared or another workspace's.")
        form.refuse("base_url", words, "instance_taken")
        return page(request, access, 409, form=form)
    except connections.Changed:
        return _overtaken(request, access, form)
    return page(request, access, 422, form=form)


def _carry_out(
    request: HttpRequest, access: Access, planned: connections.Plan, form: ConnectionForm
) -> HttpResponse:
    scopes: list[str] = []
    if planned.api_key is not None:
        if not _may_try(request):
            form.refuse("base_url", _("Too many tries. Please wait a little."), "rate_limited")
            return page(request, access, 429, form=form)
        found = trial_of(Connection(planned.base_url, planned.api_key), outside())
        if found.result != OK:
            said = RESULTS[found.result]
            form.refuse(said.field, f"{found.detail} {said.next}", found.result)
            return page(request, access, 422, form=form)
        scopes = found.scopes
    _still_may(request, access)  # it took a while
    done = connections.connect_own(
        planned, scopes, actor=actor_of(request), last=lambda connected: None
    )
    messages.success(request, _("n8n is connected."))
    return next_page(request, access, secret=done.secret is not None)


def _test(request: HttpRequest, access: Access) -> HttpResponse:
    instance = Instance.objects.get(workspaces=access.workspace)
    if not _may_try(request):
        messages.error(request, _("Too many tries. Please wait a little."))
        return next_page(request, access)
    found = trial_of_stored(instance)
    if found.result == OK:
        learn(instance, found.scopes)
    return next_page(request, access, result=found.result, detail=found.detail)


def _sync(request: HttpRequest, access: Access) -> HttpResponse:
    try:
        services.request_sync(access.workspace, actor=actor_of(request))
    except services.TooSoon as error:
        words = _("n8n was asked a moment ago. Again in %(n)s s.") % {"n": error.retry_after}
        messages.error(request, words)
    return next_page(request, access)


def _rotate(request: HttpRequest, access: Access) -> HttpResponse:
    try:
        _secret, until = rotate_webhook_secret(
            access.workspace, actor=actor_of(request), mark=request.POST.get("mark", "")
        )
    except (connections.Changed, connections.Shared):
        return _overtaken(request, access)
    words = _("This is the new secret. The former one stays valid until %(at)s.")
    words %= {"at": to_minute(until)}
    messages.success(request, words)
    return next_page(request, access, secret=True)


def _disconnect(request: HttpRequest, access: Access) -> HttpResponse:
    try:
        connections.disconnect(
            access.workspace, actor=actor_of(request), mark=request.POST.get("mark", "")
        )
    except (connections.Changed, connections.Shared):
        return _overtaken(request, access)
    messages.success(request, _("n8n is disconnected."))
    return next_page(request, access)


ACTS: dict[str, Callable[[HttpRequest, Access], HttpResponse]] = {
    "connect": _connect,
    "test": _test,
    "sync": _sync,
    "rotate": _rotate,
    "disconnect": _disconnect,
}
GUARDED = (_connect, _rotate, _disconnect)  # only by who has proved lately who they are


def _may_try(request: HttpRequest) -> bool:
    try:
        rate_limit.spend_on("trial", request.user, TRIALS_PER_MINUTE)
    except Problem:
        return False
    return True


def _still_may(request: HttpRequest, access: Access) -> None:
    forget(request.user)
    now = access_to(request.user, access.workspace.pk)
    if now is None or not now.can(MANAGE):
        raise access.refusal(MANAGE)


def _overtaken(
    request: HttpRequest, access: Access, form: ConnectionForm | None = None
) -> HttpResponse:
    """What they saw was not so any more. What they typed stays, and what is so is shown."""
    words = _("Somebody else changed the connection meanwhile. This is how it is now.")
    messages.error(request, words)
    return page(request, access, 409, form=form)
