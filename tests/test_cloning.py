"""A template becomes one campaign's workflow, and nothing that a person types becomes code."""

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.cloning import LONGEST_NAME, Purpose, Unfilled, clone, steps_of, trigger_of

ID = uuid.UUID("3f9a1c52-7d5e-4b8a-9a57-0a7f6f2c4b11")
PURPOSE = Purpose(ID, "Spring leads", "a-path", "a-probe", "Europe/Berlin")


def body(**parameters: Any) -> dict[str, Any]:
    return {
        "nodes": [
            {
                "id": "n1",
                "name": "Call",
                "type": "n8n-nodes-base.webhook",
                "webhookId": "theirs",
                "credentials": {"x": {"id": "1", "name": "theirs"}},
                "parameters": {"path": "[[path]]"},
            },
            {
                "id": "n2",
                "name": "Settings",
                "type": "n8n-nodes-base.set",
                "parameters": parameters,
            },
        ],
        "connections": {"Call": {"main": [[{"node": "Settings", "type": "main", "index": 0}]]}},
        "settings": {"executionOrder": "v1"},
        "pinData": {"Call": [{"json": {"secret": 1}}]},
        "staticData": {"secret": 1},
    }


def filled(text: Any, **values: Any) -> Any:
    return clone(body(x=text), values, PURPOSE)["nodes"][1]["parameters"]["x"]


def test_it_works() -> None:
    made = clone(body(x="[[limit]]", y="for [[who]]"), {"limit": 5, "who": "Ada"}, PURPOSE)
    assert made.keys() == {"name", "nodes", "connections", "settings"}
    webhook, settings = made["nodes"]
    assert webhook["parameters"] == {"path": "a-path"}
    assert settings["parameters"] == {"x": 5, "y": "for Ada"}
    assert "credentials" not in webhook
    assert webhook["webhookId"] not in ("", "theirs")
    assert {webhook["id"], settings["id"]}.isdisjoint({"n1", "n2"})


def test_the_clone_says_whose_it_is_in_its_name_and_in_its_settings() -> None:
    made = clone(body(), {}, PURPOSE)
    assert made["name"] == f"Spring leads · ork-{ID.hex}"
    assert made["settings"] == {
        "executionOrder": "v1",
        "customTelemetryTags": [{"key": "orchestrator", "value": str(ID)}],
    }
    long = Purpose(ID, "x" * 128, "p", "q", "UTC")
    assert len(long.marked_name) == LONGEST_NAME
    assert long.marked_name.endswith(ID.hex)


def test_the_same_purpose_gives_the_same_clone_and_another_another() -> None:
    again = clone(body(), {}, PURPOSE)
    assert clone(body(), {}, PURPOSE) == again
    other = clone(body(), {}, Purpose(uuid.uuid4(), "Spring leads", "b", "q", "UTC"))
    assert other["nodes"][0]["id"] != again["nodes"][0]["id"]
    assert other["nodes"][0]["webhookId"] != again["nodes"][0]["webhookId"]


def test_a_value_is_put_in_once() -> None:
    assert filled("[[a]]", a="[[probe]]", b="x") == "[[probe]]"
    assert filled("[[a]] and [[b]]", a="[[b]]", b="x") == "[[b]] and x"


def test_what_the_template_itself_computes_is_left_alone() -> None:
    assert filled("={{ $json['[[a]]'] }}", a="x") == "={{ $json['[[a]]'] }}"


@pytest.mark.parametrize("name", ["nobody", "at.hour"])
def test_what_nobody_gave_is_named(name: str) -> None:
    with pytest.raises(Unfilled, match=name):
        filled(f"[[{name}]]")


def test_a_time_of_day_is_an_hour_and_a_minute() -> None:
    assert filled("[[at.hour]]", at="09:05") == 9
    assert filled("[[at.minute]]", at="09:05") == 5


@given(st.text())
def test_no_text_becomes_an_expression(text: str) -> None:
    for given_text in (text, "=" + text, "={{ " + text + " }}"):
        made = filled("[[a]]", a=given_text)
        if not given_text.startswith("="):
            assert made == given_text
            continue
        assert made.startswith('={{ "')
        assert made.endswith('" }}')
        assert "{" not in made[3:-3]
        assert "}" not in made[3:-3]


def test_the_gallery_learns_types_alone_in_their_order() -> None:
    assert steps_of(body()) == ["webhook", "set"]
    circle = body()
    circle["connections"]["Settings"] = {"main": [[{"node": "Call", "type": "main", "index": 0}]]}
    assert steps_of(circle) == ["webhook", "set"]
    assert trigger_of(body()) == "webhook"
