"""Campaigns and their runs at `/admin/`, to read."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.history import RESULTS
from campaigns.models import Campaign, Run
from workspaces.administration import DayForm, Log, ReadOnly, flag, site


@admin.register(Campaign, site=site)
class CampaignPages(ReadOnly):
    drifts = flag("drift", _("Differs in n8n"))
    list_display = ["name", "workspace", "enabled", "n8n_status", "sync_status", "reason"]
    list_select_related = ["workspace"]
    list_filter = ["enabled", "sync_status", "drift"]
    filtered_by = ("workspace__id__exact", "instance__id__exact")
    search_fields = ["name", "workspace__name", "n8n_workflow_id"]
    ordering = ["name", "id"]
    fields = [
        "name",
        "workspace",
        "instance",
        "n8n_workflow_id",
        "runs",
        "trigger",
        "enabled",
        "enabled_at",
        "archived_at",
        "reported",
        "reported_at",
        "last_sync_at",
        "served",
        "tag_problem",
        "schedule",
        "schedule_problem",
        "next_run_at",
        "heard_at",
        "observed_at",
        "running",
        "waiting",
        "stuck",
        "last_result",
        "n8n_status",
        "sync_status",
        "reason",
        "drifts",
        "differs_since",
        "version",
        "state_version",
        "created_at",
    ]
    readonly_fields = ["runs", "drifts"]

    @admin.display(description=_("Runs"))
    def runs(self, campaign: Campaign) -> SafeString:
        return format_html(
            '<a href="{}?campaign={}">{}</a>',
            reverse("admin:campaigns_run_log"),
            campaign.pk,
            _("Newest first"),
        )


class RunForm(DayForm):
    campaign = forms.UUIDField(label=_("Campaign, by its id"), required=False)
    result = forms.ChoiceField(
        label=_("Result"), choices=[("", "---"), *((r, r) for r in RESULTS)], required=False
    )


class Runs(Log):
    app_label, name, title = "campaigns", "run", _("Runs")
    note = _("Choose a campaign to see its runs in order, the newest first.")
    form = RunForm
    headings = (
        _("Started"),
        _("Ended"),
        _("Campaign"),
        _("Result"),
        _("Mode"),
        _("Execution"),
        _("Source"),
        _("Error"),
    )

    def rows(self, asked: dict[str, Any]) -> QuerySet[Run]:
        found = Run.objects.annotate(shown_at=Coalesce("started_at", "sent_at"))
        if asked["campaign"]:
            found = found.filter(campaign_id=asked["campaign"]).order_by("-shown_at", "-id")
        else:
            found = found.order_by("day", "id")
        if asked["day"] or not asked["campaign"]:
            found = found.filter(day=asked["day"] or datetime.now(UTC).date())
        return found.filter(result=asked["result"]) if asked["result"] else found

    def cells(self, rows: list[Run]) -> Iterable[Sequence[Any]]:
        names = dict(
            Campaign.objects.filter(pk__in={run.campaign_id for run in rows}).values_list(
                "pk", "name"
            )
        )
        for run in rows:
            yield (
                run.started_at,
                run.stopped_at,
                _link(run.campaign_id, names.get(run.campaign_id)),
                run.result,
                run.mode,
                run.execution_id,
                run.source,
                ": ".join(part for part in (run.error_node, run.error_message) if part),
            )


def _link(id: uuid.UUID, name: str | None) -> str:
    if name is None:
        return str(id)
    return format_html(
        '<a href="{}">{}</a>', reverse("admin:campaigns_campaign_change", args=[id]), name
    )


site.add_log(Runs(site))
