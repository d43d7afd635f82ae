"""The worker's door: what is told by mail."""

import uuid

import structlog
from celery import Task, shared_task
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from orchestrator.events import after
from rbac.events import WorkspaceResumed, WorkspaceSuspended
from workspaces.models import Role, User, Workspace

AGAIN = 60  # seconds, where no mail server answers

log = structlog.get_logger(__name__)


@after(WorkspaceSuspended)
@after(WorkspaceResumed)
@shared_task(bind=True, max_retries=10)
def mail_suspension(self: Task, workspace_id: str) -> None:
    """To each of its active owners by themselves, in their language: how it is now."""
    workspace = Workspace.objects.filter(pk=uuid.UUID(workspace_id)).first()
    if workspace is None:
        return
    owners = User.objects.filter(
        memberships__workspace=workspace, memberships__role=Role.OWNER, is_active=True
    )
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:  # of the line to the mail server, and all of smtplib's
        raise self.retry(countdown=AGAIN, exc=error) from None
    try:
        for owner in owners.order_by("email"):
            _send(_mail(workspace, owner, connection), workspace)
    finally:
        connection.close()


def _mail(workspace: Workspace, owner: User, connection: BaseEmailBackend) -> EmailMessage:
    context = {
        "workspace": workspace,
        "owner": owner,
        "url": f"{settings.PUBLIC_URL}/w/{workspace.slug}/",
    }
    with translation.override(owner.language or settings.LANGUAGE_CODE):
        subject = render_to_string("rbac/mail/suspension_subject.txt", context).strip()
        text = render_to_string("rbac/mail/suspension.txt", context)
    return EmailMessage(
        " ".join(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}".split()),
        text,
        to=[owner.email],
        connection=connection,
    )


def _send(mail: EmailMessage, workspace: Workspace) -> None:
    """One address that is refused does not keep it from the others."""
    try:
        mail.send()
    except OSError as error:
        log.warning(
            "mail_not_sent", mail="suspension", workspace=workspace.slug, error=type(error).__name__
        )
