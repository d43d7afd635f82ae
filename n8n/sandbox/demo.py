"""The workflows of the demo: what two agencies' campaigns could be, and how well they run."""

import uuid
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from n8n.sandbox.store import Row, Store


@dataclass(frozen=True)
class Demo:
    name: str
    steps: tuple[str, ...]
    every: int | None = None  # seconds; without it a webhook starts the workflow
    callers: int | None = None  # seconds between the pretend callers of that webhook
    failing: float = 0.0  # share of the runs
    errors: tuple[tuple[str, str], ...] = ()  # node, message
    seconds: tuple[float, float] = (1.0, 4.0)  # that a run takes
    active: bool = True


ACME = (
    Demo(
        "Onboarding drip",
        ("Pick new sign-ups", "Write mail", "Send mail"),
        every=15,
        failing=0.04,
        errors=(("Send mail", "The mail server closed the connection"),),
    ),
    Demo(
        "Q4 webinar follow-up",
        ("Read attendees", "Split by interest", "Send follow-up"),
        every=20,
        failing=0.12,
        errors=(("Read attendees", "Request failed with status code 502"),),
        seconds=(2.0, 6.0),
    ),
    Demo(
        "Lead enrichment",
        ("Look up company", "Score lead", "Update CRM"),
        callers=7,
        failing=0.1,
        errors=(
            ("Look up company", "Request failed with status code 429: too many requests"),
            ("Update CRM", "The contact was changed by someone else"),
        ),
        seconds=(1.0, 3.0),
    ),
    Demo(
        "Win-back 90 days",
        ("Find silent customers", "Choose offer", "Send mail"),
        every=45,
        seconds=(3.0, 6.0),
    ),
    Demo(
        "ABM tier 1 outreach",
        ("Read target accounts", "Research account", "Draft message", "Queue for sales"),
        every=12,
        failing=0.5,
        errors=(
            ("Research account", "Request failed with status code 504"),
            ("Draft message", "The model's answer was cut off at 4096 tokens"),
        ),
        seconds=(2.0, 5.0),
    ),
    Demo("NPS pulse", ("Pick customers", "Send survey"), every=60, active=False),
)
GLOBEX = (
    Demo(
        "Trial expiry nudges",
        ("Find expiring trials", "Send mail"),
        every=18,
        failing=0.1,
        errors=(("Send mail", "550 mailbox unavailable"),),
    ),
    Demo("Invoice reminders", ("Read open invoices", "Send reminder"), every=30),
    Demo("Partner newsletter", ("Collect posts", "Render", "Send mail"), callers=25),
)


def seed(store: Store) -> None:
    """Only into an empty store: what people changed or deleted stays so."""
    if store.workflows:
        return
    for tag, demos in (("ork:acme", ACME), ("ork:globex", GLOBEX)):
        for demo in demos:
            workflow = store.add_workflow(_body(demo))
            workflow["tags"] = [store.tag(tag)]
            workflow["meta"] = {
                "pretend": {
                    "failing": demo.failing,
                    "errors": demo.errors,
                    "seconds": demo.seconds,
                    "callers": demo.callers,
                }
            }
            if demo.active:
                store.publish(workflow, store.versions[workflow["versionId"]])
    store.save()


def _body(demo: Demo) -> Row:
    slug = demo.name.lower().replace(" ", "-")
    names = [_trigger_name(demo), *demo.steps]
    trigger: dict[str, Any] = {
        "type": "n8n-nodes-base.webhook",
        "typeVersion": 2.1,
        "parameters": {"httpMethod": "POST", "path": slug, "responseMode": "onReceived"},
    }
    if demo.every:
        interval = {"field": "seconds", "secondsInterval": demo.every}
        trigger = {
            "type": "n8n-nodes-base.scheduleTrigger",
            "typeVersion": 1.3,
            "parameters": {"rule": {"interval": [interval]}},
        }
    step = {"type": "n8n-nodes-base.noOp", "typeVersion": 1, "parameters": {}}
    kinds = [trigger] + [step] * len(demo.steps)
    return {
        "name": demo.name,
        "nodes": [
            {"id": str(uuid.uuid4()), "name": name, "position": [220 * index, 0], **kind}
            for index, (name, kind) in enumerate(zip(names, kinds, strict=True))
        ],
        "connections": {
            name: {"main": [[{"node": following, "type": "main", "index": 0}]]}
            for name, following in pairwise(names)
        },
        "settings": {"executionOrder": "v1", "timezone": "UTC"},
    }


def _trigger_name(demo: Demo) -> str:
    return f"Every {demo.every} seconds" if demo.every else "Webhook"
