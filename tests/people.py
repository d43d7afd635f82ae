"""People with real Chromium, each in a browser context of their own."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.product import PASSWORD, Product

CHROMIUM = shutil.which("chromium")
ARGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
LIVE = 'html[data-connection="live"]'
FAST = 15_000  # ms; a busy machine takes its time, what never comes never comes

expect.set_options(timeout=FAST)


@dataclass
class People:
    """One browser, a context of their own for each; everyone signs in once, with the form."""

    browser: Browser
    product: Product
    states: dict[str, Any] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)

    def context(self, email: str = "", **options: Any) -> BrowserContext:
        if email and email not in self.states:
            self.sign_in(email).context.close()  # the page it leads to is live, and counts
            self.contexts.pop()
        options = {"base_url": self.product.url, "storage_state": self.states.get(email)} | options
        context = self.browser.new_context(**options)
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
            self.contexts.pop().close()


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
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield People(browser, product)
        browser.close()


@pytest.fixture
def people(everyone: People) -> Iterator[People]:
    yield everyone
    everyone.close()
