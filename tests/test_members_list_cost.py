"""The list of members costs the same questions, however many there are."""

from collections import defaultdict
from itertools import product
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast

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
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE, [members - inside, cast.acme.pk])
        inside = members
        for caller, path in product(clients, doors):
            queries, answer = asked(clients[caller], path)
            counts[caller, path][members] = len(queries)
            if path.startswith("/api/"):
                body = answer.json()
                assert (body["count"], len(body["results"])) == (members, min(members, 50))
    for found in counts.values():
        assert len(set(found.values())) == 1, counts
        assert found[5] <= 15
