"""Calls with an `Idempotency-Key`, and the general limit of callers while Redis is away."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orchestrator", "0002_cache")]

    operations = [
        migrations.CreateModel(
            name="CallerRate",
            fields=[
                ("caller", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("used_to", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "caller",
                        "method",
                        "path",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("caller", models.CharField(max_length=60)),
                ("method", models.CharField(max_length=10)),
                ("path", models.CharField(max_length=500)),
                ("key", models.CharField(max_length=255)),
                ("digest", models.CharField(max_length=64)),
                ("claim", models.UUIDField()),
                ("lease_until", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(blank=True)),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["expires_at"], name="orchestrato_expires_731640_idx")
                ],
            },
        ),
        # Worth nothing after a crash, and written at every call while Redis is away.
        migrations.RunSQL(
            "ALTER TABLE orchestrator_callerrate SET UNLOGGED",
            "ALTER TABLE orchestrator_callerrate SET LOGGED",
        ),
    ]
