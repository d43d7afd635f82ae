"""The wizard as the server renders it, without a script: choose, fill in, look over, make."""

import re
import uuid
from typing import Any

import pytest
from django.utils import timezone

from orchestrator.events import command
from provisioning import library, services
from provisioning.models import Provision, Template
from tests.cast import Cast, campaign_of
from tests.test_page_templates import own
from workspaces import quotas
from workspaces.models import Instance

URL = "/w/acme/new"
CRM = "https://crm.example.com/hook"
ALL_KINDS: list[dict[str, Any]] = [
    {"name": "title", "kind": "text", "label": "Title", "required": True},
    {"name": "body", "kind": "longtext", "label": "Body", "default": "Dear\nall"},
    {"name": "often", "kind": "number", "label": "Often", "minimum": 2, "maximum": 8.5},
    {"name": "loud", "kind": "boolean", "label": "Loud", "default": True},
    {
        "name": "way",
        "kind": "select",
        "label": "Way",
        "options": [{"value": "a", "label": "Air"}, {"value": "s", "label": "Sea"}],
        "default": "s",
    },
    {"name": "site", "kind": "url", "label": "Site", "required": True},
    {"name": "mail", "kind": "email", "label": "Mail"},
    {"name": "when", "kind": "time", "label": "When", "default": "09:30"},
    {"name": "day", "kind": "weekday", "label": "Day", "default": 0},
]


def lead() -> Template:
    return Template.objects.get(slug="lead-intake")


def sent(template: Template | None = None, **fields: str) -> dict[str, str]:
    row = template or lead()
    return {
        "what": "make",
        "template": str(row.pk),
        "version": str(row.version),
        "provision_id": str(uuid.uuid4()),
        "name": "Spring leads",
        "p-crmUrl": CRM,
        "p-source": "Website",
        "p-thanks": "Thanks",
        **{name.replace("p_", "p-"): value for name, value in fields.items()},
    }


def post(cast: Cast, data: dict[str, str], who: str = "owner", **headers: str) -> Any:
    return cast.client(who).post(URL, data, headers=headers)


def every_kind() -> Template:
    shipped = {"slug": "every-kind", "name": "Every kind", "description": "", "category": ""}
    body: dict[str, Any] = {"nodes": [], "connections": {}, "settings": {}}
    return library.write({**shipped, "body": body, "parameters": ALL_KINDS})


def test_it_works(cast: Cast) -> None:
    html = cast.client("owner").get(f"{URL}?template={lead().pk}").content.decode()
    assert 'data-component="campaign-wizard"' in html
    assert 'value="Website"' in html  # a default is there
    data = sent(what="check")
    checked = post(cast, data).content.decode()
    assert "1 workflow in n8n" in checked
    assert "1 webhook" in checked
    assert "2 of 1,000 campaigns" in checked
    assert CRM in checked
    assert not Provision.objects.exists()  # nothing is made before it is asked for
    answer = post(cast, data | {"what": "make"})
    row = Provision.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/w/acme/new/{data['provision_id']}"
    assert services.values_of(row)["crmUrl"] == CRM
    assert services.values_of(row)["needsConsent"] is False  # no tick is sent for no


def test_sent_twice_is_made_once(cast: Cast) -> None:
    data = sent()
    first, second = post(cast, data), post(cast, data)
    assert first["Location"] == second["Location"]
    assert Provision.objects.count() == 1


