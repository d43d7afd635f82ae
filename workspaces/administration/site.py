"""Who gets in, which addresses there are, and that each access is in the ledger."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import gettext_lazy as _

from orchestrator.events import acting, emit
from workspaces import second_factor
from workspaces.actors import actor_of
from workspaces.events import AdminAccessed

if TYPE_CHECKING:
    from workspaces.administration.log import Log

LONGEST = 500  # of an address in the ledger

View = Callable[..., HttpResponseBase]


class Site(admin.AdminSite):
    """Without Django's own ways to sign in, to sign out and to change a password: ours do that."""

    site_header = site_title = "Orchestrator"
    index_title = _("Administration")
    index_template = "admin/orchestrator_index.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._logs: list[Log] = []

    def add_log(self, log: "Log") -> None:
        self._logs.append(log)

    def has_permission(self, request: HttpRequest) -> bool:
        """`is_staff` alone opens nothing. Asked of the database for each request."""
        return bool(request.user.is_active and request.user.is_superuser)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            if second_factor.superuser_lacks_one(request.user):
                return second_factor.lead_to_setup(request)
            if not cacheable:  # all but the words of scripts
                _record(request, view, kwargs.get("object_id"))
            answer: HttpResponseBase = guarded(request, *args, **kwargs)
            return answer

        return door

    def get_urls(self) -> list[URLPattern | URLResolver]:
        found: list[URLPattern | URLResolver] = [
            path("", self.admin_view(self.index), name="index"),
            path("jsi18n/", self.admin_view(self.i18n_javascript, cacheable=True), name="jsi18n"),
        ]
        apps = {log.app_label for log in self._logs}
        for model, pages in self._registry.items():
            names = model._meta
            found.append(path(f"{names.app_label}/{names.model_name}/", include(pages.urls)))
            apps.add(names.app_label)
        for log in self._logs:
            route = f"{log.app_label}/{log.name}/"
            found.append(path(route, self.admin_view(log.page), name=log.url_name))
        one_app = rf"^(?P<app_label>{'|'.join(sorted(apps))})/$"
        return [
            *found,
            re_path(one_app, self.admin_view(self.app_index), name="app_list"),
            re_path(r"(?P<url>.*)$", self.admin_view(self.catch_all_view)),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps: list[Any] = super().get_app_list(request, app_label)
        for log in self._logs:
            if app_label not in (None, log.app_label):
                continue
            app = next((app for app in apps if app["app_label"] == log.app_label), None)
            if app is None:
                app = log.app()
                apps.append(app)
            app["models"].append(log.entry())
        return apps

    def get_log_entries(self, request: HttpRequest) -> QuerySet[LogEntry]:
        return LogEntry.objects.none()  # the ledger has it


def _record(request: HttpRequest, view: View, object_id: str | None) -> None:
    """Before the page: what cannot be recorded is not shown. A tenant's row: in its own chain."""
    pages = getattr(view, "__self__", None)
    row: Model | None = None
    if object_id is not None and isinstance(pages, admin.ModelAdmin):
        row = pages.get_object(request, unquote(object_id))
    actor = actor_of(request)
    about = {"method": request.method, "path": request.get_full_path()[:LONGEST]}
    with acting(actor):
        emit(AdminAccessed, row or request.user, actor=actor, after=about)  # type: ignore[arg-type]


site = Site()
