"""Writes of tenancy: one transaction, a named actor, one event each."""

from typing import Any

from django.db import IntegrityError, connection
from django.utils.text import slugify

from orchestrator.events import Actor, acting, emit
from workspaces import quotas, rules
from workspaces.events import MemberAdded, ProfileChanged, SuperuserCreated, WorkspaceCreated
from workspaces.models import Instance, Membership, Role, User, Workspace

TAG_LENGTH = 24  # n8n's limit for a tag's name

Invalid = rules.Invalid


class SlugTaken(Exception):
    """Another workspace has this slug."""


class AlreadyMember(Exception):
    """This user is in this workspace already."""


def default_instance() -> Instance:
    """The row of the n8n that the environment names; made where it is first needed."""
    return Instance.objects.get_or_create(pk=Instance.DEFAULT)[0]


def create_workspace(
    name: str, *, owner: User, actor: Actor, slug: str = "", timezone: str = "UTC"
) -> Workspace:
    """Raises Invalid, and SlugTaken where a wanted `slug` is taken; a made-up one gets a number
    instead."""
    name = name.strip()
    rules.check_workspace({"name": name, "timezone": timezone} | ({"slug": slug} if slug else {}))
    wanted = slug or slugify(name.replace("ß", "ss"))[:40] or "workspace"
    with acting(actor):
        lock_slugs()
        if slug and Workspace.objects.filter(slug=slug).exists():
            raise SlugTaken(slug)
        workspace = Workspace.objects.create(
            name=name,
            slug=slug or _free("slug", wanted, 50),
            tag=_free("tag", f"ork:{wanted}", TAG_LENGTH),
            timezone=timezone,
            instance=default_instance(),
        )
        emit(WorkspaceCreated, workspace, actor=actor, after={"name": name, "slug": workspace.slug})
        _join(workspace, owner, Role.OWNER, actor)
    return workspace


def lock_slugs() -> None:
    """Two at once with one name: the second waits here and sees the first's slug and tag."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('workspaces.slug'))")


def add_member(workspace: Workspace, user: User, role: Role, *, actor: Actor) -> Membership:
    with acting(actor):
        return _join(workspace, user, role, actor)


def create_superuser(email: str, password: str, *, actor: Actor, **fields: Any) -> User:
    """Raises Invalid."""
    check_person(email, fields.get("name", ""))
    with acting(actor):
        user = User.objects.create_user(email, password, is_superuser=True, is_staff=True, **fields)
        emit(SuperuserCreated, user, actor=actor)
    return user


def check_person(email: str, name: str = "") -> None:
    """Raises Invalid."""
    rules.check_model(User(email=email, name=name), "email", "name")


def change_profile(user: User, changes: dict[str, str], *, actor: Actor) -> User:
    """`changes` of name, timezone, language. What is so already is not an event. Raises Invalid."""
    rules.check_profile(changes)
    new = {key: value for key, value in changes.items() if getattr(user, key) != value}
    if not new:
        return user
    with acting(actor):
        before = {key: getattr(user, key) for key in new}
        for key, value in new.items():
            setattr(user, key, value)
        user.save(update_fields=list(new))
        emit(ProfileChanged, user, actor=actor, before=before, after=new)
    return user


def _join(workspace: Workspace, user: User, role: Role, actor: Actor) -> Membership:
    if Membership.objects.filter(workspace=workspace, user=user).exists():
        raise AlreadyMember(user.email)
    quotas.check(workspace, quotas.Name.MEMBERS)
    try:
        membership = Membership.objects.create(workspace=workspace, user=user, role=role)
    except IntegrityError as error:
        if "membership_once" in str(error):
            raise AlreadyMember(user.email) from None
        raise
    emit(MemberAdded, membership, actor=actor, after={"userId": str(user.pk), "role": str(role)})
    check_now()
    return membership


def check_now() -> None:
    """Let the last-owner trigger refuse here, as an answer, and not at the commit as an error."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def is_last_owner(error: IntegrityError) -> bool:
    """Whether it is that trigger's refusal."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == "last_owner"


def _free(field: str, wanted: str, length: int) -> str:
    candidate, number = wanted[:length].rstrip("-"), 1
    while Workspace.objects.filter(**{field: candidate}).exists():
        number += 1
        candidate = f"{wanted[: length - len(str(number)) - 1].rstrip('-')}-{number}"
    return candidate
