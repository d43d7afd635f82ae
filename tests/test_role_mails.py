"""Whose role was changed hears of it once, and of what was undone not at all."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection

from rbac import services, tasks
from rbac.events import RoleChanged
from tests.cast import Cast
from workspaces.actors import oneself
from workspaces.models import Membership, Role

pytestmark = pytest.mark.django_db


def change(cast: Cast, *roles: Role) -> list[RoleChanged]:
    """By the owner, one after the other; what was told of each."""
    owner, viewer = cast.people["owner"], cast.people["viewer"]
    told = []
    for role in roles:
        row = Membership.objects.get(workspace=cast.acme, user=viewer)
        wanted = services.Change(viewer.pk, role, row.version)
        services.change_role(cast.acme, wanted, by=owner, actor=oneself(owner))
        told.append(
            RoleChanged(
                workspace_id=cast.acme.pk,
                user_id=viewer.pk,
                old_role=row.role,
                new_role=role,
                version=row.version + 1,
                by=str(owner.pk),
            )
        )
    return told


def wait(facts: list[RoleChanged]) -> None:
    for fact in facts:
        tasks.tell_of_role(
            str(fact.workspace_id),
            str(fact.user_id),
            fact.old_role,
            fact.new_role,
            fact.version,
            fact.by,
            True,
        )


def test_who_is_changed_hears_from_what_to_what(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    wait(change(cast, Role.MEMBER))
    (mail,) = mailoutbox
    assert mail.to == ["viewer@acme.test"]
    assert "Viewer" in mail.body
    assert "Member" in mail.body


def test_what_was_undone_is_not_told(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    wait(change(cast, Role.MEMBER, Role.VIEWER))
    assert mailoutbox == []


def test_several_changes_one_after_the_other_are_one(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    wait(change(cast, Role.MEMBER, Role.ADMIN))
    (mail,) = mailoutbox
    assert "Viewer" in mail.body
    assert "Admin" in mail.body
    assert "Member" not in mail.body


def test_what_stood_for_longer_was_told_before(
    cast: Cast, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = change(cast, Role.MEMBER)
    wait(first)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.1)")
    monkeypatch.setattr(tasks, "UNDONE_WITHIN", timedelta(seconds=0.05))
    wait(change(cast, Role.VIEWER))
    assert len(mailoutbox) == 2
    assert "Member" in mailoutbox[1].body
