"""The documented shapes of saving a campaign's workflow as a template."""

from typing import Any

from rest_framework import serializers as s

from provisioning import offers, parameters
from provisioning.asked import LONGEST_HELP, LONGEST_LABEL, MOST_OPTIONS
from provisioning.leaks import Kind
from provisioning.models import Template
from provisioning.shapes import Option, ParameterShape, TemplateRow
from provisioning.testable import Trial

LONGEST_PLACE = 1000
MOST_PLACES = 100


class Place(s.Serializer[Any]):
    node = s.CharField(max_length=255, trim_whitespace=False, help_text="Its name.")
    path = s.CharField(
        max_length=LONGEST_PLACE, trim_whitespace=False, help_text="Below its parameters."
    )


class Taken(Place):
    kind = s.ChoiceField([kind.value for kind in Kind])


class WantedParameter(s.Serializer[Any]):
    """One of those that are offered, by its name; `places` may name any plain value instead."""

    name = s.CharField(max_length=40)
    kind = s.ChoiceField(sorted(parameters.KINDS), required=False)
    label = s.CharField(max_length=LONGEST_LABEL, required=False)  # type: ignore[assignment] # the API's name
    help = s.CharField(max_length=LONGEST_HELP, required=False, allow_blank=True)
    required = s.BooleanField(required=False)  # type: ignore[assignment] # the API's name
    default = s.JSONField(required=False, allow_null=True)
    minimum = s.FloatField(required=False)
    maximum = s.FloatField(required=False)
    options = s.ListField(child=Option(), required=False, max_length=MOST_OPTIONS)
    places = s.ListField(child=Place(), required=False, max_length=MOST_PLACES)


class NewTemplate(s.Serializer[Template]):
    campaignId = s.UUIDField()
    name = s.CharField(max_length=100)
    description = s.CharField(max_length=500, allow_blank=True, required=False)
    category = s.CharField(max_length=40, allow_blank=True, required=False)
    parameters = s.ListField(child=WantedParameter(), required=False, max_length=offers.MOST)
    templateId = s.UUIDField(
        required=False, help_text="One of this workspace's own: it gets a new version."
    )
    acceptsTest = s.BooleanField(
        default=False,
        help_text="Needed where `probe` is `real`: each new campaign runs once for real.",
    )
    dryRun = s.BooleanField(default=False, help_text="Look, and keep nothing.")


class OfferedParameter(ParameterShape):
    places = Place(many=True)


class Seen(s.Serializer[Any]):
    stripped = Taken(many=True, help_text="What was taken out: where it stood, never what it was.")
    doubtful = Taken(many=True, help_text="What looks random in an expression, and was left.")
    secretsLeft = Taken(many=True, help_text="What has to be moved into credentials first.")
    probe = s.ChoiceField([trial.value for trial in Trial])
    draftLeftOut = s.BooleanField(help_text="n8n has changes that are not published.")


class SeenTemplate(Seen):
    """What a dry run answers."""

    offered = OfferedParameter(many=True)
    problems = s.ListField(
        child=s.DictField(), help_text="`{code, detail}`: why it cannot be saved as it is."
    )


class SavedTemplate(TemplateRow, Seen):
    """What a template is, and what was left out of it."""
