"""Secrets of every kind, planted by what people, programs and n8n do in the running product, well
and badly; then everything that it wrote is searched for them."""

import base64
import os
import re
import secrets
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from celery import Celery
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests import processes
from tests.product import PASSWORD, ROOT, Product, heartbeat, ready, signed, start, stop
from tests.provisions import LEADS, made, template_id

OWNER = "owner@acme.test"
HALF = 12  # characters of a secret that are one as well
MIB = 1024 * 1024


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Product]:
    """With mails in files: links are theirs to hold."""
    mails = tmp_path / "mails"
    mails.mkdir()
    started = start(tmp_path / "run", EMAIL_URL=f"filemail:///{mails}", LOG_LEVEL="debug")
    yield started
    stop(started)


class Planted(dict[str, str]):
    """By what it is."""

    def keep(self, what: str, secret: str) -> str:
        assert len(secret) >= HALF, what
        self[what] = secret
        return secret

    def found_in(self, text: str) -> dict[str, str]:
        return {
            what: line[:400]
            for what, secret in self.items()
            for form in (secret, quote(secret, safe=""), secret[:HALF], secret[-HALF:])
            for line in text.splitlines()
            if form in line
        }


def link(product: Product, pattern: str) -> str:
    """The newest of this form that a mail holds."""
    folder = product.run_dir.parent / "mails"

    def links() -> list[str]:
        texts = [path.read_text() for path in sorted(folder.iterdir())]
        return [found for text in texts for found in re.findall(pattern, text)]

    assert processes.wait_until(lambda: bool(links()), 20)
    return links()[-1]


def by_browser(product: Product, planted: Planted) -> None:
    """Signing in, well and badly; a password forgotten and changed; CSRF there and missing."""
    wrong = planted.keep("a wrong password", f"Wrong-{secrets.token_urlsafe(12)}")
    with httpx.Client(base_url=product.url, timeout=20) as browser:
        browser.get("/accounts/login/")
        csrf = planted.keep("a CSRF cookie", browser.cookies["csrftoken"])
        form = {"csrfmiddlewaretoken": csrf, "login": OWNER}
        browser.post("/accounts/login/", data={**form, "password": wrong})
        browser.post("/accounts/login/", data={"login": OWNER, "password": wrong})
        browser.post("/accounts/login/", data={**form, "password": PASSWORD})
        session = planted.keep("a session's cookie", browser.cookies["sessionid"])
        form["csrfmiddlewaretoken"] = planted.keep("a CSRF token", browser.cookies["csrftoken"])
        new = planted.keep("a new password", f"New-{secrets.token_urlsafe(12)}")
        browser.post("/account/", data={**form, "what": "password", "password1": new})
        browser.get(f"/w/acme/?sessionid={session}&password={new}")
        browser.get(f"/nowhere/?token={new}")
        with suppress(WebSocketException, OSError):
            url = product.url.replace("http", "ws") + f"/ws/me/?token={new}"
            cookie = f"sessionid={session}"
            with connect(url, additional_headers={"Cookie": cookie, "Origin": product.url}) as it:
                it.recv(timeout=5)
    with httpx.Client(base_url=product.url, timeout=20) as forgetful:
        forgetful.get("/accounts/password/reset/")
        form = {"csrfmiddlewaretoken": forgetful.cookies["csrftoken"], "email": "member@acme.test"}
        forgetful.post("/accounts/password/reset/", data=form)
        reset = link(product, r"/accounts/password/reset/key/([\w-]+)/")
        planted.keep("a reset link", reset.partition("-")[2])
        forgetful.get(f"/accounts/password/reset/key/{reset}/")
        forgetful.get(f"/accounts/password/reset/key/{reset}x/")
        forgetful.get(f"/accounts/password/reset/key/{reset}")
        forgetful.post(f"/accounts/password/reset/key/{reset}/", data={"password1": new})


