"""The god view: a page of fifty of all workspaces, with counts over them all, to a super admin."""

from bench.pages import FLOOR, asked
from bench.product import Product
from bench.row import Row, Spread, thinned, times

PATH = "/api/admin/all-workspaces"
WORKSPACES = (50, 1000)
WARM, TIMES = 5, 50  # together less than the sixty that a super admin may ask for in a minute


def rows(product: Product) -> list[Row]:
    found = []
    for count in WORKSPACES:
        email = f"watch-{count}@bench.test"
        there = product.manage("bench.clients", str(count), email)["workspaces"]
        session = product.sign_in(email)
        queries = product.manage("bench.queries", email, PATH)[PATH]
        floor = Spread.of(asked(product, FLOOR, session, warm=WARM, count=TIMES)[0])
        taken, size = asked(product, PATH, session, warm=WARM, count=TIMES)
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
