"""What web loads while `prepare` still works: all but the application itself, which looks at the
database and the static files when it is made."""

import django

django.setup(set_prefix=False)

import uvloop  # noqa: E402, F401
import websockets  # noqa: E402, F401
from channels import routing  # noqa: E402, F401

from campaigns import ingest  # noqa: E402, F401
from orchestrator import handler, urls  # noqa: E402, F401
from workspaces import consumers  # noqa: E402, F401
