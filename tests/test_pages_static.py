"""What holds for every template, style sheet and script, found by reading them."""

import gettext
import re
from collections.abc import Iterator
from html import unescape
from os.path import normpath
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver
from django.utils import translation
from django_cotton.compiler_regex import Tag

from campaigns import schedules
from campaigns.templatetags import campaign_words
from orchestrator.templatetags import status_words

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = {
    path.relative_to(ROOT / "templates").as_posix(): path.read_text()
    for path in sorted((ROOT / "templates").rglob("*.html"))
}
SCRIPTS = {path: path.read_text() for path in sorted(ROOT.glob("[a-z]*/static/**/*.js"))}
CATALOGUE = ROOT / "locale/de/LC_MESSAGES/django.po"

COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
DJANGO = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
each_template = pytest.mark.parametrize("name", TEMPLATES)
each_script = pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)


@each_template
def test_a_template_compiles(name: str) -> None:
    get_template(name)


@each_template
def test_nothing_inline_that_the_policy_would_block(name: str) -> None:
    source = TEMPLATES[name]
    assert not re.search(r"<style\b|\sstyle\s*=|javascript:|\son[a-z]+\s*=", source)
    for tag in re.findall(r"<script\b[^>]*>", source):
        assert " src=" in tag, tag


# cotton's traps


def forwarded(name: str, sources: dict[str, str]) -> str:
    """Why a binding is dangerous: a value with quotes around it breaks out of `{{ attrs }}`."""
    declares = {
        path: set(re.findall(r":?([\w-]+)", "".join(re.findall(r"<c-vars\b([^>]*)>", source))))
        for path, source in sources.items()
    }
    for match in Tag.tag_pattern.finditer(DJANGO.sub("", COMMENT.sub("", sources[name]))):
        component = f"cotton/{match[2].replace('-', '_').replace('.', '/')}.html"
        if "{{ attrs" not in sources.get(component, ""):
            continue
        for bound in re.findall(r"\s:([\w-]+)=", match[3]):
            if bound not in declares[component]:
                return f"{name}: <c-{match[2]} :{bound}=…> is forwarded; declare it in c-vars"
    return ""


@each_template
def test_no_bound_value_is_forwarded_undeclared(name: str) -> None:
    assert not forwarded(name, TEMPLATES)


def test_the_trap_itself_is_seen() -> None:
    sources = {
        "page.html": '<c-thing :title="name" />',
        "cotton/thing.html": "<p {{ attrs }}></p>",
    }
    assert forwarded("page.html", sources)
    sources["cotton/thing.html"] = '<c-vars title="" /><p {{ attrs }}></p>'
    assert not forwarded("page.html", sources)


@each_template
def test_no_tag_stands_between_the_attributes_of_a_component(name: str) -> None:
    source = COMMENT.sub("", TEMPLATES[name])
    for tag in re.findall(r"<c-[\w.-]+(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>", source):
        assert "{%" not in re.sub(r"\"[^\"]*\"|'[^']*'", "", tag), f"printed as it is: {tag}"


# What a template names is there


@each_template
def test_every_file_address_and_icon_that_it_names_exists(name: str) -> None:
    source = TEMPLATES[name]
    for path in re.findall(r"\{% static '([^']+)' %\}", source):
        assert finders.find(path), path
    names = {key for key in get_resolver().reverse_dict if isinstance(key, str)}
    for space, (_, resolver) in get_resolver().namespace_dict.items():
        names |= {f"{space}:{key}" for key in resolver.reverse_dict if isinstance(key, str)}
    for url in re.findall(r"\{% url '([^']+)'", source):
        if url not in names:
            raise NoReverseMatch(url)
    icons = set(re.findall(r'<c-icon name="([a-z]+)"', source))
    icons |= set(re.findall(r'href="#i-([a-z]+)"', source))
    icons |= set(re.findall(r'\sicon="([a-z]+)"', source))
    assert icons <= drawn()


@each_template
def test_every_kind_of_button_is_in_the_styles_of_every_page(name: str) -> None:
    styles = (ROOT / "orchestrator/static/orchestrator/components.css").read_text()
    for button in re.findall(r'<(?:a|button)[^>]* class="button[^>]*', TEMPLATES[name]):
        for kind in re.findall(r'data-kind="(\w+)"', button):
            assert f'.button[data-kind="{kind}"]' in styles


def drawn() -> set[str]:
    return set(re.findall(r'<symbol id="i-([a-z]+)"', TEMPLATES["cotton/sprite.html"]))


def test_every_status_has_a_shape_and_a_favicon() -> None:
    assert set(status_words.FACES) <= drawn()
    assert {campaign_words.trigger_icon(trigger) for trigger in campaign_words.TRIGGERS} <= drawn()
    for face in status_words.FACES.keys() - {"inactive"}:  # a whole workspace never is
        assert finders.find(f"orchestrator/favicons/{face}.svg")


# Words


def test_every_cause_of_an_unknown_next_run_has_words() -> None:
    assert set(campaign_words.NO_NEXT_RUN) == {*schedules.Cause, ""}


