"""Templates, what was made of them, and the front doors of what was made."""

from provisioning.models.doors import FrontDoor, HookCall, HookMeter
from provisioning.models.provisions import Provision, ProvisioningStatus, Step, StepStatus, Turn
from provisioning.models.templates import Template, TemplateVersion

__all__ = [
    "FrontDoor",
    "HookCall",
    "HookMeter",
    "Provision",
    "ProvisioningStatus",
    "Step",
    "StepStatus",
    "Template",
    "TemplateVersion",
    "Turn",
]
