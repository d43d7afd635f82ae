"""Invitations: sent by a real mail server's protocol, accepted once, and dead in time."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.test import Client
from django.utils.timezone import now

from governance.models import AuditEvent
from orchestrator.embedded.server import free_port
from orchestrator.models import Outbox
from rbac import invitations
from rbac.models import Invitation
from tests.cast import Cast
from workspaces.models import Membership, User

pytestmark = pytest.mark.django_db

PASSWORD = "a long and winding road"


class Mailbox:
    """What an SMTP server on loopback was given."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 try again later"
        said = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((envelope.rcpt_tos, said))
        return "250 OK"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield box
    server.stop()


def url(cast: Cast, rest: str = "") -> str:
    return f"/api/workspaces/{cast.acme.pk}/invitations{rest}"


def invite(client: Client, cast: Cast, email: str = "new@acme.test", role: str = "member") -> Any:
    return client.post(url(cast), {"email": email, "role": role}, content_type="application/json")


def sent(cast: Cast, mailbox: Mailbox, **fields: str) -> str:
    """The token of a fresh invitation, out of its mail."""
    row = invite(cast.client("owner"), cast, **fields).json()
    invitations.send(uuid.UUID(row["id"]))
    return token_of(mailbox)


def token_of(mailbox: Mailbox) -> str:
    _to, said = mailbox.mails[-1]
    found = re.search(r"/invitations/([\w-]+)", said.get_content())
    assert found is not None
    return found[1]


def accept(client: Client, token: str, **body: str) -> Any:
    return client.post(f"/api/invitations/{token}/accept", body, content_type="application/json")


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- sent ------------------------------------------------------------------------------------


def test_it_works(cast: Cast, mailbox: Mailbox) -> None:
    answer = invite(cast.client("owner"), cast)
    row = answer.json()
    assert answer.status_code == 201
    assert (row["email"], row["role"], row["sentAt"]) == ("new@acme.test", "member", None)
    invitations.send(uuid.UUID(row["id"]))
    ((to, said),) = mailbox.mails
    assert to == ["new@acme.test"]
    assert said["Subject"] == "[Orchestrator] You are invited to Acme"
    client = Client()
    opened = client.get(f"/api/invitations/{token_of(mailbox)}").json()
    assert (opened["workspaceName"], opened["role"]) == ("Acme", "member")
    answer = accept(client, token_of(mailbox), password=PASSWORD, name="Nia")
    assert (answer.status_code, answer.json()["role"]) == (200, "member")
    assert User.objects.get(email="new@acme.test").name == "Nia"
    assert not Invitation.objects.pending().exists()


def test_the_token_is_in_the_mail_and_nowhere_else(
    cast: Cast, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    token = sent(cast, mailbox)
    for path in ("/invitations/", "/api/invitations/"):
        Client().get(f"{path}{token}")
    assert "request_finished" in caplog.text
    assert token not in caplog.text
    row = Invitation.objects.get()
    assert row.digest is not None
    assert token not in str(Invitation.objects.values())
    assert token not in str(Outbox.objects.values()) + str(AuditEvent.objects.values())
    assert token not in str(cast.client("owner").get(url(cast)).json())


def test_a_mail_that_cannot_be_sent_is_tried_again(cast: Cast, mailbox: Mailbox) -> None:
    id = uuid.UUID(invite(cast.client("owner"), cast).json()["id"])
    mailbox.refuses = True
    with pytest.raises(OSError, match="451"):
        invitations.send(id)
    assert Invitation.objects.get().sent_at is None
    mailbox.refuses = False
    invitations.send(id)
    invitations.send(id)  # handed over twice
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("caller", "role", "expected"),
    [
        ("owner", "owner", 201),
        ("admin", "member", 201),
        ("admin", "viewer", 201),
        ("admin", "admin", 403),
        ("admin", "owner", 403),
        ("member", "viewer", 403),
        ("viewer", "viewer", 403),
        ("stranger", "viewer", 404),
        ("nobody", "viewer", 401),
        ("owner_key", "viewer", 403),
    ],
)
def test_who_may_invite_as_what(cast: Cast, caller: str, role: str, expected: int) -> None:
    assert invite(cast.client(caller), cast, role=role).status_code == expected


