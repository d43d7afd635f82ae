"""The socket's door: who is at it, what they may hear and say, and for how long."""

from workspaces.consumers.client_frames import CLIENT_FRAMES, ClientFrame, client_frame
from workspaces.consumers.door import my_socket, nowhere, workspace_socket
from workspaces.consumers.watch import close

__all__ = [
    "CLIENT_FRAMES",
    "ClientFrame",
    "client_frame",
    "close",
    "my_socket",
    "nowhere",
    "workspace_socket",
]
