"""REST of templates."""

import uuid

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.paging import PageNumbers
from provisioning import gallery
from provisioning.shapes import TemplateRow
from workspaces.access import Access
from workspaces.door import workspace_view


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
