"""The god view: a page of fifty of all workspaces, with counts over them all, to a super admin."""

import http.client
import time

from bench.product import HOST, Product
from bench.row import BenchError, Row, Spread, thinned, times

PATH = "/api/admin/all-workspaces"
WORKSPACES = (50, 1000)
WARM, TIMES = 5, 50  # together less than the sixty that a super admin may ask for in a minute
FLOOR = "/healthz"


def rows(product: Product) -> list[Row]:
    found = []
    for count in WORKSPACES:
        email = f"watch-{count}@bench.test"
        there = product.manage("bench.clients", str(count), email)["workspaces"]
        session = product.sign_in(email)
        queries = product.manage("bench.queries", email, PATH)[PATH]
        floor = Spread.of(_asked(product, FLOOR, session)[0])
        taken, size = _asked(product, PATH, session)
        client = Spread.of(taken)
        found.append(
            Row(
                what="God view",
                load=f"{there:,} workspaces, 50 a page",
                measured=f"{client}, {queries['count']} queries",
                limits=((f"{floor} `{FLOOR}`", times(client.p50, floor.p50)),),
                note=f"{size / 1024:.0f} KiB; the event in the ledger included",
                raw={"client_ms": thinned(taken), "floor_ms": vars(floor), "queries": queries},
            )
        )
    return found


def _asked(product: Product, path: str, session: str) -> tuple[list[float], int]:
    """Milliseconds to the whole answer, over one kept connection, and its size."""
    connection = http.client.HTTPConnection(HOST, product.port, timeout=15)
    taken, size = [], 0
    for number in range(WARM + TIMES):
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise BenchError(f"{path} answers {answer.status}")
        if number >= WARM:
            taken.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return taken, size
