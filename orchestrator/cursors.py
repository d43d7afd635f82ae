"""Lists by cursor: `{results, next, previous}`, for what grows while somebody reads it.

A cursor says after (or before) which row a page begins, so what comes in meanwhile moves nothing.
It is encrypted, because it holds that row's time and id, which not every caller may know; and it is
bound to a list and an audience: elsewhere it does not open.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from orchestrator import crypto
from orchestrator.paging import LARGEST_SIZE, SIZE, absolute, number

LONGEST = 1000  # characters of a cursor

PARAMETERS = [
    OpenApiParameter("cursor", str, description="Of `next` or `previous`; opaque."),
    OpenApiParameter("pageSize", int, description="At most 200."),
]


@dataclass(frozen=True, slots=True)
class _Place:
    """Between two rows: the page after it, or, backwards, the one before it."""

    at: datetime
    id: uuid.UUID
    backwards: bool


class Cursors:
    """Pages of rows, newest first by a time that never changes and an id; for one request.

    `list_of` is whose list it is (an id), `audience` who may go on with its cursors.
    """

    def __init__(
        self, request: Request, *, name: str, list_of: uuid.UUID, audience: str, at: str
    ) -> None:
        self._request = request
        self._bound = {"owner": str(list_of), "field": f"cursor:{name}:{audience}"}
        self._at = at
        self._next: _Place | None = None
        self._previous: _Place | None = None

    def page(self, rows: QuerySet[Any], size: int | None = None) -> list[Any]:
        """`rows` has the time as a column or annotation, and `id`. Without a `size`: as asked."""
        size = size or number(self._request, "pageSize", SIZE, LARGEST_SIZE)
        place = self._place()
        found = self._after(rows, place, size + 1)
        more, found = len(found) > size, found[:size]
        if place is not None and place.backwards:
            found.reverse()
        if found:
            forwards = place is None or not place.backwards
            if more or not forwards:
                self._next = self._of(found[-1], backwards=False)
            if place is not None and (more or forwards):
                self._previous = self._of(found[0], backwards=True)
        return found

    def response(self, results: Sequence[Any]) -> Response:
        return Response({"results": results, **self.links()})

    def links(self) -> dict[str, str | None]:
        """Of the page that was read."""
        return {"next": self._link(self._next), "previous": self._link(self._previous)}

    def _after(self, rows: QuerySet[Any], place: _Place | None, most: int) -> list[Any]:
        at = self._at
        if place is None:
            return list(rows.order_by(f"-{at}", "-id")[:most])
        side, sign = ("gt", "") if place.backwards else ("lt", "-")
        # The first condition says what the second implies: an index can begin there.
        rows = rows.filter(**{f"{at}__{side}e": place.at}).filter(
            Q(**{f"{at}__{side}": place.at}) | Q(**{f"id__{side}": place.id})
        )
        return list(rows.order_by(f"{sign}{at}", f"{sign}id")[:most])

    def _of(self, row: Any, *, backwards: bool) -> _Place:
        return _Place(getattr(row, self._at), row.id, backwards)

    def _place(self) -> _Place | None:
        text = self._request.query_params.get("cursor")
        if text is None:
            return None
        try:
            if len(text) > LONGEST:
                raise ValueError
            at, id, backwards = json.loads(crypto.decrypt(text, **self._bound))
            return _Place(datetime.fromisoformat(at), uuid.UUID(id), backwards)
        except (crypto.Undecryptable, ValueError):
            message = str(_("Not a cursor of this list."))
            raise ValidationError({"cursor": ErrorDetail(message, code="invalid")}) from None

    def _link(self, place: _Place | None) -> str | None:
        if place is None:
            return None
        plain = json.dumps([place.at.isoformat(), str(place.id), place.backwards])
        query = self._request.query_params.copy()
        # The same page has the same links: else its ETag would be another one at every call.
        query["cursor"] = crypto.encrypt_repeatably(plain, **self._bound)
        path = self._request._request.path
        return absolute(self._request._request, f"{path}?{query.urlencode()}")


class CursorSchema(BasePagination):
    """What the OpenAPI document says of such a list."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return []
