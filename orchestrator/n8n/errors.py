"""What can go wrong with n8n. No message holds a key, nor more of an answer than n8n's reason."""


class N8nError(Exception):
    """n8n did not do what was asked. `code` is stable; the message is for people."""

    code = "n8n_error"
    retry_after: float | None = None  # seconds, where it is known when another try is worth it


class Unreachable(N8nError):
    """No connection, or it broke before the answer was complete."""

    code = "unreachable"


class BlockedAddress(N8nError):
    """n8n is where nothing may be connected to. Nothing was sent."""

    code = "blocked_address"


class Timeout(N8nError):
    """Connected, but no complete answer in time."""

    code = "slow"


class Unauthorized(N8nError):
    code = "wrong_key"


class Forbidden(N8nError):
    """The key lacks the scope, its user the right, or the instance the licence."""

    code = "missing_scope"


class NotFound(N8nError):
    code = "not_found"


class Conflict(N8nError):
    code = "conflict"


class Refused(N8nError):
    """n8n will not do that; the message is its reason."""

    code = "refused"


class RateLimited(N8nError):
    code = "rate_limited"
    retry_after: float

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotN8n(N8nError):
    """Something answers there, but not as n8n's API does."""

    code = "not_n8n"


class TooLarge(N8nError):
    code = "too_large"


class ServerError(N8nError):
    code = "server_error"
