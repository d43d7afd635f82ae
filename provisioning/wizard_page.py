"""`/w/{slug}/new`: from a template to a campaign by plain forms: choose, fill in, look over, make.

What a script sends is answered by the wizard's part of the page, all else by the whole.
"""

import uuid
from contextlib import suppress
from typing import Any, cast

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from orchestrator.crypto import Undecryptable
from provisioning import dry_run, gallery, services, wizard_form
from provisioning.models import Provision, Template, TemplateVersion
from provisioning.seen_by import PERMISSION
from provisioning.unfinished import unfinished
from provisioning.wizard_form import Draft
from workspaces import bar, quotas
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.door import workspace_view
from workspaces.models import User
from workspaces.rules import Invalid

CHOICES = 200  # templates to choose from; who has more searches the gallery


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(PERMISSION)
@sensitive_post_parameters()
def new(request: HttpRequest, access: Access) -> HttpResponse:
    if request.method != "POST":
        return _opened(request, access)
    act = ACTS.get(request.POST.get("what", ""))
    draft = _sent(request, access)
    if act is None:
        raise BadRequest
    if draft is None:
        return _choose(request, access, gone=True, status=422)
    return act(request, access, draft)


# --- how it is opened ------------------------------------------------------------------------


def _opened(request: HttpRequest, access: Access) -> HttpResponse:
    if said := request.GET.get("from"):
        return _copy_of(request, access, said)
    if not (said := request.GET.get("template")):
        return _choose(request, access)
    found = _template(access, said)
    if found is None:
        return _choose(request, access, gone=True)
    draft = Draft(*found, uuid.uuid4())
    draft.name = draft.title
    draft.values = wizard_form.defaults(draft.asked)
    return _fill_in(request, access, draft)


def _copy_of(request: HttpRequest, access: Access, campaign: str) -> HttpResponse:
    """The same template again, with what was filled in."""
    rows = Provision.objects.filter(workspace=access.workspace).select_related("template")
    row = rows.filter(campaign=_id(campaign)).first()
    if row is None or row.campaign is None:
        raise Http404
    found = _template(access, str(row.template.template_id))
    if found is None:
        return _choose(request, access, gone=True)
    draft = Draft(*found, uuid.uuid4())
    name = _("%(name)s copy") % {"name": row.campaign.name}
    draft.name = name[: wizard_form.LONGEST_NAME]
    draft.values = wizard_form.defaults(draft.asked)
    with suppress(Undecryptable):  # a form with the defaults is better than none
        draft.values |= wizard_form.known_of(draft.asked, services.values_of(row))
    return _fill_in(request, access, draft, original=row.campaign)


def _sent(request: HttpRequest, access: Access) -> Draft | None:
    found = _template(access, request.POST.get("template", ""))
    if found is None:
        return None
    draft = Draft(*found, _id(request.POST.get("provision_id", "")))
    draft.name = request.POST.get("name", "").strip()
    draft.values = wizard_form.read(request.POST, draft.asked)
    return draft


# --- what people do --------------------------------------------------------------------------


def _edit(request: HttpRequest, access: Access, draft: Draft) -> HttpResponse:
    return _fill_in(request, access, draft)


def _check(request: HttpRequest, access: Access, draft: Draft) -> HttpResponse:
    if not draft.check():
        return _fill_in(request, access, draft, status=422)
    return _look_over(request, access, draft)


def _make(request: HttpRequest, access: Access, draft: Draft) -> HttpResponse:
    wish = services.Wish(draft.provision_id, draft.template.pk, draft.name, draft.values)
    known = Provision.objects.filter(pk=wish.provision_id).exists()
    if not known and not draft.check():
        return _fill_in(request, access, draft, status=422)
    if not known and request.POST.get("version") != str(draft.version.number):
        return _look_over(request, access, draft, changed=True, status=409)
    try:
        row, _is_new = services.begin(
            access.workspace, wish, creator=cast(User, request.user), actor=actor_of(request)
        )
    except services.IdUsed:
        return _made_before(request, access, draft)
    except services.TemplateMissing:
        return _choose(request, access, gone=True, status=422)
    except Invalid as invalid:
        draft.take(invalid)
        return _fill_in(request, access, draft, status=422)
    except quotas.Exceeded:
        return _look_over(request, access, draft, status=409)
    return redirect("provision-page", slug=access.workspace.slug, provision_id=row.pk)


def _made_before(request: HttpRequest, access: Access, draft: Draft) -> HttpResponse:
    """They went back and changed something: that is another campaign, if they want one."""
    mine = Provision.objects.filter(workspace=access.workspace, creator=access.user_id)
    before = mine.filter(pk=draft.provision_id).first()
    draft.provision_id = uuid.uuid4()
    return _fill_in(request, access, draft, before=before, again=True, status=409)


ACTS = {"check": _check, "edit": _edit, "make": _make}


# --- what is shown ---------------------------------------------------------------------------


def _choose(
    request: HttpRequest, access: Access, *, gone: bool = False, status: int = 200
) -> HttpResponse:
    found = list(gallery.listed(access.workspace, request.GET)[:CHOICES])
    context = {"templates": gallery.cards(found), "gone": gone}
    return _page(request, access, "choose", context, status)


def _fill_in(
    request: HttpRequest, access: Access, draft: Draft, *, status: int = 200, **more: Any
) -> HttpResponse:
    return _page(request, access, "fill", {"draft": draft, **more}, status)


def _look_over(
    request: HttpRequest, access: Access, draft: Draft, *, status: int = 200, **more: Any
) -> HttpResponse:
    plan = dry_run.of(access.workspace, draft.version, draft.name)
    return _page(request, access, "check", {"draft": draft, "plan": plan, **more}, status)


def _page(
    request: HttpRequest, access: Access, stage: str, context: dict[str, Any], status: int
) -> HttpResponse:
    context |= {"workspace": access.workspace, "access": access, "stage": stage}
    fragment = request.headers.get("HX-Request") == "true"
    if not fragment:
        context |= bar.page_of(access)
        context["unfinished"] = unfinished(access)
    name = f"provisioning/{'_wizard' if fragment else 'wizard'}.html"
    answer = render(request, name, context, status=status)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def _template(access: Access, said: str) -> tuple[Template, TemplateVersion] | None:
    offered = Template.objects.offered_to(access.workspace)
    template = offered.filter(pk=said).first() if _is_id(said) else None
    if template is None:
        return None
    rows = TemplateVersion.objects.filter(template=template, number=template.version)
    version = rows.defer("body").first()
    return (template, version) if version is not None else None


def _id(said: str) -> uuid.UUID:
    try:
        return uuid.UUID(said)
    except ValueError:
        raise BadRequest from None


def _is_id(said: str) -> bool:
    try:
        return bool(uuid.UUID(said))
    except ValueError:
        return False
