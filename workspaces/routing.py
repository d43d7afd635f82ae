"""Addresses of sockets."""

from django.urls import re_path

from workspaces.consumers import my_socket, nowhere, workspace_socket

websocket_urlpatterns = [
    re_path(r"^ws/workspaces/(?P<workspace_id>[^/]+)/$", workspace_socket),  # type: ignore[arg-type]
    re_path(r"^ws/me/$", my_socket),  # type: ignore[arg-type]
    re_path(r"", nowhere),  # type: ignore[arg-type]
]
