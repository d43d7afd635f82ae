"""Who calls the API, for what is counted or kept by caller: a person, or one of their keys."""

from typing import Any


def caller_of(user: Any) -> str:
    """A key is a caller of its own: what its maker does elsewhere is not its business."""
    key = getattr(user, "key", None)
    return f"user:{user.pk}" if key is None else f"key:{key.pk}"
