"""Campaigns that are made of templates in the running product."""

import uuid
from typing import Any

from tests.processes import wait_until
from tests.product import Product

CRM = "https://crm.example.com/hook"
LEADS = {"crmUrl": CRM}


def template_id(product: Product, slug: str = "lead-intake") -> str:
    with product.db() as db:
        row = db.execute("SELECT id FROM workflow_templates WHERE slug = %s", [slug]).fetchone()
    assert row is not None
    return str(row[0])


def broken_template(product: Product, name: str) -> str:
    """Acme's own, which asks for a value that nobody gives: what is made of it fails at once."""
    id = str(uuid.uuid4())
    with product.db() as db:
        db.execute(
            "INSERT INTO workflow_templates (id, workspace_id, slug, name, description, category,"
            " n8n_template_id, version, usage_count, created_at) VALUES (%s, %s, '', %s,"
            " 'Asks for too much', '', '', 1, 0, now())",
            [id, product.workspace(), name],
        )
        db.execute(
            "INSERT INTO provisioning_templateversion (template_id, number, body, parameters,"
            " steps, trigger, created_at) SELECT %s, 1, replace(v.body::text, '[[source]]',"
            " '[[missing]]')::jsonb, v.parameters, v.steps, v.trigger, now()"
            " FROM provisioning_templateversion v WHERE v.template_id = %s",
            [id, template_id(product)],
        )
    return id


def mend(product: Product, template: str) -> None:
    with product.db() as db:
        db.execute(
            "UPDATE provisioning_templateversion SET body = replace(body::text, '[[missing]]',"
            " '[[source]]')::jsonb WHERE template_id = %s",
            [template],
        )


def begin(product: Product, email: str, template: str, name: str, values: dict[str, Any]) -> str:
    """The id of the provision, in Acme."""
    id = str(uuid.uuid4())
    body = {
        "provision_id": id,
        "workspaceId": str(product.workspace()),
        "templateId": template,
        "name": name,
        "parameters": values,
    }
    with product.client(email) as owner:
        answer = owner.post("/api/campaigns/provision", json=body)
    assert answer.status_code == 202, answer.text
    return id


def made(product: Product, email: str, template: str, name: str, values: dict[str, Any]) -> str:
    """Likewise, and it is done."""
    id = begin(product, email, template, name, values)
    assert wait_until(lambda: status(product, id) == "done", 40)
    return id


def status(product: Product, id: str) -> str:
    """How it has ended; `""`: it has not."""
    with product.db() as db:
        row = db.execute("SELECT ended FROM provisioning_provision WHERE id = %s", [id]).fetchone()
    return row[0] if row else "none"


def named(product: Product, name: str) -> int:
    """How many workflows of this name n8n has."""
    with product.n8n() as n8n:
        return sum(workflow.name == name for workflow in n8n.workflows())
