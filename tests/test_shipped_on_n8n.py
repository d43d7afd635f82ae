"""The templates that ship with the product, on a real n8n."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.http_server import serving
from tests.n8n_server import N8n
from tests.receiver import until
from tests.shipped import SCHEDULE, SLUGS, WEBHOOK, of_trigger
from tests.shipped_place import PERSON, REQUEST, ZONE, Clone, Make, Outside, feed, published

pytestmark = pytest.mark.n8n

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Call:
    good: dict[str, Any]
    bad: dict[str, Any]
    reason: str
    reaches: str  # the parameter whose address is called last
    status: int = 202
    waits: bool = False


PERSONS = {"email": "Ada@example.test", "name": "Ada"}
NO_EMAIL = "email is missing or not a valid address"
CALLS = {
    "contact-form": Call(
        {**PERSONS, "message": "Hello <you> & all"},
        {**PERSONS, "message": " "},
        "message is missing",
        "channelUrl",
        status=200,
    ),
    "content-approval": Call(
        {"title": "Spring", "text": "Flowers"},
        {"text": "Flowers"},
        "title is missing",
        "channelUrl",
        waits=True,
    ),
    "lead-intake": Call(PERSONS, {"name": "Ada"}, NO_EMAIL, "crmUrl"),
    "newsletter-signup": Call(PERSONS, {"email": "ada@nowhere"}, NO_EMAIL, "mailUrl", waits=True),
    "order-relay": Call(
        {"id": 17, "total": "12,5", "currency": "eur"},
        {"id": 17, "total": "much"},
        "total is missing or not a number",
        "channelUrl",
    ),
    "review-request": Call({**PERSONS, "product": "Tea"}, {"email": ["x"]}, NO_EMAIL, "mailUrl"),
    "ticket-triage": Call(
        {**PERSONS, "subject": "How do I …", "message": "download it?"},
        PERSONS,
        "subject and message are missing",
        "supportUrl",
    ),
}
# So that all can be called alike: nobody waits for days or is led to another page.
GIVEN: dict[str, dict[str, Any]] = {
    "review-request": {"daysToWait": 0},
    "contact-form": {"thanksUrl": ""},
}


@pytest.fixture
def outside() -> Iterator[Outside]:
    server = Outside()
    with serving(server):
        yield server


@pytest.fixture
def make(real_n8n: N8n, outside: Outside) -> Iterator[Make]:
    made: list[Clone] = []

    def one(slug: str, **given: Any) -> Clone:
        made.append(published(real_n8n, slug, outside.url, **given))
        return made[-1]

    yield one
    with real_n8n.client() as client:
        for clone in made:
            client.deactivate(clone.id)
            client.delete(clone.id)


@pytest.fixture(scope="module", autouse=True)
def unanswered(real_n8n: N8n) -> Iterator[tuple[list[Clone], Outside]]:
    """Two that wait for seconds instead of days. First of all, since n8n looks only each minute
    for what is due."""

    def short(body: dict[str, Any]) -> None:
        (wait,) = (node for node in body["nodes"] if node["type"] == "n8n-nodes-base.wait")
        wait["parameters"]["resumeUnit"] = "seconds"

    outside = Outside()
    with serving(outside):
        clones = []
        for slug in ("newsletter-signup", "content-approval"):
            clones.append(published(real_n8n, slug, outside.url, change=short))
            clones[-1].call(CALLS[slug].good)
        yield clones, outside


def test_every_webhook_is_tried() -> None:
    assert sorted(CALLS) == of_trigger(WEBHOOK)


@pytest.mark.parametrize("slug", SLUGS)
def test_n8n_takes_and_publishes_it(make: Make, slug: str) -> None:
    clone = make(slug)
    with clone.n8n.client() as client:
        assert client.workflow(clone.id).active


@pytest.mark.parametrize("slug", CALLS)
def test_a_probe_succeeds_and_nobody_outside_hears_of_it(
    make: Make, outside: Outside, slug: str
) -> None:
    clone = make(slug)

    answer = clone.call(CALLS[slug].good, X_Orchestrator_Probe=clone.probe)

    assert (answer.status_code, answer.json()) == (200, {"ok": True, "test": True})
    run = clone.ended("success")
    assert REQUEST not in clone.ran(run["id"])
    assert not outside.called()


@pytest.mark.parametrize("slug", CALLS)
def test_a_good_call_is_answered_and_passed_on(make: Make, outside: Outside, slug: str) -> None:
    clone, call = make(slug, **GIVEN.get(slug, {})), CALLS[slug]

    answer = clone.call(call.good)

    assert (answer.status_code, answer.json()["ok"]) == (call.status, True), answer.text
    clone.ended("waiting" if call.waits else "success")
    assert until(lambda: outside.got(call.reaches))


@pytest.mark.parametrize("slug", CALLS)
@pytest.mark.parametrize("probe", ["", "a wrong one"])
def test_a_bad_call_is_refused_with_the_reason(
    make: Make, outside: Outside, slug: str, probe: str
) -> None:
    clone, call = make(slug), CALLS[slug]

    answer = clone.call(call.bad, X_Orchestrator_Probe=probe)

    assert (answer.status_code, answer.json()) == (400, {"ok": False, "error": call.reason})
    clone.ended("success")
    assert not outside.called()


@pytest.mark.parametrize("slug", CALLS)
@pytest.mark.parametrize("body", [None, [], "text", 7, {"email": {"a": 1}, "id": [], "title": {}}])
def test_whatever_comes_is_refused_and_the_run_succeeds(make: Make, slug: str, body: Any) -> None:
    clone = make(slug)

    answer = clone.call(body)

    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]
    clone.ended("success")


@pytest.mark.parametrize("slug", CALLS)
def test_a_form_may_call_it(make: Make, outside: Outside, slug: str) -> None:
    clone, call = make(slug, **GIVEN.get(slug, {})), CALLS[slug]

    answer = requests.post(f"{clone.n8n.url}/webhook/{clone.path}", data=call.good, timeout=30)

    assert answer.status_code == call.status, answer.text
    assert until(lambda: outside.got(call.reaches))


def test_a_lead_that_is_sent_twice_reaches_the_crm_once(make: Make, outside: Outside) -> None:
    clone = make("lead-intake", source="Spring campaign", thanks="Danke!")
    for message in ("Hello", "Hello", "Something else"):
        answer = clone.call({**PERSONS, "message": message, "consent": "on"})
        assert answer.json() == {"ok": True, "message": "Danke!"}
        clone.ended("success")

    first, second = outside.got("crmUrl")

    assert (first["message"], second["message"]) == ("Hello", "Something else")
    assert (first["email"], first["consent"]) == ("ada@example.test", True)
    assert first["source"] == "Spring campaign"
    assert len(first["id"]) == 64
    assert first["id"] != second["id"]


def test_a_lead_that_the_crm_refused_is_delivered_by_a_retry(make: Make, outside: Outside) -> None:
    clone = make("lead-intake")
    outside.pages["crmUrl"] = 503
    assert clone.call(PERSONS).status_code == 202, "the visitor need not know"
    failed = clone.ended("error")
    assert len(outside.got("crmUrl")) == 3, "tried three times"
    outside.pages.clear()

    clone.retry(failed["id"])

    assert [lead["email"] for lead in outside.got("crmUrl")] == ["ada@example.test"] * 4


@pytest.mark.parametrize("slug", ["lead-intake", "order-relay"])
def test_a_full_memory_of_what_came_loses_nothing(make: Make, outside: Outside, slug: str) -> None:
    def small(body: dict[str, Any]) -> None:
        (node,) = (node for node in body["nodes"] if node["name"] == "Is it new?")
        node["parameters"]["options"]["historySize"] = 2

    clone, call = make(slug, change=small), CALLS[slug]

    for number in range(5):
        clone.call({**call.good, "phone": str(number), "id": number})
        clone.ended("success")

    assert len(outside.got(call.reaches)) == 5


def test_leads_without_consent_are_refused_where_it_is_needed(make: Make) -> None:
    clone = make("lead-intake", needsConsent=True)

    assert clone.call(PERSONS).json() == {"ok": False, "error": "consent is missing"}
    assert clone.call({**PERSONS, "consent": True}).status_code == 202


def test_what_a_robot_writes_into_a_form_is_dropped(make: Make, outside: Outside) -> None:
    page = f"{outside.url}/thanks"
    clone = make("contact-form", thanksUrl=page, formName="Website of Acme")
    message = {**PERSONS, "message": "Hello <!channel> & all"}

    for body in ({**message, "nickname": "bot"}, message):
        answer = clone.call(body)
        assert (answer.status_code, answer.headers["Location"]) == (303, page)
        clone.ended("success")

    assert outside.got("channelUrl") == [
        {"text": "Website of Acme · Ada &lt;Ada@example.test&gt;\nHello &lt;!channel&gt; &amp; all"}
    ]


@pytest.mark.parametrize("kind", ["teams", "discord"])
def test_other_chats_get_what_they_take(make: Make, outside: Outside, kind: str) -> None:
    clone = make("contact-form", channelKind=kind, thanksUrl="")
    assert clone.call({**PERSONS, "message": "Hi @everyone\nall"}).json() == {"ok": True}

    (posted,) = until(lambda: outside.got("channelUrl"))

    if kind == "discord":
        assert posted["content"].endswith("Hi @everyone\nall")
        assert posted["allowed_mentions"] == {"parse": []}
    else:
        (card,) = posted["attachments"]
        assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
        assert card["content"]["body"][0]["text"].endswith("Hi @everyone\n\nall")


@pytest.mark.parametrize(
    ("subject", "priority", "channel"),
    [
        ("Everything is DOWN!", "urgent", "urgentUrl"),
        ("I cannot  log in", "urgent", "urgentUrl"),
        ("My invoice, please", "billing", "billingUrl"),
        ("How do I download it", "normal", "supportUrl"),
    ],
)
def test_a_ticket_goes_where_its_words_lead(
    make: Make, outside: Outside, subject: str, priority: str, channel: str
) -> None:
    clone = make("ticket-triage")

    answer = clone.call({**PERSONS, "subject": subject})

    assert answer.json() == {"ok": True, "priority": priority}
    (posted,) = until(lambda: outside.got(channel))
    assert subject in posted["text"]
    clone.ended("success")
    assert outside.called() == {channel}


def test_tickets_go_to_one_channel_where_there_are_no_others(make: Make, outside: Outside) -> None:
    clone = make("ticket-triage", urgentUrl="", billingUrl="", urgentWords="", billingWords=" , ")

    assert clone.call({**PERSONS, "subject": "refund, urgent"}).json()["priority"] == "normal"
    assert until(lambda: outside.got("supportUrl"))


@pytest.mark.parametrize("page", ["", "thanksUrl"])
def test_who_follows_the_link_in_the_mail_is_added_to_the_list(
    make: Make, outside: Outside, page: str
) -> None:
    clone = make("newsletter-signup", thanksUrl=page and f"{outside.url}/{page}")
    answer = clone.call(PERSONS)
    assert "http" not in answer.text, "the caller must not be able to confirm"
    waiting = clone.ended("waiting")
    till = datetime.fromisoformat(waiting["waitTill"])
    assert timedelta(days=2.9) < till - datetime.now(UTC) < timedelta(days=3.1)
    (mail,) = outside.got("mailUrl")
    assert mail["confirmUrl"] in mail["text"]
    assert requests.get(mail["confirmUrl"], timeout=30).status_code == 403, "no robot confirms"
    assert not outside.got("listUrl")

    shown = requests.get(mail["confirmUrl"], headers=PERSON, timeout=30, allow_redirects=False)

    if page:
        assert (shown.status_code, shown.headers["Location"]) == (303, f"{outside.url}/{page}")
    else:
        assert shown.status_code == 200
        assert shown.headers["Content-Type"].startswith("text/html")
        assert "Your address is confirmed." in shown.text
    clone.ended("success")
    (added,) = outside.got("listUrl")
    assert (added["email"], added["list"]) == ("ada@example.test", "Newsletter")


@pytest.mark.parametrize("decision", ["Approve", "Decline"])
def test_a_draft_is_published_when_a_reviewer_says_so(
    make: Make, outside: Outside, decision: str
) -> None:
    clone = make("content-approval")
    draft = {"title": "Spring", "text": "<b>Flowers</b>\nand bees", "link": "https://a.test/d"}
    assert "http" not in clone.call(draft).text, "the author must not be able to approve"
    clone.ended("waiting")
    (asked,) = outside.got("channelUrl")
    url = asked["text"].rpartition("Decide here: ")[2].replace("&amp;", "&")
    page = requests.get(url, headers=PERSON, timeout=30)
    assert page.status_code == 200
    assert "&lt;b&gt;Flowers&lt;/b&gt;" in page.text
    assert 'href="https://a.test/d"' in page.text
    still_waiting = clone.ask("executions", workflowId=clone.id)["data"][0]["status"]
    assert still_waiting == "waiting", "looking decides nothing"

    fields = {"field-0": (None, decision), "field-1": (None, "Well")}
    said = requests.post(url, files=fields, headers=PERSON, timeout=30)

    assert said.status_code == 200, said.text
    clone.ended("success")
    if decision == "Approve":
        (published,) = outside.got("publishUrl")
        assert published["text"] == "<b>Flowers</b>\nand bees"
        assert published["comment"] == "Well"
        assert len(outside.got("channelUrl")) == 1
    else:
        assert not outside.got("publishUrl")
        assert outside.got("channelUrl")[1]["text"] == "Not published: Spring\nWell"


def test_an_order_is_told_once_and_small_ones_only_to_the_bookkeeping(
    make: Make, outside: Outside
) -> None:
    clone = make("order-relay", minimumTotal=50)
    orders = [("1", 80.5, "paid"), ("1", 80.5, "paid"), ("1", 80.5, "refunded"), ("2", 10, "paid")]
    for id, total, status in orders:
        clone.call({"id": id, "total": total, "status": status, "currency": "eur"})
        clone.ended("success")

    posted = [one["text"] for one in outside.got("channelUrl")]
    booked = [(one["id"], one["status"], one["total"]) for one in outside.got("bookkeepingUrl")]

    assert posted == [
        "Shop · order 1 · paid · 80.50 EUR",
        "Shop · order 1 · refunded · 80.50 EUR",
    ]
    assert booked == [("1", "paid", 80.5), ("1", "refunded", 80.5), ("2", "paid", 10)]


def test_orders_need_no_bookkeeping(make: Make, outside: Outside) -> None:
    clone = make("order-relay", bookkeepingUrl="")
    clone.call({"id": 1, "total": 0})
    clone.ended("success")

    assert outside.called() == {"channelUrl"}


def test_customers_are_asked_for_a_review_after_some_days(make: Make, outside: Outside) -> None:
    clone = make("review-request")
    clone.call(CALLS["review-request"].good)

    till = datetime.fromisoformat(clone.ended("waiting")["waitTill"])

    assert timedelta(days=6.9) < till - datetime.now(UTC) < timedelta(days=7.1)
    assert not outside.called()


def test_the_mail_for_a_review_is_filled_in(make: Make, outside: Outside) -> None:
    text = "{name} {product} {shop} {link} {name}"
    clone = make("review-request", daysToWait=0, text=text)
    clone.call(CALLS["review-request"].good)

    (mail,) = until(lambda: outside.got("mailUrl"))

    assert mail["text"] == f"Ada Tea our shop {outside.url}/reviewUrl Ada"
    assert mail["subject"] == "How do you like Tea?"


# Schedules: by hand, since nobody waits for Monday.


def test_every_schedule_is_run() -> None:
    assert of_trigger(SCHEDULE) == [
        *("daily-report", "feed-to-channel", "payment-reminder", "uptime-check", "weekly-digest")
    ]


def test_each_entry_of_a_feed_is_posted_once(make: Make, outside: Outside) -> None:
    clone = make("feed-to-channel", by_hand=True, maxPosts=2)
    entries = [(name, NOW - timedelta(hours=9 - n)) for n, name in enumerate("abc")]
    posts: list[list[str]] = []
    for new in ([], [], [("d", NOW)], [("later", NOW + timedelta(days=9))]):
        entries += new
        outside.pages["feedUrl"] = feed(*entries)
        outside.bodies.clear()
        clone.call()
        clone.ended("success")
        posts.append([one["text"].split("\n")[0] for one in outside.got("channelUrl")])

    assert posts == [["c", "b"], [], ["d"], []]


def test_a_digest_has_the_last_seven_days(make: Make, outside: Outside) -> None:
    clone = make("weekly-digest", by_hand=True)
    for entries in ([], [("new", 1), ("old", 8), ("newer", 0)]):
        outside.pages["feedUrl"] = feed(*((n, NOW - timedelta(days=at)) for n, at in entries))
        clone.call()
        clone.ended("success")

    (digest,) = outside.got("channelUrl")

    assert digest["text"] == (
        "New this week (2)\n- newer: https://blog.test/newer\n- new: https://blog.test/new"
    )


@pytest.mark.parametrize(
    ("numbers", "fields", "lines"),
    [
        (
            b'{"orders": {"count": 3}, "tags": [1, 2], "sold": 4.5, "note": null}',
            "",
            ['orders: {"count":3}', "tags: 2 entries", "sold: 4.5", "note: -"],
        ),
        (b'{"orders": {"count": 3}}', "orders.count, gone.at", ["orders.count: 3", "gone.at: -"]),
        (b'[{"a": 1}, {"a": 2}]', "", ["2 entries", "- a: 1", "- a: 2"]),
        (b"[]", "", ["0 entries"]),
    ],
)
def test_a_report_shows_the_numbers(
    make: Make, outside: Outside, numbers: bytes, fields: str, lines: list[str]
) -> None:
    clone = make("daily-report", by_hand=True, fields=fields)
    outside.pages["apiUrl"] = numbers
    clone.call()
    clone.ended("success")

    (report,) = outside.got("channelUrl")

    title, *rest = report["text"].split("\n")
    assert title.startswith("Daily report · 20")
    assert rest == lines


def test_a_report_that_gets_no_numbers_fails(make: Make, outside: Outside) -> None:
    """Else nobody would see it."""
    clone = make("daily-report", by_hand=True)
    outside.pages["apiUrl"] = b"<p>Sign in</p>"
    clone.call()

    clone.ended("error")

    assert not outside.got("channelUrl")


def test_a_page_that_goes_down_and_comes_back_is_told_once_each(
    make: Make, outside: Outside
) -> None:
    clone = make("uptime-check", by_hand=True, expectedText="Welcome")
    for page in (b"Welcome", b"Welcome", 503, 503, b"Database error", b"Welcome", b"Welcome", 503):
        outside.pages["siteUrl"] = page
        clone.call()
        clone.ended("success")

    texts = [one["text"].split("\n") for one in outside.got("channelUrl")]

    site = f"{outside.url}/siteUrl"
    assert [text[0] for text in texts] == [
        f"Up: {site}",
        f"DOWN: {site}",
        f"Up: {site}",
        f"DOWN: {site}",
    ]
    assert "503" in texts[1][1]


def test_invoices_are_reminded_of_on_their_days(make: Make, outside: Outside) -> None:
    clone = make(
        "payment-reminder", by_hand=True, text="{name}: {id} {amount} {currency} {dueDate}"
    )
    today = datetime.now(ZoneInfo(ZONE)).date()
    rows = [
        {
            "id": f"R{days}",
            "dueDate": str(today - timedelta(days=days)),
            "email": "a@b.test",
            "name": "Ada",
            "amount": 9.5,
            "currency": "EUR",
            "paid": days == 24,
        }
        for days in (-3, 0, 2, 3, 4, 9, 10, 17, 24)
    ]
    outside.pages["invoicesUrl"] = json.dumps([*rows, {"id": "odd"}]).encode()
    clone.call()
    clone.ended("success")

    mails = outside.got("reminderUrl")

    assert [mail["invoice"] for mail in mails] == ["R3", "R10", "R17"]
    assert mails[0]["text"] == f"Ada: R3 9.5 EUR {rows[3]['dueDate']}"


def test_whoever_does_not_answer_is_not_waited_for_for_ever(
    unanswered: tuple[list[Clone], Outside],
) -> None:
    clones, outside = unanswered

    for clone in clones:
        clone.ended("success", seconds=90)

    assert outside.called() == {"mailUrl", "channelUrl"}
    assert outside.got("channelUrl")[1]["text"] == "Not published: Spring\nNobody decided in time."
