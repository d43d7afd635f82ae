"""The connect page by its forms: what is tried, said, kept and never shown."""

import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from campaigns import connect_hooks
from campaigns.connect_forms import address_of
from campaigns.models import Campaign
from governance.models import AuditEvent
from orchestrator.models import Outbox
from orchestrator.n8n import normalised
from tests.cast import Cast
from tests.own_n8n import KEY, Answering, answering, connect_own
from tests.test_connections import _old
from workspaces.connections import connection_to, services, trial, webhook_secrets
from workspaces.models import Instance

PATH = "/w/acme/connect"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{20,}")


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    """As in the demo, where an own n8n may be on this machine."""
    settings.DEMO = True


def own_of(cast: Cast) -> Instance | None:
    return Instance.objects.filter(owner=cast.acme).first()


def mark(cast: Cast) -> str:
    return services.mark_of(own_of(cast))


def send(cast: Cast, what: str, **fields: str) -> Any:
    """As a page sends it that was loaded just now."""
    body = {"what": what, "mark": mark(cast), **fields}
    return cast.client("owner").post(PATH, body)


def connect(cast: Cast, url: str, key: str = KEY, **fields: str) -> Any:
    return send(cast, "connect", base_url=url, api_key=key, **fields)


def text(answer: Any) -> str:
    return unescape(str(answer.content.decode()))


def errors(answer: Any) -> dict[str, str]:
    """By field."""
    pattern = r'<p class="field-error" id="id_(\w+)_error">.*?</svg>(.*?)</p>'
    return dict(re.findall(pattern, text(answer), re.DOTALL))


def shown(cast: Cast) -> Any:
    return cast.client("owner").get(PATH)


# --- what is tried ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "field", "words", "trouble"),
    [
        ("unreachable", "base_url", "n8n cannot be reached there. Is it running?", 502),
        ("wrong_key", "api_key", "n8n does not accept this API key.", {"another"}),
        ("missing_scope", "api_key", "The API key lacks: execution:list,", ["workflow:list"]),
        ("not_n8n", "base_url", "What answers there is not n8n's API.", 418),
        ("too_old", "base_url", "This n8n is too old. Update n8n", None),
        ("blocked_address", "base_url", "It has to be https://", None),
        ("slow", "base_url", "n8n did not answer in time.", None),
    ],
)
def test_what_does_not_work_is_said_at_its_field_with_what_to_do_and_is_not_kept(
    result: str,
    field: str,
    words: str,
    trouble: Any,
    cast: Cast,
    own_n8n: Answering,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    match trouble:
        case int():
            own_n8n.refusing = trouble
        case set():
            own_n8n.keys = trouble
        case list():
            own_n8n.scopes = trouble
    respond = own_n8n.respond
    if result == "too_old":
        own_n8n.respond = lambda handler: _old(handler, respond)
    if result == "slow":
        monkeypatch.setattr("workspaces.connections.trial.PATIENCE", 0.3)
        own_n8n.respond = lambda handler: time.sleep(1)
    if result == "blocked_address":
        settings.DEMO = False
    refused = connect(cast, own_n8n.url)
    assert refused.status_code == 422
    said = errors(refused)
    assert list(said) == [field]
    assert words in said[field]
    page = text(refused)
    assert KEY not in page
    assert f'value="{own_n8n.url}"' in page
    assert own_of(cast) is None
    assert Campaign.objects.filter(set_aside=True).count() == 0
    if result == "blocked_address":
        assert own_n8n.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254",
        "https://10.0.0.1",
        "https://[::1]:5678",
        "http://8.8.8.8",  # public, and not https
        "https://localhost:5678",
    ],
)
def test_an_address_that_leads_inside_gets_its_words(url: str, cast: Cast, settings: Any) -> None:
    settings.DEMO = False
    said = errors(connect(cast, url))
    assert "This address is not one that may be connected to." in said["base_url"]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"base_url": ""}, "base_url", "required"),
        ({"base_url": "ftp://n8n.example.com"}, "base_url", "Only https://"),
        ({"base_url": "https://me:pass@n8n.example.com"}, "base_url", "Leave the user"),
        ({"base_url": "https://n8n.example.com:99999"}, "base_url", "no such port"),
        ({"base_url": "https://n8n.example.com/" + "n" * 600}, "base_url", "at most 500"),
        ({"api_key": "schlüssel"}, "api_key", "ASCII"),
        ({"api_key": ""}, "api_key", "A key that was made in this n8n is needed."),
        ({"timezone": "Mars/Olympus"}, "timezone", "Not a time zone."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    fields: dict[str, str], field: str, words: str, cast: Cast
) -> None:
    body = {"base_url": "https://n8n.example.com", "api_key": KEY, **fields}
    refused = send(cast, "connect", **body)
    assert refused.status_code == 422
    said = errors(refused)
    assert list(said) == [field]
    assert words in said[field]
    assert "pass" not in re.sub(r"password|passes", "", said[field])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" n8n.example.com ", "https://n8n.example.com"),
        ("https://n8n.example.com/home/workflows?page=2", "https://n8n.example.com"),
        ("https://n8n.example.com/workflow/abc123#node", "https://n8n.example.com"),
        ("https://example.com/n8n/settings/api", "https://example.com/n8n"),
        ("https://n8n.example.com/api/v1/", "https://n8n.example.com"),
        ("https://n8n.example.com/signin?redirect=%252F", "https://n8n.example.com"),
        ("localhost:5678/", "http://localhost:5678"),
        ("127.0.0.1:5678", "http://127.0.0.1:5678"),
        ("https://home.example.com/n8n", "https://home.example.com/n8n"),
    ],
)
def test_an_address_copied_from_n8ns_editor_is_understood(typed: str, meant: str) -> None:
    assert normalised(address_of(typed)) == meant


