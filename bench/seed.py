"""`python -m bench.seed`: the workspaces that are measured, with the settings of the product.

Their workflows are in the sandbox n8n already (`workflows`), so a sync finds what it expects.
"""

import json
from pathlib import Path
from typing import Any

# How many campaigns: what a page shows of a small and of a large client.
WORKSPACES = {"bench-six": 6, "bench-thousand": 1000}


def workflow_id(slug: str, number: int) -> str:
    return f"{slug}-{number:04}"


def workflows(run_dir: Path) -> None:
    """Into the sandbox's store, before it starts: n8n's API would take them one by one."""
    from n8n.sandbox import demo  # noqa: PLC0415 -- only here; the child needs Django, not this
    from n8n.sandbox.store import Store  # noqa: PLC0415

    store = Store.load(run_dir / "sandbox.json")
    demo.seed(store)
    for slug, count in WORKSPACES.items():
        tag = store.tag(f"ork:{slug}")
        for number in range(count):
            id = workflow_id(slug, number)
            trigger = {
                "name": "Webhook",
                "type": "n8n-nodes-base.webhook",
                "typeVersion": 2,
                "position": [0, 0],
                "parameters": {"httpMethod": "POST", "path": id, "options": {}},
            }
            body = {"name": _name(number), "nodes": [trigger], "connections": {}, "settings": {}}
            workflow = store.add_workflow(body)
            del store.workflows[workflow["id"]]
            workflow |= {"id": id, "tags": [tag]}
            store.workflows[id] = workflow
            store.publish(workflow, store.versions[workflow["versionId"]])
    store.save()


def main() -> None:
    import django  # noqa: PLC0415 -- `workflows` is used without it

    django.setup()
    print(json.dumps(_workspaces()))


def _workspaces() -> dict[str, Any]:
    from django.utils import timezone  # noqa: PLC0415 -- need django.setup()

    from bench.product import OWNER  # noqa: PLC0415
    from campaigns.models import Campaign  # noqa: PLC0415
    from orchestrator.events import command  # noqa: PLC0415
    from workspaces import services  # noqa: PLC0415
    from workspaces.models import Quota, User  # noqa: PLC0415

    owner = User.objects.get(email=OWNER)
    found = {}
    for slug, count in WORKSPACES.items():
        workspace = services.create_workspace(slug, slug=slug, owner=owner, actor=command("bench"))
        for name in Quota.Name:  # what is measured is not the quota
            Quota.objects.create(workspace=workspace, name=name, limit=2**31 - 1)
        now = timezone.now()
        campaigns = Campaign.objects.bulk_create(
            Campaign(
                workspace=workspace,
                instance=workspace.instance,
                n8n_workflow_id=workflow_id(slug, number),
                name=_name(number),
                trigger="webhook",
                reported="active",
                reported_at=now,
                last_sync_at=now,
            )
            for number in range(count)
        )
        found[slug] = {"id": str(workspace.pk), "campaigns": [str(c.pk) for c in campaigns]}
    return found


def _name(number: int) -> str:
    return f"Campaign {number:04}"


if __name__ == "__main__":
    main()
