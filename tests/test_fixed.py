"""`{% fixed %}`: what a template says the same for everybody is rendered once per language."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from orchestrator.templatetags.fixed import FixedNode

PAGE = '{% load fixed i18n %}{{ name }}: {% fixed %}{% trans "Role" %}{{ name }}{% endfixed %}'


def test_it_is_said_in_the_language_of_each_reader() -> None:
    template = Template(PAGE)
    for language, word in (("en", "Role"), ("de", "Rolle"), ("en", "Role")):
        with translation.override(language):
            assert template.render(Context({"name": "Ann"})) == f"Ann: {word}"


def test_it_sees_nothing_of_a_page_that_the_next_reader_could_be_shown() -> None:
    template = Template(PAGE)
    with translation.override("en"):
        assert template.render(Context({"name": "Ann"})) == "Ann: Role"
        assert template.render(Context({"name": "Bob"})) == "Bob: Role"


def test_it_is_rendered_once_per_language() -> None:
    template = Template(
        "{% load fixed status_words %}{% fixed %}{% legend as all %}{{ all|length }}{% endfixed %}"
    )
    first = template.render(Context())
    (fixed,) = template.nodelist.get_nodes_by_type(FixedNode)
    assert isinstance(fixed, FixedNode)
    fixed.nodelist.clear()
    assert template.render(Context()) == first != ""


def test_a_tag_that_asks_for_the_page_is_refused_within_it() -> None:
    with pytest.raises(TemplateSyntaxError, match="asks for the page"):
        Template("{% load fixed campaign_words %}{% fixed %}{% campaign_words %}{% endfixed %}")
