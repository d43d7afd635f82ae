"""Pages over a model: to read, or with a form whose changes go through the services."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    _Pages = admin.ModelAdmin[Any]
else:
    _Pages = admin.ModelAdmin

PAGE = 50


class Refused(Exception):
    """By a service; `args[0]` says why, to the person at the form."""


def flag(field: str, words: Any) -> Callable[[Any, Any], Any]:
    """A column in words, of what is well where it is not so: Django would show a red cross."""

    @admin.display(description=words, ordering=field)
    def shown(self: Any, row: Any) -> Any:
        return _("Yes") if getattr(row, field) else _("No")

    return shown


class ReadOnly(_Pages):
    """`fields` names what is shown, one by one: what is new in a model is not shown by itself."""

    actions = None
    creates: ClassVar[bool] = False
    filtered_by: ClassVar[tuple[str, ...]] = ()  # lookups that our own links use
    change_form_template = "admin/orchestrator_change_form.html"
    list_per_page = list_max_show_all = PAGE
    show_full_result_count = False
    view_on_site = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.creates and self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Or `?password__startswith=` would tell, letter by letter, what no page shows."""
        fields = {name for name in self.list_filter if isinstance(name, str)}
        return lookup in self.filtered_by or lookup.split("__")[0] in fields

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return False  # likewise

    def get_urls(self) -> list[URLPattern]:
        """No deletion, and no history: the ledger is it."""
        names, view = self.opts, self.admin_site.admin_view
        prefix = f"{names.app_label}_{names.model_name}"
        change = path("<path:object_id>/change/", view(self.change_view), name=f"{prefix}_change")
        found = [path("", view(self.changelist_view), name=f"{prefix}_changelist")]
        if self.creates:
            found.append(path("add/", view(self.add_view), name=f"{prefix}_add"))
        return [*found, change]

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> HttpResponse:
        raise Http404


class Edited(ReadOnly):
    """`save_model` calls services, which write the ledger; what they refuse, the form says."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            request.refusal = refusal.args[0]  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: type[forms.BaseForm] = super().get_form(request, *args, **kwargs)
        refusal = getattr(request, "refusal", None)
        if refusal is None:
            return form

        def clean(self: forms.BaseForm) -> None:
            raise ValidationError(refusal)

        return type(form.__name__, (form,), {"clean": clean})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        raise NotImplementedError

    def log_addition(self, *args: Any, **kwargs: Any) -> Any:
        """The services have written the ledger."""

    def log_change(self, *args: Any, **kwargs: Any) -> Any:
        """The services have written the ledger."""