def test_too_many_tries_are_said_as_such(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.connect_page.TRIALS_PER_MINUTE", 1)
    with answering() as n8n:
        n8n.keys = set()
        assert connect(cast, n8n.url).status_code == 422
        asked = len(n8n.requests)
        refused = connect(cast, n8n.url)
        assert refused.status_code == 429
        assert "Too many tries." in errors(refused)["base_url"]
        assert len(n8n.requests) == asked


# --- what is kept, and what is shown of it ---------------------------------------------------


def test_the_key_never_comes_back_and_the_webhook_secret_comes_once(
    cast: Cast, own_n8n: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    client = cast.client("owner")
    done = client.post(PATH, {"what": "connect", "base_url": own_n8n.url, "api_key": KEY})
    assert (done.status_code, done["Location"]) == (302, PATH)
    own = own_of(cast)
    assert own is not None
    assert connection_to(own).api_key == KEY
    (secret,) = webhook_secrets(own)
    kept = Session.objects.get(pk=client.session.session_key)
    fragment = client.get(PATH, headers={"HX-Request": "true"})  # another tab's, on the way
    first, second = client.get(PATH), client.get(PATH)
    assert set(SECRET.findall(text(first))) == {secret}
    assert f'ORCHESTRATOR_INSTANCE: "{own.pk}"' in text(first)
    for page in (fragment, second):
        assert SECRET.findall(text(page)) == []
    for page in (first, second, fragment):
        assert page["Cache-Control"] == "private, no-store"
    told = [text(first), text(second), str(kept.get_decoded()), caplog.text]
    told += [str(event.after) + str(event.before) for event in AuditEvent.objects.all()]
    told += [str(row.data) for row in Outbox.objects.all()]
    assert all(KEY not in one for one in told)
    assert all(secret not in one for one in told[1:])
    assert own_n8n.url in text(second)
    assert own.key_fingerprint in text(second)


def test_of_the_shared_n8n_nothing_is_shown_but_that_it_is(cast: Cast, settings: Any) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "https://inner.example", "the-key"
    Instance.objects.update(key_fingerprint="f1n9erpr1nt", webhook_secrets_encrypted="x")
    page = text(shown(cast))
    assert "the n8n that all workspaces here share" in page
    assert 'id="tag">ork:acme</code>' in page
    for hidden in ("inner.example", "the-key", "f1n9erpr1nt", "Secret", "Disconnect", "rotate"):
        assert hidden not in page.replace("New webhook secret", "")
    assert "wf-globex" not in page


def test_a_new_secret_is_shown_once_and_the_former_stays_valid(
    cast: Cast, own_n8n: Answering
) -> None:
    own, former = connect_own(cast.acme, own_n8n.url)
    client = cast.client("owner")
    client.post(PATH, {"what": "rotate", "mark": mark(cast)})
    page = text(client.get(PATH))
    own.refresh_from_db()
    new, old = webhook_secrets(own)
    assert old == former
    assert set(SECRET.findall(page)) == {new}
    assert re.search(r"A former secret is valid until [A-Z][a-z]+\.? \d+, \d{4}, \d\d:\d\d\.", page)
    assert SECRET.findall(text(client.get(PATH))) == []


def test_a_test_again_is_named_and_learned_from(cast: Cast, own_n8n: Answering) -> None:
    connect_own(cast.acme, own_n8n.url)
    client = cast.client("owner")
    for refusing, result in ((0, "ok"), (502, "unreachable")):
        own_n8n.refusing = refusing
        client.post(PATH, {"what": "test"})
        assert f'data-result="{result}"' in text(client.get(PATH))
        assert "data-result" not in text(client.get(PATH))
    own = own_of(cast)
    assert own is not None
    assert own.capabilities == own_n8n.scopes


def test_the_hooks_file_is_for_everybody_and_holds_no_secret(cast: Cast) -> None:
    answer_ = cast.client("nobody").get("/hooks.js")
    assert answer_.content == connect_hooks.FILE.read_bytes()
    assert answer_["Content-Type"].startswith("text/javascript")


# --- refusals, and others at the same time ---------------------------------------------------


def test_an_n8n_that_is_taken_is_said_at_its_address(cast: Cast, own_n8n: Answering) -> None:
    connect_own(cast.globex, own_n8n.url)
    refused = connect(cast, own_n8n.url)
    assert refused.status_code == 409
    assert "connected already" in errors(refused)["base_url"]
    assert own_n8n.requests == []


def test_another_address_needs_another_key_and_the_same_one_does_not(
    cast: Cast, own_n8n: Answering
) -> None:
    own, _ = connect_own(cast.acme, own_n8n.url)
    with answering() as second:
        assert "api_key" in errors(connect(cast, second.url, key=""))
        assert second.requests == []
    connect(cast, own_n8n.url, key="", timezone="berlin")
    own.refresh_from_db()
    assert own.timezone == "Europe/Berlin"
    assert own_n8n.requests == []  # no other key: nothing to try
    assert AuditEvent.objects.filter(action="connection_changed").count() == 2
    connect(cast, own_n8n.url, key="", timezone="Europe/Berlin")
    assert AuditEvent.objects.filter(action="connection_changed").count() == 2


@pytest.mark.parametrize("what", ["connect", "rotate", "disconnect"])
def test_who_acts_on_what_somebody_else_has_changed_is_told_and_changes_nothing(
    what: str, cast: Cast, own_n8n: Answering
) -> None:
    stale = mark(cast)
    own, _ = connect_own(cast.acme, own_n8n.url)
    with answering() as second:
        fields = {"base_url": second.url, "api_key": KEY, "mark": stale}
        refused = send(cast, what, **fields)
        assert refused.status_code == 409
        assert own_n8n.url in text(refused)
        if what == "connect":
            assert f'value="{second.url}"' in text(refused)  # what they typed is not lost
        assert second.requests == []
    before = own.version
    own.refresh_from_db()
    assert (own.version, own.owner_id) == (before, cast.acme.pk)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Something happens while n8n is asked."""

    def happens(act: Callable[[], Any]) -> None:
        def tried(*args: Any) -> trial.Trial:
            act()
            return trial.trial_of(*args)

        monkeypatch.setattr("campaigns.connect_page.trial_of", tried)

    return happens


def test_who_was_overtaken_while_n8n_was_asked_is_told(
    cast: Cast, own_n8n: Answering, meanwhile: Any
) -> None:
    with answering() as faster:
        meanwhile(lambda: connect_own(cast.acme, faster.url))
        refused = connect(cast, own_n8n.url)
        assert refused.status_code == 409
        assert faster.url in text(refused)
    own = own_of(cast)
    assert own is not None
    assert own.base_url == faster.url


def test_who_lost_the_right_while_n8n_was_asked_connects_nothing(
    cast: Cast, own_n8n: Answering, meanwhile: Any
) -> None:
    def demoted() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM workspaces_workspaceuserobjectpermission")

    meanwhile(demoted)
    assert connect(cast, own_n8n.url).status_code == 403
    assert own_of(cast) is None
