"""Pages of tenancy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workspaces.models import Workspace
from workspaces.serializers import MyWorkspace


def home(request: HttpRequest) -> HttpResponse:
    """All my workspaces, the worst first; signed out: what this is."""
    workspaces = [MyWorkspace(row).data for row in Workspace.objects.mine(request.user)]
    return render(request, "home.html", {"workspaces": workspaces})
