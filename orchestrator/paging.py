"""Lists by page number: `{results, next, previous, count}`."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.core import paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

SIZE = 50
LARGEST_SIZE = 200
LAST_PAGE = 10**9  # beyond it an OFFSET does not fit

Row = TypeVar("Row", bound=Model)


def absolute(request: HttpRequest, path: str) -> str:
    """On PUBLIC_URL, or on the other name of the demo if that is what the caller used."""
    origin = f"{request.scheme}://{request.get_host()}"
    return (origin if origin in settings.ORIGINS else settings.PUBLIC_URL) + path


def number(request: Request, name: str, default: int, largest: int) -> int:
    """A positive whole number from the query, cut to `largest`."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,20}", text, re.ASCII) or int(text) < 1:
        raise ValidationError({name: ErrorDetail(str(_("Not a positive number.")), code="invalid")})
    return min(int(text), largest)


def part(rows: "QuerySet[Row]", start: int, stop: int) -> "QuerySet[Row]":
    """`rows[start:stop]`. Only keys are sorted, and then only the rows of this part are read: ten
    thousand whole rows cost three times as much, and each would be asked for what is shown of it.
    """
    return rows.filter(pk__in=rows.values("pk")[start:stop])


class Pages(paginator.Paginator):  # type: ignore[type-arg] # not at run time
    """Of a page of HTML, whose address may name a page that there is not."""

    object_list: "QuerySet[Any]"

    def page(self, number: int | str) -> "paginator.Page[Any]":
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = part(self.object_list, start, start + self.per_page)
        return paginator.Page(rows, number, self)


class PageNumbers(BasePagination):
    """A page beyond the last is empty: rows may vanish while somebody turns pages."""

    page = 1
    size = SIZE
    count = 0
    request: Request

    def paginate_queryset(
        self, queryset: "QuerySet[Any] | Sequence[Any]", request: Request, view: Any = None
    ) -> list[Any]:
        self.request = request
        self.size = number(request, "pageSize", SIZE, LARGEST_SIZE)
        self.page = number(request, "page", 1, LAST_PAGE)
        self.count = queryset.count() if isinstance(queryset, QuerySet) else len(queryset)
        start, stop = (self.page - 1) * self.size, self.page * self.size
        if start >= self.count:
            return []
        if isinstance(queryset, QuerySet):
            return list(part(queryset, start, stop))
        return list(queryset[start:stop])

    def get_paginated_response(self, data: Any) -> Response:
        last = max(1, -(-self.count // self.size))
        return Response(
            {
                "results": data,
                "next": self._link(self.page + 1) if self.page < last else None,
                "previous": self._link(min(self.page - 1, last)) if self.page > 1 else None,
                "count": self.count,
            }
        )

    def _link(self, page: int) -> str:
        query = self.request.query_params.copy()
        query["page"] = str(page)
        path = self.request._request.path
        return absolute(self.request._request, f"{path}?{query.urlencode()}")

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous", "count"],
            "properties": {
                "results": schema,
                "next": link,
                "previous": link,
                "count": {"type": "integer"},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": description,
                "schema": {"type": "integer", "minimum": 1, **limits},
            }
            for name, description, limits in (
                ("page", "Which page, from 1.", {"default": 1}),
                ("pageSize", "Rows a page.", {"default": SIZE, "maximum": LARGEST_SIZE}),
            )
        ]
