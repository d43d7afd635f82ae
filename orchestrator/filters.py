"""What the address of a list asks for: an order, filters, words; of what its caller sees."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Expression, F, OrderBy, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError

ORDERING = "ordering"
SEARCH = "search"
LONGEST_SEARCH = 128  # characters

Orders = Mapping[str, Expression | F]  # by the name that callers know
Filters = Mapping[str, Mapping[str, Q]]  # by the same, and by value


def refuse_hidden(query: QueryDict, hidden: Collection[str]) -> None:
    """An order or a filter tells of a field as well as the field itself."""
    asked = {name: name for name in query} | {ORDERING: _field(query)}
    wrong = [name for name, field in asked.items() if field in hidden]
    if wrong:
        message = _("You may not see this field.")
        raise ValidationError(
            {name: [ErrorDetail(message, code="field_forbidden")] for name in wrong}
        )


def asked(query: QueryDict, orders: Orders, filters: Filters) -> tuple[Q, list[OrderBy]]:
    """The condition, and the order, which is empty where none is asked for. Raises the 400."""
    condition, wrong = Q(), []
    for name, known in filters.items():
        values = values_of(query, name)
        if not values <= known.keys():
            wrong.append(name)
        elif values:
            condition &= Q(*(known[value] for value in sorted(values)), _connector=Q.OR)
    order: list[OrderBy] = []
    if ORDERING in query:
        if _field(query) in orders:
            order = _order(orders[_field(query)], query.get(ORDERING, "").startswith("-"))
        else:
            wrong.append(ORDERING)
    if wrong:
        detail = ErrorDetail(_("There is no such value to choose."), code="invalid")
        raise ValidationError({name: [detail] for name in wrong})
    return condition, order


def values_of(query: QueryDict, name: str) -> set[str]:
    """The key may come several times, with commas within; nothing is no value."""
    return {value for given in query.getlist(name) for value in given.split(",") if value}


def searched(query: QueryDict) -> str:
    """What is searched for; `""`: nothing."""
    return query.get(SEARCH, "").strip()[:LONGEST_SEARCH]


def possible(
    query: QueryDict, orders: Orders, filters: Filters, hidden: Collection[str]
) -> QueryDict:
    """What is left of an address that people keep, edit and pass on: what this caller can ask for.
    Values that are none are as if they were not there."""
    kept = QueryDict(mutable=True)
    for name, known in filters.items():
        values = values_of(query, name) & known.keys()
        if values and name not in hidden:
            kept[name] = ",".join(sorted(values))
    if _field(query) in orders.keys() - hidden:
        kept[ORDERING] = query.get(ORDERING, "")
    for name in (SEARCH, "page"):
        if value := query.get(name, "").strip():
            kept[name] = value
    return kept


def parameters(orders: Orders, filters: Filters) -> list[OpenApiParameter]:
    choices = [*orders, *(f"-{name}" for name in orders)]
    return [
        OpenApiParameter(
            ORDERING, str, enum=choices, description="`-` turns it round; unknown times come last."
        ),
        *(
            OpenApiParameter(
                name, str, enum=list(known), many=True, description="Any of these, commas between."
            )
            for name, known in filters.items()
        ),
    ]


def _field(query: QueryDict) -> str:
    return query.get(ORDERING, "").removeprefix("-")


def _order(by: Any, descending: bool) -> list[OrderBy]:
    """With ties by id: pages would repeat or skip what is alike."""
    return [
        OrderBy(by, descending=descending, nulls_last=True),
        OrderBy(F("id"), descending=descending),
    ]
