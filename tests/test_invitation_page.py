"""The page that an invitation's mail leads to: before it is accepted, then, and after."""

import re

import pytest
from django.core import mail
from django.test import Client

from rbac import invitations
from rbac.models import Invitation
from tests.cast import Cast
from workspaces.actors import oneself
from workspaces.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long and winding road"


def sent(cast: Cast) -> str:
    """The token of a fresh invitation, out of its mail."""
    owner = cast.people["owner"]
    row = invitations.invite(cast.acme, "new@acme.test", "member", by=owner, actor=oneself(owner))
    invitations.send(row.pk)
    found = re.search(r"/invitations/([\w-]+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def test_somebody_new_comes_in_by_the_page(cast: Cast) -> None:
    token, client = sent(cast), Client()
    assert "at least 8 characters" in client.get(f"/invitations/{token}").content.decode()
    weak = client.post(f"/invitations/{token}", {"name": "Nia", "password": "12345"})
    assert weak.status_code == 422
    answer = client.post(f"/invitations/{token}", {"name": "Nia", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/w/acme/")
    assert client.get("/w/acme/").status_code == 200


def test_whoever_joins_in_german_is_written_to_in_german(cast: Cast) -> None:
    client = Client(headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    client.post(f"/invitations/{sent(cast)}", {"name": "Nia", "password": PASSWORD})
    assert User.objects.get(email="new@acme.test").language == "de"


def test_the_mail_of_one_that_was_accepted_still_leads_in(cast: Cast) -> None:
    token = sent(cast)
    own = Client()
    own.post(f"/invitations/{token}", {"name": "Nia", "password": PASSWORD})
    for answer in (own.get(f"/invitations/{token}"), own.post(f"/invitations/{token}")):
        assert (answer.status_code, answer["Location"]) == (302, "/w/acme/")
    out = Client().get(f"/invitations/{token}")
    assert out.status_code == 410
    assert b"This invitation was used" in out.content
    assert f"/accounts/login/?next=/invitations/{token}".encode() in out.content
    stranger = cast.client("stranger").get(f"/invitations/{token}")
    assert stranger.status_code == 410
    assert b"no longer valid" in stranger.content
    assert b"Acme" not in out.content + stranger.content


def test_one_that_was_taken_back_leads_nowhere(cast: Cast) -> None:
    token, row = sent(cast), Invitation.objects.get()
    owner = cast.people["owner"]
    invitations.revoke(cast.acme, row.pk, by=owner, actor=oneself(owner))
    answer = Client().get(f"/invitations/{token}")
    assert answer.status_code == 410
    assert b"no longer valid" in answer.content


def test_the_page_is_kept_nowhere_and_tells_nobody_where_one_came_from(cast: Cast) -> None:
    answer = Client().get(f"/invitations/{sent(cast)}")
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_mail_and_page_name_the_inviter_as_people_know_them(cast: Cast) -> None:
    User.objects.filter(pk=cast.people["owner"].pk).update(name="Olivia <Owner>")
    page = Client().get(f"/invitations/{sent(cast)}").content.decode()
    assert "Olivia <Owner> (owner@acme.test) invites you" in str(mail.outbox[-1].body)
    assert "Olivia &lt;Owner&gt; (owner@acme.test) invites new@acme.test" in page
