"""People with real Chromium, each in a browser context of their own."""

import os
import shutil
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Error,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from tests import processes
from tests.product import PASSWORD, Product

# Where there is one without a window of its own, it takes a quarter less of the machine.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
ARGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
LIVE = 'html[data-connection="live"]'
FAST = 15_000  # ms; a busy machine takes its time, what never comes never comes
CLOSES = 30  # s

expect.set_options(timeout=FAST)


@dataclass
class Browsers:
    """Chromium, killed and started anew when it does not close a context: one in thousands."""

    chromium: BrowserType
    running: Browser | None = None
    mark: str = ""

    def get(self) -> Browser:
        if self.running is None:
            self.mark = f"--people={uuid.uuid4().hex}"  # Chromium ignores what it does not know
            args = [*ARGS, self.mark]
            self.running = self.chromium.launch(executable_path=CHROMIUM, args=args)
        return self.running

    def close(self, context: BrowserContext | None = None) -> None:
        """Without a context the browser; what was killed meanwhile needs no closing."""
        if self.running is None or (context and context.browser is not self.running):
            return
        killed = threading.Event()
        hangs = threading.Timer(CLOSES, self._kill, [killed])
        hangs.start()
        try:
            (context or self.running).close()
        except Error:
            if not killed.is_set():
                raise
        finally:
            hangs.cancel()
        if killed.is_set() or context is None:
            self.running = None

    def _kill(self, killed: threading.Event) -> None:
        killed.set()
        processes.kill(self.mark)


@dataclass
class People:
    """One browser, a context of their own for each; everyone signs in once, with the form."""

    browsers: Browsers
    product: Product
    states: dict[str, Any] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)

    def context(self, email: str = "", **options: Any) -> BrowserContext:
        if email and email not in self.states:
            self.sign_in(email)
            self.browsers.close(self.contexts.pop())  # the page it leads to is live, and counts
        options = {"base_url": self.product.url, "storage_state": self.states.get(email)} | options
        context = self.browsers.get().new_context(**options)
        context.set_default_timeout(FAST)
        self.contexts.append(context)
        return context

    def sign_in(self, email: str) -> Page:
        page = self.context().new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.product.url}/")
        self.states[email] = page.context.storage_state()
        return page

    def live(self, email: str, path: str = "/w/acme/") -> Page:
        page = self.context(email).new_page()
        page.goto(path)
        page.wait_for_selector(LIVE)
        return page

    def close(self) -> None:
        while self.contexts:
            self.browsers.close(self.contexts.pop())


def height_of(element: Locator) -> float:
    """In pixels, as it is drawn."""
    box = element.bounding_box()
    assert box is not None
    return box["height"]


@pytest.fixture(scope="module")
def everyone(product: Product) -> Iterator[People]:
    """A playwright of this module: its event loop must be gone before an async test begins."""
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browsers = Browsers(playwright.chromium)
        yield People(browsers, product)
        browsers.close()


@pytest.fixture
def people(everyone: People) -> Iterator[People]:
    yield everyone
    everyone.close()
