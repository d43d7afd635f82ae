"""What waits for real processes comes first: where several test processes share the files, the
short ones at the end let all of them end together. Loaded with `-p tests.order`."""

import pytest

# Fixtures that start something, or ask for one that does.
LONG = set("product everyone real_n8n n8n web own_n8n sandbox opened_once".split())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long = {item.path for item in items if LONG.intersection(getattr(item, "fixturenames", ()))}
    items.sort(key=lambda item: item.path not in long)
