"""The audit ledger at `/admin/`, to read."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.models import AuditEvent
from workspaces.administration import DayForm, Log, site


class LedgerForm(DayForm):
    workspace = forms.UUIDField(label=_("Workspace, by its id"), required=False)
    action = forms.SlugField(label=_("Event"), max_length=100, required=False)
    actor = forms.CharField(label=_("By"), max_length=254, required=False)


class Ledger(Log):
    app_label, name, title = "governance", "auditevent", _("Audit ledger")
    note = _("Newest first.")
    form = LedgerForm
    headings = (
        _("When"),
        _("By"),
        _("Event"),
        _("Of"),
        _("Before"),
        _("After"),
        _("Reason"),
        _("Address"),
        _("Chain"),
        _("No."),
    )

    def rows(self, asked: dict[str, Any]) -> QuerySet[AuditEvent]:
        day = asked["day"] or datetime.now(UTC).date()
        begin = datetime.combine(day, time.min, UTC)
        end = begin + timedelta(days=1)
        found = AuditEvent.objects.filter(created_at__gte=begin, created_at__lt=end)
        if asked["workspace"]:
            found = found.filter(chain=str(asked["workspace"]))
        if asked["action"]:
            found = found.filter(action=asked["action"])
        if asked["actor"]:
            found = found.filter(actor_label__iexact=asked["actor"])
        return found.order_by("-created_at", "-id")

    def cells(self, rows: list[AuditEvent]) -> Iterable[Sequence[Any]]:
        for event in rows:
            yield (
                event.created_at,
                event.actor_label or event.actor_id,
                event.action,
                event.object.get("name", ""),
                _words(event.before),
                _words(event.after),
                event.reason,
                event.ip,
                event.chain,
                event.seq,
            )


def _words(values: dict[str, Any] | None) -> str:
    return "; ".join(f"{name}: {value}" for name, value in (values or {}).items())


site.add_log(Ledger(site))