def by_programs(product: Product, planted: Planted) -> None:
    """Sessions and keys of the API, used, misused, made twice by one `Idempotency-Key`."""
    acme = product.workspace()
    token = planted.keep("a session token", product.token(OWNER))
    with httpx.Client(base_url=product.url, timeout=20) as program:
        program.headers["X-Session-Token"] = token
        keys = f"/api/workspaces/{acme}/api-keys"
        once = {"Idempotency-Key": str(uuid.uuid4())}
        answer = program.post(keys, json={"name": "Planted", "role": "owner"}, headers=once)
        assert answer.status_code == 201, answer.text
        key = planted.keep("an API key", answer.json()["key"].removeprefix("ork_"))
        program.post(keys, json={"name": "Planted", "role": "owner"}, headers=once)
        program.post(keys, json={"name": "Planted", "role": f"ork_{key}"})
        invited = f"/api/workspaces/{acme}/invitations"
        program.post(invited, json={"email": "new@acme.test", "role": "viewer"})
        invitation = planted.keep("an invitation", link(product, r"/invitations/([\w-]+)"))
        program.get(f"/api/invitations/{invitation}")
        program.post(f"/api/invitations/{invitation}/accept")
        program.get(f"/api/invitations/{invitation}/nothing")
        program.get(f"/invitations/{invitation}")
        n8n = planted.keep("n8n's API key", f"n8n_api_{secrets.token_hex(20)}")
        jwt = f"eyJhbGciOiJIUzI1NiJ9.{secrets.token_urlsafe(30)}.{secrets.token_urlsafe(30)}"
        planted.keep("n8n's key as it is today", jwt[21:])
        for sent in (n8n, jwt):
            body = {"baseUrl": "http://127.0.0.1:9", "apiKey": sent}
            program.put(f"/api/workspaces/{acme}/connection", json=body)
            program.post(f"/api/workspaces/{acme}/connection/test", json=body)
    basic = planted.keep("an Authorization header", base64.b64encode(b"ada:lovelace-1815").decode())
    for header in (f"Basic {basic}", f"Bearer ork_{key}", f"Bearer ork_{key}x", f"ork_{key}"):
        with httpx.Client(base_url=product.url, headers={"Authorization": header}) as other:
            for path in ("/api/me", f"/api/workspaces/{acme}", "/api/nothing", f"/api/x?key={key}"):
                other.get(path)
            other.post(f"/api/workspaces/{acme}/sync", content=f"ork_{key}")
        for socket in (f"/ws/workspaces/{acme}/", "/ws/me/", f"/ws/none/?api_key=ork_{key}"):
            with suppress(WebSocketException, OSError):
                url = product.url.replace("http", "ws") + socket
                with connect(url, additional_headers={"Authorization": header}) as opened:
                    opened.send(f'{{"type": "subscribe", "token": "ork_{key}"}}')
                    opened.send(f"ork_{key}")
                    opened.recv(timeout=2)


def by_n8n(product: Product, planted: Planted) -> None:
    """Heartbeats and calls, as they should be and as they should not."""
    planted.keep("the webhook secret", product.secret.removeprefix("whsec_"))
    token = secrets.token_urlsafe(24)
    planted.keep("a secret in a run's error", token)
    said = {"message": f"401, token={token} sent with {product.secret}", "node": "CRM"}
    product.beat(heartbeat("no-such-workflow", "error", executionId="1", error=said))
    url = f"{product.url}/api/webhooks/n8n/default/heartbeat"
    for body in (f"{product.secret}".encode(), f'{{"secret": "{product.secret}"}}'.encode()):
        httpx.post(url, content=body, headers=signed(product.secret, body))
        forged = signed(product.secret, body) | {"webhook-signature": f"v1,{product.secret}"}
        httpx.post(url, content=body, headers=forged)
    made(product, OWNER, template_id(product), "Planted", LEADS)
    with product.client(OWNER) as owner:
        rows = owner.get(f"/api/workspaces/{product.workspace()}/campaigns").json()
    row = next(row for row in rows["results"] if row["name"] == "Planted")
    report = planted.keep("a report address", row["reportUrl"].rpartition("/")[2])
    door = planted.keep("a front door", row["webhookUrl"].rpartition("/")[2])
    for path in (f"/hook/{door}", f"/hook/{door}/more", f"/hook/{door}?token={token}"):
        for content in (b"{}", b"x" * (5 * MIB + 1)):
            with suppress(httpx.HTTPError):
                httpx.post(product.url + path, content=content, headers={"Cookie": f"a={token}"})
    httpx.post(f"{product.url}/api/webhooks/c/{report}", json={"status": token})
    httpx.get(f"{product.url}/api/webhooks/c/{report}")


