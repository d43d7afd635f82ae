"""A workspace of a test's own with one campaign; the server counts the sockets that look at it."""

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.sync_api import ConsoleMessage, Page, Request, WebSocketRoute, expect

from tests import processes
from tests.page_people import person, workspace
from tests.people import FAST, LIVE, People
from tests.product import Product, heartbeat

WORD = "[data-connection-word]"
# As a browser does it when another tab, or another window, is in front.
HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', {get: () => hidden, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
}"""


@dataclass
class Place:
    """Its people are made when first asked for, with the demo's password."""

    product: Product
    slug: str
    id: uuid.UUID
    campaign: uuid.UUID
    workflow: str
    emails: dict[str, str] = field(default_factory=dict)
    runs: int = 0

    @property
    def path(self) -> str:
        return f"/w/{self.slug}/"

    def email(self, who: str = "owner") -> str:
        """`who` begins as what its last word says: "owner", "second owner"."""
        if who not in self.emails:
            self.emails[who] = person(self.product, who.split()[-1], self.slug)
        return self.emails[who]

    def becomes(self, who: str, role: str) -> None:
        with self.product.db() as db:
            db.execute(
                "UPDATE workspaces_membership SET role = %s WHERE user_id ="
                " (SELECT id FROM workspaces_user WHERE email = %s)",
                [role, self.email(who)],
            )

    def client(self, role: str = "owner") -> httpx.Client:
        return self.product.client(self.email(role))

    def beat(self, status: str) -> None:
        """Of the next run, or the end of the one that runs."""
        self.runs += status == "running" or not self.runs
        self.product.beat(heartbeat(self.workflow, status, executionId=str(self.runs)))

    def run(self, result: str) -> None:
        self.beat("running")
        self.beat(result)

    def shows(self, page: Page, status: str) -> None:
        mark = page.locator(
            f'[data-campaign-id="{self.campaign}"] [data-component="campaign-pulse"]'
        )
        expect(mark).to_have_attribute("data-status", status, timeout=FAST)

    def has_sockets(self, client: httpx.Client, n: int) -> bool:
        """As the server counts them; a moment for those that are on their way."""

        def counted() -> int:
            body = client.get(f"/api/workspaces/{self.id}").json()
            used: int = body["quota"]["sockets"]["used"]
            return used

        return processes.wait_until(lambda: counted() == n, 3) and counted() == n


def place(product: Product, name: str) -> Place:
    slug = workspace(product, name)
    id, workflow = product.campaign(f"Of {name}", slug)
    made = Place(product, slug, product.workspace(slug), id, workflow)
    with made.client() as owner:
        answer = owner.post("/api/sync/trigger", json={"workspaceId": str(made.id)})
        assert answer.status_code in (200, 202), answer.text
        url = f"/api/workspaces/{made.id}/health"
        assert processes.wait_until(lambda: owner.get(url).json()["connections"]["n8n"] == "ok", 20)
    made.run("success")
    return made


@dataclass
class Gate:
    """Between a page and its sockets, where a network would be."""

    code: int | None = None  # set: every socket is closed with it at once
    tries: int = 0
    last: WebSocketRoute | None = None

    def __call__(self, route: WebSocketRoute) -> None:
        self.tries += 1
        self.last = route
        if self.code is None:
            route.connect_to_server()
        else:
            route.close(code=self.code)

    def cut(self) -> None:
        assert self.last is not None
        self.last.close(code=self.code)


def gated(people: People, place: Place, gate: Gate) -> Page:
    """A page whose sockets go through the gate; not opened yet."""
    page = people.context(place.email()).new_page()
    page.route_web_socket("**/ws/**", gate)
    return page


def opened(people: People, place: Place, role: str = "owner") -> Page:
    return people.live(place.email(role), place.path)


def lost(page: Page, kind: str) -> None:
    page.wait_for_selector(f'html[data-connection="{kind}"]')


def live(page: Page) -> None:
    page.wait_for_selector(LIVE)


class Clock:
    """Of a page and the others of its context, ahead of ours: what is to come comes now."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: set[Request] = set()
        page.on("request", lambda request: self.asked.add(request))
        page.on("requestfinished", lambda request: self.asked.discard(request))
        page.on("requestfailed", lambda request: self.asked.discard(request))
        page.clock.install()

    def run(self, seconds: int, until: str | Callable[[], bool] = "none") -> bool:
        """The network keeps our time: after each second it may answer."""
        happened = until if callable(until) else lambda: self.page.locator(until).count() > 0
        for _ in range(seconds):
            if happened():
                return True
            self.page.clock.run_for(1000)
            self.page.wait_for_timeout(30)
            waited(self.page, lambda: not self.asked, 3)
        return happened()

    def until(self, until: str | Callable[[], bool], seconds: int = 60) -> None:
        assert self.run(seconds, until), until


def events(page: Page) -> list[dict[str, Any]]:
    """What the page logs of its connection, from now on, each with the `level`."""
    found: list[dict[str, Any]] = []

    def hear(said: ConsoleMessage) -> None:
        if re.match(r'\{"event":', said.text):
            found.append(json.loads(said.text) | {"level": said.type})

    page.on("console", hear)
    return found


def waited(page: Page, happened: Callable[[], bool], seconds: float = FAST / 1000) -> bool:
    """Playwright hears nothing while this thread sleeps."""
    for _ in range(int(seconds * 50)):
        if happened():
            return True
        page.wait_for_timeout(20)
    return happened()
