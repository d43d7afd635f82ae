"""Templates at `/admin/`: the shared ones are kept there, those of workspaces are to read."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from provisioning import sharing
from provisioning.fitness import LARGEST, Unfit
from provisioning.models import Template
from provisioning.saving import NameTaken
from workspaces.actors import actor_of
from workspaces.administration import Edited, Refused, site
from workspaces.models import User
from workspaces.rules import Invalid

TAKEN = _("Another shared template has this name.")


class WithdrawnForm(forms.ModelForm):  # type: ignore[type-arg] # no generic at run time
    """Of one that ships with us: what it is is in its file."""

    withdrawn = forms.BooleanField(
        label=_("Withdrawn"),
        required=False,
        help_text=_("Nothing more is made of it. Campaigns that were made of it stay."),
    )

    class Meta:
        model = Template
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["withdrawn"].initial = self.instance.withdrawn_at is not None


class SharedForm(WithdrawnForm):
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    file = forms.FileField(
        label=_("Workflow, as a file"),
        required=False,
        help_text=_("A workflow as n8n exports it. It goes before the text."),
    )
    workflow = forms.CharField(
        label=_("Workflow"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "cols": 100, "spellcheck": "false"}),
        help_text=_(
            "JSON. Credentials, ids and secrets are taken out; [[name]] is filled in with the"
            " parameter of this name, [[path]], [[probe]] and [[timezone]] by us."
        ),
    )
    parameters = forms.CharField(
        label=_("Parameters"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "cols": 100, "spellcheck": "false"}),
        help_text=_("JSON: a list of {name, kind, label, help, required, default, …}."),
    )

    class Meta:
        model = Template
        fields = ["name", "description", "category"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content: sharing.Content | None = None
        if self.instance._state.adding:
            self.fields["parameters"].initial = "[]"
            return
        present = sharing.present(self.instance)
        self.fields["seen"].initial = self.instance.version
        self.fields["workflow"].initial = sharing.pretty(present.body)
        self.fields["parameters"].initial = sharing.pretty(present.parameters)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        file = said.get("file")
        if file is not None and file.size > LARGEST:
            self.add_error("file", _("It is larger than 1 MiB."))
            return said
        try:
            workflow = file.read() if file is not None else said.get("workflow", "")
            self.content = sharing.read(workflow, said.get("parameters", ""))
        except Unfit as unfit:
            where = ", ".join(f"{place['node']} {place['path']}" for place in unfit.places)
            self.add_error("workflow", f"{unfit} {where}".strip())
        except Invalid as error:
            for name, wrong in error.errors.items():
                self.add_error(name, wrong)
        return said


class Whose(admin.SimpleListFilter):
    title = _("Whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("shipped", _("Shipped with us")),
            ("shared", _("Shared by super admins")),
            ("own", _("Of one workspace")),
            ("withdrawn", _("Withdrawn")),
        ]

    def queryset(self, request: HttpRequest, rows: QuerySet[Template]) -> QuerySet[Template]:
        match self.value():
            case "shipped":
                return rows.exclude(slug="")
            case "shared":
                return rows.filter(workspace=None, slug="")
            case "own":
                return rows.exclude(workspace=None)
            case "withdrawn":
                return rows.exclude(withdrawn_at=None)
        return rows


@admin.register(Template, site=site)
class TemplatePages(Edited):
    creates = True
    list_display = ["name", "category", "whose", "version", "usage_count", "withdrawn_at"]
    list_select_related = ["workspace"]
    list_filter = [Whose, "category"]
    filtered_by = ("whose", "workspace__id__exact")
    search_fields = ["name", "description", "workspace__name"]
    ordering = ["category", "name", "id"]
    about = ["whose", "slug", "version", "usage_count", "created_by", "created_at", "withdrawn_at"]

    def has_change_permission(self, request: HttpRequest, obj: Template | None = None) -> bool:
        ours = obj is None or obj.workspace_id is None
        return ours and super().has_change_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Template | None = None, change: bool = False, **more: Any
    ) -> Any:
        form = WithdrawnForm if obj is not None and obj.slug else SharedForm
        return super().get_form(request, obj, change=change, form=form, **more)

    def get_readonly_fields(self, request: HttpRequest, obj: Template | None = None) -> list[str]:
        if obj is None:
            return []
        texts = list(sharing.TEXTS) if obj.slug or obj.workspace_id else []
        return [*texts, *self.about]

    def get_fieldsets(self, request: HttpRequest, obj: Template | None = None) -> Any:
        content = ["file", "workflow", "parameters"]
        if obj is None:
            return [(None, {"fields": [*sharing.TEXTS, *content]})]
        if obj.workspace_id is not None:
            return [(None, {"fields": [*sharing.TEXTS, *self.about]})]
        if obj.slug:
            return [(None, {"fields": [*sharing.TEXTS, "withdrawn", *self.about]})]
        return [
            (None, {"fields": [*sharing.TEXTS, "withdrawn", *self.about]}),
            (_("Content"), {"fields": [*content, "seen"]}),
        ]

    @admin.display(description=_("Whose"))
    def whose(self, template: Template) -> Any:
        if template.workspace is not None:
            return template.workspace.name
        return _("Shipped with us") if template.slug else _("Everybody's")

    def save_model(self, request: HttpRequest, obj: Template, form: Any, change: bool) -> None:
        actor, said = actor_of(request), form.cleaned_data
        try:
            if not change:
                by = cast(User, request.user)
                obj.pk = sharing.share(said, form.content, by=by, actor=actor).pk
                return
            if isinstance(form, SharedForm):
                seen = said["seen"] or 0
                sharing.change(obj, said, form.content, seen=seen, actor=actor)
            sharing.set_withdrawn(obj, said["withdrawn"], actor=actor)
        except NameTaken:
            raise Refused(TAKEN) from None
        except sharing.Meanwhile:
            raise Refused(_("Somebody has changed it meanwhile. Please load it again.")) from None
