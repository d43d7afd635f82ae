"""What must hold after a storm, whatever broke in it: at once, or again by itself."""

import re
import time
from collections import Counter
from itertools import pairwise
from typing import Any

from tests import processes
from tests.line import Line
from tests.product import Product
from tests.storm import LONG, NAMED, Storm, Tenant
from tests.storm_work import looking

TRUE_WITHIN = 100 if LONG else 30  # seconds
# Records of calls follow their answers: those of so many seconds before a web process was killed
# may be lost with it. The calls are not.
UNNOTED = 0.5
Killed = tuple[float, float] | None  # not before, not after
CARD = re.compile(
    r'data-campaign-id="([\w-]+)" data-status="(\w+)" data-enabled="(\w+)"'
    r'[^>]* data-state-version="(\d+)"'
)
BROKEN_CHAIN = """
WITH linked AS (
    SELECT e AS entry, e.chain, e.seq, e.hash, e.prev_hash,
           lag(e.hash) OVER w AS hash_before, lag(e.seq) OVER w AS seq_before
    FROM audit_event e WINDOW w AS (PARTITION BY e.chain ORDER BY e.seq)
)
SELECT l.chain, l.seq FROM linked l LEFT JOIN audit_chain c USING (chain)
WHERE l.hash <> audit_event_hash(l.entry) OR l.prev_hash <> coalesce(l.hash_before, '')
   OR l.seq <> coalesce(l.seq_before, 0) + 1 OR l.seq > c.seq
UNION ALL
SELECT c.chain, c.seq FROM audit_chain c
WHERE c.seq <> (SELECT count(*) FROM audit_event e WHERE e.chain = c.chain)
"""
OWNERLESS = """
SELECT DISTINCT w.slug FROM workspaces_workspace w JOIN workspaces_membership m
    ON m.workspace_id = w.id
WHERE NOT EXISTS (SELECT FROM workspaces_membership o JOIN workspaces_user u ON u.id = o.user_id
                  WHERE o.workspace_id = w.id AND o.role = 'owner' AND u.is_active)
"""
LEFT = {
    "facts that nobody was told": "SELECT count(*) FROM orchestrator_outbox",
    "intentions": "SELECT count(*) FROM campaigns_campaign"
    " WHERE intended_until IS NOT NULL OR intention IS NOT NULL",
    "provisions under way": "SELECT count(*) FROM provisioning_provision"
    " WHERE ended = '' AND due_at IS NOT NULL OR held_until > now()",
    "pollers that died": "SELECT count(*) FROM workspaces_instance"
    " WHERE poller IS NOT NULL AND poller_until < now()",
}
# As if the minute had passed for which a lease holds of whoever died: storms are many.
HURRY = (
    "UPDATE campaigns_campaign SET intended_until = now() - interval '1 s'"
    " WHERE intended_until > now() + interval '1 s'",
    "UPDATE workspaces_instance SET poller = NULL, poller_until = NULL",
)


def rows(product: Product, query: str, *values: Any) -> list[Any]:
    with product.db() as db:
        return db.execute(query, list(values)).fetchall()


def hold(storm: Storm, line: Line, web_killed: Killed = None) -> None:
    """Nothing was lost, nothing was done twice."""
    wrong: list[str] = []

    def well() -> bool:  # records of calls come a moment after the answers
        wrong[:] = lost_or_twice(storm, line, web_killed)
        return not wrong

    assert processes.wait_until(well, 2), "\n".join(wrong)


def lost_or_twice(storm: Storm, line: Line, web_killed: Killed) -> list[str]:
    product = storm.tenants[0].product
    wrong = [f"ledger: {chain} at {seq}" for chain, seq in rows(product, BROKEN_CHAIN)]
    wrong += [f"no owner: {slug}" for (slug,) in rows(product, OWNERLESS)]
    wrong += [f"delivered {n}x: {name}" for name, n in line.calls.items() if n > 1]
    for tenant in storm.tenants:
        wrong += [*beats(tenant), *calls(tenant, line, web_killed), *roles(tenant)]
        wrong += edits(tenant)
    return wrong


