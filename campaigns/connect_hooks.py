"""What n8n is to be given so that it reports by itself: the hooks file and its settings."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from workspaces.models import Instance

FILE = settings.BASE_DIR / "n8n" / "hooks.js"
IN_CONTAINER = "/opt/orchestrator/hooks.js"
HOME = "$HOME/.n8n/hooks.js"
KEPT = "whsec_…"  # a secret that is not shown any more: who has it puts it here

# The body of a report, as a node of a workflow sends it.
REPORT = '{"status": "success", "executionId": "{{ $execution.id }}"}'


@dataclass(frozen=True, slots=True)
class Lines:
    """Ready to be copied, for n8n in a container and for n8n without one."""

    compose: str
    fetch: str
    shell: str
    fetch_home: str


@require_safe
def hooks_file(request: HttpRequest) -> HttpResponse:
    """For whoever sets up an n8n on another machine; no secret is in it."""
    answer = HttpResponse(FILE.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="hooks.js"'
    answer["Cache-Control"] = "public, max-age=300"
    return answer


def lines(instance: Instance, secret: str = "") -> Lines:
    """Of an own n8n; without its secret, where that is not shown any more."""
    values = {
        "ORCHESTRATOR_URL": settings.PUBLIC_URL,
        "ORCHESTRATOR_INSTANCE": instance.pk,
        "ORCHESTRATOR_SECRET": secret or KEPT,
        "N8N_USE_WORKFLOW_PUBLICATION_SERVICE": "false",
    }
    return Lines(_compose(values), _fetch("hooks.js"), _shell(values), _fetch(HOME))


def mark_of(instance: Instance) -> str:
    """Tells one secret from the next, and nothing of either."""
    return hashlib.sha256(instance.webhook_secrets_encrypted.encode()).hexdigest()[:12]


def _compose(values: dict[str, str]) -> str:
    settings_of_n8n = {"EXTERNAL_HOOK_FILES": IN_CONTAINER, **values}
    return "\n".join(
        [
            "services:",
            "  n8n:",
            "    environment:",
            *(f'      {name}: "{value}"' for name, value in settings_of_n8n.items()),
            "    volumes:",
            f"      - ./hooks.js:{IN_CONTAINER}:ro",
        ]
    )


def _shell(values: dict[str, str]) -> str:
    return "\n".join(
        [
            f'export EXTERNAL_HOOK_FILES="{HOME}"',
            *(f'export {name}="{value}"' for name, value in values.items()),
            "n8n start",
        ]
    )


def _fetch(path: str) -> str:
    return f'curl -fsSo "{path}" {settings.PUBLIC_URL}/hooks.js'
