"""`/watch/workspaces/{id}/suspension`: the question why. A dialog of `/watch/`, or a page."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rbac import suspension, watch_bar
from rbac.watch_api import workspace_of
from workspaces.actors import actor_of
from workspaces.models import Workspace
from workspaces.superadmin import superadmin_view

LEAST, MOST = suspension.REASON


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        min_length=LEAST,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text=gettext_lazy("All members read this."),
    )


class ResumeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text=gettext_lazy("For the ledger, if there is something to say."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@superadmin_view
def page(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """What is asked for is in the form: whoever was quicker has not turned its meaning round."""
    workspace = workspace_of(id)
    resumes = workspace.suspended_at is not None
    if request.method == "POST":
        resumes = request.POST.get("act") == "resume"
    kind = ResumeForm if resumes else ReasonForm
    form = kind(request.POST) if request.method == "POST" else kind()
    if request.method == "POST" and form.is_valid():
        act = suspension.resume if resumes else suspension.suspend
        try:
            row = act(id, form.cleaned_data["reason"], actor=actor_of(request))
        except Workspace.DoesNotExist:
            raise Http404 from None
        said = _("%(name)s is not suspended any more") if resumes else _("%(name)s is suspended")
        messages.success(request, said % {"name": row.name})
        return redirect("watch-workspace", id=id)
    fragment = request.headers.get("HX-Request") == "true"
    context = {"form": form, "target": workspace, "resumes": resumes}
    if not fragment:
        context |= watch_bar.page_of()
    name = "rbac/_suspension.html" if fragment else "rbac/suspension.html"
    answer = render(request, name, context, status=422 if request.method == "POST" else 200)
    answer["Vary"] = "HX-Request, Cookie"
    return answer
