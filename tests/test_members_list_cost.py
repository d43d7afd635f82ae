"""The list of members costs the same questions, however many there are."""

from typing import Any

import pytest
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


@pytest.mark.parametrize("caller", ["owner", "member"])
@pytest.mark.parametrize("door", ["html", "api"])
def test_the_list_of_members_asks_as_often_for_5_as_for_5000(
    door: str, caller: str, cast: Cast
) -> None:
    path = "/w/acme/members" if door == "html" else f"/api/workspaces/{cast.acme.pk}/members"
    client, counts = cast.client(caller), {}
    inside = 4
    for members in (5, 100, 5000):
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE, [members - inside, cast.acme.pk])
        inside = members
        queries, answer = asked(client, path)
        counts[members] = len(queries)
        if door == "api":
            body = answer.json()
            assert (body["count"], len(body["results"])) == (members, min(members, 50))
    assert len(set(counts.values())) == 1, counts
    assert counts[5] <= 15