def test_changed_and_sent_again_under_the_same_id_says_so_and_has_a_new_id(cast: Cast) -> None:
    data = sent()
    post(cast, data)
    answer = post(cast, data | {"name": "Autumn leads"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "“Spring leads” was begun already" in html
    assert f"/w/acme/new/{data['provision_id']}" in html
    (fresh,) = re.findall(r'name="provision_id" value="([^"]+)"', html)
    assert fresh != data["provision_id"]
    assert post(cast, data | {"name": "Autumn leads", "provision_id": fresh}).status_code == 302


def test_an_id_of_somebody_else_tells_nothing_of_theirs(cast: Cast) -> None:
    data = sent()
    theirs = services.Wish(
        uuid.UUID(data["provision_id"]), lead().pk, "Their secret plan", {"crmUrl": CRM}
    )
    services.begin(cast.globex, theirs, creator=cast.people["stranger"], actor=command("test"))
    answer = post(cast, data)
    assert answer.status_code == 409
    assert "Their secret plan" not in answer.content.decode()
    assert Provision.objects.count() == 1


def test_each_kind_has_its_field_with_its_default(cast: Cast) -> None:
    html = cast.client("owner").get(f"{URL}?template={every_kind().pk}").content.decode()
    for expected in (
        r'<input class="input" type="text" id="p-title"[^>]* required',
        r'<textarea[^>]*id="p-body"[^>]*>Dear\nall</textarea>',
        r'type="number" id="p-often"[^>]* min="2" max="8.5"',
        r'type="checkbox" id="p-loud"[^>]* checked',
        r'<option value="s" selected>Sea</option>',
        r'type="url" id="p-site"[^>]* required',
        r'type="email" id="p-mail"',
        r'type="time" id="p-when" name="p-when" value="09:30"',
        r'<option value="1">Monday</option>.*<option value="0" selected>Sunday</option>',
    ):
        assert re.search(expected, html, re.DOTALL), expected


def test_what_may_not_be_is_said_beside_its_field_and_nothing_typed_is_lost(cast: Cast) -> None:
    data = {
        "what": "check",
        "template": str(every_kind().pk),
        "provision_id": str(uuid.uuid4()),
        "name": " ",
        "p-title": "",
        "p-often": "9",
        "p-site": "javascript:alert(1)",
        "p-mail": "nobody",
        "p-when": "25:00",
        "p-way": "x",
        "p-body": "kept as it was typed",
    }
    answer = post(cast, data)
    html = answer.content.decode()
    assert answer.status_code == 422
    said = dict(
        re.findall(r'id="([^"]+)-error">\s*<svg.*?</svg>\s*<span>([^<]*)</span>', html, re.DOTALL)
    )
    assert {name: bool(text) for name, text in said.items()} == dict.fromkeys(
        ("name", "p-title", "p-often", "p-site", "p-mail", "p-when", "p-way"), True
    )
    assert said["p-often"] == "At most 8.5."
    assert "kept as it was typed" in html
    assert "javascript:alert(1)" in html


def test_back_from_the_overview_keeps_what_was_typed(cast: Cast) -> None:
    html = post(cast, sent(what="edit", p_source="A leaflet")).content.decode()
    assert 'data-stage="fill"' in html
    assert 'value="A leaflet"' in html
    assert not re.search(r"aria-invalid", html)


def test_defaults_stand_where_nothing_is_said(cast: Cast) -> None:
    html = post(cast, sent(what="check", p_source="")).content.decode()
    assert re.search(r"<dt>Name of the source</dt><dd>Website</dd>", html)


def test_the_form_of_one_of_ours_is_in_the_readers_language(cast: Cast) -> None:
    answer = cast.client("owner").get(
        f"{URL}?template={lead().pk}", headers={"Accept-Language": "de"}
    )
    html = answer.content.decode()
    assert 'value="Annahme von Leads"' in html  # the name that is proposed
    assert "Adresse des Webhooks des CRM" in html
    assert "Hierher geht jeder neue Lead als JSON." in html
    # The client's people read it, whoever fills it in.
    assert 'value="Thank you, we will be in touch soon."' in html
    refused = post(cast, sent(p_crmUrl="", what="check"), **{"Accept-Language": "de"})
    assert refused.status_code == 422
    assert "Adresse des Webhooks des CRM" in refused.content.decode()
    own(cast.acme, "Lead intake")
    choices = cast.client("owner").get(URL, headers={"Accept-Language": "de"}).content.decode()
    assert {"Annahme von Leads", "Lead intake"} <= set(re.findall(r"<strong>([^<]+)", choices))


def test_a_template_that_is_gone_is_said_and_nothing_is_made(cast: Cast) -> None:
    row = own(cast.acme, "Soon gone")
    data = sent(row)
    row.delete()
    answer = post(cast, data)
    assert answer.status_code == 422
    assert "This template is not there any more." in answer.content.decode()
    shown = cast.client("owner").get(f"{URL}?template={data['template']}").content.decode()
    assert "This template is not there any more." in shown


def test_another_workspaces_template_is_as_none(cast: Cast) -> None:
    answer = post(cast, sent(own(cast.globex, "Theirs")))
    assert answer.status_code == 422
    assert "Theirs" not in answer.content.decode()
    assert not Provision.objects.exists()


def test_a_template_that_changed_meanwhile_is_looked_over_again(cast: Cast) -> None:
    data = sent()
    library.add_version(lead(), {"nodes": [], "connections": {}, "settings": {}}, [], 9)
    answer = post(cast, data | {"p-crmUrl": ""})
    assert answer.status_code == 409
    assert "The template has changed since you opened the form." in answer.content.decode()
    assert not Provision.objects.exists()
    assert post(cast, data | {"version": "9"}).status_code == 302


def test_a_full_quota_is_said_before_and_refused_then(cast: Cast) -> None:
    quotas.set_limit(cast.acme, quotas.Name.CAMPAIGNS, 1, actor=command("test"))
    html = post(cast, sent(what="check")).content.decode()
    assert "1 of 1 campaigns are used" in html
    assert re.search(r'value="make" aria-disabled="true"', html)
    answer = post(cast, sent())
    assert answer.status_code == 409
    assert "1 of 1 campaigns are used" in answer.content.decode()
    assert not Provision.objects.exists()


def test_without_an_n8n_it_says_so(cast: Cast) -> None:
    html = post(cast, sent(what="check")).content.decode()
    assert "No n8n is connected, so nothing can be made." in html
    assert re.search(r'value="make" aria-disabled="true"', html)


def test_with_an_n8n_that_is_away_one_may_begin_and_is_told(cast: Cast, settings: Any) -> None:
    settings.N8N_BASE_URL, settings.N8N_API_KEY = "http://127.0.0.1:9", "a-key"
    html = post(cast, sent(what="check")).content.decode()
    assert "data-no-answer" not in html
    assert re.search(r'value="make" data-busy-word', html)
    Instance.objects.update(failed_at=timezone.now(), failure="unreachable")
    html = post(cast, sent(what="check")).content.decode()
    assert "data-no-answer" in html
    assert re.search(r'value="make" data-busy-word', html)


def test_a_name_that_is_taken_is_a_warning_and_no_refusal(cast: Cast) -> None:
    campaign_of(cast.acme, "spring LEADS")
    assert "is called Spring leads already" in post(cast, sent(what="check")).content.decode()
    assert post(cast, sent()).status_code == 302
    campaign_of(cast.globex, "Elsewhere")
    elsewhere = post(cast, sent(what="check", name="Elsewhere")).content.decode()
    assert "data-name-taken" not in elsewhere


def test_a_copy_has_the_same_template_and_values(cast: Cast) -> None:
    post(cast, sent(p_needsConsent="true", p_source="A leaflet"))
    row = Provision.objects.get()
    html = cast.client("owner").get(f"{URL}?from={row.campaign_id}").content.decode()
    assert 'value="Spring leads copy"' in html
    assert 'value="A leaflet"' in html
    assert re.search(r'id="p-needsConsent"[^>]* checked', html)
    assert f'value="{row.pk}"' not in html  # it is another one
    assert cast.client("owner").get(f"{URL}?from={cast.campaign.pk}").status_code == 404


@pytest.mark.parametrize("query", ["?from=nonsense", "?from=%00"])
def test_an_id_that_is_none_is_refused(cast: Cast, query: str) -> None:
    assert cast.client("owner").get(URL + query).status_code == 400


def test_what_is_not_known_is_refused(cast: Cast) -> None:
    assert post(cast, sent(what="delete")).status_code == 400
    assert post(cast, sent(provision_id="nonsense")).status_code == 400


def test_each_form_has_an_id_of_its_own_without_a_script(cast: Cast) -> None:
    url = f"{URL}?template={lead().pk}"
    pages = [cast.client("owner").get(url).content.decode() for _ in range(2)]
    ids = {re.findall(r'name="provision_id" value="([^"]+)"', html)[0] for html in pages}
    assert len(ids) == 2


def test_a_script_gets_the_stage_alone(cast: Cast) -> None:
    html = post(cast, sent(what="check"), **{"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert 'data-stage="check"' in html


def test_who_is_offered_a_new_campaign(cast: Cast) -> None:
    """Owners a link, members and admins a disabled button with the reason, viewers nothing."""
    offered = {
        who: cast.client(who).get("/w/acme/").content.decode()
        for who in ("owner", "admin", "member", "viewer")
    }
    assert 'href="/w/acme/new"' in offered["owner"]
    for who in ("admin", "member"):
        assert 'href="/w/acme/new"' not in offered[who]
        assert "Only owners make campaigns." in offered[who]
        assert re.search(r'<button[^>]*aria-disabled="true"[^>]*data-new-campaign', offered[who])
    assert "data-new-campaign" not in offered["viewer"]
    assert "New campaign" not in offered["viewer"]


def test_mine_that_are_not_finished_are_listed_and_nobody_elses(cast: Cast) -> None:
    data = sent()
    post(cast, data)
    html = cast.client("owner").get(URL).content.decode()
    assert f'data-provision-id="{data["provision_id"]}"' in html
    Provision.objects.update(ended=Provision.Ended.DONE)
    assert "data-provision-id" not in cast.client("owner").get(URL).content.decode()
