"""The way out for a sole owner: offered, and taken by the receiver."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from governance.models import AuditEvent
from rbac.models import OwnershipTransfer
from tests.cast import Cast
from workspaces.models import Membership, User

pytestmark = pytest.mark.django_db


def url(cast: Cast, rest: str = "") -> str:
    return f"/api/workspaces/{cast.acme.pk}/ownership-transfer{rest}"


def offer(cast: Cast, to: str = "member", by: str = "owner") -> Any:
    body = {"userId": str(cast.people[to].pk)}
    return cast.client(by).post(url(cast), body, content_type="application/json")


def accept(cast: Cast, by: str = "member") -> Any:
    return cast.client(by).post(url(cast, "/accept"))


def roles(cast: Cast) -> dict[str, str]:
    rows = Membership.objects.filter(workspace=cast.acme).select_related("user")
    return {row.user.name: row.role for row in rows}


def test_it_works(cast: Cast) -> None:
    answer = offer(cast)
    assert answer.status_code == 201
    assert answer.json()["receiver"] == str(cast.people["member"].pk)
    assert accept(cast).status_code == 204
    assert (roles(cast)["member"], roles(cast)["owner"]) == ("owner", "admin")
    told = AuditEvent.objects.filter(action__startswith="ownership").order_by("seq")
    assert list(told.values_list("action", flat=True)) == [
        "ownership_offered",
        "ownership_transferred",
    ]
    assert accept(cast).status_code == 404  # once


@pytest.mark.parametrize(
    ("by", "to", "expected"),
    [
        ("owner", "owner", 409),
        ("owner", "stranger", 404),
        ("admin", "member", 403),
        ("viewer", "member", 403),
        ("stranger", "member", 404),
        ("owner_key", "member", 403),
        ("nobody", "member", 401),
    ],
)
def test_who_may_offer_to_whom(cast: Cast, by: str, to: str, expected: int) -> None:
    assert offer(cast, to, by).status_code == expected


def test_nobody_who_cannot_sign_in_is_offered_it(cast: Cast) -> None:
    User.objects.filter(pk=cast.people["member"].pk).update(is_active=False)
    assert offer(cast).status_code == 404


def test_an_admin_is_refused_before_anybody_asks_who_they_are(cast: Cast) -> None:
    client = cast.client("admin")
    session = client.session
    session.pop("account_authentication_methods", None)
    session.save()
    body = {"userId": str(cast.people["member"].pk)}
    answer = client.post(url(cast), body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_one_offer_at_a_time(cast: Cast) -> None:
    offer(cast)
    answer = offer(cast, "admin")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_offered")


@pytest.mark.parametrize("by", ["admin", "viewer", "owner"])
def test_only_the_receiver_accepts(cast: Cast, by: str) -> None:
    offer(cast)
    assert accept(cast, by).status_code == 404
    assert roles(cast)["owner"] == "owner"


@pytest.mark.parametrize(("by", "expected"), [("owner", 204), ("member", 204), ("admin", 404)])
def test_who_ends_an_offer(cast: Cast, by: str, expected: int) -> None:
    offer(cast)
    assert cast.client(by).delete(url(cast)).status_code == expected
    assert OwnershipTransfer.objects.exists() == (expected != 204)


@pytest.mark.parametrize(("by", "expected"), [("owner", 200), ("member", 200), ("admin", 404)])
def test_who_sees_an_offer(cast: Cast, by: str, expected: int) -> None:
    offer(cast)
    assert cast.client(by).get(url(cast)).status_code == expected


def test_an_offer_is_over_after_seven_days_and_with_the_givers_right(cast: Cast) -> None:
    offer(cast)
    OwnershipTransfer.objects.update(expires_at=now() - timedelta(seconds=1))
    assert accept(cast).status_code == 404
    assert offer(cast).status_code == 201  # in its place
    Membership.objects.filter(user=cast.people["viewer"]).update(role="owner")
    Membership.objects.filter(user=cast.people["owner"]).update(role="admin")
    assert accept(cast).status_code == 404
