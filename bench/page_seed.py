"""`python -m bench.page_seed`: people with few or very many campaigns in one workspace, and one
with a hundred workspaces; each campaign has thirty runs behind it."""

import json
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from workspaces.models import User, Workspace

SIZES = (100, 1_000, 10_000)
WORKSPACES, CAMPAIGNS_EACH = 100, 5
RUNS = 30  # as many as a card shows

_RUNS = """
INSERT INTO campaigns_run_key
    (run_id, campaign_id, day, token, execution_id, result, manual, sent_at, end_at, seen_at,
     polled)
SELECT gen_random_uuid(), c.id, (now() AT TIME ZONE 'UTC')::date, gen_random_uuid()::text, NULL,
       CASE WHEN n %% 9 = 0 THEN 'error' ELSE 'success' END, false,
       now() - n * interval '1 min', now() - n * interval '1 min', now(), false
FROM campaigns_campaign c CROSS JOIN generate_series(1, %s) n WHERE c.workspace_id = ANY (%s)
"""


def main() -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415 -- need django.setup()

    from bench import quiet  # noqa: PLC0415

    quiet.secret()
    found, made = {}, []
    people = quiet.people(len(SIZES) + 1, "reader")
    for person, size in zip(people, SIZES, strict=False):
        (workspace,) = some = quiet.workspaces([f"bench-list-{size}"], person)
        quiet.campaigns(workspace, size)
        found[str(size)] = _told(person, some)
        made += some
    slugs = [f"bench-home-{number:02}" for number in range(WORKSPACES)]
    many = quiet.workspaces(slugs, people[-1])
    for workspace in many:
        quiet.campaigns(workspace, CAMPAIGNS_EACH)
    found["workspaces"] = _told(people[-1], many)
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, [RUNS, [workspace.pk for workspace in made + many]])
        cursor.execute("ANALYZE")
    print(json.dumps(found))


def _told(person: "User", workspaces: "list[Workspace]") -> dict[str, str]:
    from bench import quiet  # noqa: PLC0415

    first = workspaces[0]
    session = quiet.session_of(person)
    return {"email": person.email, "session": session, "slug": first.slug, "id": str(first.pk)}


if __name__ == "__main__":
    main()
