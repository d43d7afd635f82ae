"""`db`: the campaign's row, which is there as soon as the provision is; it is only taken back."""

from campaigns import making
from provisioning.job import Job


def do(job: Job) -> None:
    """It was made with the provision, in one transaction."""


def undo(job: Job) -> None:
    with job.holding() as provision:
        if provision.campaign is not None:
            making.undo(provision.campaign)
