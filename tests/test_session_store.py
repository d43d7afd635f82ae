"""Who comes with a session: nobody but whom the session itself names, as they are now."""

import pytest
from django.contrib.sessions.backends import db
from django.test import Client

from tests.cast import Cast
from workspaces.models import User, UserSession
from workspaces.session_store import SessionStore, taken


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["member"], backend="workspaces.identity.Backend")
    return client


def me(client: Client) -> str:
    email: str = client.get("/api/me").json()["email"]
    return email


def test_it_works(cast: Cast, client: Client) -> None:
    assert me(client) == "member@acme.test"


def test_what_is_noted_of_a_session_does_not_say_whose_it_is(cast: Cast, client: Client) -> None:
    UserSession.objects.update(user=cast.people["superuser"])
    assert me(client) == "member@acme.test"
    UserSession.objects.all().delete()
    assert me(client) == "member@acme.test"


def test_each_request_sees_the_person_as_they_are_then(cast: Cast, client: Client) -> None:
    me(client)
    User.objects.filter(email="member@acme.test").update(name="Changed by SQL")
    assert client.get("/api/me").json()["name"] == "Changed by SQL"
    User.objects.filter(email="member@acme.test").update(is_active=False)
    assert client.get("/api/me").status_code == 401


def test_who_came_is_given_once_and_to_no_other_session(cast: Cast, client: Client) -> None:
    member, owner = cast.people["member"], cast.people["owner"]
    SessionStore(client.session.session_key).load()
    assert taken(owner.pk) is None
    SessionStore(client.session.session_key).load()
    assert taken(member.pk) == member
    assert taken(member.pk) is None
    SessionStore(client.session.session_key).load()
    SessionStore("0" * 32).load()  # there is no such session: nobody comes with it
    assert taken(member.pk) is None


def test_sessions_of_before_still_open(cast: Cast) -> None:
    old = db.SessionStore()
    old["kept"] = True
    old.save()
    assert SessionStore(old.session_key)["kept"] is True
