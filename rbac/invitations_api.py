"""REST of invitations, and of the offer of ownership."""

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.idempotency import idempotent
from orchestrator.paging import PageNumbers
from rbac import invitations, listing, ownership, services
from rbac.invitations import NewPerson
from rbac.models import Invitation
from rbac.refusals import Refused
from rbac.shapes import (
    Acceptance,
    Accepted,
    InvitationRow,
    NewInvitation,
    Offer,
    OfferRow,
    OpenedInvitation,
)
from workspaces import reauthentication, rules
from workspaces.access import Access, refuse_keys
from workspaces.actors import actor_of
from workspaces.api import signed_in
from workspaces.door import workspace_view
from workspaces.models import Membership
from workspaces.serializers import refused

SOMEBODY = "7f5d2a4e-6a3c-4a59-9a57-0a7f6f2c4b11"


class InvitationsView(APIView):
    pagination_class = PageNumbers

    @extend_schema(
        operation_id="invitations",
        summary="Who is invited and has not answered, the newest first",
        parameters=[OpenApiParameter("page", int), OpenApiParameter("pageSize", int)],
        responses=InvitationRow(many=True),
    )
    @workspace_view(services.MANAGE)
    def get(self, request: Request, access: Access) -> Response:
        pager = PageNumbers()
        rows: list[Invitation] = (
            pager.paginate_queryset(listing.pending(access.workspace), request, view=self) or []
        )
        return pager.get_paginated_response([InvitationRow(row).data for row in rows])

    @extend_schema(
        operation_id="invite",
        summary="Invite an address; the link is only in the mail",
        request=NewInvitation,
        responses={201: InvitationRow},
        examples=[
            OpenApiExample("one", {"email": "ada@example.com", "role": "member"}, request_only=True)
        ],
    )
    @workspace_view(services.MANAGE)
    def post(self, request: Request, access: Access) -> Response:
        body = NewInvitation(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            row = invitations.invite(
                access.workspace,
                body.validated_data["email"],
                body.validated_data["role"],
                by=signed_in(request),
                actor=actor_of(request),
            )
        except rules.Invalid as error:
            raise refused(error) from None
        return Response(InvitationRow(row).data, status=201)


class InvitationView(APIView):
    @extend_schema(
        operation_id="revoke_invitation", summary="Take an invitation back", responses={204: None}
    )
    @workspace_view(services.MANAGE)
    def delete(self, request: Request, access: Access, invitation_id: uuid.UUID) -> Response:
        invitations.revoke(
            access.workspace, invitation_id, by=signed_in(request), actor=actor_of(request)
        )
        return Response(status=204)


class ResendView(APIView):
    @extend_schema(
        operation_id="resend_invitation",
        summary="Send another mail, with another link; that of before is dead",
        request=None,
        responses=InvitationRow,
    )
    @workspace_view(services.MANAGE)
    def post(self, request: Request, access: Access, invitation_id: uuid.UUID) -> Response:
        row = invitations.resend(
            access.workspace, invitation_id, by=signed_in(request), actor=actor_of(request)
        )
        return Response(InvitationRow(row).data)


class OpenedView(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="invitation",
        summary="What an invitation is for; looking does not accept it",
        auth=[],
        responses=OpenedInvitation,
    )
    def get(self, request: Request, token: str) -> Response:
        answer = Response(OpenedInvitation(invitations.opened_by(token)).data)
        answer["Cache-Control"] = "no-store"
        return answer


def _is_new(request: Request) -> bool:
    return not request.user.is_authenticated


def _refuse_keys(request: Request) -> None:
    if not _is_new(request):
        refuse_keys(request.user)


class AcceptanceView(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="accept_invitation",
        summary="Accept an invitation, as who is signed in or as somebody new with a password",
        request=Acceptance,
        responses=Accepted,
        examples=[OpenApiExample("signed in", {}, request_only=True)],
    )
    @idempotent(rights=_refuse_keys, unless=_is_new)
    def post(self, request: Request, token: str) -> Response:
        body = Acceptance(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            member = accepted(request, token, **body.validated_data)
        except rules.Invalid as error:
            raise refused(error) from None
        return Response({"workspaceId": member.workspace_id, "role": member.role})


def accepted(request: Any, token: str, name: str = "", password: str = "") -> Membership:
    """By who is signed in; else by somebody new, who says a password."""
    if request.user.is_authenticated:
        return invitations.accept(token, request.user, actor=actor_of(request))
    if not password:
        raise NotAuthenticated
    return invitations.accept(token, NewPerson(name, password))


class OfferView(APIView):
    @extend_schema(
        operation_id="ownership_offer",
        summary="The open offer of the ownership, to its two",
        responses={200: OfferRow},
    )
    @workspace_view("workspaces.view_workspace")
    def get(self, request: Request, access: Access) -> Response:
        refuse_keys(request.user)
        row = ownership.open_in(access.workspace)
        if row is None or not (row.receiver_id == access.user_id or access.can(services.OWN)):
            raise Refused("not_offered")
        return Response(OfferRow(row).data)

    @extend_schema(
        operation_id="offer_ownership",
        summary="Offer the ownership to a member, who has to accept",
        request=Offer,
        responses={201: OfferRow},
        examples=[OpenApiExample("to", {"userId": SOMEBODY}, request_only=True)],
    )
    @workspace_view(services.MANAGE)  # which keys have not
    def post(self, request: Request, access: Access) -> Response:
        if not access.can(services.OWN):
            raise PermissionDenied
        reauthentication.require(request)
        body = Offer(data=request.data)
        body.is_valid(raise_exception=True)
        row = ownership.offer(
            access.workspace,
            body.validated_data["userId"],
            by=signed_in(request),
            actor=actor_of(request),
        )
        return Response(OfferRow(row).data, status=201)

    @extend_schema(
        operation_id="end_ownership_offer",
        summary="Take the offer back, or decline it",
        responses={204: None},
    )
    @workspace_view("workspaces.view_workspace")
    def delete(self, request: Request, access: Access) -> Response:
        refuse_keys(request.user)
        ownership.end(access.workspace, by=signed_in(request), actor=actor_of(request))
        return Response(status=204)


class OfferAcceptanceView(APIView):
    @extend_schema(
        operation_id="accept_ownership",
        summary="Take the ownership over; who offered it is an admin then",
        request=None,
        responses={204: None},
    )
    @workspace_view("workspaces.view_workspace")
    def post(self, request: Request, access: Access) -> Response:
        refuse_keys(request.user)
        ownership.accept(access.workspace, by=signed_in(request), actor=actor_of(request))
        return Response(status=204)
