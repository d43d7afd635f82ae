"""The pictures of docs/pages: every page in light, in dark and on a phone, full, empty and broken.

`make pictures` starts the product with its demo and takes them anew. Nothing is staged but what
happens to people: a workspace without campaigns, and an n8n that is switched off.
"""

import base64
import os
import signal
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests import processes
from tests.page_people import person, workspace
from tests.people import Browsers, People
from tests.product import Product, heartbeat, start, stop
from tests.provisions import LEADS, begin, broken_template, made, template_id

FOLDER = Path(__file__).parent / "pages"
HEIGHT = 440  # of a sheet, in pixels
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
OWNER = "owner@acme.test"
DEFAULT_TIMEOUT = 30_000


def sheet(people: People, name: str, email: str, path: str) -> None:
    shots = [look(people, email, path, options) for options in LOOKS.values()]
    page = people.browsers.get().new_page(viewport={"width": 400, "height": HEIGHT})
    page.set_content(
        "<style>body{margin:0;display:inline-flex;gap:8px;background:#7a8190}"
        f"img{{height:{HEIGHT}px}}</style>"
        + "".join(f'<img src="data:image/png;base64,{shot}">' for shot in shots)
    )
    page.wait_for_timeout(200)
    page.locator("body").screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=72)
    page.close()
    print(f"docs/pages/{name}.jpg", flush=True)


def look(people: People, email: str, path: str, options: dict[str, object]) -> str:
    context = people.context(email, **options)
    context.set_default_timeout(DEFAULT_TIMEOUT)
    page = context.new_page()
    page.goto(path)
    settle(page)
    shot = base64.b64encode(page.screenshot()).decode()
    context.close()
    return shot


def settle(page: Page) -> None:
    if page.locator('[data-component="system-health-bar"]').count():
        page.wait_for_selector('html[data-connection="live"]')
    page.wait_for_timeout(700)


def full(people: People, product: Product) -> None:
    campaign, workflow = product.campaign("Weekly digest")
    for run in range(40):
        failed = run % 11 == 6
        error = {"error": {"message": "401 from the CRM: token expired", "node": "CRM"}}
        status = "error" if failed else "success"
        product.beat(heartbeat(workflow, status, executionId=str(run), **(error if failed else {})))
    sheet(people, "sign-in", "", "/accounts/login/")
    sheet(people, "landing", "", "/")
    sheet(people, "campaigns-full", OWNER, "/w/acme/")
    sheet(people, "campaigns-viewer", "viewer@acme.test", "/w/acme/")
    sheet(people, "campaign-full", OWNER, f"/w/acme/campaigns/{campaign}")
    sheet(people, "save-template-full", OWNER, f"/w/acme/campaigns/{campaign}/template")
    sheet(people, "connect-full", OWNER, "/w/acme/connect")
    sheet(people, "settings-full", OWNER, "/w/acme/settings")
    sheet(people, "account-full", OWNER, "/account/")
    of_templates(people, product)
    people_and_rights(people, product)
    agency = many(product)
    sheet(people, "home-full", agency, "/")


def of_templates(people: People, product: Product) -> None:
    template = template_id(product)
    ready = made(product, OWNER, template, "Spring leads", LEADS)
    stopped = begin(
        product, OWNER, broken_template(product, "Asks for too much"), "Autumn leads", LEADS
    )
    sheet(people, "templates-full", OWNER, "/w/acme/templates")
    sheet(people, "templates-viewer", "viewer@acme.test", "/w/acme/templates?category=Leads")
    sheet(people, "new-campaign-choose", OWNER, "/w/acme/new")
    sheet(people, "new-campaign-fill", OWNER, f"/w/acme/new?template={template}")
    sheet(people, "making-done", OWNER, f"/w/acme/new/{ready}")
    sheet(people, "webhook-calls", OWNER, f"/w/acme/campaigns/{called(product, ready)}/calls")
    sheet(people, "making-stopped", OWNER, f"/w/acme/new/{stopped}")


