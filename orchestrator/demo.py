"""The demo's people and workspaces. Runs, heartbeats and health come through the real door."""

import hashlib

from django.conf import settings
from django.contrib.auth.hashers import make_password

from orchestrator.events import command
from orchestrator.models import Installed
from workspaces import services
from workspaces.models import Role, User, Workspace

PEOPLE: dict[str, tuple[str, dict[str, Role]]] = {
    "owner@acme.test": ("Olivia Owner", {"acme": Role.OWNER}),
    "owner2@acme.test": ("Oscar Owner", {"acme": Role.OWNER}),
    "admin@acme.test": ("Ada Admin", {"acme": Role.ADMIN}),
    "member@acme.test": ("Milo Member", {"acme": Role.MEMBER}),
    "viewer@acme.test": ("Vera Viewer", {"acme": Role.VIEWER}),
    "owner@globex.test": ("Gustav Globex", {"globex": Role.OWNER}),
}
WORKSPACES = {
    "acme": ("Acme", "owner@acme.test", "Europe/Berlin"),
    "globex": ("Globex", "owner@globex.test", "America/New_York"),
}
SUPERUSER = ("super@demo.test", "Sam Super")

ACTOR = command("seed_demo")


def seed() -> None:
    """What is there already stays as it is, but for the password: DEMO_PASSWORD is the demo's."""
    wanted = hashlib.sha256(repr((settings.DEMO_PASSWORD, PEOPLE, WORKSPACES)).encode()).hexdigest()
    if Installed.objects.filter(pk="demo", digest=wanted).exists():
        return  # checking eight passwords would take longer than the whole start
    encoded = make_password(settings.DEMO_PASSWORD)
    people = {email: _person(email, name, encoded) for email, (name, _) in PEOPLE.items()}
    email, name = SUPERUSER
    if not User.objects.filter(email=email).exists():
        services.create_superuser(email, settings.DEMO_PASSWORD, actor=ACTOR, name=name, demo=True)
    _person(email, name, encoded)
    for slug, (name, owner, timezone) in WORKSPACES.items():
        if not Workspace.objects.filter(slug=slug).exists():
            workspace = services.create_workspace(
                name, slug=slug, timezone=timezone, owner=people[owner], actor=ACTOR
            )
            for email, (_, roles) in PEOPLE.items():
                if slug in roles and email != owner:
                    services.add_member(workspace, people[email], roles[slug], actor=ACTOR)
    Installed.objects.update_or_create(pk="demo", defaults={"digest": wanted})


def _person(email: str, name: str, encoded: str) -> User:
    user, _ = User.objects.get_or_create(email=email, defaults={"name": name, "demo": True})
    user.password = encoded
    user.save(update_fields=["password"])
    return user
