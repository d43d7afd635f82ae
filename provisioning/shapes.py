"""The documented shapes of templates and provisions."""

from typing import Any

from rest_framework import serializers as s

from provisioning.models import Provision, Step, StepStatus, Template
from provisioning.progress import Progress

STATUSES = ["queued", "running", "error", "canceling", "canceled", "done"]


class Option(s.Serializer[Any]):
    value = s.CharField()
    label = s.CharField()  # type: ignore[assignment] # the API's name


class ParameterShape(s.Serializer[Any]):
    name = s.CharField()
    kind = s.CharField()
    label = s.CharField()  # type: ignore[assignment] # the API's name
    help = s.CharField(required=False)
    required = s.BooleanField()  # type: ignore[assignment] # the API's name
    default = s.JSONField(required=False)
    minimum = s.FloatField(required=False)
    maximum = s.FloatField(required=False)
    options = Option(many=True, required=False)


class TemplateRow(s.Serializer[Template]):
    id = s.UUIDField()
    name = s.CharField()
    description = s.CharField()
    category = s.CharField()
    parameters = ParameterShape(many=True)
    steps = s.ListField(child=s.CharField(), help_text="Types of its nodes, in order.")
    usageCount = s.IntegerField()
    version = s.IntegerField()
    own = s.BooleanField(help_text="Of this workspace alone.")


class NewProvision(s.Serializer[Any]):
    provision_id = s.UUIDField(help_text="Made by the caller; the same again is the same.")
    workspaceId = s.UUIDField()
    templateId = s.UUIDField()
    name = s.CharField(max_length=128)
    parameters = s.DictField(child=s.JSONField(allow_null=True), default=dict)


class Begun(s.Serializer[Provision]):
    provision_id = s.UUIDField()
    campaignId = s.UUIDField()
    status = s.ChoiceField(STATUSES)


class StepError(s.Serializer[Any]):
    code = s.CharField()
    message = s.CharField()


class StepShape(s.Serializer[Any]):
    step = s.ChoiceField(Step.values)
    status = s.ChoiceField(StepStatus.values)
    attempt = s.IntegerField()
    error = StepError(required=False)
    startedAt = s.DateTimeField(allow_null=True)
    endedAt = s.DateTimeField(allow_null=True)


class EventShape(s.Serializer[Any]):
    step = s.ChoiceField(Step.values)
    status = s.ChoiceField(StepStatus.values)
    attempt = s.IntegerField()
    error = StepError(required=False)
    createdAt = s.DateTimeField()


class ProvisionShape(Begun):
    name = s.CharField()
    orphaned = s.BooleanField(required=False, help_text="Of it you see no more than its status.")
    campaignId = s.UUIDField(required=False)
    workspaceId = s.UUIDField(required=False)
    version = s.IntegerField(required=False)
    steps = StepShape(many=True, required=False)
    events = EventShape(many=True, required=False)


def template_row(template: Template, version: Any) -> dict[str, Any]:
    return {
        "id": template.pk,
        "name": template.name,
        "description": template.description,
        "category": template.category,
        "parameters": [{"required": False, **one} for one in version.parameters],
        "steps": version.steps,
        "usageCount": template.usage_count,
        "version": template.version,
        "own": template.workspace_id is not None,
    }


def provision_row(provision: Provision, events: list[Any]) -> dict[str, Any]:
    """REST's answer, and the frame's."""
    progress = Progress.of(events)
    return {
        **begun(provision, progress),
        "name": provision.name,
        "workspaceId": provision.workspace_id,
        "version": provision.version,
        "steps": [state.as_json() for state in progress.steps.values()],
        "events": [event.as_json() for event in events],
    }


def brief_row(provision: Provision, progress: Progress) -> dict[str, Any]:
    """To an owner who may take it over."""
    return {
        "provision_id": provision.pk,
        "name": provision.name,
        "status": status_of(provision, progress),
        "orphaned": True,
    }


def begun(provision: Provision, progress: Progress) -> dict[str, Any]:
    return {
        "provision_id": provision.pk,
        "campaignId": provision.campaign_was,
        "status": status_of(provision, progress),
    }


def status_of(provision: Provision, progress: Progress) -> str:
    """The events', but for what is asked and not yet begun."""
    if provision.ended:
        return provision.ended
    if provision.canceling and not progress.undoing:
        return "canceling"
    return progress.status
