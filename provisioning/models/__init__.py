"""Templates, what was made of them, and the front doors of what was made."""

from provisioning.models.doors import FrontDoor, HookCall
from provisioning.models.provisions import Provision, ProvisioningStatus, Step, StepStatus, Turn
from provisioning.models.templates import Template, TemplateVersion

__all__ = [
    "FrontDoor",
    "HookCall",
    "Provision",
    "ProvisioningStatus",
    "Step",
    "StepStatus",
    "Template",
    "TemplateVersion",
    "Turn",
]
