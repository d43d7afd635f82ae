"""The gallery of templates as the server renders it: who sees what, and what is found."""

import re

from provisioning import library
from provisioning.models import Template
from tests.cast import Cast
from tests.test_page_members import without
from workspaces.models import Workspace

URL = "/w/acme/templates"
BODY = {
    "nodes": [
        {"name": "In", "type": "n8n-nodes-base.webhook", "parameters": {"path": "[[path]]"}},
        {"name": "One", "type": "n8n-nodes-base.set", "parameters": {"secret": "node-value"}},
        {"name": "Two", "type": "n8n-nodes-base.set", "parameters": {}},
        {"name": "Out", "type": "n8n-nodes-base.googleSheets", "parameters": {}},
    ],
    "connections": {
        name: {"main": [[{"node": next_one, "type": "main", "index": 0}]]}
        for name, next_one in (("In", "One"), ("One", "Two"), ("Two", "Out"))
    },
    "settings": {},
}


def own(workspace: Workspace, name: str, category: str = "Ours") -> Template:
    row = Template.objects.create(
        workspace=workspace, name=name, description="Made here", category=category
    )
    library.add_version(row, BODY, [{"name": "a", "kind": "text", "label": "A"}], 1)
    return row


def page(cast: Cast, who: str = "owner", query: str = "", **headers: str) -> str:
    answer = cast.client(who).get(URL + query, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def names(html: str) -> list[str]:
    return re.findall(r'<h2 id="template-[^"]+">([^<]+)</h2>', html)


def test_it_works(cast: Cast) -> None:
    html = page(cast)
    assert 'data-component="template-gallery"' in html
    assert {"Lead intake", "Weekly digest"} <= set(names(html))
    lead = Template.objects.get(slug="lead-intake")
    assert f'href="/w/acme/new?template={lead.pk}"' in html
    assert "4 fields to fill in" in html
    assert "Starts when it is called" in html


def test_everybody_looks_and_only_owners_use(cast: Cast) -> None:
    for who in ("admin", "member", "viewer"):
        html = page(cast, who)
        assert names(html) == names(page(cast))
        assert "/w/acme/new" not in html
        assert "Only owners make campaigns from templates." in html
        disabled = re.search(r'<button[^>]*aria-describedby="[^"]*why-not-use"[^>]*>', html)
        assert disabled
        assert 'aria-disabled="true"' in disabled[0]
        assert "why-not-use" not in page(cast)


def test_search_and_category_are_in_the_address(cast: Cast) -> None:
    assert names(page(cast, query="?search=lead+CRM")) == ["Lead intake"]
    assert set(names(page(cast, query="?category=Leads"))) == {
        "Contact form to a channel",
        "Lead intake",
    }
    assert names(page(cast, query="?category=Leads&search=visitors")) == [
        "Contact form to a channel"
    ]


def test_none_found_is_not_none_there(cast: Cast) -> None:
    html = page(cast, query="?search=nothing+like+it")
    assert "No template is like that" in html
    assert "Coming Soon" not in html
    Template.objects.all().delete()
    html = page(cast, "viewer")
    assert "Coming Soon" in html
    assert "No template is like that" not in html


def test_own_templates_are_marked_and_no_other_workspace_sees_them(cast: Cast) -> None:
    own(cast.acme, "Of Acme alone")
    assert "Of Acme alone" in page(cast, "viewer")
    card = page(cast, query="?category=Ours")
    assert "data-own" in card
    assert "Your own" in card
    assert 'data-category-link="Ours"' in card
    theirs = cast.client("stranger").get("/w/globex/templates").content.decode()
    assert "Of Acme alone" not in theirs
    assert "Ours" not in theirs


def test_owners_alone_withdraw_what_is_their_workspaces_own(cast: Cast) -> None:
    row = own(cast.acme, "Of Acme alone")
    forms = re.findall(r'action="[^"]+"', page(cast).split("data-gallery-place")[1])
    assert [str(row.pk) in form for form in forms] == [True]  # and none of a shared one
    for who in ("admin", "member", "viewer"):
        assert "Withdraw" not in page(cast, who)


def test_the_picture_tells_types_in_order_and_nothing_else_of_a_node(cast: Cast) -> None:
    own(cast.acme, "Drawn")
    html = page(cast, query="?category=Ours")
    drawn = re.findall(r'<li title="([^"]+)"', html)
    assert drawn == ["Webhook", "Fields \N{MULTIPLICATION SIGN} 2", "Google sheets"]
    assert "node-value" not in html


def test_a_script_gets_the_cards_alone(cast: Cast) -> None:
    html = page(cast, query="?search=digest", **{"HX-Request": "true"})
    assert "<html" not in html
    assert names(html) == ["Weekly digest"]


def test_text_that_looks_like_html_is_text(cast: Cast) -> None:
    own(cast.acme, "<script>alert(1)</script>", category='"><b>')
    html = page(cast, query="?search=%22%3E%3Cb%3E")
    assert "<script>alert(1)" not in html
    assert '"><b>' not in html


def test_who_has_lost_the_right_to_look_is_shown_nothing(cast: Cast) -> None:
    without(cast, "viewer", "provisioning.view_gallery")
    assert cast.client("viewer").get(URL).status_code == 403
    assert 'href="/w/acme/templates"' not in cast.client("viewer").get("/w/acme/").content.decode()


def test_ours_are_in_the_readers_language_and_theirs_as_they_wrote_them(cast: Cast) -> None:
    own(cast.acme, "Weekly digest", category="Marketing")
    german = page(cast, **{"Accept-Language": "de"})
    assert {"Wochenüberblick", "Weekly digest"} <= set(names(german))
    assert 'data-category-link="Commerce">Handel ' in german
    assert 'data-category="Commerce"' in german  # what is stored stays what is asked for
    assert "Bittet jeden Käufer" in german
    stored = cast.client("owner").get("/api/templates", {"workspaceId": str(cast.acme.pk)}).json()
    assert "Review request" in {row["name"] for row in stored["results"]}


def test_ours_are_found_by_either_name(cast: Cast) -> None:
    for said in ("Rückblick+woche", "wochenüberblick", "digest"):
        found = names(page(cast, query=f"?search={said}", **{"Accept-Language": "de"}))
        assert found == ([] if "Rück" in said else ["Wochenüberblick"]), said
    assert names(page(cast, query="?search=wochenüberblick")) == []
