"""A fact travels upwards without an import: recorded with its change, told after the commit.

    with acting(actor):
        campaign.save()
        emit(CampaignPaused, campaign, actor=actor, before={...}, after={...})

In the change's own transaction the recorders (governance's ledger) write it and one outbox row is
left. After the commit it is handed over: sockets hear it, tasks marked `@after` start, and the
outbox row goes. A kill in between loses nothing: the sweep hands over what is left.
"""

import dataclasses
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar

from django.db import connection, models, transaction

from orchestrator import outbox


class ActorType(StrEnum):
    USER = "user"
    KEY = "key"
    SYSTEM = "system"
    COMMAND = "command"
    DATABASE = "database"


@dataclasses.dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. `id` is the row's id where there is one, else the command's or task's name."""

    type: ActorType
    id: str
    label: str = ""
    on_behalf_of: str = ""
    ip: str | None = None
    request_id: str = ""

    def __str__(self) -> str:
        return f"{self.type.value}:{self.id}"


def system(name: str) -> Actor:
    return Actor(ActorType.SYSTEM, name, name)


def command(name: str) -> Actor:
    return Actor(ActorType.COMMAND, name, name)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fact:
    """Base of all facts: noun + past participle. The fields are what tasks get to know."""

    sentence: ClassVar[str]
    name: ClassVar[str]
    look: ClassVar[bool] = False  # somebody saw what is not theirs, and changed nothing
    registry: ClassVar[dict[str, type["Fact"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).lstrip("_")
        if cls.name in Fact.registry:
            raise TypeError(f"two facts are called {cls.name}")
        Fact.registry[cls.name] = cls


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """What the ledger gets of a fact."""

    id: uuid.UUID
    fact: Fact
    actor: Actor
    workspace_id: uuid.UUID | None
    subject: dict[str, str]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str


class Task(Protocol):
    def delay(self, *args: Any, **kwargs: Any) -> Any: ...


T = TypeVar("T", bound=Task)


_recorders: list[Callable[[Record], None]] = []


def recorder(write: Callable[[Record], None]) -> Callable[[Record], None]:
    """`write` runs for every fact in the transaction of its change, and can fail it."""
    _recorders.append(write)
    return write


def after(fact: type[Fact]) -> Callable[[T], T]:
    """Start this task with the fact's fields when the change is committed. At least once."""

    def mark(task: T) -> T:
        outbox.on_hand_over(fact.name, lambda row: task.delay(**row.data), first=True)
        return task

    return mark


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """One transaction, one named actor, whom the database's own triggers see as well."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('orchestrator.actor_type', %s, true),"
                " set_config('orchestrator.actor_id', %s, true),"
                " set_config('orchestrator.actor_label', %s, true)",
                [actor.type.value, actor.id, actor.label],
            )
        yield


def emit(
    fact_type: type[Fact],
    subject: models.Model,
    *,
    actor: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    **data: Any,
) -> None:
    """Say that it happened: one ledger entry and one outbox row, in the change's transaction.

    `before` and `after` hold what changed, JSON-ready and without secrets; `data` the fields of
    the fact. Raises outside a transaction: a fact without its change would be a lie.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"emit({fact_type.name}) needs a transaction")
    fact = fact_type(**data)
    workspace_id = (
        subject.pk
        if subject._meta.label == "workspaces.Workspace"
        else getattr(subject, "workspace_id", None)
    )
    record = Record(
        id=uuid.uuid4(),
        fact=fact,
        actor=actor,
        workspace_id=workspace_id,
        subject={"type": subject._meta.label_lower, "id": str(subject.pk), "name": str(subject)},
        before=before,
        after=after,
        reason=reason,
    )
    for write in _recorders:
        write(record)
    outbox.put(
        fact.name,
        workspace_id=workspace_id,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        data={f.name: _plain(getattr(fact, f.name)) for f in dataclasses.fields(fact)},
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value