def by_tasks(product: Product, planted: Planted) -> None:
    """Tasks that fail with a secret of each kind in their arguments and their messages."""
    sent = {
        "in a task: a key of ours": "ork_{}",
        "in a task: a webhook secret": "whsec_{}",
        "in a task: a password": "password={}",
        "in a task: a header": "Authorization: Bearer {}",
        "in a task: a front door": "http://127.0.0.1/hook/{}",
        "in a task: an invitation": "http://127.0.0.1/invitations/{}",
        "in a task: a cookie": "Cookie: sessionid={}",
        "in a task: a database": "postgresql://app:{}@db/main",
    }
    queue = Celery(broker=product.env["REDIS_URL"])
    with queue.connection_for_write() as line:
        for what, text in sent.items():
            secret = planted.keep(what, secrets.token_urlsafe(18))
            argument = text.format(secret)
            none = str(uuid.uuid4())
            told = [none, none, "viewer", "member", argument, "another", True]
            for task, args in (("rbac.tasks.tell_of_role", told), ("no.such.task", [argument])):
                queue.send_task(task, args=args, queue="celery", connection=line)
    assert processes.wait_until(lambda: log(product).count("raised unexpected") >= len(sent), 30)


def by_commands(product: Product, planted: Planted) -> str:
    """What they write is nobody's log, and is read by as many."""
    password = planted.keep("a super admin's password", f"Root-{secrets.token_urlsafe(12)}")
    env = {**product.env, "RUN_DIR": str(product.run_dir), "PATH": "/usr/bin:/bin"}
    env |= {"PORT": str(product.port), "DEMO": "1", "SUPERUSER_PASSWORD": password}
    told = ""
    for command in (
        ["create_superuser", "root@acme.test"],
        ["create_superuser", "root@acme.test"],
        ["doctor"],
        ["sync", "--workspace", "acme"],
    ):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            env=env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        told += done.stdout + done.stderr
    assert "root@acme.test" in told
    return told


def by_outages(product: Product, planted: Planted) -> None:
    """What cannot be reached is named, with its address: not with its password."""
    for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "SANDBOX_API_KEY", "VALKEY_PASSWORD"):
        planted.keep(name, product.env[name].split()[0])
    for name in ("POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD"):
        planted.keep(name, product.env[name])
    for words in ("valkey-server", "bin/postgres"):
        for pid, command in processes.of(product.run_dir).items():
            if words in command:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        for path in ("/readyz", "/metrics", "/", "/api/me"):
            with suppress(httpx.HTTPError):
                httpx.get(product.url + path, timeout=15)
    assert processes.wait_until(lambda: ready(product), 60)


def log(product: Product) -> str:
    """All that any process of it wrote."""
    own = (product.run_dir / name for name in ("up.log", "postgres/log", "valkey/log"))
    return "\n".join(path.read_text(errors="replace") for path in own if path.exists())


@pytest.mark.long
def test_no_secret_of_any_kind_is_in_what_the_running_product_writes(place: Product) -> None:
    planted = Planted()
    by_browser(place, planted)
    by_programs(place, planted)
    by_n8n(place, planted)
    told = by_commands(place, planted)
    by_tasks(place, planted)
    by_outages(place, planted)
    assert len(planted) >= 28
    everything = log(place) + told
    assert everything.count("request_finished") > 40  # it did write, and of these requests
    assert planted.found_in(everything) == {}


def test_the_search_would_find_one() -> None:
    planted = Planted()
    planted.keep("one", "abcdefghijklmnop")
    assert planted.found_in('{"event": "sent abcdefghijkl"}')
    assert planted.found_in("a%2Fb") == {}
