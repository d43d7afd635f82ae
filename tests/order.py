"""What waits for real processes comes first, and of that what takes longest: where several test
processes share the files, the short ones at the end let all of them end together. Loaded with
`-p tests.order`."""

import pytest

LONGEST = (
    "test_provisioning_kill",
    "test_faults",
    "test_pages",
    "test_provisioning",
    "test_socket",
    "test_members_browser",
    "test_up",
    "test_page_home_live",
    "test_page_connect_live",
    "test_shipped_on_n8n",
    "test_scale_out",
    "test_wizard_browser",
    "test_crowd",
)
# Fixtures that start something, or ask for one that does.
LONG = set("product everyone real_n8n n8n web own_n8n sandbox opened_once".split())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long = {item.path for item in items if LONG.intersection(getattr(item, "fixturenames", ()))}
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (rank.get(item.path.stem, len(rank)), item.path not in long))
