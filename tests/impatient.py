"""The product with a front door that waits a second where the real one waits half a minute or a
whole one."""

import importlib

from orchestrator.asgi import application

# By its whole name: the package calls the function of that name its own.
door = importlib.import_module("provisioning.front.app")
body = importlib.import_module("provisioning.front.body")

for module, name in ((door, "ANSWERS_WITHIN"), (door, "TAKEN_WITHIN"), (body, "WITHIN")):
    setattr(module, name, 1.0)

__all__ = ["application"]
