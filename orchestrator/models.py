"""The floor's own rows: facts on their way out, and what is installed in the database."""

import uuid

from django.db import models


class Outbox(models.Model):
    """One fact of a committed change, until sockets and tasks have heard it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fact = models.CharField(max_length=100)
    workspace_id = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=100, blank=True)
    subject_id = models.CharField(max_length=100, blank=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return f"{self.fact} {self.subject_type}:{self.subject_id}"


class Installed(models.Model):
    """Digest of what `orchestrator/sql.py` and rbac brought into the database."""

    key = models.CharField(max_length=40, primary_key=True)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "orchestrator_installed"

    def __str__(self) -> str:
        return f"{self.key} {self.digest}"


class KeptAnswer(models.Model):
    """One call with an `Idempotency-Key`: a claim, and once it is done what was answered."""

    pk = models.CompositePrimaryKey("caller", "method", "path", "key")
    caller = models.CharField(max_length=60)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # SHA-256 of the body, hex
    claim = models.UUIDField()  # whose it is
    lease_until = models.DateTimeField()  # while there is no answer
    expires_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)  # null: under way, or killed
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.caller} {self.method} {self.path}"


class CallerRate(models.Model):
    """Up to when a caller's calls have used their limit up, while Redis is away."""

    caller = models.CharField(max_length=60, primary_key=True)
    used_to = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.caller} {self.used_to}"
