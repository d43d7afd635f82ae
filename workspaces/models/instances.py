"""Which n8n: an Instance."""

from django.db import models
from django.utils.timezone import now


class Instance(models.Model):
    """An n8n. The one that the environment names has the id `default` and is shared."""

    class Kind(models.TextChoices):
        SHARED = "shared"
        OWN = "own"

    DEFAULT = "default"

    id = models.CharField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SHARED)
    owner = models.OneToOneField(  # of an own one; a shared one has none
        "Workspace", models.CASCADE, null=True, related_name="own_instance"
    )
    # One that its workspace has left has no URL and no keys; its campaigns come back with the URL.
    left_by = models.ForeignKey(
        "Workspace", models.CASCADE, null=True, related_name="left_instances"
    )
    left_url = models.CharField(max_length=500, blank=True, default="", db_default="")
    base_url = models.CharField(max_length=500, blank=True)  # in its one spelling
    api_key_encrypted = models.TextField(blank=True)
    key_fingerprint = models.CharField(max_length=16, blank=True, default="", db_default="")
    webhook_secrets_encrypted = models.TextField(blank=True)  # newest first, space between
    old_secrets_until = models.DateTimeField(null=True)  # all but the newest; null: for good
    version = models.PositiveIntegerField(default=1, db_default=1)
    capabilities = models.JSONField(
        default=list, db_default=[]
    )  # scopes of the key, as n8n names them
    sandbox = models.BooleanField(default=False)
    timezone = models.CharField(max_length=64, default="America/New_York")  # n8n's own default
    created_at = models.DateTimeField(default=now)
    # What it says of itself, and when it was last heard or asked.
    alive_at = models.DateTimeField(null=True)
    about = models.JSONField(default=dict)  # of `alive`: hooksVersion, n8nVersion, mode, …
    last_ok_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # syncs in a row
    failed_at = models.DateTimeField(null=True)  # its last sync, where it counts as unreachable
    failure = models.CharField(max_length=40, blank=True)  # code of the last failed sync
    # Neither `alive` within 90 s nor a successful sync within 180 s; kept by the clock.
    silent = models.BooleanField(default=True, db_default=True)
    # Whether it answers at all: asked once in 30 s for everybody, two failures in a row flip it.
    checked_at = models.DateTimeField(null=True)
    check_failures = models.PositiveIntegerField(default=0, db_default=0)
    check_failure = models.CharField(
        max_length=40, blank=True, default="", db_default=""
    )  # code of the last failed check
    # Calls to it: nothing before this time (its 429, or the breaker), and failures in a row.
    retry_at = models.DateTimeField(null=True)
    next_call_at = models.DateTimeField(null=True)  # of an even flow; behind now: room for a burst
    breaker_failures = models.PositiveIntegerField(default=0, db_default=0)
    # Its executions are polled by one process at a time, down to the last one seen.
    poller = models.UUIDField(null=True)
    poller_until = models.DateTimeField(null=True)
    polled_to = models.BigIntegerField(null=True)
    poll_gaps = models.JSONField(  # below it, left out so far: of {cursor, to}, newest first
        default=list, db_default=[]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["base_url"], condition=~models.Q(base_url=""), name="instance_one_per_url"
            )
        ]
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.id