def called(product: Product, provision: str) -> str:
    """Its campaign, after a few calls of its address."""
    with product.client(OWNER) as owner:
        id: str = owner.get(f"/api/provisions/{provision}").json()["campaignId"]
        url = owner.get(f"/api/campaigns/{id}").json()["webhookUrl"]
        for body in ({"email": "ada@example.com"}, {}, {"email": "grace@example.com"}):
            owner.post(url, json=body)
    return id


def people_and_rights(people: People, product: Product) -> None:
    for name, role in (("Grace", "admin"), ("Linus", "member"), ("Radia", "viewer")):
        with product.client(OWNER) as owner:
            email = f"{name.lower()}@example.com"
            url = f"/api/workspaces/{product.workspace()}/invitations"
            owner.post(url, json={"email": email, "role": role})
    sheet(people, "members-full", OWNER, "/w/acme/members")
    sheet(people, "members-viewer", "viewer@acme.test", "/w/acme/members")
    sheet(people, "keys-full", OWNER, "/w/acme/keys")
    sheet(people, "role-audit-full", OWNER, "/w/acme/role-audit")
    sheet(people, "second-factor", OWNER, "/second-factor?workspace=acme&next=/w/acme/")
    sheet(people, "watch-full", "super@demo.test", "/watch/")
    sheet(
        people,
        "suspending",
        "super@demo.test",
        f"/watch/workspaces/{product.workspace()}/suspension",
    )


def many(product: Product) -> str:
    """An owner of many workspaces, some of which need them."""
    email = person(product, "owner")
    with product.db() as db:
        for name in ("Northwind", "Initech", "Umbrella", "Hooli", "Stark", "Wayne"):
            slug = workspace(product, name)
            db.execute(
                "INSERT INTO workspaces_membership (id, workspace_id, user_id, role, version,"
                " joined_at) SELECT gen_random_uuid(), w.id, u.id, 'owner', 1, now()"
                " FROM workspaces_workspace w, workspaces_user u"
                " WHERE w.slug = %s AND u.email = %s",
                [slug, email],
            )
            for n in range(3):
                _, workflow = product.campaign(f"{name} {n + 1}", slug)
                failed = name in ("Hooli", "Initech") and n == 1
                product.beat(heartbeat(workflow, "error" if failed else "success", executionId="1"))
    return email


def empty(people: People, product: Product) -> None:
    slug = workspace(product, "newcomer")
    email = person(product, "owner", slug)
    campaign, _ = product.campaign("Never ran")
    sheet(people, "campaigns-empty", email, f"/w/{slug}/")
    sheet(people, "connect-empty", email, f"/w/{slug}/connect")
    sheet(people, "campaign-empty", OWNER, f"/w/acme/campaigns/{campaign}")
    sheet(people, "home-empty", "super@demo.test", "/")


def broken(people: People, product: Product) -> None:
    """n8n is switched off, and somebody has asked it."""
    with product.db() as db:
        row = db.execute(
            "SELECT id FROM campaigns_campaign WHERE name = 'Weekly digest'"
        ).fetchone()
    assert row is not None
    found = processes.of(product.run_dir).items()
    (sandbox,) = [pid for pid, line in found if "n8n.sandbox" in line]
    os.kill(sandbox, signal.SIGSTOP)
    with product.db() as db, product.client(OWNER) as owner:
        db.execute("UPDATE campaigns_workspaceclock SET sync_asked_at = NULL")
        owner.post("/api/sync/trigger", json={"workspaceId": str(product.workspace())})
    sheet(people, "campaigns-broken", OWNER, "/w/acme/")
    sheet(people, "campaign-broken", OWNER, f"/w/acme/campaigns/{row[0]}")
    sheet(people, "connect-broken", OWNER, "/w/acme/connect")
    sheet(people, "home-broken", OWNER, "/")
    os.kill(sandbox, signal.SIGCONT)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    only = sys.argv[1:] or ["full", "empty", "broken"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        product = start(Path(folder) / "product")
        people = People(Browsers(playwright.chromium), product)
        try:
            for take in (full, empty, broken):
                if take.__name__ in only:
                    take(people, product)
        finally:
            people.browsers.close()
            stop(product)


if __name__ == "__main__":
    main()
