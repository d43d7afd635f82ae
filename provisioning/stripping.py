"""A workflow without what belongs to somebody: credentials, ids, secrets, calls. Pure.

A secret that stands by itself is taken out, also behind a scheme (`Bearer …`): such a place can be
filled in by a parameter. One inside a longer text is cut out of it. One inside an expression or a
program cannot be cut without breaking it: that is for its author to move into a credential.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from provisioning.cloning import escaped
from provisioning.leaks import Kind, Span, is_secret_name, spans

NODE_KEYS = frozenset(
    "name type typeVersion position parameters disabled notes notesInFlow onError continueOnFail"
    " alwaysOutputData executeOnce retryOnFail maxTries waitBetweenTries".split()
)
SETTINGS = frozenset(
    "saveExecutionProgress saveManualExecutions saveDataErrorExecution saveDataSuccessExecution"
    " executionTimeout timezone executionOrder binaryMode timeSavedPerExecution timeSavedMode"
    " redactionPolicy".split()
)
PROGRAMS = frozenset(
    "jsCode pythonCode functionCode code query sqlQuery customQuery script command".split()
)
_IDS = frozenset("workflowId dataTableId projectId folderId callerIds errorWorkflow".split())
_HOLE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_SCHEME = re.compile(r"(?:bearer|basic|token|bot|apikey) {1,3}", re.IGNORECASE)

Ref = tuple[str | int, ...]  # into the nodes: number of the node, then keys of its parameters


@dataclass(frozen=True, slots=True)
class Found:
    """`path` in words of n8n's JSON, below the node's parameters or beside them."""

    node: str
    path: str
    kind: Kind

    def as_json(self) -> dict[str, str]:
        return {"node": self.node, "path": self.path, "kind": self.kind.value}


@dataclass(frozen=True, slots=True)
class Blank:
    """A place that was emptied and can be filled in. What stood there is known here alone."""

    before: str  # what stays in front of the value
    was: str
    kind: Kind


@dataclass(slots=True)
class Stripped:
    nodes: list[dict[str, Any]]
    connections: dict[str, Any]
    settings: dict[str, Any]
    removed: list[Found] = field(default_factory=list)
    doubtful: list[Found] = field(default_factory=list)  # looks random, and was left
    stuck: list[Found] = field(default_factory=list)  # secrets that cannot be taken out
    blanks: dict[Ref, Blank] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        return {
            "nodes": self.nodes,
            "connections": self.connections,
            "settings": self.settings,
        }

    def value_at(self, ref: Ref) -> Any:
        part: Any = self.nodes[int(ref[0])]["parameters"]
        for key in ref[1:]:
            part = part[key]
        return part

    def forget_filled(self) -> None:
        """What has got a placeholder of ours since is no gap: path of the webhook, word of the
        test."""
        for ref, blank in list(self.blanks.items()):
            if self.value_at(ref) != blank.before:
                del self.blanks[ref]
                found = Found(self.nodes[int(ref[0])]["name"], dotted(ref[1:]), blank.kind)
                self.removed.remove(found)


def strip(
    nodes: list[dict[str, Any]],
    connections: Mapping[str, Any],
    settings: Mapping[str, Any],
    *,
    keeps_placeholders: bool = False,
) -> Stripped:
    """Of what `fitness.check` has passed. What looks like a placeholder is escaped, unless it is
    meant as one."""
    kept = {key: value for key, value in settings.items() if key in SETTINGS}
    whole = Stripped([], _wires(connections), kept)
    if not keeps_placeholders and isinstance(kept.get("timezone"), str):
        kept["timezone"] = escaped(kept["timezone"])
    gone = (settings.keys() & _IDS) - {"callerIds"}
    whole.removed += [Found("", f"settings.{key}", Kind.ID) for key in sorted(gone)]
    for number, node in enumerate(nodes):
        _Node(whole, node, number, keeps_placeholders).strip()
    return whole


class _Node:
    def __init__(
        self, whole: Stripped, node: dict[str, Any], number: int, keeps_placeholders: bool
    ) -> None:
        self.whole, self.node, self.number = whole, node, number
        self.name: str = node["name"]
        self.keeps_placeholders = keeps_placeholders

    def strip(self) -> None:
        kept = {key: value for key, value in self.node.items() if key in NODE_KEYS}
        kept |= {"id": f"n{self.number + 1}", "typeVersion": kept.get("typeVersion", 1)}
        kept.setdefault("position", [240 * self.number, 0])
        for credential in self.node.get("credentials") or {}:
            self._say(("credentials", credential), Kind.CREDENTIAL)
        if self.node.get("webhookId"):
            self._say(("webhookId",), Kind.ID)
        if isinstance(notes := kept.get("notes"), str):
            kept["notes"] = self._cut(notes, ("notes",), spans(notes))
        kept["parameters"] = self._value(kept.get("parameters") or {}, (), "")
        self.whole.nodes.append(kept)

    def _value(self, value: Any, path: Ref, called: str) -> Any:
        """`called`: what the field is called by whoever filled it in, or by n8n."""
        if isinstance(value, dict):
            return self._object(value, path, called)
        if isinstance(value, list):
            return [self._value(one, (*path, at), called) for at, one in enumerate(value)]
        if isinstance(value, str):
            return self._text(value, path, called)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and is_secret_name(called):
            return self._blank(path, "", str(value), Kind.NAMED)
        return value

    def _object(self, value: dict[str, Any], path: Ref, called: str) -> Any:
        if "__rl" in value:
            value = {key: one for key, one in value.items() if not key.startswith("cachedResult")}
        name = _name_in(value)
        return {
            key: self._value(one, (*path, key), (key == "value" and (name or called)) or key)
            for key, one in value.items()
        }

    def _text(self, text: str, path: Ref, called: str) -> str:
        if not text:
            return text
        if text.startswith("="):
            return self._expression(text, path)
        if PROGRAMS & {key for key in path if isinstance(key, str)}:
            return self._marked(self._program(text, path))
        if _is_id(path):
            return self._blank(path, "", text, Kind.ID)
        if is_secret_name(called) and not self._asks(text):
            scheme = _SCHEME.match(text)
            before = scheme[0] if scheme else ""
            return self._blank(path, before, text[len(before) :], Kind.NAMED)
        found = spans(text)
        if self._asks(text):  # an address with a placeholder in it is no secret by its form
            found = [span for span in found if span.kind != Kind.ADDRESS]
        if len(found) == 1 and (whole := _alone(text, found[0])) is not None:
            return self._blank(path, whole, text[len(whole) :], found[0].kind)
        return self._marked(self._cut(text, path, found))

    def _expression(self, text: str, path: Ref) -> str:
        """Outside of its holes it is a text like others."""
        holes = [hole.span() for hole in _HOLE.finditer(text)]
        outside = []
        for span in spans(text):
            if not any(span.start < end and span.end > start for start, end in holes):
                outside.append(span)
            elif span.is_sure:
                self.whole.stuck.append(self._found(path, span.kind))
            else:
                self.whole.doubtful.append(self._found(path, span.kind))
        return self._cut(text, path, outside)

    def _program(self, text: str, path: Ref) -> str:
        for span in spans(text):
            held = self.whole.stuck if span.is_sure else self.whole.doubtful
            held.append(self._found(path, span.kind))
        return text

    def _cut(self, text: str, path: Ref, found: list[Span]) -> str:
        for span in reversed(found):
            text = text[: span.start] + text[span.end :]
            self._say(path, span.kind)
        return text

    def _blank(self, path: Ref, before: str, was: str, kind: Kind) -> str:
        self._say(path, kind)
        self.whole.blanks[(self.number, *path)] = Blank(before, was, kind)
        return before

    def _marked(self, text: str) -> str:
        return text if self.keeps_placeholders else escaped(text)

    def _asks(self, text: str) -> bool:
        return self.keeps_placeholders and "[[" in text

    def _say(self, path: Ref, kind: Kind) -> None:
        self.whole.removed.append(self._found(path, kind))

    def _found(self, path: Ref, kind: Kind) -> Found:
        return Found(self.name, dotted(path), kind)


def _wires(connections: Mapping[str, Any]) -> dict[str, Any]:
    return {
        source: {
            kind: [
                [{key: wire.get(key) for key in ("node", "type", "index")} for wire in output or ()]
                for output in outputs
            ]
            for kind, outputs in kinds.items()
        }
        for source, kinds in connections.items()
    }


def dotted(path: Ref) -> str:
    return ".".join(str(key) for key in path)


def leaves(nodes: list[dict[str, Any]]) -> Iterator[tuple[Ref, Any, str]]:
    """Each plain value in the parameters, with where it stands and what it is called there."""
    for number, node in enumerate(nodes):
        yield from _leaves(node["parameters"], (number,), "")


def _leaves(value: Any, path: Ref, called: str) -> Iterator[tuple[Ref, Any, str]]:
    if isinstance(value, dict):
        name = _name_in(value)
        for key, one in value.items():
            yield from _leaves(one, (*path, key), (key == "value" and (name or called)) or key)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _leaves(one, (*path, at), called)
    else:
        yield path, value, called


def _name_in(value: Mapping[str, Any]) -> str:
    """Of a header, a query parameter, an assignment: `{name, value}`."""
    for key in ("name", "key", "keyName", "fieldName"):
        if isinstance(name := value.get(key), str) and "value" in value:
            return name
    return ""


def _is_id(path: Ref) -> bool:
    """Of something in n8n itself, as it is or chosen from a list."""
    return path[-1] in _IDS or (path[-1] == "value" and not _IDS.isdisjoint(path))


def _alone(text: str, span: Span) -> str | None:
    """What stands in front of it, where it is all there is; else None."""
    before = text[: span.start]
    whole = span.end == len(text.rstrip()) and (not before.strip() or _SCHEME.fullmatch(before))
    return before.lstrip() if whole else None
