"""The role audit as a file for spreadsheets: all that the page's filters leave, streamed."""

import csv
import re
import uuid
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rbac import audit
from rbac.audit_page import workspace_asked
from rbac.events import AllRoleAuditsExported, RoleAuditExported
from rbac.watched import spend, tell
from workspaces.access import Access
from workspaces.door import workspace_view
from workspaces.models import RoleAuditLog, Workspace
from workspaces.superadmin import superadmin_view

CHUNK = 1000
MARK = "\ufeff"  # by which spreadsheets know UTF-8
CALCULATED = "=+-@\uff1d\uff0b\uff0d\uff20"  # the wide ones are taken for the others
FORMULA = tuple(CALCULATED + "\t\r\n")
INNER_FORMULA = re.compile(rf"([;\t]\s*)([{re.escape(CALCULATED)}])")
COLUMNS = (
    "createdAt",
    "workspaceName",
    "workspaceId",
    "targetEmail",
    "targetName",
    "targetUser",
    "kind",
    "oldRole",
    "newRole",
    "changedByType",
    "changedByName",
    "changedBy",
)


@require_safe
@workspace_view("workspaces.view_role_audit")
def of_workspace(request: HttpRequest, access: Access) -> StreamingHttpResponse:
    query = audit.possible(request.GET)
    if request.method == "GET":
        tell(request, RoleAuditExported, access.workspace, query.dict())
    return _file(audit.listed(access.workspace.pk, query), access.workspace.slug)


@require_safe
@superadmin_view
def of_all(request: HttpRequest) -> StreamingHttpResponse:
    spend(request, "export")
    query, workspace_id = audit.possible(request.GET), workspace_asked(request.GET)
    workspace = Workspace.objects.filter(pk=workspace_id).first() if workspace_id else None
    if request.method == "GET":
        if workspace is not None:
            tell(request, RoleAuditExported, workspace, query.dict())
        else:
            gone = {"workspaceId": str(workspace_id)} if workspace_id else {}
            tell(request, AllRoleAuditsExported, asked=query.dict() | gone)
    return _file(audit.listed(workspace_id, query), workspace.slug if workspace else "all")


def _file(rows: Any, name: str) -> StreamingHttpResponse:
    now = timezone.now()
    answer = StreamingHttpResponse(
        _lines(rows.filter(created_at__lte=now)), content_type="text/csv; charset=utf-8"
    )
    file = f"role-audit-{name}-{now:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{file}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


class _Line:
    """What csv.writer writes to: the line is given back."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Any) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield MARK + writer.writerow(COLUMNS)
    last: RoleAuditLog | None = None
    while found := audit.after(rows, last, CHUNK):
        known = audit.known(found)
        yield "".join(
            writer.writerow(_safe(value) for value in _cells(row, audit.entry(row, known)))
            for row in found
        )
        last = found[-1]


def _cells(row: RoleAuditLog, entry: dict[str, Any]) -> Iterator[Any]:
    values = entry | {"kind": audit.kind_of(row), "createdAt": row.created_at.isoformat()}
    return (values[name] for name in COLUMNS)


def _safe(value: str | uuid.UUID | None) -> str:
    """A spreadsheet would calculate what a person or workspace is called; where it splits the line
    at another separator than ours, also a part of that."""
    text = "" if value is None else str(value)
    text = INNER_FORMULA.sub(r"\1'\2", text)
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text
