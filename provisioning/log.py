"""The append-only log of what happened to each step; whoever writes holds the provision's row."""

import uuid
from collections.abc import Iterable

from provisioning.models import Provision, ProvisioningStatus, Step, StepStatus

LONGEST = 500  # characters of a message


def write(
    provision: Provision,
    step: Step,
    status: StepStatus,
    *,
    attempt: int = 1,
    code: str = "",
    message: str = "",
    undoing: bool = False,
) -> None:
    """In the transaction of what it tells, which has locked or made the row that is given."""
    provision.version += 1
    provision.save(update_fields=["version"])
    ProvisioningStatus.objects.create(
        number=provision.version,
        provision_id=provision.pk,
        step=step,
        status=status,
        attempt=attempt,
        undoing=undoing,
        code=code,
        error=message[:LONGEST] or None,
    )


def events(provision_id: uuid.UUID) -> Iterable[ProvisioningStatus]:
    return ProvisioningStatus.objects.filter(provision_id=provision_id).order_by("number")
