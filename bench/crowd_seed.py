"""`python -m bench.crowd_seed`: one workspace with many members, and a hundred apart; who is signed
in, and what there is to see."""

import json

import django

from bench.product import OWNER

TOGETHER, CAMPAIGNS = "bench-together", 1_000
APART, CAMPAIGNS_APART = 100, 50
PEOPLE = 200  # ten sockets each, which is a person's most


def main() -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415 -- need django.setup()

    from bench import quiet  # noqa: PLC0415
    from workspaces.models import User  # noqa: PLC0415

    secret = quiet.secret()
    slugs = [TOGETHER, *(f"bench-apart-{number:02}" for number in range(APART))]
    made = quiet.workspaces(slugs, User.objects.get(email=OWNER))
    people = quiet.people(PEOPLE, "crowd")
    together, apart = made[0], made[1:]
    quiet.join([(together, person) for person in people])
    quiet.join(list(zip(apart, people, strict=False)))
    found = []
    for workspace in made:
        count = CAMPAIGNS if workspace is together else CAMPAIGNS_APART
        campaigns = quiet.campaigns(workspace, count)
        found.append(
            {
                "id": str(workspace.pk),
                "campaigns": [str(campaign.pk) for campaign in campaigns],
                "workflows": [campaign.n8n_workflow_id for campaign in campaigns],
            }
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(
        json.dumps(
            {
                "secret": secret,
                "sessions": [quiet.session_of(person) for person in people],
                "together": found[0],
                "apart": found[1:],
            }
        )
    )


if __name__ == "__main__":
    main()
