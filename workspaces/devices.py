"""What somebody is signed in with, in words: the browser and the system, and no more than that."""

import re

from django.utils.translation import gettext as _

# In this order: most call themselves by the names of others as well.
BROWSERS = (
    ("Edge", r"\bEdg(?:A|iOS)?/"),
    ("Opera", r"\bOPR/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Vivaldi", r"\bVivaldi/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Headless)?(?:Chrome|Chromium|CriOS)/"),
    ("Safari", r"\bVersion/\S+.*\bSafari/"),
)
SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac(?:intosh| OS X)\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)
PHONES = {"iPhone", "iPad", "Android"}
_PROGRAM = re.compile(r"[A-Za-z][\w.-]{0,39}")


def _first(table: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, pattern in table if re.search(pattern, agent)), "")


def device(agent: str) -> str:
    browser, system = _first(BROWSERS, agent), _first(SYSTEMS, agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if browser or system:
        return browser or system
    program = _PROGRAM.match(agent)  # as in `python-httpx/0.28`
    return program[0] if program else _("Unknown device")


def kind(agent: str) -> str:
    """Of which shape its picture is."""
    if _first(SYSTEMS, agent) in PHONES:
        return "phone"
    return "computer" if _first(BROWSERS, agent) else "program"
