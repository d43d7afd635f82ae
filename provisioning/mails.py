"""The mail at the end: what was asked for is there."""

import uuid

from django.conf import settings
from django.urls import reverse

from provisioning.models import Provision
from provisioning.seen_by import is_orphaned
from workspaces.mails import send


def finished(id: uuid.UUID) -> None:
    """To who began it, if they are still owner. Raises what the mail server says."""
    rows = Provision.objects.select_related("workspace", "campaign", "creator")
    row = rows.filter(pk=id).first()
    if row is None or row.creator is None or row.campaign is None or is_orphaned(row):
        return
    page = reverse("campaign-page", args=[row.workspace.slug, row.campaign.pk])
    send(
        "provisioning/mail/finished",
        row.creator.email,
        row.creator.language,
        name=row.campaign.name,
        workspace=row.workspace,
        trigger=row.campaign.trigger,
        link=settings.PUBLIC_URL + page,
    )
