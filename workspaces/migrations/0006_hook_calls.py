from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0005_second_factor_suspension_key_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="store_hook_bodies",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="quota",
            name="name",
            field=models.CharField(
                choices=[
                    ("campaigns", "Campaigns"),
                    ("members", "Members"),
                    ("sockets", "Sockets"),
                    ("keys", "Keys"),
                    ("heartbeatsPerMinute", "Heartbeats"),
                    ("hookCallsPerMinute", "Hooks"),
                ],
                max_length=30,
            ),
        ),
    ]
