"""`python -m bench.queries EMAIL PATH...`: what a page asks the database, by the test client.

With the settings and the database of the running product, but in a process of its own, for only
there can they be counted.
"""

import json
import sys

import django


def main() -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415 -- need django.setup()
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from workspaces.models import User  # noqa: PLC0415

    email, *paths = sys.argv[1:]
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=email), backend="workspaces.identity.Backend")
    found = {}
    for path in paths:
        client.get(path)  # what is read once per process
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        asked = [query["sql"] for query in captured.captured_queries]
        found[path] = {"count": len(asked), "sql": [sql[:160] for sql in asked]}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
