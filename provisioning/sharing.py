"""Templates that all workspaces share, as super admins keep them: made of an n8n export and the
parameters that it asks for. What ships with us is held to the same (tests/test_shipped_templates).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from orchestrator import json_body
from orchestrator.events import Actor, acting, emit
from provisioning import asked, fitness, library, parameters, stripping, testable
from provisioning.cloning import OURS, placeholders
from provisioning.events import TemplateRestored, TemplateSaved, TemplateWithdrawn
from provisioning.fitness import Unfit
from provisioning.models import Template, TemplateVersion
from provisioning.saving import NameTaken, told
from provisioning.stripping import PROGRAMS, Ref
from provisioning.testable import Trial
from workspaces.models import User
from workspaces.rules import Invalid, check_model

PARAMETER_KEYS = frozenset("name kind label help required default minimum maximum options".split())
TEXTS = ("name", "description", "category")
_PIECES = ("hour", "minute")  # of a time of day


class Meanwhile(Exception):
    """Somebody else has saved a version of it."""


class Shipped(Exception):
    """It comes with us: its file says what it is."""


@dataclass(frozen=True, slots=True)
class Content:
    body: dict[str, Any]
    parameters: list[dict[str, Any]]


def read(workflow: str | bytes, asked_for: str) -> Content:
    """Of two texts of JSON. Raises Unfit and Invalid."""
    export = _json("workflow", workflow)
    if isinstance(export, dict) and isinstance(export.get("body"), dict):
        export = export["body"]  # as ours are shipped
    if not isinstance(export, dict):
        raise Unfit("not_a_workflow", _("It is no workflow as n8n exports them."))
    nodes, connections = export.get("nodes"), export.get("connections")
    settings = export.get("settings") or {}
    fitness.check(nodes, connections, settings)
    assert isinstance(nodes, list)
    assert isinstance(connections, dict)
    fitness.check_start(nodes)
    made = stripping.strip(nodes, connections, settings, keeps_placeholders=True)
    if made.stuck:
        text = _("Secrets stand in its expressions or programs.")
        raise Unfit("secrets_left", text, told(made.stuck))
    if testable.prepare(made.body) == Trial.REAL:
        text = _("No question for the test can be put behind its webhook.")
        raise Unfit("runs_for_real", text)
    content = Content(made.body, _parameters(_json("parameters", asked_for or "[]")))
    check_placeholders(content)
    return content


def check_placeholders(content: Content) -> None:
    """Each is filled in by something, each parameter is used, and none becomes a program.
    Raises Invalid."""
    kinds = {one["name"]: one["kind"] for one in content.parameters}
    used: set[str] = set()
    for ref, text in _texts(content.body):
        names = placeholders(text.removeprefix("="))
        if names and (text.startswith("=") or not PROGRAMS.isdisjoint(ref)):
            where = stripping.dotted(ref)
            said = _("A placeholder stands in an expression or a program: %(where)s.")
            raise _wrong("workflow", said % {"where": where}, "placeholder_in_expression")
        for name in names:
            base, _dot, piece = name.partition(".")
            known = name in OURS or (kinds.get(base) is not None and not piece)
            if not known and not (kinds.get(base) == "time" and piece in _PIECES):
                text = _("Nothing fills in [[%(name)s]].") % {"name": name}
                raise _wrong("parameters", text, "unknown_placeholder")
            used.add(base)
    if idle := sorted(kinds.keys() - used):
        text = _("Asked for in vain: %(names)s.") % {"names": ", ".join(idle)}
        raise _wrong("parameters", text, "unused_parameter")


def share(texts: Mapping[str, str], content: Content, *, by: User, actor: Actor) -> Template:
    """A new one. Raises Invalid and NameTaken."""
    row = Template(created_by=by, **{name: texts[name] for name in TEXTS})
    check_model(row, *TEXTS)
    with acting(actor):
        _check_name(row)
        row.save()
        library.add_version(row, content.body, content.parameters, 1)
        emit(TemplateSaved, row, actor=actor, after={"name": row.name, "version": 1})
    return row


def change(
    template: Template,
    texts: Mapping[str, str],
    content: Content | None,
    *,
    seen: int,
    actor: Actor,
) -> Template:
    """Its texts; and its next version, where the content differs. Raises Invalid, NameTaken,
    Shipped and Meanwhile."""
    with acting(actor):
        row = Template.objects.select_for_update().get(pk=template.pk, workspace=None)
        if row.slug:
            raise Shipped
        before = {name: getattr(row, name) for name in TEXTS}
        after = {name: texts.get(name, before[name]) for name in TEXTS}
        changes = {name: text for name, text in after.items() if text != before[name]}
        fresh = content is not None and _differs(row, content)
        if fresh and row.version != seen:
            raise Meanwhile
        for name, text in changes.items():
            setattr(row, name, text)
        check_model(row, *TEXTS)
        if "name" in changes:
            _check_name(row)
        if changes:
            row.save(update_fields=list(changes))
        if fresh and content is not None:
            library.add_version(row, content.body, content.parameters, row.version + 1)
            row.version += 1
            before["version"], changes["version"] = str(row.version - 1), str(row.version)
        if changes:
            said = {name: before[name] for name in changes}
            emit(TemplateSaved, row, actor=actor, before=said, after=changes)
    return row


def set_withdrawn(template: Template, withdrawn: bool, *, actor: Actor) -> None:
    """Nothing more is made of it, in no workspace; or again. One that ships with us stays so."""
    with acting(actor):
        row = Template.objects.select_for_update().get(pk=template.pk, workspace=None)
        if (row.withdrawn_at is not None) == withdrawn:
            return
        if not withdrawn:
            _check_name(row)
        row.withdrawn_at = timezone.now() if withdrawn else None
        row.save(update_fields=["withdrawn_at"])
        fact = TemplateWithdrawn if withdrawn else TemplateRestored
        emit(fact, row, actor=actor, after={"name": row.name})


def present(template: Template) -> Content:
    found = TemplateVersion.objects.get(template=template, number=template.version)
    return Content(found.body, found.parameters)


def _differs(row: Template, content: Content) -> bool:
    last = present(row)
    return (last.body, last.parameters) != (content.body, content.parameters)


def _check_name(row: Template) -> None:
    others = Template.objects.filter(workspace=None, withdrawn_at=None, name__iexact=row.name)
    if others.exclude(pk=row.pk).exists():
        raise NameTaken


def _parameters(raw: Any) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise _wrong("parameters", _("Not a list of objects."), "invalid")
    try:
        parameters.read(raw)
    except msgspec.ValidationError as error:
        raise _wrong("parameters", str(error), "invalid") from None
    for one in raw:
        if unknown := one.keys() - PARAMETER_KEYS:
            text = _("Unknown: %(names)s.") % {"names": ", ".join(sorted(unknown))}
            raise _wrong("parameters", text, "unknown_key")
        try:
            asked.check_one(one)
        except Invalid as wrong:
            texts = [f"{one['name']}, {name}: {' '.join(error.messages)}"
                     for name, error in wrong.errors.items()]  # fmt: skip
            raise _wrong("parameters", " ".join(texts), "invalid") from None
    asked.check_all(raw)
    return raw


def _texts(body: Mapping[str, Any]) -> Iterator[tuple[Ref, str]]:
    for ref, value, _called in stripping.leaves(body["nodes"]):
        if isinstance(value, str):
            yield (body["nodes"][int(ref[0])]["name"], *ref[1:]), value
    for key, value in body["settings"].items():
        if isinstance(value, str):
            yield ("settings", key), value


def _json(field: str, text: str | bytes) -> Any:
    try:
        return json_body.parse(text.encode() if isinstance(text, str) else text)
    except json_body.Unacceptable as error:
        raise _wrong(field, _("Not JSON: %(reason)s.") % {"reason": error}, "invalid") from None


def pretty(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _wrong(field: str, message: str, code: str) -> Invalid:
    return Invalid({field: ValidationError(message, code=code)})
