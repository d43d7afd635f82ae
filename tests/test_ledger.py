"""The audit ledger: every fact, in the transaction of its change, in an unbroken chain."""

import uuid
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from governance.models import AuditEvent
from orchestrator import events, outbox
from orchestrator.events import Fact, acting, command, emit
from orchestrator.models import Outbox
from tests.cast import Cast
from workspaces.events import WorkspaceCreated


def test_a_fact_is_recorded_with_its_actor_and_its_change(cast: Cast) -> None:
    entry = AuditEvent.objects.get(workspace_id=cast.acme.pk, action="workspace_created")
    assert (entry.actor_type, entry.actor_id) == ("command", "test")
    assert entry.object == {
        "type": "workspaces.workspace",
        "id": str(cast.acme.pk),
        "name": "Acme",
    }
    assert entry.after == {"name": "Acme", "slug": "acme"}


def test_each_workspace_has_a_chain_without_gaps(cast: Cast) -> None:
    for workspace in (cast.acme, cast.globex):
        entries = list(AuditEvent.objects.filter(workspace_id=workspace.pk).order_by("seq"))
        assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
        previous = b""
        for entry in entries:
            assert bytes(entry.prev_hash) == previous
            previous = bytes(entry.hash)
        assert len(previous) == 32


def test_the_hash_covers_what_it_says(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT bool_and(e.hash = audit_event_hash(e)), count(*) FROM audit_event e")
        assert cursor.fetchone() == (True, AuditEvent.objects.count())
        cursor.execute(
            'SELECT audit_event_hash(jsonb_populate_record(e, \'{"actor_id": "mallory"}\'))'
            " = e.hash FROM audit_event e LIMIT 1"
        )
        assert cursor.fetchone() == (False,)


def test_a_change_that_is_rolled_back_leaves_neither_entry_nor_outbox_row(cast: Cast) -> None:
    before = AuditEvent.objects.count(), Outbox.objects.count()

    def half_done() -> None:
        with acting(command("test")):
            emit(WorkspaceCreated, cast.acme, actor=command("test"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert (AuditEvent.objects.count(), Outbox.objects.count()) == before


def test_a_change_fails_with_its_record(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(record: events.Record) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(events, "_recorders", [full])

    def rename() -> None:
        with acting(command("test")):
            cast.acme.name = "Changed"
            cast.acme.save()
            emit(WorkspaceCreated, cast.acme, actor=command("test"))

    with pytest.raises(OSError, match="no space"):
        rename()
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Acme"


def test_a_fact_outside_a_transaction_is_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(transaction.TransactionManagementError):
        emit(WorkspaceCreated, cast.acme, actor=command("test"))


def test_every_fact_has_a_sentence() -> None:
    for fact in Fact.registry.values():
        assert "{actor}" in fact.sentence, fact.name


def a_row() -> Outbox:
    return Outbox.objects.create(fact="test_happened", data={"n": 1})


def age(row: Outbox, seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orchestrator_outbox SET created_at = now() - %s * interval '1 s' WHERE id = %s",
            [seconds, row.pk],
        )


def test_the_sweep_hands_over_what_a_kill_left_and_not_what_is_on_its_way(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[uuid.UUID] = []
    monkeypatch.setitem(outbox._listeners, "test_happened", [lambda row: heard.append(row.pk)])
    old, young = a_row(), a_row()
    age(old, 6)
    assert outbox.sweep() == 1
    assert heard == [old.pk]
    assert list(Outbox.objects.values_list("pk", flat=True)) == [young.pk]


def test_one_fact_that_cannot_be_told_does_not_hold_up_the_others(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[uuid.UUID] = []

    def listener(row: Outbox) -> None:
        if row.pk == broken.pk:
            raise ConnectionError
        heard.append(row.pk)

    monkeypatch.setitem(outbox._listeners, "test_happened", [listener])
    broken, fine = a_row(), a_row()
    age(broken, 60)
    age(fine, 30)
    assert outbox.sweep() == 1
    assert heard == [fine.pk]
    assert Outbox.objects.filter(pk=broken.pk).exists()
