"""What a list asks of the database: the same few questions, however many rows there are."""

from collections import defaultdict
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast

FEW = (
    5  # queries of a page: who asks, what they may, the bar, the rows, and what stands around them
)

PEOPLE = """
WITH people AS (
    INSERT INTO workspaces_user (id, email, name, password, demo, is_active, is_superuser,
        is_staff, language, timezone, date_joined)
    SELECT gen_random_uuid(), gen_random_uuid() || '@many.test', 'Person ' || n, '!', false,
        true, false, false, '', '', now()
    FROM generate_series(1, %s) n RETURNING id
)
INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version, joined_at)
SELECT gen_random_uuid(), %s, id, 'member', 1, now() FROM people
"""
CAMPAIGNS = """
INSERT INTO campaigns_campaign (id, workspace_id, instance_id, n8n_workflow_id, name, trigger,
    enabled, set_aside, created_at, version, state_version, reported, running, waiting,
    last_result, counted_result, n8n_status, sync_status, reason, from_template)
SELECT gen_random_uuid(), w.id, w.instance_id, gen_random_uuid()::text, 'Campaign ' || n,
    'webhook', true, false, now(), 1, 1, 'active', 0, 0, '', '', '', '', '', n %% 2 = 0
FROM workspaces_workspace w, generate_series(1, %s) n WHERE w.id = %s
"""
CLIENTS = """
WITH made AS (
    INSERT INTO workspaces_workspace (id, name, slug, tag, timezone, instance_id, version,
        created_at)
    SELECT gen_random_uuid(), 'Client ' || n, 'client-' || n, 'ork:client-' || n, 'UTC',
        instance_id, 1, now()
    FROM workspaces_workspace, generate_series(1, %s) n WHERE slug = 'acme' RETURNING id
)
INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version, joined_at)
SELECT gen_random_uuid(), id, %s, 'owner', 1, now() FROM made
"""


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def asked(client: Any, path: str) -> tuple[list[str], Any]:
    client.get(path)  # looking for the first time is an event
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200
    return [query["sql"] for query in captured.captured_queries], answer


def test_the_list_of_members_asks_as_often_for_5_as_for_5000(cast: Cast) -> None:
    doors = ("/w/acme/members", f"/api/workspaces/{cast.acme.pk}/members")
    clients = {caller: cast.client(caller) for caller in ("owner", "member")}
    counts: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    inside = 4
    for members in (5, 100, 5000):
        run(PEOPLE, members - inside, cast.acme.pk)
        inside = members
        for caller, path in product(clients, doors):
            queries, answer = asked(clients[caller], path)
            counts[caller, path][members] = len(queries)
            if path.startswith("/api/"):
                body = answer.json()
                assert (body["count"], len(body["results"])) == (members, min(members, 50))
    for found in counts.values():
        assert len(set(found.values())) == 1, counts
        assert found[5] <= FEW, counts


@pytest.mark.parametrize("caller", ["owner", "member"])
def test_the_list_of_campaigns_asks_as_often_for_1_as_for_10000(cast: Cast, caller: str) -> None:
    client, door = cast.client(caller), f"/api/workspaces/{cast.acme.pk}/campaigns"
    counts: dict[str, set[int]] = defaultdict(set)
    inside = 1
    for campaigns in (1, 100, 10_000):
        run(CAMPAIGNS, campaigns - inside, cast.acme.pk)
        inside = campaigns
        for path in ("/w/acme/", door):
            queries, answer = asked(client, path)
            counts[path].add(len(queries))
            if path == door:
                assert answer.json()["count"] == campaigns
            else:
                assert f'data-total="{campaigns}"' in answer.content.decode()
    assert all(len(found) == 1 and max(found) <= FEW for found in counts.values()), counts


def test_the_home_page_asks_as_often_for_1_workspace_as_for_100(cast: Cast) -> None:
    client = cast.client("owner")
    few, _ = asked(client, "/")
    run(CLIENTS, 99, cast.people["owner"].pk)
    many, answer = asked(client, "/")
    assert answer.content.decode().count("data-workspace-id=") > 99
    assert len(few) == len(many) <= FEW
