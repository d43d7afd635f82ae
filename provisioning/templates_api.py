"""REST of templates."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns import writes_api
from campaigns.models import Campaign
from orchestrator import idempotency
from orchestrator.paging import PageNumbers
from orchestrator.problems import Problem
from provisioning import gallery, saving
from provisioning.fitness import Unfit
from provisioning.models import Template
from provisioning.saving import Look, Wish
from provisioning.services import TemplateMissing
from provisioning.shapes import TemplateRow
from provisioning.template_shapes import NewTemplate, SavedTemplate, SeenTemplate
from workspaces.access import Access
from workspaces.actors import actor_of
from workspaces.api import signed_in
from workspaces.door import workspace_view
from workspaces.rules import Invalid
from workspaces.serializers import refused

USE = "provisioning.use_template"
SOME_ID = "7f5d2a4e-6a3c-4a59-9a57-0a7f6f2c4b11"


class TemplatesView(APIView):
    pagination_class = PageNumbers

    @extend_schema(
        operation_id="templates",
        summary="The gallery: what campaigns can be made of",
        parameters=[
            OpenApiParameter("workspaceId", uuid.UUID, required=True),
            OpenApiParameter("search", str),
            OpenApiParameter("category", str),
            OpenApiParameter("page", int),
            OpenApiParameter("pageSize", int),
        ],
        responses=TemplateRow(many=True),
    )
    @workspace_view("provisioning.view_gallery", query="workspaceId")
    def get(self, request: Request, access: Access) -> Response:
        pager = PageNumbers()
        found = gallery.listed(access.workspace, request.query_params)
        page = pager.paginate_queryset(found, request, view=self) or []
        return pager.get_paginated_response(gallery.rows(page))


class OwnTemplatesView(APIView):
    @extend_schema(
        operation_id="save_template",
        summary="Save a campaign's workflow as a template of this workspace",
        description=(
            "What is published in n8n is taken, without its credentials, ids, pinned data and"
            " secrets; the answer lists where they stood. With `dryRun` nothing is kept (200), and"
            " `offered` says what could be asked for in each new campaign; `parameters` chooses"
            " among that. 422 `secrets_left`, `runs_for_real`, `unsupported_start`,"
            " `unsupported_webhook`, `too_many_nodes`, `too_large`, `too_deep`: it cannot become a"
            " template as it is. 409 `name_taken`, and `too_many_templates` from 200 on."
        ),
        request=NewTemplate,
        responses={201: SavedTemplate, 200: SeenTemplate},
        examples=[
            OpenApiExample(
                "look",
                {"campaignId": SOME_ID, "name": "Leads", "dryRun": True},
                request_only=True,
            ),
            OpenApiExample(
                "save",
                {"campaignId": SOME_ID, "name": "Leads", "category": "Leads", "parameters": []},
                request_only=True,
            ),
        ],
    )
    @workspace_view(USE, own_transactions=True)
    def post(self, request: Request, access: Access) -> Response:
        asked = NewTemplate(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        wish = wish_of(given)
        campaign = _campaign(request, access, given["campaignId"])
        with refusing(request, access, campaign):
            seen = saving.look(campaign)
            if given["dryRun"]:
                return Response(shown(seen, wish))
            saved = saving.save(
                seen,
                wish,
                by=signed_in(request),
                actor=actor_of(request),
                last=lambda row: idempotency.in_last_transaction(_answer(row, seen)),
            )
        return _answer(saved, seen)


class OwnTemplateView(APIView):
    @extend_schema(
        operation_id="withdraw_template",
        summary="Withdraw a template of this workspace; what was made of it stays",
        request=None,
        responses={204: None},
    )
    @workspace_view(USE)
    def delete(self, request: Request, access: Access, template_id: uuid.UUID) -> Response:
        row = saving.own(access.workspace, template_id)
        if row is None:
            raise Http404
        saving.withdraw(row, actor=actor_of(request))
        return Response(status=204)


def wish_of(given: dict[str, Any]) -> Wish:
    return Wish(
        name=given["name"],
        description=given.get("description"),
        category=given.get("category"),
        parameters=given.get("parameters", ()),
        template_id=given.get("templateId"),
        accepts_test=given["acceptsTest"],
    )


def shown(seen: Look, wish: Wish) -> dict[str, Any]:
    """Of a dry run: what would be, and why it would not."""
    problems = []
    try:
        saving.check_allowed(seen, wish)
    except Unfit as unfit:
        problems.append({"code": unfit.code, "detail": str(unfit)})
    offered = [offer.as_json(seen.stripped) for offer in seen.offered]
    return {**seen.as_json(), "offered": offered, "problems": problems}


@contextmanager
def refusing(request: Request, access: Access, campaign: Campaign) -> Iterator[None]:
    """The service's refusals as answers."""
    try:
        with writes_api.refusing(request, access, campaign):
            yield
    except Unfit as unfit:
        more = {"places": unfit.places} if unfit.places else {}
        raise Problem(422, unfit.code, str(unfit), extra=more) from None
    except saving.NameTaken:
        text = _("Another template of this workspace has this name.")
        raise Problem(409, "name_taken", text) from None
    except saving.TooMany:
        text = _("This workspace has %(most)s templates already; withdraw one first.")
        text %= {"most": saving.MOST}
        raise Problem(409, "too_many_templates", text, limit=saving.MOST) from None
    except TemplateMissing:
        raise Problem(422, "template_missing", _("This template is not there any more.")) from None
    except Invalid as error:
        raise refused(error) from None


def _campaign(request: Request, access: Access, id: uuid.UUID) -> Campaign:
    rows = Campaign.objects.visible_to(request.user).filter(workspace=access.workspace, pk=id)
    found = rows.select_related("workspace", "instance").first()
    if found is None:
        wrong = ErrorDetail(_("This workspace has no such campaign."), code="not_found")
        raise ValidationError({"campaignId": wrong})
    return found


def _answer(row: Template, seen: Look) -> Response:
    (shown_row,) = gallery.rows([row])
    return Response({**shown_row, **seen.as_json()}, status=201)
