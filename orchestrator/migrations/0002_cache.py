"""The cache's table, as `createcachetable` would make it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orchestrator", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE orchestrator_cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX orchestrator_cache_expires ON orchestrator_cache (expires);
            """,
            "DROP TABLE orchestrator_cache",
        )
    ]
