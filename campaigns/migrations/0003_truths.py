"""What is expected and intended of a campaign, and what the clock keeps."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_runs"),
        ("workspaces", "0003_connections_and_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkspaceClock",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="workspaces.workspace",
                    ),
                ),
                ("sync_asked_at", models.DateTimeField(null=True)),
                ("syncing_until", models.DateTimeField(null=True)),
                ("silent", models.BooleanField(db_default=True, default=True)),
                ("beats_minute", models.DateTimeField(null=True)),
                ("beats", models.PositiveIntegerField(db_default=0, default=0)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.RemoveField(
            model_name="syncclock",
            name="workspace",
        ),
        migrations.AlterModelOptions(
            name="campaign",
            options={
                "default_permissions": ("view", "change"),
                "permissions": [
                    (
                        "view_times",
                        "Can see times of heartbeats, runs and syncs, and errors of runs",
                    ),
                    ("view_sync", "Can see the result of a sync"),
                    ("open_in_n8n", "Can see which workflow of n8n it is"),
                    ("trigger_sync", "Can trigger a sync"),
                    (
                        "manage_campaign",
                        "Can adopt, archive and restore a campaign; see its webhook URLs",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="campaign",
            name="active_version_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="campaign",
            name="contested",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="campaign",
            name="differs_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="drift",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="campaign",
            name="due_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="enabled_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="expected_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="intended_by",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="intended_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="intention",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="last_started_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="late_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="next_run_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="observed_source",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="campaign",
            name="paused_version_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="campaign",
            name="report_token_digest",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="report_token_encrypted",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="campaign",
            name="schedule",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="schedule_problem",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="campaign",
            name="schedule_unknown",
            field=models.CharField(blank=True, db_default="", default="", max_length=30),
        ),
        migrations.AddField(
            model_name="campaign",
            name="served",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="settling_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="stuck",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="campaign",
            name="tag_problem",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("stuck__gt", 0)), fields=["id"], name="campaign_stuck"
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="campaign_due",
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("next_run_at__isnull", False)),
                fields=["next_run_at"],
                name="campaign_next_run",
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("intended_until__isnull", False)),
                fields=["intended_until"],
                name="campaign_intended",
            ),
        ),
        migrations.DeleteModel(
            name="SyncClock",
        ),
        migrations.RunSQL(
            """
            INSERT INTO campaigns_workspaceclock (workspace_id)
                SELECT id FROM workspaces_workspace ON CONFLICT DO NOTHING;

            -- When a heartbeat or a poll last saw it; whether all that is known of it was polled.
            ALTER TABLE campaigns_run_key ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();
            ALTER TABLE campaigns_run_key ADD COLUMN polled boolean NOT NULL DEFAULT false;
            -- When n8n was last asked for it by its id.
            ALTER TABLE campaigns_run_key ADD COLUMN asked_at timestamptz;
            CREATE INDEX campaigns_run_key_open ON campaigns_run_key (seen_at)
                WHERE end_at IS NULL;
            -- Newest first, page by page; by what of a run stays as it is.
            CREATE INDEX campaigns_run_newest
                ON campaigns_run (campaign_id, coalesce(started_at, sent_at) DESC, id DESC);
            """,
            """
            DROP INDEX campaigns_run_key_open, campaigns_run_newest;
            ALTER TABLE campaigns_run_key DROP COLUMN seen_at, DROP COLUMN polled,
                DROP COLUMN asked_at;
            """,
        ),
    ]
