"""JSON as callers send it: broken, endless, deep or unstorable is a refusal and never a crash."""

import json
import math
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

DEEPEST = 64
LARGEST = 2**63 - 1  # what a bigint holds


class Unacceptable(ValueError):
    """Says what is wrong with it, in words for the caller."""


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise Unacceptable("a number is too large")
    return value


def _integer(text: str) -> int:
    if len(text) > 20 or not -LARGEST <= int(text) <= LARGEST:
        raise Unacceptable("a number is too large")
    return int(text)


def _constant(name: str) -> Any:
    raise Unacceptable(f"{name} is no JSON")


def _check_text(text: str) -> None:
    if "\0" in text:
        raise Unacceptable("a string holds a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Unacceptable("a string holds half a surrogate pair") from None


def _check(value: Any) -> None:
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, dict | list):
            if depth > DEEPEST:
                raise Unacceptable("it is nested too deeply")
            if isinstance(item, dict):
                for key in item:
                    _check_text(key)
                item = item.values()
            waiting.extend((child, depth + 1) for child in item)


def parse(body: bytes) -> Any:
    """Raises Unacceptable."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_float=_number,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except Unacceptable:
        raise
    except UnicodeDecodeError:
        raise Unacceptable("it is not UTF-8") from None
    except RecursionError:
        raise Unacceptable("it is nested too deeply") from None
    except ValueError as error:
        raise Unacceptable(f"it is no JSON: {error}") from None
    _check(value)
    return value


class JSONParser(BaseParser):
    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        try:
            return parse(stream.read())
        except Unacceptable as error:
            raise ParseError(f"The body was not accepted: {error}.") from None
