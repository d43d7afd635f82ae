"""What a workflow has to be to become a template: of this form, not too large, and whole. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from orchestrator import json_body
from provisioning.cloning import kind_of

MOST_NODES = 128
LARGEST = 1024 * 1024  # bytes, as JSON
LONGEST_NAME = 255
DEEPEST = 48  # JSON may be 64 deep, and ours stands in more of it


class Unfit(Exception):
    """`code` is stable; the message is for people."""

    def __init__(self, code: str, message: str, places: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.places = list(places)


def check(nodes: Any, connections: Any, settings: Any) -> None:
    """Raises Unfit. After it, all that is asked of them below can be asked."""
    if not (_is_list_of(dict, nodes) and isinstance(connections, dict)):
        raise _broken(_("It has no list of nodes and connections, as n8n exports them."))
    if not isinstance(settings, dict):
        raise _broken(_("Its settings are no object."))
    if not nodes:
        raise _broken(_("It has no nodes."))
    if len(nodes) > MOST_NODES:
        text = _("It has %(n)s nodes; a template has at most %(most)s.")
        raise Unfit("too_many_nodes", text % {"n": len(nodes), "most": MOST_NODES})
    _check_size([nodes, connections, settings])
    for node in nodes:
        _check_node(node)
    names = [node["name"] for node in nodes]
    if len(set(names)) < len(names):
        raise _broken(_("Two of its nodes have the same name."))
    _check_connections(connections, set(names))


def check_start(nodes: Sequence[Mapping[str, Any]]) -> None:
    """n8n publishes only what starts by itself, and our address leads to one kind of start."""
    kinds = {kind_of(node) for node in nodes if not node.get("disabled")}
    if "formTrigger" in kinds and "webhook" not in kinds:
        raise Unfit("unsupported_start", _("It starts with a form of n8n, which has no webhook."))
    starts = {kind for kind in kinds if kind == "webhook" or kind.endswith("Trigger")}
    if not starts - {"manualTrigger", "formTrigger"}:
        raise Unfit(
            "unsupported_start", _("Nothing starts it by itself: it needs a webhook or a schedule.")
        )


def _check_size(parts: list[Any]) -> None:
    if _is_deep(parts):
        raise Unfit("too_deep", _("It is nested too deeply."))
    try:
        text = json.dumps(parts).encode()
        json_body.parse(text)
    except (ValueError, TypeError, RecursionError):
        raise _broken(_("It holds characters or numbers that cannot be kept.")) from None
    if len(text) > LARGEST:
        raise Unfit("too_large", _("It is larger than 1 MiB."))


def _is_deep(value: Any) -> bool:
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > DEEPEST:
            return True
        if isinstance(item, dict | list):
            below = item.values() if isinstance(item, dict) else item
            waiting += [(one, depth + 1) for one in below]
    return False


def _check_node(node: Mapping[str, Any]) -> None:
    name, kind = node.get("name"), node.get("type")
    if not (isinstance(name, str) and 0 < len(name) <= LONGEST_NAME):
        raise _broken(_("A node has no name."))
    if not (isinstance(kind, str) and 0 < len(kind) <= LONGEST_NAME):
        raise _broken(_("The node “%(name)s” has no type.") % {"name": name})
    version, position = node.get("typeVersion", 1), node.get("position", [0, 0])
    placed = _is_list_of((int, float), position) and len(position) == 2
    if not (
        isinstance(node.get("parameters", {}), dict)
        and isinstance(version, int | float)
        and placed
        and isinstance(node.get("credentials") or {}, dict)
    ):
        raise _broken(_("The node “%(name)s” is not as n8n writes them.") % {"name": name})


def _check_connections(connections: Mapping[str, Any], names: set[str]) -> None:
    for source, kinds in connections.items():
        if source not in names or not isinstance(kinds, dict):
            raise _broken(_("A connection begins at no node."))
        for outputs in kinds.values():
            if not isinstance(outputs, list) or len(outputs) > MOST_NODES:
                raise _broken(_("A connection is not as n8n writes them."))
            for output in outputs:
                if output is not None and not _is_list_of(dict, output):
                    raise _broken(_("A connection is not as n8n writes them."))
                if any(_leads_nowhere(wire, names) for wire in output or ()):
                    raise _broken(_("A connection leads to no node."))


def _leads_nowhere(wire: Mapping[str, Any], names: set[str]) -> bool:
    target = wire.get("node")
    return not isinstance(target, str) or target not in names


def _is_list_of(kind: Any, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)


def _broken(message: str) -> Unfit:
    return Unfit("not_a_workflow", message)