TAG = re.compile(r"<[^\s>](?:\"[^\"]*\"|'[^']*'|[^>\"'])*>")
SPOKEN = re.compile(r'\s(?:aria-label|title|placeholder|alt)="([^"]*)"')
NAMES = {"Orchestrator", "n8n"}  # the same in every language


@each_template
def test_every_visible_word_goes_through_gettext(name: str) -> None:
    source = COMMENT.sub("", TEMPLATES[name])
    source = re.sub(r"\{% blocktrans.*?\{% endblocktrans %\}", "", source, flags=re.DOTALL)
    source = DJANGO.sub("", source)
    texts = [text for tag in TAG.findall(source) for text in SPOKEN.findall(tag)]
    for text in [*texts, *TAG.sub("\n", source).split("\n")]:
        word = unescape(text).strip(" ·?“”")
        assert word in NAMES or not re.search(r"[^\W\d_]{2}", word), word


@each_script
def test_a_script_speaks_only_words_that_the_page_gave_it(path: Path) -> None:
    source = re.sub(r"//[^\n]*|/\*.*?\*/", "", SCRIPTS[path], flags=re.DOTALL)
    says = r"(?:\b(?:toast|say)\(|\.(?:textContent|title|ariaLabel|placeholder) = )"
    assert not re.search(says + r"[\"'`]", source)


@each_script
def test_a_script_writes_no_markup_and_no_style(path: Path) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.style\b",
        SCRIPTS[path],
    )


@each_script
def test_an_import_can_be_given_the_name_of_the_hashed_file(path: Path) -> None:
    for line in re.findall(r"^import\b[^;]*?from.*$", SCRIPTS[path], flags=re.MULTILINE):
        found = re.search(r'from "(\.[^"]+)";$', line)  # as Django's storage looks for it
        assert found, line
        app = path.relative_to(ROOT).parts[0]
        served = normpath(path.relative_to(ROOT / app / "static").parent / found[1])
        assert finders.find(served), line


# German


ENTRY = r"^(msg\w+(?:\[\d\])?) (\".*?\"(?:\n\".*?\")*)$"


def entries(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What is said, and of each form the source and the German."""
    for block in text.split("\n\n")[1:]:
        strings = {key: unquoted(lines) for key, lines in re.findall(ENTRY, block, re.MULTILINE)}
        source = strings["msgid"]
        german = [text for key, text in strings.items() if key.startswith("msgstr")]
        yield source, list(zip((source, strings.get("msgid_plural", source)), german, strict=False))


def unquoted(lines: str) -> str:
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', lines)
    return "".join(parts).replace('\\"', '"').replace("\\n", "\n")


def test_the_compiled_catalogue_is_the_written_one_and_has_no_gap() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as compiled:
        german = gettext.GNUTranslations(compiled)
    written = dict(entries(CATALOGUE.read_text()))
    assert len(written) > 100
    for source, forms in written.items():
        texts = [text for _, text in forms]
        assert all(texts), source
        for form in forms:
            places = [sorted(re.findall(r"%\(\w+\)s", text)) for text in form]
            assert places[0] == places[1], form
        if len(texts) == 1:
            assert german.gettext(source) == texts[0]
        else:
            assert [german.ngettext(source, "", n) for n in (1, 2)] == texts


@each_template
def test_every_word_of_a_template_is_known_in_german(name: str) -> None:
    written = dict(entries(CATALOGUE.read_text()))
    for double, single in re.findall(r"\{% trans (?:\"([^\"]+)\"|'([^']+)')", TEMPLATES[name]):
        assert (double or single) in written


def test_status_words_and_the_legend_speak_german() -> None:
    with translation.override("de"):
        german = {entry["face"]: entry for entry in status_words.legend()}
        assert german["error"]["word"] == "Fehler"
        assert german["error"]["meaning"] == "Der letzte beendete Lauf ist fehlgeschlagen."
        assert campaign_words.campaign_words({})["campaigns"]["other"] == "%(n)s Kampagnen"
    with translation.override("en"):
        assert status_words.status_word("error") == "Error"
        english = {entry["face"]: entry for entry in status_words.legend()}
    assert "also what is switched off" in english["live"]["meaning"]  # by contract of the counts
    assert all(german[face]["meaning"] != english[face]["meaning"] for face in english)


# Colours


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in re.findall("..", colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_status_can_be_read_on_its_ground(theme: int) -> None:
    css = (ROOT / "orchestrator/static/orchestrator/base.css").read_text()
    tokens = dict(re.findall(r"--([\w-]+): light-dark\(([^)]+)\)", css))

    def colour(name: str) -> str:
        value = tokens[name].split(",")[theme].strip().lstrip("#")
        return "".join(digit * 2 for digit in value) if len(value) == 3 else value

    for face in ("live", "syncing", "stale", "error", "unknown"):
        assert contrast(colour(f"{face}-text"), colour(f"{face}-tint")) >= 4.5, face
        assert contrast(colour(f"{face}-mark"), colour("surface")) >= 3, face
    for ground in ("ground", "surface", "sunken"):
        assert contrast(colour("muted"), colour(ground)) >= 4.5, ground
    assert contrast(colour("line-strong"), colour("surface")) >= 3  # edges of inputs
    assert contrast(colour("on-accent"), colour("accent")) >= 4.5
