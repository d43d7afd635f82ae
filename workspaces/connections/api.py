"""REST of a workspace's connection to n8n. No key is ever told; a webhook secret once."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import idempotency, rate_limit
from orchestrator.problems import Problem
from workspaces import reauthentication
from workspaces.access import Access, access_to, forget
from workspaces.actors import actor_of
from workspaces.connections import rotation, services, shapes
from workspaces.connections.door import Connection, outside
from workspaces.connections.knowledge import learn
from workspaces.connections.project import name_project
from workspaces.connections.trial import OK, Trial, trial_of, trial_of_stored
from workspaces.door import workspace_view
from workspaces.models import Instance

MANAGE = "workspaces.manage_keys"
# By one person, of all their workspaces: enough to get a key right, too few to look for open ports.
TRIALS_PER_MINUTE = 20

URL, KEY = "https://n8n.example.com", "eyJhbGciOiJIUzI1NiJ9.example"  # of the examples


class ConnectionView(APIView):
    @extend_schema(
        operation_id="connection",
        summary="Which n8n the workspace is connected to",
        responses=shapes.ConnectionState,
    )
    @workspace_view(MANAGE)
    def get(self, request: Request, access: Access) -> Response:
        return Response(shapes.state(access, _instance(access)))

    @extend_schema(
        operation_id="change_connection",
        summary="Connect the workspace to an n8n of its own, or give another key",
        description=(
            "n8n is tried first: 422 with the result as `code`, and nothing is changed. The"
            " campaigns of the n8n of before are put aside, and come back with it."
        ),
        request=shapes.ConnectionChange,
        responses=shapes.NewConnectionState,
        examples=[
            OpenApiExample(
                "own n8n",
                {"baseUrl": URL, "apiKey": KEY, "timezone": "Europe/Berlin"},
                request_only=True,
            )
        ],
    )
    @workspace_view(MANAGE, own_transactions=True, secret=("webhookSecret",), reauthenticated=True)
    def put(self, request: Request, access: Access) -> Response:
        planned, project_id = _planned(request, access)

        def settle() -> None:
            if project_id is not None:
                name_project(access.workspace, project_id, actor=actor_of(request))

        if planned.settled:
            settle()
            return Response(shapes.state(access, _instance(access)))
        scopes: list[str] = []
        if planned.api_key is not None:
            _spend_trial(request)
            found = trial_of(Connection(planned.base_url, planned.api_key), outside())
            if found.result != OK:
                raise Problem(422, found.result, found.detail)
            scopes = found.scopes
        _still_may(request, access)  # it took a while

        def answer(connected: services.Connected) -> Response:
            shown = shapes.state(access, connected.instance)
            if connected.secret is not None:
                shown["webhookSecret"] = connected.secret
            return Response(shown, headers={"Cache-Control": "no-store"})

        def last(connected: services.Connected) -> None:
            settle()
            idempotency.in_last_transaction(answer(connected))

        try:
            return answer(
                services.connect_own(
                    planned,
                    scopes,
                    actor=actor_of(request),
                    last=last,
                )
            )
        except services.InstanceTaken:
            raise _taken() from None
        except services.Changed:
            forget(request.user)
            raise Problem(
                409,
                "stale_version",
                _("Somebody else changed the connection meanwhile."),
                current=shapes.state(access, _instance(access)),
            ) from None

    @extend_schema(
        operation_id="disconnect",
        summary="Leave the workspace's own n8n for the shared one",
        responses={204: OpenApiResponse(description="The key and the secrets are gone.")},
    )
    @workspace_view(MANAGE, reauthenticated=True)
    def delete(self, request: Request, access: Access) -> Response:
        try:
            services.disconnect(access.workspace, actor=actor_of(request))
        except services.Shared:
            raise _shared() from None
        return Response(status=204)


class ConnectionTestView(APIView):
    @extend_schema(
        operation_id="test_connection",
        summary="Try the connection, or another before it is saved",
        request=shapes.ConnectionTrial,
        responses=shapes.TrialResult,
        examples=[
            OpenApiExample("the present one", {}, request_only=True),
            OpenApiExample("another", {"baseUrl": URL, "apiKey": KEY}, request_only=True),
        ],
    )
    @workspace_view(MANAGE, own_transactions=True)
    def post(self, request: Request, access: Access) -> Response:
        given = shapes.ConnectionTrial(data=request.data)
        given.is_valid(raise_exception=True)
        instance = _instance(access)
        wanted = _wanted(instance, given.validated_data)
        if wanted is not None:
            reauthentication.require(request)
        _spend_trial(request)
        if wanted is not None:
            return Response(_told(trial_of(wanted, outside())))
        found = trial_of_stored(instance)
        body = _told(found)
        if found.result == OK:
            learn(instance, found.scopes)
            if version := instance.about.get("n8nVersion"):
                body["version"] = version
        return Response(body)


class WebhookSecretView(APIView):
    @extend_schema(
        operation_id="rotate_webhook_secret",
        summary="A new webhook secret; the former one stays valid for a while",
        request=shapes.SecretRotation,
        responses=shapes.NewSecret,
        examples=[OpenApiExample("an hour", {"graceSeconds": 3600}, request_only=True)],
    )
    @workspace_view(MANAGE, secret=("webhookSecret",), reauthenticated=True)
    def post(self, request: Request, access: Access) -> Response:
        wish = shapes.SecretRotation(data=request.data)
        wish.is_valid(raise_exception=True)
        overlap = timedelta(seconds=wish.validated_data["graceSeconds"])
        try:
            secret, until = rotation.rotate_webhook_secret(
                access.workspace, overlap, actor=actor_of(request)
            )
        except services.Shared:
            raise _shared() from None
        shown = {"webhookSecret": secret, "formerValidUntil": until}
        return Response(shown, headers={"Cache-Control": "no-store"})


def _planned(request: Request, access: Access) -> tuple[services.Plan, str | None]:
    """And the project that was named; None: as it is."""
    change = shapes.ConnectionChange(data=request.data)
    change.is_valid(raise_exception=True)
    wish = change.validated_data
    try:
        planned = services.plan(
            access.workspace, wish["baseUrl"], wish.get("apiKey"), wish.get("timezone")
        )
    except services.KeyNeeded:
        raise _required("apiKey") from None
    except services.InstanceTaken:
        raise _taken() from None
    return planned, wish.get("projectId")


def _wanted(instance: Instance, given: dict[str, Any]) -> Connection | None:
    """What the body names, completed by what is stored of an own one; None: what is stored."""
    if not given:
        return None
    own = instance.kind == Instance.Kind.OWN
    base_url = given.get("baseUrl") or (instance.base_url if own else "")
    if not base_url:
        raise _required("baseUrl")
    if "apiKey" in given:
        return Connection(base_url, given["apiKey"])
    if own and base_url == instance.base_url:
        return None
    raise _required("apiKey")  # the stored key is not for another address


def _instance(access: Access) -> Instance:
    return Instance.objects.get(workspaces=access.workspace)


def _still_may(request: Request, access: Access) -> None:
    forget(request.user)
    now = access_to(request.user, access.workspace.pk)
    if now is None or not now.can(MANAGE):
        raise access.refusal(MANAGE)


def _spend_trial(request: Request) -> None:
    rate_limit.spend_on("trial", request.user, TRIALS_PER_MINUTE)


def _told(found: Trial) -> dict[str, Any]:
    body: dict[str, Any] = {"result": found.result, "detail": found.detail}
    return {**body, "capabilities": found.scopes} if found.scopes else body


def _required(field: str) -> ValidationError:
    return ValidationError({field: ErrorDetail(str(_("This field is required.")), code="required")})


def _taken() -> Problem:
    return Problem(
        409, "instance_taken", _("This n8n is connected already, as the shared or another's own.")
    )


def _shared() -> Problem:
    return Problem(
        409, "shared_instance", _("The workspace is on the shared n8n, which is not its own.")
    )
