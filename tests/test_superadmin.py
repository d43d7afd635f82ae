"""Super admins reach what is theirs by a second factor, where `REQUIRE_ADMIN_MFA` says so."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from orchestrator.problems import Problem
from tests.cast import Cast, factor
from workspaces.models import User
from workspaces.superadmin import superadmin_view


@superadmin_view
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


class Api(APIView):
    @superadmin_view
    def get(self, request: Request) -> Response:
        return Response({"seen": True})


def open_page(user: Any, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/watch/?page=2", headers=headers)
    request.user = user
    return page(request)


def call(user: User | None) -> int:
    request = APIRequestFactory().get("/api/admin/all-workspaces")
    force_authenticate(request, user=user)
    return Api.as_view()(request).status_code


def test_a_super_admin_with_a_second_factor_is_let_in(cast: Cast) -> None:
    assert open_page(cast.people["superuser"]).content == b"seen"
    assert call(cast.people["superuser"]) == 200


def test_without_one_a_page_leads_to_setting_it_up(cast: Cast) -> None:
    answer = open_page(cast.people["bare"])
    assert answer.status_code == 302
    assert answer["Location"] == "/second-factor?next=%2Fwatch%2F%3Fpage%3D2"
    assert call(cast.people["bare"]) == 403


def test_a_part_of_a_page_is_refused_and_not_replaced(cast: Cast) -> None:
    with pytest.raises(Problem) as refusal:
        open_page(cast.people["bare"], HX_Request="true")
    assert (refusal.value.status, refusal.value.code) == (403, "mfa_required")


def test_recovery_codes_alone_are_no_second_factor(cast: Cast) -> None:
    person = cast.people["bare"]
    Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert call(person) == 403


def test_where_none_is_required_the_password_is_enough(cast: Cast, settings: Any) -> None:
    settings.REQUIRE_ADMIN_MFA = False
    assert call(cast.people["bare"]) == 200


def test_nobody_else_learns_that_there_is_something(cast: Cast) -> None:
    with pytest.raises(Http404):
        open_page(cast.people["owner"])
    assert call(cast.people["owner"]) == 404
    person = cast.people["bare"]
    factor(person)
    person.key = cast.key().row
    assert call(person) == 404


@pytest.mark.parametrize("path", ["/admin/", "/admin/jsi18n/", "/admin/workspaces/user/"])
def test_the_administration_leads_to_setting_one_up(path: str, cast: Cast) -> None:
    client = cast.client("bare")
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/second-factor?next=%2Fadmin")
    assert client.post(path).status_code == 403
    assert cast.client("owner").get(path).status_code == 404


def test_the_api_names_the_code(cast: Cast) -> None:
    client = cast.client("bare")
    made = client.post("/api/workspaces", {"name": "New"}, content_type="application/json")
    assert (made.status_code, made.json()["code"]) == (403, "mfa_required")
    health = client.get("/api/health/connection")
    assert (health.status_code, health.json()["code"]) == (403, "mfa_required")


def test_what_everybody_has_stays_open(cast: Cast, settings: Any) -> None:
    client = cast.client("bare")
    for path in ("/", "/account/", "/api/me", "/api/workspaces"):
        assert client.get(path).status_code == 200, path
    settings.ALLOW_SIGNUP = True
    made = client.post("/api/workspaces", {"name": "New"}, content_type="application/json")
    assert made.status_code == 201


def test_the_page_that_says_why_goes_nowhere_else(cast: Cast) -> None:
    client = cast.client("bare")
    assert b"Super admins" in client.get("/second-factor?next=/admin/").content
    factor(cast.people["bare"])
    assert client.get("/second-factor?next=/admin/")["Location"] == "/admin/"
    assert client.get("/second-factor?next=https://evil.example/")["Location"] == "/"
    assert client.get("/second-factor?next=//evil.example/")["Location"] == "/"


def test_who_is_signed_out_is_asked_to_sign_in(db: None) -> None:
    assert "login" in open_page(AnonymousUser())["Location"]
