"""The audit ledger: what happened, by whom; a hash chain per workspace and one of the platform."""

import uuid

from django.db import models


class AuditEvent(models.Model):
    """Append-only. `seq`, `prev_hash` and `hash` are the database's (governance/sql/ledger.sql)."""

    pk = models.CompositePrimaryKey("created_at", "id")
    id = models.UUIDField(default=uuid.uuid4)
    chain = models.TextField()  # the workspace's id, or "platform"
    seq = models.BigIntegerField()  # without gaps within its chain
    workspace_id = models.UUIDField(null=True)
    origin = models.CharField(max_length=20)  # orchestrator; n8n, database from later phases on
    actor_type = models.CharField(max_length=10)
    actor_id = models.TextField()
    actor_label = models.TextField(blank=True)
    on_behalf_of = models.TextField(blank=True)
    action = models.CharField(max_length=100)
    object = models.JSONField()  # {type, id, name}
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    ip = models.GenericIPAddressField(null=True)
    request_id = models.TextField(blank=True)
    prev_hash = models.BinaryField()
    hash = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "audit_event"
        managed = False  # partitioned by month: migration 0001 makes it
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.chain}#{self.seq} {self.action}"


class AuditChain(models.Model):
    """The head of a chain, locked while an entry is added."""

    chain = models.TextField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_chain"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.chain}#{self.seq}"
