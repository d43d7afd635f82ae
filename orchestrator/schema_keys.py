"""Which calls are closed to API keys, read from the views themselves: the OpenAPI document and
docs/permissions.md (`make permissions`) both say so."""

import inspect
import re
import sys
from collections.abc import Callable
from typing import Any

from workspaces.access import NOT_BY_KEY
from workspaces.superadmin import PERMISSION


def closed(view: Callable[..., Any]) -> bool:
    """403 `key_forbidden`: by a right that no key has, by the view's own word, or by that of the
    check before it."""
    return getattr(view, "permission", None) in NOT_BY_KEY or _refuses_keys(view)


def hidden(view: Callable[..., Any]) -> bool:
    """404: what is for super admins does not exist for a key."""
    return getattr(view, "permission", None) == PERMISSION


def _refuses_keys(view: Callable[..., Any]) -> bool:
    """Itself, by the check before it, or by a method of its own that it hands on to."""
    rights = getattr(view, "rights", None)
    parts = [inspect.unwrap(view), *([rights] if rights else [])]
    owner = getattr(sys.modules[view.__module__], view.__qualname__.split(".")[0])
    for name in re.findall(r"self\.(_\w+)\(", inspect.getsource(parts[0])):
        parts.append(inspect.unwrap(getattr(owner, name)))
    return any("refuse_keys" in inspect.getsource(part) for part in parts)
