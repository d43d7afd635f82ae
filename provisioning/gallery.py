"""What a gallery shows, for REST and page alike."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q
from django.http import QueryDict

from orchestrator import filters
from provisioning import translated
from provisioning.models import Template, TemplateVersion
from provisioning.models.templates import TemplateQuerySet
from provisioning.shapes import template_row
from workspaces.models import Workspace


def listed(workspace: Workspace, query: QueryDict) -> TemplateQuerySet:
    """By category and name; `search`, also in the reader's language, and `category` narrow it."""
    found = Template.objects.offered_to(workspace)
    if category := query.get("category"):
        found = found.filter(category=category)
    for word in filters.searched(query).split():
        ours = Q(slug__in=translated.slugs_with(word))
        found = found.filter(Q(name__icontains=word) | Q(description__icontains=word) | ours)
    return found.order_by("category", "name", "id")


def rows(templates: Sequence[Template]) -> list[dict[str, Any]]:
    """With their present versions, in one query more."""
    versions = TemplateVersion.objects.filter(
        template__in=templates, number=F("template__version")
    ).defer("body")
    present = {(version.template_id, version.number): version for version in versions}
    return [
        template_row(template, present[template.pk, template.version])
        for template in templates
        if (template.pk, template.version) in present
    ]


def cards(templates: Sequence[Template]) -> list[dict[str, Any]]:
    """The rows as a page shows them: ours in the reader's language."""
    by_id = {template.pk: template for template in templates}
    return [
        {
            **row,
            "name": translated.told(by_id[row["id"]], row["name"]),
            "description": translated.told(by_id[row["id"]], row["description"]),
        }
        for row in rows(templates)
    ]
