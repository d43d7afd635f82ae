"""Whatever people and SQL do to roles, in whatever order: there is an owner, the grants are those
of the role, the audit tells what is so, and what is refused has changed nothing.

Each step is a transaction that is committed, so that what the database defers is asked as well.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.http import Http404
from hypothesis import HealthCheck
from hypothesis import settings as Settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import DjangoDbBlocker

from orchestrator.events import command
from orchestrator.problems import Problem
from rbac import invitations, ownership
from rbac import services as members
from rbac.invitations import NewPerson
from rbac.models import Invitation
from rbac.roles import PERMISSIONS, permissions_of
from rbac.services import Change
from tests import role_truths
from tests.role_truths import asked
from tests.sampled import sampled
from tests.web_process import own_database
from workspaces import people, services
from workspaces.actors import oneself
from workspaces.models import Membership, Role, User, Workspace

ACTOR = command("test")
PASSWORD = "a long pass phrase"
REFUSED = (Problem, PermissionDenied, Http404, people.LastOwner)

ONE = st.integers(0, 99)  # of those who are there, counted round
ROLES = st.sampled_from(Role.values)
GRANTS = st.sampled_from(sorted(PERMISSIONS))
WHICH = st.sampled_from([0, 0, 0, 1])
SELDOM = st.sampled_from([False, False, False, True])
MOSTLY = st.sampled_from([True, True, True, False])

# All that a refusal must leave as it was.
STATE = """
SELECT t::text FROM (
    SELECT user_id, role, version FROM workspaces_membership WHERE workspace_id = ANY (%(ids)s)
) t UNION ALL SELECT t::text FROM (
    SELECT content_object_id, user_id, permission_id
    FROM workspaces_workspaceuserobjectpermission WHERE content_object_id = ANY (%(ids)s)
) t UNION ALL SELECT t::text FROM (
    SELECT id, is_active FROM workspaces_user WHERE id = ANY (%(people)s)
) t UNION ALL SELECT t::text FROM (
    SELECT id, email, role, digest, ended_at, expires_at
    FROM rbac_invitation WHERE workspace_id = ANY (%(ids)s)
) t UNION ALL SELECT t::text FROM (
    SELECT giver_id, receiver_id, created_at
    FROM rbac_ownershiptransfer WHERE workspace_id = ANY (%(ids)s)
) t UNION ALL SELECT t::text FROM (
    SELECT (SELECT count(*) FROM role_audit_log), (SELECT count(*) FROM audit_event),
           (SELECT count(*) FROM workspaces_user)
) t ORDER BY 1
"""


class Members(RuleBasedStateMachine):
    """Two workspaces whose people overlap, and some who are in neither yet."""

    @initialize()
    def begin(self) -> None:
        self.people = [self.person() for _ in range(6)]
        one, two, three, four, *_ = self.people
        self.workspaces = [
            services.create_workspace("One", owner=one, actor=ACTOR),
            services.create_workspace("Two", owner=two, actor=ACTOR),
        ]
        for person, role in ((two, Role.ADMIN), (three, Role.MEMBER), (four, Role.VIEWER)):
            services.add_member(self.workspaces[0], person, role, actor=ACTOR)
        services.add_member(self.workspaces[1], one, Role.MEMBER, actor=ACTOR)
        self.tokens: list[tuple[str, str]] = []  # and to which address
        # What SQL took away of somebody's grants since their role last changed.
        self.cut: dict[tuple[uuid.UUID, uuid.UUID], set[str]] = defaultdict(set)

    def person(self) -> User:
        return User.objects.create_user(f"{uuid.uuid4().hex}@x.test")

    def who(self, number: int) -> User:
        return self.people[number % len(self.people)]

    def a_member(self, which: int, number: int) -> User:
        """Of this workspace where it has any, so that most of what is tried could be done."""
        inside = role_truths.roles(self.workspaces[which].pk)
        found = [person for person in self.people if person.pk in inside] or self.people
        return found[number % len(found)]

    def somebody(self, which: int, number: int) -> User:
        """Who acts: mostly an owner."""
        inside = role_truths.roles(self.workspaces[which].pk)
        owners = [person for person in self.people if inside.get(person.pk) == "owner"]
        if number % 4 and owners:
            return owners[number % len(owners)]
        return self.a_member(which, number)

    def two(self, which: int, by: int, whom: int) -> tuple[User, User]:
        """Who acts, and mostly somebody else."""
        person, other = self.somebody(which, by), self.a_member(which, whom)
        return person, self.a_member(which, whom + 1) if other == person and by % 8 else other

    def state(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                STATE,
                {
                    "ids": [workspace.pk for workspace in self.workspaces],
                    "people": [person.pk for person in self.people],
                },
            )
            return [text for (text,) in cursor.fetchall()]

    def done(self, act: Callable[[], Any], *refusals: type[Exception]) -> bool:
        """Whether it was; where it was refused all is as before."""
        before = self.state()
        roles = [role_truths.roles(workspace.pk) for workspace in self.workspaces]
        refused = self.refusal_of(act, refusals)
        if refused is not None:
            assert self.state() == before, refused
            return False
        for workspace, were in zip(self.workspaces, roles, strict=True):
            now = role_truths.roles(workspace.pk)
            for user in were.keys() | now.keys():
                if were.get(user) != now.get(user):
                    self.cut.pop((workspace.pk, user), None)
        return True

    def refusal_of(
        self, act: Callable[[], Any], more: tuple[type[Exception], ...]
    ) -> Exception | None:
        refusals: tuple[type[Exception], ...] = (*REFUSED, *more)
        try:
            act()
        except refusals as refused:
            if isinstance(refused, IntegrityError) and not services.is_last_owner(refused):
                raise
            return refused
        return None

    def sql(self, statement: str, *values: Any) -> bool:
        def act() -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)

        return self.done(act, IntegrityError)

    def role(self, which: int, person: User) -> str | None:
        return role_truths.roles(self.workspaces[which].pk).get(person.pk)

    # --- by people ---------------------------------------------------------------------------

    @rule(which=WHICH, by=ONE, whom=ONE, stranger=st.booleans(), role=ROLES)
    def invite(self, which: int, by: int, whom: int, stranger: bool, role: str) -> None:
        email = f"{uuid.uuid4().hex}@y.test" if stranger else self.who(whom).email
        workspace, inviter = self.workspaces[which], self.somebody(which, by)
        sent: list[Any] = []

        def act() -> None:
            sent.append(
                invitations.invite(workspace, email, role, by=inviter, actor=oneself(inviter))
            )

        if self.done(act):
            invitations.send(sent[0].pk)
            token = re.search(r"/invitations/([\w-]+)", str(mail.outbox[-1].body))
            assert token is not None
            self.tokens.append((token[1], email))

    @rule(which=WHICH, by=ONE, whom=ONE, stranger=st.booleans(), role=ROLES)
    def invite_and_accept(self, which: int, by: int, whom: int, stranger: bool, role: str) -> None:
        before = len(self.tokens)
        self.invite(which, by, whom, stranger, role)
        if len(self.tokens) > before:
            self.accept(0, whom, True)

    @precondition(lambda self: self.tokens)
    @rule(token=ONE, whom=ONE, meant=MOSTLY)
    def accept(self, token: int, whom: int, meant: bool) -> None:
        """By whom it is for, if there is such a person; else by somebody, or somebody new."""
        text, email = self.tokens[-1 - token % len(self.tokens)]
        found = [one for one in self.people if one.email == email]
        if not meant and whom % 2:
            found = [self.who(whom)]
        elif not meant:
            found = []
        if found:
            self.done(lambda: invitations.accept(text, found[0]))
        else:
            self.accept_as_somebody_new(text, email)

    def accept_as_somebody_new(self, text: str, email: str) -> None:
        there = any(one.email == email for one in self.people)
        if self.done(lambda: invitations.accept(text, NewPerson("Ada", PASSWORD))):
            assert not there
            self.people.append(User.objects.get(email=email))

    @rule(which=WHICH, by=ONE)
    def revoke(self, which: int, by: int) -> None:
        workspace, person = self.workspaces[which], self.somebody(which, by)
        row = Invitation.objects.filter(workspace=workspace).order_by("-created_at").first()
        if row is not None:
            self.done(
                lambda: invitations.revoke(workspace, row.pk, by=person, actor=oneself(person))
            )

    @rule(which=WHICH, by=ONE, whom=ONE, role=ROLES, stale=SELDOM)
    def change(self, which: int, by: int, whom: int, role: str, stale: bool) -> None:
        workspace = self.workspaces[which]
        person, other = self.two(which, by, whom)
        change = self.wanted(workspace, other, role, stale)
        before = self.role(which, other)
        if self.done(
            lambda: members.change_role(workspace, change, by=person, actor=oneself(person))
        ):
            assert self.role(which, other) == role
            assert person != other
            assert not stale or before == role

    @rule(
        which=WHICH,
        by=ONE,
        many=st.lists(st.tuples(ONE, ROLES), min_size=1, max_size=4),
        dry=SELDOM,
    )
    def change_many(self, which: int, by: int, many: list[tuple[int, str]], dry: bool) -> None:
        workspace, person = self.workspaces[which], self.somebody(which, by)
        wanted = {self.two(which, by, whom)[1]: role for whom, role in many}
        changes = [self.wanted(workspace, other, role) for other, role in wanted.items()]
        before = self.state()
        if self.done(
            lambda: members.change_roles(
                workspace, changes, by=person, actor=oneself(person), dry=dry
            )
        ):
            if dry:
                assert self.state() == before
            else:
                for other, role in wanted.items():
                    assert self.role(which, other) == role

    def wanted(self, workspace: Workspace, other: User, role: str, stale: bool = False) -> Change:
        row = Membership.objects.filter(workspace=workspace, user=other).first()
        return Change(other.pk, role, (row.version if row else 1) + stale)

    @rule(which=WHICH, by=ONE, whom=ONE)
    def remove(self, which: int, by: int, whom: int) -> None:
        workspace = self.workspaces[which]
        person, other = self.two(which, by, whom)
        owners = role_truths.active_owners(workspace.pk)
        if self.done(lambda: members.remove(workspace, other.pk, by=person, actor=oneself(person))):
            assert self.role(which, other) is None
            assert owners
            assert role_truths.active_owners(workspace.pk)

    @rule(which=WHICH, who=ONE)
    def leave(self, which: int, who: int) -> None:
        workspace, person = self.workspaces[which], self.a_member(which, who)
        left = self.done(
            lambda: members.remove(workspace, person.pk, by=person, actor=oneself(person))
        )
        assert not left or role_truths.active_owners(workspace.pk)

    @rule(which=WHICH, by=ONE, whom=ONE)
    def offer_ownership(self, which: int, by: int, whom: int) -> None:
        workspace = self.workspaces[which]
        person, other = self.two(which, by, whom)
        self.done(lambda: ownership.offer(workspace, other.pk, by=person, actor=oneself(person)))

    @rule(which=WHICH, by=ONE, whom=ONE)
    def hand_over(self, which: int, by: int, whom: int) -> None:
        self.offer_ownership(which, by, whom)
        self.accept_ownership(which, whom, True)

    @rule(which=WHICH, by=ONE, meant=MOSTLY)
    def accept_ownership(self, which: int, by: int, meant: bool) -> None:
        workspace, person = self.workspaces[which], self.receiver(which, by, meant)
        if self.done(lambda: ownership.accept(workspace, by=person, actor=oneself(person))):
            assert self.role(which, person) == "owner"

    @precondition(lambda self: bool(asked("SELECT 1 FROM rbac_ownershiptransfer")))
    @rule(which=WHICH, by=ONE, meant=MOSTLY)
    def end_the_offer(self, which: int, by: int, meant: bool) -> None:
        workspace, person = self.workspaces[which], self.receiver(which, by, meant)
        self.done(lambda: ownership.end(workspace, by=person, actor=oneself(person)))

    def receiver(self, which: int, number: int, meant: bool) -> User:
        offers = asked(
            "SELECT receiver_id FROM rbac_ownershiptransfer WHERE workspace_id = %s",
            self.workspaces[which].pk,
        )
        found = [one for one in self.people if meant and (one.pk,) in offers]
        return found[0] if found else self.a_member(which, number)

    @rule(who=ONE, active=MOSTLY)
    def activate(self, who: int, active: bool) -> None:
        person = self.who(who)
        if self.done(lambda: people.set_active(person, active, actor=ACTOR)):
            person.refresh_from_db()
            assert person.is_active is active

    @precondition(lambda self: len(self.people) > 5)
    @rule(who=ONE)
    def delete_user(self, who: int) -> None:
        person = self.who(who)
        if self.done(lambda: User.objects.get(pk=person.pk).delete(), IntegrityError):
            self.people.remove(person)

    @rule(which=WHICH, whom=ONE, role=ROLES)
    def add_by_command(self, which: int, whom: int, role: str) -> None:
        workspace = self.workspaces[which]
        inside = role_truths.roles(workspace.pk)
        outside = [one for one in self.people if one.pk not in inside] or [self.person()]
        person = outside[whom % len(outside)]
        if person not in self.people:
            self.people.append(person)
        if inside or role == Role.OWNER:
            self.done(lambda: services.add_member(workspace, person, Role(role), actor=ACTOR))

    # --- by SQL ------------------------------------------------------------------------------

    @rule(which=WHICH, whom=ONE, role=ROLES)
    def change_by_sql(self, which: int, whom: int, role: str) -> None:
        person = self.a_member(which, whom)
        self.sql(
            "UPDATE workspaces_membership SET role = %s WHERE workspace_id = %s AND user_id = %s",
            role,
            self.workspaces[which].pk,
            person.pk,
        )

    @precondition(lambda self: len(self.people) > 4)
    @rule(which=WHICH, whom=ONE)
    def delete_by_sql(self, which: int, whom: int) -> None:
        self.sql(
            "DELETE FROM workspaces_membership WHERE workspace_id = %s AND user_id = %s",
            self.workspaces[which].pk,
            self.a_member(which, whom).pk,
        )

    @rule(which=WHICH, whom=ONE, name=GRANTS)
    def delete_a_grant_by_sql(self, which: int, whom: int, name: str) -> None:
        workspace, person = self.workspaces[which], self.a_member(which, whom)
        app, codename = name.split(".")
        assert self.sql(
            "DELETE FROM workspaces_workspaceuserobjectpermission g"
            " USING auth_permission p JOIN django_content_type t ON t.id = p.content_type_id"
            " WHERE p.id = g.permission_id AND t.app_label = %s AND p.codename = %s"
            "   AND g.content_object_id = %s AND g.user_id = %s",
            app,
            codename,
            workspace.pk,
            person.pk,
        )
        if self.role(which, person) is not None:
            self.cut[workspace.pk, person.pk].add(name)

    # --- what always holds -------------------------------------------------------------------

    @invariant()
    def there_is_an_owner(self) -> None:
        for workspace in self.workspaces:
            if role_truths.roles(workspace.pk):
                assert role_truths.active_owners(workspace.pk)

    @invariant()
    def grants_are_those_of_the_role(self) -> None:
        """But for each row that SQL took, and that row alone."""
        for workspace in self.workspaces:
            roles = role_truths.roles(workspace.pk)
            found = dict.fromkeys(roles, frozenset[str]()) | role_truths.grants(workspace.pk)
            assert found == {
                user: permissions_of(role) - self.cut.get((workspace.pk, user), set())
                for user, role in roles.items()
            }

    @invariant()
    def the_audit_tells_what_is_so(self) -> None:
        for workspace in self.workspaces:
            assert role_truths.told_by_the_audit(workspace.pk) == role_truths.roles(workspace.pk)


@pytest.mark.parametrize("examples", sampled([8, 24], 8))
def test_whatever_happens_there_is_an_owner_and_the_grants_are_those_of_the_role(
    examples: int, django_db_setup: None, django_db_blocker: DjangoDbBlocker, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # for speed
    with django_db_blocker.unblock(), own_database("test_members_machine"):
        run_state_machine_as_test(
            Members,
            settings=Settings(
                max_examples=examples,
                stateful_step_count=30,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
