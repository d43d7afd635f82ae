"""The front door `/hook/{token}`: whatever comes is passed on to the workflow's own webhook."""

from provisioning.front.app import PATH, app
from provisioning.front.inside import Answer, NoAddress, keep_loop, send
from provisioning.front.notes import Sent
from provisioning.front.place import close

__all__ = ["PATH", "Answer", "NoAddress", "Sent", "app", "close", "keep_loop", "send"]