def beats(tenant: Tenant) -> list[str]:
    """Each acknowledged one has its key, and its run is in the history once, with its end."""
    ids, executions = list(tenant.beats), Counter(tenant.beats.values())
    keys = Counter(
        id
        for (id,) in rows(
            tenant.product,
            "SELECT heartbeat_id FROM campaigns_heartbeat_key WHERE heartbeat_id = ANY (%s)",
            ids,
        )
    )
    runs = Counter(
        rows(
            tenant.product,
            "SELECT execution_id, result FROM campaigns_run WHERE workspace_id = %s"
            " AND execution_id = ANY (%s)",
            tenant.id,
            list(executions),
        )
    )
    wrong = [f"heartbeat kept {keys[id]}x: {id}" for id in ids if keys[id] != 1]
    for execution, ends in executions.items():
        result = "success" if ends == 2 else "running"
        if sum(n for (run, _), n in runs.items() if run == execution) != 1:
            wrong.append(f"run not once: {execution}")
        elif not runs[execution, result]:
            wrong.append(f"run not {result}: {execution}")
    return wrong


def calls(tenant: Tenant, line: Line, web_killed: Killed) -> list[str]:
    past = line.passed_by
    wrong = [
        f"call not there: {name}"
        for at, name in tenant.calls
        if not line.calls[name] and not past[0] <= at < past[1]
    ]
    noted = tenant.calls_noted() - tenant.noted
    excused = 0
    if web_killed is not None:
        since, until = web_killed
        excused = sum(since - UNNOTED < at < until for at, _ in tenant.calls)
    if noted < len(tenant.calls) - excused:
        wrong.append(f"calls answered {len(tenant.calls)}, written down {noted}")
    return wrong


def roles(tenant: Tenant) -> list[str]:
    log = rows(
        tenant.product,
        "SELECT l.old_role, l.new_role FROM role_audit_log l JOIN workspaces_user u"
        " ON u.id = l.target_user WHERE l.workspace_id = %s AND u.email = %s ORDER BY l.created_at",
        tenant.id,
        tenant.second,
    )
    told = rows(
        tenant.product,
        "SELECT count(*) FROM audit_event WHERE workspace_id = %s AND action = 'role_changed'",
        tenant.id,
    )[0][0]
    changes = len(log) - 1  # the first is the joining
    wrong = [f"role: {a} then {b}" for a, b in pairwise(log) if a[1] != b[0]]
    if not tenant.roles <= changes == told:
        wrong.append(f"roles: {tenant.roles} acknowledged, {changes} changed, {told} in the ledger")
    return wrong


def edits(tenant: Tenant) -> list[str]:
    """Each counts once: in the row's version and in the ledger."""
    found = rows(
        tenant.product,
        "SELECT c.version - 1, (SELECT count(*) FROM audit_event e WHERE e.workspace_id = %s"
        " AND e.object ->> 'id' = c.id::text AND e.action IN"
        " ('campaign_paused', 'campaign_resumed', 'campaign_renamed')) FROM campaigns_campaign c"
        " WHERE c.id = ANY (%s)",
        tenant.id,
        tenant.edited,
    )
    wrong = [
        f"version +{version}, {told} in the ledger" for version, told in found if version != told
    ]
    if sum(version for version, _ in found) < tenant.edits:
        wrong.append(f"{tenant.edits} edits acknowledged, {found} written")
    return wrong


def not_yet_true(storm: Storm) -> list[str]:
    product = storm.tenants[0].product
    wrong = [
        f"left: {n} {what}" for what, query in LEFT.items() for (n,) in rows(product, query) if n
    ]
    with product.n8n() as n8n:
        workflows = {workflow.id: workflow for workflow in n8n.workflows()}
    wrong += dangling(product, workflows.values())
    for tenant in storm.tenants:
        wrong += [*made(tenant, workflows.values()), *shown(tenant, workflows)]
    return wrong


