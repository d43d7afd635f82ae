"""A running product under everything at once: heartbeats, edits, roles, provisions, calls, sockets.

What it said yes to is remembered: `tests/aftermath.py` holds the product to it.
"""

import math
import os
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx

from tests.page_people import person, workspace
from tests.processes import PATIENCE, wait_until
from tests.product import Product

LONG = bool(os.environ.get("STORM"))  # `make soak`: longer storms, and nobody hurries the product
SECONDS = float(os.environ.get("STORM") or 1.5)  # of load before a fault, and after it
ENDS_WITHIN = 60 * PATIENCE  # whoever is asked to stop says what they have still to say
NAMED = "Storm"  # what a page looks for: provisions are many
EDITED, BEATING = 2, 4  # campaigns of a workspace

Answer = httpx.Response | None
Work = Callable[["Storm", "Tenant"], None]


@dataclass
class Tenant:
    """A workspace of a storm's own, what stands in it, and what was acknowledged to it."""

    product: Product
    slug: str
    id: uuid.UUID
    owner: str
    second: str  # whose role is changed again and again
    edited: list[uuid.UUID]
    beating: list[tuple[uuid.UUID, str]]
    called: uuid.UUID
    door: str = ""  # the front door's address
    token: str = ""
    url: str = ""  # of the web process that it asks; `other` of another one
    other: str = ""
    beats: dict[str, str] = field(default_factory=dict)  # heartbeat's id: execution
    calls: list[tuple[float, str]] = field(default_factory=list)  # when, and the name it bears
    provisions: list[str] = field(default_factory=list)
    noted: int = 0  # calls that were written down before
    edits: int = 0
    roles: int = 0
    eyes: "Any" = None  # its socket's, once there is one

    @property
    def campaigns(self) -> list[uuid.UUID]:
        return [*self.edited, *(id for id, _ in self.beating), self.called]

    def begin_anew(self) -> None:
        """What was judged is not judged again; edits and roles are counted from the start."""
        self.beats.clear()
        self.provisions.clear()
        self.calls.clear()
        self.noted = self.calls_noted()

    def calls_noted(self) -> int:
        with self.product.db() as db:
            row = db.execute(
                "SELECT count(*) FROM provisioning_hookcall"
                " WHERE campaign_id = %s AND status = 200",
                [self.called],
            ).fetchone()
        return row[0] if row else 0

    def http(self, seconds: float = 15) -> httpx.Client:
        headers = {"X-Session-Token": self.token}
        return httpx.Client(base_url=self.url, headers=headers, timeout=seconds)


def tenant(product: Product, name: str) -> Tenant:
    """Its front door leads where the instance leads."""
    slug = workspace(product, name)
    owner, second = person(product, "owner", slug), person(product, "admin", slug)
    beating = [product.campaign(f"{NAMED} beats {n}", slug) for n in range(BEATING)]
    edited = [product.campaign(f"{NAMED} edited {n}", slug)[0] for n in range(EDITED)]
    called, workflow = product.campaign(f"{NAMED} called", slug)
    made = Tenant(product, slug, product.workspace(slug), owner, second, edited, beating, called)
    made.token, made.url = product.token(owner), product.url
    with made.http() as http:
        answer = http.post("/api/sync/trigger", json={"workspaceId": str(made.id)})
        assert answer.status_code in (200, 202), answer.text
        wish = {"campaignId": str(called), "workflowId": workflow}

        def linked() -> bool:  # once the sync has seen the webhook
            answer = http.post("/api/webhooks/auto-link", json=wish)
            made.door = answer.json().get("webhookUrl", "")
            return bool(made.door)

        assert wait_until(linked, 10)
    return made


class Storm:
    """Threads that go on until it is over, each at one thing, and what they saw."""

    def __init__(self, tenants: list[Tenant]) -> None:
        self.tenants = tenants
        self.seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.yes: defaultdict[str, list[float]] = defaultdict(list)  # when somebody was served
        self._over, self._gone = threading.Event(), threading.Event()
        self._at_work: list[Future[None]] = []
        self._calm_since = math.inf

    @contextmanager
    def blowing(self, work: list[Work], watching: list[Work]) -> Iterator[None]:
        """Each of this work for each tenant, until `calm`; who watches does so until the end."""
        with ThreadPoolExecutor((len(work) + len(watching)) * len(self.tenants)) as pool:
            self._at_work = [pool.submit(w, self, t) for w in work for t in self.tenants]
            eyes = [pool.submit(w, self, t) for w in watching for t in self.tenants]
            try:
                yield
            finally:
                self._over.set()
                self._gone.set()
                for each in eyes:
                    each.result()

    def calm(self) -> None:
        """All have said what they had to say, and nobody begins anything."""
        self._over.set()
        for each in self._at_work:
            each.result()
        self._calm_since = time.monotonic()

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    @property
    def is_gone(self) -> bool:
        return self._gone.is_set()

    def pause(self, seconds: float) -> None:
        self._over.wait(seconds)

    def ask(self, kind: str, call: Callable[[], httpx.Response]) -> Answer:
        """Its answer, whatever it says; None where there was none."""
        try:
            answer = call()
        except httpx.HTTPError as error:
            self.seen[kind][type(error).__name__] += 1
            return None
        self.seen[kind][str(answer.status_code)] += 1
        if answer.is_success:
            self.yes[kind].append(time.monotonic())
        return answer

    def insist(self, kind: str, call: Callable[[], httpx.Response]) -> httpx.Response:
        """The same again and again, as who must not lose it, until it is taken."""
        deadline = time.monotonic() + ENDS_WITHIN
        while time.monotonic() < deadline:
            answer = self.ask(kind, call)
            if answer is not None and answer.is_success:
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{kind}: nobody took it; {self.seen[kind]}")

    def is_served(self, *kinds: str, since: float) -> bool:
        """Whether each of these has had what it wanted since."""
        return all(any(at > since for at in self.yes[kind][-5:]) for kind in kinds)

    def away(self, kind: str, since: float) -> float:
        """Seconds: the longest time from then on in which nobody of this kind was served."""
        times = [since, *sorted(at for at in self.yes[kind] if since < at < self._calm_since)]
        return max((b - a for a, b in pairwise(times)), default=0.0)

    def refused(self, kind: str) -> str:
        """What they saw instead, most frequent first."""
        seen = (s for s in self.seen[kind].most_common() if not s[0].startswith("2"))
        return ", ".join(f"{what} {times}x" for what, times in seen)
