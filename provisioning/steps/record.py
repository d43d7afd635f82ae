"""`db`: the campaign's row. It is there as soon as the provision is; only taking it back is work."""

from campaigns import making
from provisioning.job import Job


def do(job: Job) -> None:
    """It was made with the provision, in one transaction."""


def undo(job: Job) -> None:
    with job.holding() as provision:
        if provision.campaign is not None:
            making.undo(provision.campaign)
