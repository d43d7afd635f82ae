"""Instances of a workspace's own, API keys, quotas; how the n8n of an instance is asked."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0002_role_audit_log"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("admin", "Admin"),
                            ("member", "Member"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("prefix", models.CharField(max_length=12)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("old_digest", models.CharField(max_length=64, null=True, unique=True)),
                ("old_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "API key",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("campaigns", "Campaigns"),
                            ("members", "Members"),
                            ("sockets", "Sockets"),
                            ("keys", "Keys"),
                            ("heartbeatsPerMinute", "Heartbeats"),
                        ],
                        max_length=30,
                    ),
                ),
                ("limit", models.PositiveIntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="instance",
            options={"default_permissions": ("view", "change")},
        ),
        migrations.AddField(
            model_name="instance",
            name="breaker_failures",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="instance",
            name="capabilities",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="instance",
            name="check_failure",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="instance",
            name="check_failures",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="instance",
            name="checked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="instance",
            name="key_fingerprint",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="instance",
            name="left_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="left_instances",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="instance",
            name="left_url",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="instance",
            name="old_secrets_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="instance",
            name="owner",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="own_instance",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="instance",
            name="polled_to",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="instance",
            name="poll_gaps",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="instance",
            name="poller",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="instance",
            name="poller_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="instance",
            name="next_call_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="instance",
            name="retry_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="instance",
            name="silent",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="instance",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="workspace",
            name="stale_after_seconds",
            field=models.PositiveIntegerField(db_default=300, default=300),
        ),
        migrations.AddConstraint(
            model_name="instance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("base_url", ""), _negated=True),
                fields=("base_url",),
                name="instance_one_per_url",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="membership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="api_keys",
                to="workspaces.membership",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="api_keys",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["owner", "admin", "member", "viewer"])),
                name="apikey_role_known",
            ),
        ),
        migrations.AddField(
            model_name="quota",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="quotas",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddIndex(
            model_name="apikey",
            index=models.Index(
                fields=["workspace", "-created_at"], name="workspaces__workspa_5446dc_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.UniqueConstraint(fields=("workspace", "name"), name="quota_once"),
        ),
    ]
