"""A page over a table that is partitioned by time, and never counted: one day of it, to read."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.apps import apps
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from workspaces.administration.rows import PAGE

if TYPE_CHECKING:
    from workspaces.administration.site import Site

DEEPEST = 200  # pages: the database reads over all that come before


class DayForm(forms.Form):
    day = forms.DateField(
        label=_("Day (UTC)"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    page = forms.IntegerField(min_value=1, max_value=DEEPEST, required=False)

    def filters(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "page"]


class Log(ABC):
    app_label: ClassVar[str]
    name: ClassVar[str]
    title: ClassVar[Any]
    note: ClassVar[Any] = ""
    headings: ClassVar[Sequence[Any]]
    form: ClassVar[type[DayForm]] = DayForm

    @abstractmethod
    def rows(self, asked: dict[str, Any]) -> QuerySet[Any]:
        """In order; `asked` is the form's cleaned data."""

    @abstractmethod
    def cells(self, rows: list[Any]) -> Iterable[Sequence[Any]]:
        """One line of the table for each."""

    def __init__(self, site: "Site") -> None:
        self.site = site

    @property
    def url_name(self) -> str:
        return f"{self.app_label}_{self.name}_log"

    @property
    def app_name(self) -> str:
        return str(apps.get_app_config(self.app_label).verbose_name)

    def app(self) -> dict[str, Any]:
        """For the index, where the app has nothing else there."""
        return {
            "name": self.app_name,
            "app_label": self.app_label,
            "app_url": reverse("admin:app_list", args=[self.app_label]),
            "has_module_perms": True,
            "models": [],
        }

    def entry(self) -> dict[str, Any]:
        """For the index."""
        return {
            "name": self.title,
            "object_name": self.name,
            "admin_url": reverse(f"admin:{self.url_name}"),
            "view_only": True,
        }

    def page(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        form = self.form(request.GET or {"day": datetime.now(UTC).date().isoformat()})
        found: list[Any] = []
        number = 1
        if form.is_valid():
            number = form.cleaned_data["page"] or 1
            begin = (number - 1) * PAGE
            found = list(self.rows(form.cleaned_data)[begin : begin + PAGE + 1])
        more = len(found) > PAGE
        context = {
            **self.site.each_context(request),
            "title": self.title,
            "app_label": self.app_label,
            "app_name": self.app_name,
            "log": self,
            "form": form,
            "lines": [[_shown(cell) for cell in line] for line in self.cells(found[:PAGE])],
            "before": self._link(request, number - 1) if number > 1 else "",
            "after": self._link(request, number + 1) if more and number < DEEPEST else "",
        }
        request.current_app = self.site.name
        return TemplateResponse(request, "admin/orchestrator_log.html", context)

    def _link(self, request: HttpRequest, number: int) -> str:
        asked = {name: value for name, value in request.GET.items() if name != "page" and value}
        return "?" + urlencode({**asked, "page": number})


def _shown(cell: Any) -> Any:
    """Times to the second, which Django's own format leaves out."""
    return f"{localtime(cell):%F %T}" if isinstance(cell, datetime) else cell