def test_the_answer_is_the_same_for_who_has_an_account(cast: Cast) -> None:
    """In all that does not come from what was asked, and in what the database is asked."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client, seen = cast.client("owner"), []
    for email in (cast.people["stranger"].email, "none@elsewhere.test"):
        with CaptureQueriesContext(connection) as queries:
            answer = invite(client, cast, email=email)
        row = answer.json()
        assert row.pop("email") == email
        kinds = [re.sub(r"'[^']*'", "?", query["sql"]) for query in queries]
        seen.append((answer.status_code, sorted(row), len(kinds)))
    assert seen[0] == seen[1]


def test_members_and_those_invited_are_not_invited_again(cast: Cast) -> None:
    owner = cast.client("owner")
    assert code(invite(owner, cast, email="VIEWER@acme.test")) == (409, "already_member")
    invite(owner, cast)
    assert code(invite(owner, cast, email="New@acme.test")) == (409, "already_invited")


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "x" * 250 + "@acme.test", "a b@acme.test"])
def test_an_address_that_is_none_is_named(cast: Cast, email: str) -> None:
    answer = invite(cast.client("owner"), cast, email=email)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "email"


def test_another_mail_has_another_link_and_the_old_one_is_dead(
    cast: Cast, mailbox: Mailbox
) -> None:
    old = sent(cast, mailbox)
    owner, row = cast.client("owner"), Invitation.objects.get()
    soon = owner.post(url(cast, f"/{row.pk}/resend"))
    assert code(soon) == (429, "resent_just_now")
    assert 1 <= int(soon["Retry-After"]) <= 60
    Invitation.objects.update(asked_at=now() - timedelta(minutes=2))
    assert owner.post(url(cast, f"/{row.pk}/resend")).status_code == 200
    invitations.send(row.pk)
    new = token_of(mailbox)
    assert new != old
    assert Client().get(f"/api/invitations/{old}").status_code == 404
    assert Client().get(f"/api/invitations/{new}").status_code == 200


def test_an_admin_does_not_take_an_owners_invitation_back(cast: Cast) -> None:
    id = invite(cast.client("owner"), cast, role="admin").json()["id"]
    assert code(cast.client("admin").delete(url(cast, f"/{id}"))) == (403, "owner_only")
    assert cast.client("owner").delete(url(cast, f"/{id}")).status_code == 204
    assert cast.client("owner").delete(url(cast, f"/{id}")).status_code == 404


# --- accepted --------------------------------------------------------------------------------


def test_who_has_an_account_accepts_signed_in(cast: Cast, mailbox: Mailbox) -> None:
    token = sent(cast, mailbox, email="owner@globex.test", role="viewer")
    assert accept(cast.client("stranger"), token).status_code == 200
    member = Membership.objects.get(workspace=cast.acme, user=cast.people["stranger"])
    assert member.role == "viewer"


@pytest.mark.parametrize(
    ("caller", "body", "expected"),
    [
        ("nobody", {}, (401, "not_authenticated")),
        ("nobody", {"password": "short"}, (400, "password_too_short")),
        ("stranger", {}, (403, "wrong_address")),
        ("owner_key", {}, (403, "key_forbidden")),
    ],
)
def test_who_may_not_accept(
    cast: Cast, mailbox: Mailbox, caller: str, body: dict[str, str], expected: tuple[int, str]
) -> None:
    answer = accept(cast.client(caller), sent(cast, mailbox), **body)
    assert code(answer) == expected
    assert Invitation.objects.pending().exists()


def test_looking_accepts_nothing(cast: Cast, mailbox: Mailbox) -> None:
    token = sent(cast, mailbox)
    for path in (f"/api/invitations/{token}", f"/invitations/{token}"):
        assert Client().get(path).status_code == 200
    assert Invitation.objects.pending().exists()


def test_it_works_once(cast: Cast, mailbox: Mailbox) -> None:
    token = sent(cast, mailbox)
    accept(Client(), token, password=PASSWORD)
    assert code(accept(Client(), token, password=PASSWORD)) == (410, "invitation_expired")


def test_it_is_over_after_seven_days(cast: Cast, mailbox: Mailbox) -> None:
    token = sent(cast, mailbox)
    row = Invitation.objects.get()
    assert timedelta(days=7) - timedelta(minutes=1) < row.expires_at - now() <= timedelta(days=7)
    Invitation.objects.update(expires_at=now())
    assert code(Client().get(f"/api/invitations/{token}")) == (410, "invitation_expired")
    assert code(accept(Client(), token, password=PASSWORD)) == (410, "invitation_expired")
    assert invite(cast.client("owner"), cast).status_code == 201  # another in its place


def test_it_dies_when_the_inviter_may_no_more(cast: Cast, mailbox: Mailbox) -> None:
    row = invite(cast.client("admin"), cast).json()
    invitations.send(uuid.UUID(row["id"]))
    token = token_of(mailbox)
    Membership.objects.filter(user=cast.people["admin"]).update(role="viewer")
    assert code(accept(Client(), token, password=PASSWORD)) == (410, "invitation_expired")
    Membership.objects.filter(user=cast.people["admin"]).update(role="admin")
    assert accept(Client(), token, password=PASSWORD).status_code == 200


def test_somebody_new_does_not_take_over_an_account(cast: Cast, mailbox: Mailbox) -> None:
    """Whoever reads the mailbox may ask for a new password; this is no way around it."""
    token = sent(cast, mailbox, email="owner@globex.test")
    answer = accept(Client(), token, password=PASSWORD)
    assert code(answer) == (409, "sign_in_instead")
    assert not User.objects.get(email="owner@globex.test").check_password(PASSWORD)


@pytest.mark.parametrize("token", ["x", "x" * 500, "..%2f", "💥"])
def test_no_token_is_not_found(cast: Cast, token: str) -> None:
    assert Client().get(f"/api/invitations/{token}").status_code == 404
    assert Client().get(f"/invitations/{token}").status_code == 404


def test_nothing_is_sent_by_other_ways(cast: Cast) -> None:
    invite(cast.client("owner"), cast)
    assert mail.outbox == []
