"""An index that nothing reads is not written: a part has the runs of one day, and another index
begins with the campaign. And the runs that follow find room for their ends beside their starts."""

from django.db import migrations

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
        migrations.RunSQL(
            "DROP INDEX IF EXISTS campaigns_run_campaign_id_day_idx;",
            "CREATE INDEX campaigns_run_campaign_id_day_idx ON campaigns_run (campaign_id, day);",
        ),
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
    ]
