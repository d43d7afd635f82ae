"""The front door `/hook/{token}`: whatever comes is passed on to the workflow's own webhook."""

from provisioning.front.app import PATH, app, close

__all__ = ["PATH", "app", "close"]
