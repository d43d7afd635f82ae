"""What nothing reads is not written: other indexes begin with the same columns. And the runs that
follow find room for their ends beside their starts."""

import django.db.models.deletion
from django.db import migrations, models

ROOM = """
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'campaigns_run'::regclass LOOP
        EXECUTE format('ALTER TABLE %s SET (fillfactor = 60)', part);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0006_from_template"),
    ]

    operations = [
        migrations.AlterField(
            model_name="campaign",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="campaigns",
                to="workspaces.workspace",
            ),
        ),
        migrations.RunSQL(
            "DROP INDEX IF EXISTS campaigns_run_campaign_id_day_idx;",
            "CREATE INDEX campaigns_run_campaign_id_day_idx ON campaigns_run (campaign_id, day);",
        ),
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
    ]