def marks(workflow: Any) -> list[str]:
    tags = (workflow.settings or {}).get("customTelemetryTags") or []
    return [tag["value"] for tag in tags if tag["key"] == "orchestrator"]


def dangling(product: Product, workflows: Any) -> list[str]:
    known = {
        (str(id), workflow)
        for id, workflow in rows(product, "SELECT id, workflow_id FROM provisioning_provision")
    }
    return [
        f"dangling in n8n: {workflow.name}"
        for workflow in workflows
        for mark in marks(workflow)
        if (mark, workflow.id) not in known or "ork-" in workflow.name
    ]


def made(tenant: Tenant, workflows: Any) -> list[str]:
    """Each provision is done, and n8n has one workflow of it; or it says at which step and why."""
    wrong = []
    with tenant.http() as http:
        for id in tenant.provisions:
            state = http.get(f"/api/provisions/{id}").json()
            there = sum(id in marks(workflow) for workflow in workflows)
            told = [step["error"]["code"] for step in state["steps"] if "error" in step]
            well = there == 1 if state["status"] == "done" else there <= 1 and any(told)
            if state["status"] not in ("done", "error") or not well:
                wrong.append(f"provision {state['status']} {told}: {there} workflows")
    return wrong


def shown(tenant: Tenant, workflows: dict[str, Any]) -> list[str]:
    """The list, the page, the bar, an old socket and a new one say the same, and what n8n says."""
    with tenant.http() as http, looking(tenant) as fresh:
        while fresh.hear(0.5) and len(fresh.rows) < len(tenant.campaigns):
            pass
        listed = http.get(f"/api/workspaces/{tenant.id}/campaigns?pageSize=200").json()["results"]
        bar = http.get(f"/api/workspaces/{tenant.id}/health").json()
        cookie = {"Cookie": f"sessionid={tenant.token}"}
        page = http.get(f"/w/{tenant.slug}/?search={NAMED}", headers=cookie).text
    by_id = {row["id"]: row for row in listed}
    cards = {
        id: (status, enabled, int(version)) for id, status, enabled, version in CARD.findall(page)
    }
    wrong = []
    for id in map(str, tenant.campaigns):
        row = by_id[id]
        if row["syncStatus"] != "live" or row["n8nStatus"] != (
            "active" if row["enabled"] else "inactive"
        ):
            wrong.append(
                f"{row['name']}: {row['n8nStatus']} {row['syncStatus']} {row.get('reason')}"
            )
        there = workflows[row["n8nWorkflowId"]]
        if (there.active, there.name) != (row["enabled"], row["name"]):
            wrong.append(f"n8n has {there.name} {there.active}, not {row['name']} {row['enabled']}")
        card = (row["syncStatus"], str(row["enabled"]).lower(), row["stateVersion"])
        if cards.get(id) != card:
            wrong.append(f"the page shows {cards.get(id)}, not {card}")
        for eyes in (fresh, tenant.eyes):
            if eyes is None or eyes.rows.get(id, {}).get("stateVersion") != row["stateVersion"]:
                wrong.append(f"a socket shows another {row['name']}")
    for eyes in (fresh, tenant.eyes):
        if eyes is None or eyes.health.get("stateVersion") != bar["stateVersion"]:
            wrong.append("a socket shows another bar")
    return wrong


def true_again(storm: Storm) -> float:
    """Seconds until it was, by itself; raises what still was not."""
    began = time.monotonic()
    wrong: list[str] = []

    if not LONG:
        with storm.tenants[0].product.db() as db:
            for statement in HURRY:
                db.execute(statement)

    def true() -> bool:
        wrong[:] = not_yet_true(storm)
        return not wrong

    processes.wait_until(true, TRUE_WITHIN)
    assert not wrong, wrong
    return time.monotonic() - began
