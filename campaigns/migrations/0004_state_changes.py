"""The log of what campaigns were said to be, by month."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_truths")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE campaigns_statechange (
                at timestamptz NOT NULL,
                id uuid NOT NULL,
                statement_at timestamptz NOT NULL,
                workspace_id uuid NOT NULL,
                campaign_id uuid NOT NULL,
                was varchar(10) NOT NULL,
                was_reason varchar(30) NOT NULL,
                was_enabled boolean NOT NULL,
                became varchar(10) NOT NULL,
                reason varchar(30) NOT NULL,
                enabled boolean NOT NULL,
                cause varchar(10) NOT NULL,
                actor varchar(254) NOT NULL,
                result varchar(10) NOT NULL,
                execution bigint,
                -- One index, which fits every look-up: with another by time alone a planner that
                -- knows nothing of the table yet reads all that was written since.
                PRIMARY KEY (campaign_id, at, id)
            ) PARTITION BY RANGE (at);
            CREATE TABLE campaigns_statechange_default
                PARTITION OF campaigns_statechange DEFAULT;
            """,
            "DROP TABLE campaigns_statechange",
        ),
        migrations.CreateModel(
            name="StateChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign_id",
                        "at",
                        "id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("id", models.UUIDField(default=uuid.uuid4)),
                ("statement_at", models.DateTimeField()),
                ("workspace_id", models.UUIDField()),
                ("campaign_id", models.UUIDField()),
                ("was", models.CharField(max_length=10)),
                ("was_reason", models.CharField(blank=True, max_length=30)),
                ("was_enabled", models.BooleanField()),
                ("became", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("enabled", models.BooleanField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("run", "Run"),
                            ("sync", "Sync"),
                            ("clock", "Clock"),
                            ("n8n", "N8N"),
                            ("person", "Person"),
                            ("key", "Key"),
                            ("command", "Command"),
                            ("database", "Database"),
                        ],
                        max_length=10,
                    ),
                ),
                ("actor", models.CharField(blank=True, max_length=254)),
                ("result", models.CharField(blank=True, max_length=10)),
                ("execution", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "campaigns_statechange",
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
