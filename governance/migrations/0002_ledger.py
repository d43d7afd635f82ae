"""`audit_event`, partitioned by month; its parts and triggers come after every migrate."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE audit_event (
                id uuid NOT NULL,
                chain text NOT NULL,
                seq bigint NOT NULL,
                workspace_id uuid,
                origin varchar(20) NOT NULL,
                actor_type varchar(10) NOT NULL,
                actor_id text NOT NULL,
                actor_label text NOT NULL,
                on_behalf_of text NOT NULL,
                action varchar(100) NOT NULL,
                object jsonb NOT NULL,
                before jsonb,
                after jsonb,
                reason text NOT NULL,
                ip inet,
                request_id text NOT NULL,
                prev_hash bytea NOT NULL,
                hash bytea NOT NULL,
                created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                PRIMARY KEY (created_at, id)
            ) PARTITION BY RANGE (created_at);
            CREATE INDEX ON audit_event (chain, seq);
            CREATE INDEX ON audit_event USING brin (created_at);
            CREATE INDEX ON audit_event USING gin (object jsonb_path_ops);
            CREATE TABLE audit_event_default PARTITION OF audit_event DEFAULT;
            """,
            "DROP TABLE audit_event",
        )
    ]
