"""Campaigns that provisions have made say so themselves."""

from django.db import migrations

MARK = """
UPDATE campaigns_campaign SET from_template = true
WHERE id IN (SELECT campaign_id FROM provisioning_provision WHERE ended = 'done')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("provisioning", "0001_initial"),
        ("campaigns", "0006_from_template"),
    ]

    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]
