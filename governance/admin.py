"""The audit ledger at `/admin/`, to read."""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.models import AuditEvent
from orchestrator.events import ActorType
from workspaces.administration import DayForm, Log, site
from workspaces.models import User

KINDS: dict[str, Any] = {
    ActorType.KEY: _("key"),
    ActorType.SYSTEM: _("system"),
    ActorType.COMMAND: _("command"),
    ActorType.DATABASE: _("database"),
}


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
            found = found.filter(_by(asked["actor"]))
        return found.order_by("-created_at", "-id")

    def cells(self, rows: list[AuditEvent]) -> Iterable[Sequence[Any]]:
        people = _people(rows)
        for event in rows:
            yield (
                event.created_at,
                _actor(event, people),
                event.action,
                event.object.get("name", ""),
                _words(event.before),
                _words(event.after),
                event.reason,
                event.ip,
                event.chain,
                event.seq,
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


def _words(values: dict[str, Any] | None) -> str:
    return "; ".join(f"{name}: {value}" for name, value in (values or {}).items())


site.add_log(Ledger(site))
