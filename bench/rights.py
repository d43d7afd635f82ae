"""`python -m bench.rights`: workspaces with many members, and what asking for a right costs there.

With the settings and the database of the running product, in a process of its own.
"""

import json
import time
from collections.abc import Callable
from typing import Any

# How many members: of a small client and of one that is larger than any.
WORKSPACES = {"bench-100": 100, "bench-5000": 5000}
READER = "owner2@acme.test"  # an owner besides, whose socket is another one
RIGHT = "manage_members"
TIMES, WARM = 500, 50

_PEOPLE = """
WITH people AS (
    INSERT INTO workspaces_user (id, email, name, password, demo, is_active, is_superuser,
        is_staff, language, timezone, date_joined)
    SELECT gen_random_uuid(), %(slug)s || '-' || n || '@bench.test', 'Person ' || n, '!', false,
        true, false, false, '', '', now()
    FROM generate_series(1, %(count)s) n RETURNING id
)
INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version, joined_at)
SELECT gen_random_uuid(), %(workspace)s, id, 'member', 1, now() FROM people
"""


def main() -> None:
    import django  # noqa: PLC0415 -- the names above are used without it

    django.setup()
    print(json.dumps({"workspaces": _workspaces(), **_asked()}))


def _workspaces() -> dict[str, str]:
    from django.db import connection  # noqa: PLC0415 -- need django.setup()

    from bench.product import OWNER  # noqa: PLC0415
    from orchestrator.events import command  # noqa: PLC0415
    from workspaces import quotas, services  # noqa: PLC0415
    from workspaces.models import Role, User  # noqa: PLC0415

    owner, reader = (User.objects.get(email=email) for email in (OWNER, READER))
    actor = command("bench")
    found = {}
    for slug, count in WORKSPACES.items():
        workspace = services.create_workspace(slug, slug=slug, owner=owner, actor=actor)
        quotas.set_limit(workspace, quotas.Name.MEMBERS, quotas.LARGEST, actor=actor)
        services.add_member(workspace, reader, Role.OWNER, actor=actor)
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"slug": slug, "count": count - 2, "workspace": workspace.pk}
            cursor.execute(_PEOPLE, values)
        found[slug] = str(workspace.pk)
    with connection.cursor() as cursor:
        for table in ("user", "membership", "workspaceuserobjectpermission"):
            cursor.execute(f"ANALYZE workspaces_{table}")
    return found


def _asked() -> dict[str, Any]:
    """Ours and guardian's, in turn; nothing is remembered from one to the next."""
    from django.db import connection  # noqa: PLC0415 -- need django.setup()
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from guardian.backends import ObjectPermissionBackend  # noqa: PLC0415

    from workspaces.access import forget  # noqa: PLC0415
    from workspaces.models import User, Workspace  # noqa: PLC0415

    reader = User.objects.get(email=READER)
    workspace = Workspace.objects.get(slug=max(WORKSPACES, key=lambda slug: WORKSPACES[slug]))
    guardian = ObjectPermissionBackend()

    def ours() -> bool:
        forget(reader)
        return reader.has_perm(f"workspaces.{RIGHT}", workspace)

    def theirs() -> bool:
        return bool(guardian.has_perm(reader, f"workspaces.{RIGHT}", workspace))

    found: dict[str, Any] = {}
    ways: dict[str, Callable[[], bool]] = {"ours": ours, "guardian": theirs}
    samples: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(WARM + TIMES):
        for name, ask in ways.items():
            begun = time.perf_counter()
            allowed = ask()
            taken = (time.perf_counter() - begun) * 1000
            assert allowed, name
            if number >= WARM:
                samples[name].append(taken)
    for name, ask in ways.items():
        with CaptureQueriesContext(connection) as captured:
            ask()
        asked = [query["sql"][:160] for query in captured.captured_queries]
        found[name] = {"ms": samples[name], "queries": len(asked), "sql": asked}
    return found


if __name__ == "__main__":
    main()
