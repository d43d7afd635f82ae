"""What web loads while `prepare` still works: all but the application itself, which looks at the
database and the static files when it is made."""

import sys

import django
from django.core.exceptions import ImproperlyConfigured

try:
    django.setup(set_prefix=False)
except ImproperlyConfigured as wrong:
    sys.stdin.read()  # `prepare` says the same, and then this is ended
    sys.exit(str(wrong))

import uvloop  # noqa: F401
import websockets  # noqa: F401
from channels import routing  # noqa: F401

from campaigns import ingest  # noqa: F401
from orchestrator import handler, urls  # noqa: F401
from workspaces import consumers  # noqa: F401
