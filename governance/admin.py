"""The audit ledger at `/admin/`, to read."""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from governance.models import AuditEvent
from orchestrator.events import ActorType, Fact
from workspaces.administration import DayForm, Log, site
from workspaces.models import User, Workspace

KINDS: dict[str, Any] = {
    ActorType.KEY: _("key"),
    ActorType.SYSTEM: _("system"),
    ActorType.COMMAND: _("command"),
    ActorType.DATABASE: _("database"),
}


class LedgerForm(DayForm):
    workspace = forms.CharField(
        label=_("Workspace, by its slug or id"), max_length=64, required=False
    )
    action = forms.SlugField(label=_("Event"), max_length=100, required=False)
    actor = forms.CharField(label=_("By"), max_length=254, required=False)
    looks = forms.BooleanField(label=_("Also who only looked"), required=False)

    def clean_workspace(self) -> str:
        """Its chain: that of one which is gone is found by the id."""
        asked: str = self.cleaned_data["workspace"]
        with suppress(ValueError):
            return str(uuid.UUID(asked))
        id = Workspace.objects.filter(slug=asked).values_list("pk", flat=True).first()
        if asked and id is None:
            raise ValidationError(_("No workspace has this slug or id."))
        return str(id or "")


class Ledger(Log):
    app_label, name, title = "governance", "auditevent", _("Audit ledger")
    note = _("Newest first; of a workspace also without a day.")
    form = LedgerForm
    headings = (_("When"), _("By"), _("Event"), _("Of"), _("Workspace"), _("Change"))

    def rows(self, asked: dict[str, Any]) -> QuerySet[AuditEvent]:
        found = AuditEvent.objects.order_by("-created_at", "-id")
        if asked["workspace"]:
            found = found.filter(chain=asked["workspace"]).order_by("-seq")
        if asked["day"] or not asked["workspace"]:
            day = asked["day"] or datetime.now(UTC).date()
            begin = datetime.combine(day, time.min, UTC)
            found = found.filter(created_at__gte=begin, created_at__lt=begin + timedelta(days=1))
        if asked["action"]:
            found = found.filter(action=asked["action"])
        elif not asked["looks"]:
            looks = [name for name, fact in Fact.registry.items() if fact.look]
            found = found.exclude(action__in=looks)
        if asked["actor"]:
            found = found.filter(_by(asked["actor"]))
        return found

    def cells(self, rows: list[AuditEvent]) -> Iterable[Sequence[Any]]:
        people = _people(rows)
        ids = {event.workspace_id for event in rows if event.workspace_id}
        names = dict(Workspace.objects.filter(pk__in=ids).values_list("pk", "name"))
        for event in rows:
            yield (
                event.created_at,
                _over(_actor(event, people), event.ip),
                event.action,
                event.object.get("name", ""),
                _over(_place(event, names), f"#{event.seq}"),
                _over(_change(event.before or {}, event.after or {}), event.reason),
            )


def _by(asked: str) -> Q:
    """A key by its maker or its own id, never by its name: that may be anybody's address."""
    makers = [
        str(pk) for pk in User.objects.filter(email__iexact=asked).values_list("pk", flat=True)
    ]
    named = Q(actor_label__iexact=asked) & ~Q(actor_type=ActorType.KEY)
    return named | Q(actor_id=asked) | Q(on_behalf_of__in=makers)


def _people(rows: list[AuditEvent]) -> dict[str, str]:
    """Addresses of those for whom keys and our own processes acted, by their ids."""
    ids = set()
    for event in rows:
        with suppress(ValueError):
            ids.add(uuid.UUID(_for(event)))
    return {
        str(pk): email for pk, email in User.objects.filter(pk__in=ids).values_list("pk", "email")
    }


def _for(event: AuditEvent) -> str:
    """An id, of our own processes with the kind before it (`campaigns/sweep.py`)."""
    return event.on_behalf_of.removeprefix("user:")


def _actor(event: AuditEvent, people: dict[str, str]) -> str:
    """Only a person's line says no more than a name."""
    name = event.actor_label or event.actor_id
    if event.actor_type == ActorType.USER:
        return name
    kind = KINDS.get(event.actor_type, event.actor_type)
    if event.on_behalf_of:
        maker = people.get(_for(event), event.on_behalf_of)
        return _("%(name)s (%(kind)s, for %(maker)s)") % {
            "name": name,
            "kind": kind,
            "maker": maker,
        }
    return f"{name} ({kind})"


def _place(event: AuditEvent, names: dict[uuid.UUID, str]) -> str:
    """Its chain, in which the number below has no gap."""
    if event.workspace_id not in names:
        return event.chain
    url = reverse("admin:workspaces_workspace_change", args=[event.workspace_id])
    return format_html('<a href="{}">{}</a>', url, names[event.workspace_id])


def _change(before: dict[str, Any], after: dict[str, Any]) -> str:
    lines = {name: f"{name}: {value} → {after.get(name, '-')}" for name, value in before.items()}
    lines |= {name: f"{name}: {value}" for name, value in after.items() if name not in before}
    return "; ".join(lines.values())


def _over(said: str, more: str | None) -> str:
    """With what is asked for less often below it: each with a column does not fit a screen."""
    return format_html('{}<br><span class="help">{}</span>', said, more) if more else said


site.add_log(Ledger(site))
