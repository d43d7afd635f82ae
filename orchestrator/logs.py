"""The log: one JSON object a line on stderr, with the request's id and without secrets.

Settings import this module, so it knows no Django.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from orchestrator.masking import MASK, PATTERNS

# What stands behind such a name is never written, whatever it looks like.
_SECRET_NAME = re.compile(
    r"passw(or)?d|passwd|secret|token|api[-_]?key|(encryption|private|access|signing|session)[-_]?keys?"
    r"|authorization|cookie|credential|signature|^session(_?id)?$|csrf",
    re.IGNORECASE,
)
_HEADER = (
    r"(?:proxy-)?authorization|x-n8n-api-key|x-session-token|x-csrftoken|(?:set-)?cookie"
    r"|webhook-signature"
)
_PATTERNS = [
    # Addresses that are secrets themselves: front doors, report URLs, links out of mails.
    (re.compile(r"(/hook/|/api/webhooks/c/|/api/invitations/)[^/?#\s\"'\\]+"), rf"\1{MASK}"),
    (
        re.compile(r"(/password/reset/key/[0-9A-Za-z]+-)(?!set-password)[^/?#\s\"'\\]+"),
        rf"\1{MASK}",
    ),
    # Headers, as text (`Cookie: a=b; c=d`), as a dict's repr and as ASGI's pairs of bytes.
    (
        re.compile(rf"\b({_HEADER})(b?[\"']\s*[:,]\s*b?)(\"[^\"]*\"|'[^']*')", re.IGNORECASE),
        rf"\1\2'{MASK}'",
    ),
    (re.compile(rf"\b({_HEADER})(\s*:\s*)(?!['\"])[^\r\n]+", re.IGNORECASE), rf"\1\2{MASK}"),
    (
        re.compile(
            r"\b(sessionid|session_key|csrftoken|csrfmiddlewaretoken)([\"']?\s*[:=]\s*[\"']?)"
            r"[^\s\"',;&}]+"
        ),
        rf"\1\2{MASK}",
    ),
    # A password that itself holds a slash or an @ is still one.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/:@\"']*):[^\s\"'@]+@(?=[\w.\[])"), rf"\1:{MASK}@"),
    (re.compile(r"\b(ork|whsec|n8n_api)_[\w+/=.-]+"), MASK),
    *PATTERNS,
]


def mask(text: str) -> str:
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def _masked(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {
            mask(str(key)): MASK if _secret(str(key), item) else _masked(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(item) for item in value]
    return mask(value if isinstance(value, str) else repr(value))


def _secret(name: str, value: Any) -> bool:
    return value is not None and not isinstance(value, bool) and bool(_SECRET_NAME.search(name))


def mask_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Runs last before the rendering, when tracebacks and arguments are text already."""
    masked: EventDict = _masked(event)
    return masked


_COMMON: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def structlog_configuration() -> dict[str, Any]:
    return {
        "processors": [
            structlog.stdlib.filter_by_level,
            *_COMMON,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        "logger_factory": structlog.stdlib.LoggerFactory(),
        "wrapper_class": structlog.stdlib.BoundLogger,
        "cache_logger_on_first_use": True,
    }


def has_traceback(record: logging.LogRecord) -> bool:
    """A 503 that we answer by ourselves is told in the request's own line."""
    return record.exc_info is not None


def without_stack(record: logging.LogRecord) -> bool:
    """While Redis is away beat writes, each second, how it came to where it could not send."""
    if record.msg == "Message Error: %s\n%s" and isinstance(record.args, tuple):
        record.msg, record.args, record.exc_info = "Message Error: %s", record.args[:1], None
    return True


LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def configuration(level: str) -> dict[str, Any]:
    """For LOGGING. All loggers end in the one handler; the servers' own handlers are taken off."""
    through = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*_COMMON, structlog.stdlib.ExtraAdder()],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    mask_secrets,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "filters": {
            "failures": {"()": lambda: has_traceback},
            "brief_beat": {"()": lambda: without_stack},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": through,
            "django.server": through,
            # Each request has its line from `orchestrator.request_log`; 5xx keep the traceback.
            "django.request": {**through, "level": "ERROR", "filters": ["failures"]},
            # Not each task that came and went; what failed keeps its traceback.
            "celery": {**through, "level": "WARNING"},
            "celery.beat": {**through, "filters": ["brief_beat"]},
            # A traceback each second while Redis is away; our own line says it once.
            "channels_redis.pubsub": {**through, "level": "CRITICAL"},
            "httpx": {**through, "level": "WARNING"},
            "uvicorn": through,
            "uvicorn.error": through,
            "uvicorn.access": {"handlers": [], "propagate": False, "level": "WARNING"},
            "daphne": through,
            "django.channels.server": {**through, "level": "WARNING"},
            "asyncio": {**through, "level": "WARNING"},
            # A busy pool says so at each wait; what fails is said by who waited.
            "psycopg.pool": {**through, "level": "ERROR"},
        },
    }
