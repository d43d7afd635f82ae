"""The campaign list, signed in: the time in the server, and the questions to the database."""

import http.client
import json
import time
from typing import Any

from bench.product import HOST, OWNER, Product
from bench.row import BenchError, Row, Spread, thinned, times
from bench.seed import WORKSPACES

TIMES = 200
WARM = 15
FLOOR = "/healthz"  # the same middleware with hardly a view behind it


def rows(product: Product) -> list[Row]:
    session = product.sign_in()
    queries = product.manage("bench.queries", OWNER, *(f"/w/{slug}/" for slug in WORKSPACES))
    floor = Spread.of(asked(product, FLOOR, session)[0])
    found = []
    for slug, count in WORKSPACES.items():
        path = f"/w/{slug}/"
        taken, size = asked(product, path, session)
        server = of_the_log(product, path)[-TIMES:]
        client = Spread.of(taken)
        found.append(
            Row(
                what="Campaign list, signed in",
                load=f"{count:,} campaigns, one reader",
                measured=f"{Spread.of(server)} in the server, {queries[path]['count']} queries",
                limits=((f"{floor} `{FLOOR}` to the client", times(client.p50, floor.p50)),),
                note=f"to the client {client}, {size / 1024:.0f} KiB",
                raw={
                    "server_ms": thinned(server),
                    "client_ms": thinned(taken),
                    "floor_ms": vars(floor),
                    "queries": queries[path],
                    "bytes": size,
                },
            )
        )
    return found


def asked(
    product: Product, path: str, session: str, *, warm: int = WARM, count: int = TIMES
) -> tuple[list[float], int]:
    """Milliseconds to the whole answer, over one kept connection, and its size."""
    connection = http.client.HTTPConnection(HOST, product.port, timeout=15)
    taken, size = [], 0
    for number in range(warm + count):
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise BenchError(f"{path} answers {answer.status}")
        if number >= warm:
            taken.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return taken, size


def of_the_log(product: Product, path: str) -> list[float]:
    """The milliseconds that the product itself wrote down, all middleware included."""
    time.sleep(0.3)  # the supervisor hands the lines on
    found = []
    for line in product.log().splitlines():
        if '"request_finished"' in line and f"GET {path}" in line:
            entry: dict[str, Any] = json.loads(line[line.index("{") :])
            found.append(float(entry["ms"]))
    if len(found) < TIMES:
        raise BenchError(f"the log has {len(found)} lines for {path}")
    return found
