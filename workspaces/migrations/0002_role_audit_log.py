"""`role_audit_log`, partitioned by month; its parts and triggers come after every migrate."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0001_initial"), ("sessions", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE role_audit_log (
                id uuid NOT NULL,
                workspace_id uuid NOT NULL,
                changed_by text NOT NULL,
                changed_by_type varchar(10) NOT NULL,
                target_user uuid NOT NULL,
                old_role varchar(10),
                new_role varchar(10),
                created_at timestamptz NOT NULL,
                PRIMARY KEY (created_at, id)
            ) PARTITION BY RANGE (created_at);
            CREATE INDEX ON role_audit_log (workspace_id, created_at DESC);
            CREATE TABLE role_audit_log_default PARTITION OF role_audit_log DEFAULT;
            """,
            "DROP TABLE role_audit_log",
        )
    ]
