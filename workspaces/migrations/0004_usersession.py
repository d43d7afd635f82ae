"""Where people are signed in: a row for each session, also for those that there are."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models
from django.utils.timezone import now


def note_those_there_are(apps, schema_editor):
    """Whose a session is it tells only when it is read; when it began nobody knows any more."""
    Session = apps.get_model("sessions", "Session")
    User = apps.get_model("workspaces", "User")
    UserSession = apps.get_model("workspaces", "UserSession")
    people = {str(id): id for id in User.objects.values_list("pk", flat=True)}
    store, rows = SessionStore(), []
    for session in Session.objects.filter(expire_date__gt=now()).iterator():
        user = people.get(store.decode(session.session_data).get(SESSION_KEY))
        if user:
            rows.append(UserSession(session_key=session.pk, user_id=user, last_seen_at=now()))
    UserSession.objects.bulk_create(rows, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("sessions", "0001_initial"),
        ("workspaces", "0003_connections_and_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="UserSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("ip", models.GenericIPAddressField(null=True)),
                ("user_agent", models.CharField(blank=True, max_length=300)),
                ("signed_in_at", models.DateTimeField(null=True)),
                ("last_seen_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.RunPython(note_those_there_are, migrations.RunPython.noop, elidable=True),
    ]
