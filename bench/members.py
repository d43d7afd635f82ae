"""Who may do what: a right asked for, the list of members, a role changed under another's eyes."""

import http.client
import json
import queue
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from websockets.sync.client import ClientConnection, connect

from bench import pages
from bench.product import HOST, OWNER, Product
from bench.rights import READER, WORKSPACES
from bench.row import BenchError, Row, Spread, thinned, times

CHANGES, WARM = 200, 10
Heard = queue.Queue[tuple[float, dict[str, Any]]]  # when, and the frame
PATIENCE = 5.0  # seconds for a frame
_PAGE = """
SELECT u.id, u.email, u.name, m.role, m.joined_at, m.version
FROM workspaces_membership m JOIN workspaces_user u ON u.id = m.user_id
WHERE m.workspace_id = %s ORDER BY lower(u.name), m.id LIMIT 50
"""


def rows(product: Product) -> list[Row]:
    found = product.manage("bench.rights")
    ours, guardian = found["ours"], found["guardian"]
    measured, limit = Spread.of(ours["ms"]), Spread.of(guardian["ms"])
    right = Row(
        what="A right is asked for",
        load="nothing remembered, a workspace with 5,000 members",
        measured=f"{measured}, {ours['queries']} query",
        limits=(
            (
                f"{limit} guardian's `has_perm`, {guardian['queries']} queries",
                times(measured.p50, limit.p50),
            ),
        ),
        note="the workspace, the membership and all its grants",
        raw={
            "ours_ms": thinned(ours["ms"]),
            "guardian_ms": thinned(guardian["ms"]),
            "sql": [ours["sql"], guardian["sql"]],
        },
    )
    return [right, *_lists(product, found["workspaces"]), _change(product, found["workspaces"])]


def _lists(product: Product, workspaces: dict[str, str]) -> Iterator[Row]:
    session = product.sign_in()
    paths = {("List of members, page", slug): f"/w/{slug}/members" for slug in WORKSPACES} | {
        ("List of members, API", slug): f"/api/workspaces/{workspaces[slug]}/members"
        for slug in WORKSPACES
    }
    queries = product.manage("bench.queries", OWNER, *paths.values())
    for (what, slug), path in paths.items():
        taken, size = pages.asked(product, path, session)
        server, client = pages.of_the_log(product, path)[-pages.TIMES :], Spread.of(taken)
        bare = Spread.of(_bare_select(product, workspaces[slug]))
        spread = Spread.of(server)
        yield Row(
            what=what,
            load=f"{WORKSPACES[slug]:,} members, 50 shown, one reader",
            measured=f"{spread} in the server, {queries[path]['count']} queries",
            limits=((f"{bare} the bare SELECT of these rows", times(spread.p50, bare.p50)),),
            note=f"to the client {client}, {size / 1024:.0f} KiB",
            raw={
                "server_ms": thinned(server),
                "client_ms": thinned(taken),
                "bare_ms": vars(bare),
                "queries": queries[path],
            },
        )


def _bare_select(product: Product, workspace: str) -> list[float]:
    taken = []
    with product.db() as db:
        for number in range(pages.WARM + pages.TIMES):
            begun = time.perf_counter()
            db.execute(_PAGE, [workspace]).fetchall()
            if number >= pages.WARM:
                taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _change(product: Product, workspaces: dict[str, str]) -> Row:
    """By one owner over HTTP, seen on the socket of another."""
    slug = "bench-100"
    workspace = workspaces[slug]
    with product.db() as db:
        people = db.execute(
            "SELECT user_id FROM workspaces_membership WHERE workspace_id = %s AND role = 'member'"
            " ORDER BY id LIMIT 20",
            [workspace],
        ).fetchall()
    headers = {"x-session-token": product.sign_in(), "content-type": "application/json"}
    browser = http.client.HTTPConnection(HOST, product.port, timeout=15)
    seen: list[float] = []
    answered: list[float] = []
    with _eye(product, workspace) as frames:
        for number in range(WARM + CHANGES):
            (user,) = people[number % len(people)]
            turn = number // len(people)
            body = {"newRole": "member" if turn % 2 else "viewer", "version": turn + 1}
            begun = time.perf_counter()
            path = f"/api/workspaces/{workspace}/members/{user}"
            browser.request("PATCH", path, json.dumps(body), headers)
            answer = browser.getresponse()
            said = answer.read()
            at = time.perf_counter()
            if answer.status != 200:
                raise BenchError(f"a role could not be changed: {answer.status} {said[:200]!r}")
            if number >= WARM:
                answered.append((at - begun) * 1000)
                seen.append((_seen(frames, user) - begun) * 1000)
            else:
                _seen(frames, user)
            time.sleep(0.02)
    browser.close()
    spread, own, bare = Spread.of(seen), Spread.of(answered), Spread.of(_bare_change(product))
    return Row(
        what="Role changed → frame on another socket",
        load="100 members, one change after the other",
        measured=str(spread),
        limits=(
            (f"{bare} a bare UPDATE and PUBLISH", times(spread.p50, bare.p50)),
            (f"{own} to its own 200", times(spread.p50, own.p50)),
        ),
        raw={"frame_ms": thinned(seen), "answer_ms": thinned(answered), "bare_ms": vars(bare)},
    )


@contextmanager
def _eye(product: Product, workspace: str) -> Iterator[Heard]:
    """What the other owner's socket hears, and when."""
    heard: Heard = queue.Queue()
    socket = connect(
        f"ws://{HOST}:{product.port}/ws/workspaces/{workspace}/",
        additional_headers={"x-session-token": product.sign_in(READER)},
        compression=None,
        max_queue=None,
    )
    socket.recv()  # the snapshot

    def listen(socket: ClientConnection) -> None:
        for text in socket:
            heard.put((time.perf_counter(), json.loads(text)))

    thread = threading.Thread(target=listen, args=[socket], daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        socket.close()
        thread.join(5)


def _seen(frames: Heard, user: uuid.UUID) -> float:
    while True:
        try:
            at, frame = frames.get(timeout=PATIENCE)
        except queue.Empty:
            raise BenchError("no frame told of the change") from None
        if frame["type"] == "member.changed" and frame["subject"] == str(user):
            return at


def _bare_change(product: Product) -> list[float]:
    """One row without a trigger, committed; then one message, until its subscriber has it."""
    server = redis.Redis.from_url(product.environ["REDIS_URL"])
    pubsub = server.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
    pubsub.subscribe("bench")
    taken = []
    with product.db() as db:
        db.execute("CREATE TABLE bench_bare AS SELECT 1 AS id, 'member' AS role")
        try:
            for number in range(WARM + CHANGES):
                begun = time.perf_counter()
                db.execute("UPDATE bench_bare SET role = 'viewer' WHERE id = 1")
                server.publish("bench", b"x")
                while pubsub.get_message(timeout=PATIENCE) is None:
                    pass
                if number >= WARM:
                    taken.append((time.perf_counter() - begun) * 1000)
        finally:
            db.execute("DROP TABLE bench_bare")
    pubsub.close()
    server.close()
    return taken
