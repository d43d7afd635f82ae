"""The templates that come with us, as data: written down after each migrate, a new version where
one has changed."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from provisioning.cloning import KEYS, steps_of, trigger_of
from provisioning.models import Template, TemplateVersion

FOLDER = Path(__file__).parent / "shipped"


def after_migrate(**_: Any) -> None:
    for path in sorted(FOLDER.glob("*.json")):
        write(json.loads(path.read_text()))


def write(shipped: dict[str, Any]) -> Template:
    """Its text is renewed; its body becomes the next version where it differs."""
    about = {key: shipped[key] for key in ("name", "description", "category")}
    body = {key: shipped["body"][key] for key in KEYS}
    with transaction.atomic():
        row, _new = Template.objects.update_or_create(slug=shipped["slug"], defaults=about)
        last = TemplateVersion.objects.filter(template=row).order_by("-number").first()
        same = last and (last.body, last.parameters) == (body, shipped["parameters"])
        if not same:
            add_version(row, body, shipped["parameters"], 1 + (last.number if last else 0))
    return row


def add_version(
    template: Template, body: dict[str, Any], parameters: list[Any], number: int
) -> None:
    TemplateVersion.objects.create(
        template=template,
        number=number,
        body=body,
        parameters=parameters,
        steps=steps_of(body),
        trigger=trigger_of(body),
    )
    Template.objects.filter(pk=template.pk).update(version=number)
