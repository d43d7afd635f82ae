"""Operations without a browser refuse what the API and the administration refuse, and say why."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from governance.models import AuditEvent
from orchestrator import direct, wrongly_set_up
from orchestrator.environment import env
from tests.cast import Cast, factor
from workspaces.models import Membership, User, Workspace

OWNER = "owner@acme.test"
ROOT = Path(__file__).resolve().parent.parent


def create(name: str = "Initech", **options: Any) -> str:
    said = io.StringIO()
    call_command("create_workspace", name, owner=OWNER, stdout=said, **options)
    return said.getvalue()


def test_a_workspace_is_made_with_its_owner(cast: Cast) -> None:
    said = create(" Initech ", slug="ini-tech", timezone="Europe/Berlin")
    assert said == "Initech: /w/ini-tech/, tag in n8n: ork:ini-tech\n"
    made = Workspace.objects.get(slug="ini-tech")
    assert (made.name, made.timezone) == ("Initech", "Europe/Berlin")
    assert Membership.objects.get(workspace=made).user == cast.people["owner"]
    assert AuditEvent.objects.filter(workspace_id=made.pk, action="workspace_created").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"slug": "a b"}, "slug: "),
        ({"slug": "ä"}, "slug: "),
        ({"slug": "a/b"}, "slug: "),
        ({"slug": "x" * 51}, "slug: "),
        ({"timezone": "Europe/Atlantis"}, "timezone: Not a time zone"),
        ({"timezone": ""}, "timezone: "),
        ({"name": ""}, "name: "),
        ({"name": " "}, "name: "),
        ({"name": "x" * 101}, "name: "),
        ({"slug": "acme"}, "the slug acme is taken"),
    ],
)
def test_what_the_api_refuses_of_a_workspace_the_command_refuses(
    options: dict[str, str], said: str, cast: Cast
) -> None:
    with pytest.raises(CommandError, match=said):
        create(**options)
    assert set(Workspace.objects.values_list("slug", flat=True)) == {"acme", "globex"}


def test_who_has_no_account_yet_is_invited(cast: Cast) -> None:
    with pytest.raises(CommandError, match="name yourself, then invite them as owner"):
        call_command("create_workspace", "Initech", owner="nobody@initech.test")
    assert set(Workspace.objects.values_list("slug", flat=True)) == {"acme", "globex"}


def test_a_superuser_is_made(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPERUSER_PASSWORD", "correct horse battery")
    call_command("create_superuser", "root@example.com", name="Root", stdout=io.StringIO())
    made = User.objects.get(email="root@example.com")
    assert (made.is_superuser, made.name) == (True, "Root")
    assert made.check_password("correct horse battery")
    with pytest.raises(CommandError, match="has an account already"):
        call_command("create_superuser", "ROOT@example.com")


@pytest.mark.parametrize(
    "email", ["", "root", "root@", "a b@example.com", "root@exa mple.com", "x" * 250 + "@e.com"]
)
def test_no_superuser_without_an_address(
    email: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(prompt: str) -> str:
        raise AssertionError("it asked for a password before it looked at the address")

    monkeypatch.delenv("SUPERUSER_PASSWORD", raising=False)
    monkeypatch.setattr("getpass.getpass", ask)
    with pytest.raises(CommandError, match="email: "):
        call_command("create_superuser", email)
    assert not User.objects.exists()


def test_nor_with_a_name_that_does_not_fit(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPERUSER_PASSWORD", "correct horse battery")
    with pytest.raises(CommandError, match="name: "):
        call_command("create_superuser", "root@example.com", name="x" * 151)
    assert not User.objects.exists()


def test_another_python_goes_on_with_the_one_that_make_set_up(tmp_path: Path) -> None:
    """`python manage.py doctor` is what the documents say, whatever `python` is."""
    (tmp_path / "manage.py").write_text((ROOT / "manage.py").read_text())
    without = [sys.executable, "-S", str(tmp_path / "manage.py"), "doctor", "--x"]
    told = subprocess.run(without, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("Django is not installed here. `make run` installs")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    told = subprocess.run(without, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [str(tmp_path / "manage.py"), "doctor", "--x"]


def test_a_setting_that_is_missing_is_named_in_one_line(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "doctor"],
        env={"PATH": os.environ["PATH"], "RUN_DIR": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert told.stderr.startswith("manage.py: ")
    assert "is not set" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_a_database_that_is_away_is_named_and_what_else_fails_there_stays_a_failure(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OperationalError), wrongly_set_up.said():
        raise OperationalError("deadlock detected")
    monkeypatch.setattr(direct, "why_no_database", lambda: "No database: db:5432 (DATABASE_URL)")
    with pytest.raises(SystemExit, match=r"^manage.py: No database: db:5432 \(DATABASE_URL\)$"):
        with wrongly_set_up.said("manage.py: "):
            raise OperationalError("couldn't get a connection after 10.00 sec")


def test_a_command_that_is_repeated_makes_no_second_workspace(cast: Cast) -> None:
    create()
    with pytest.raises(CommandError, match=r"has a workspace Initech already: /w/initech/\. Say"):
        create(" Initech ")
    create(slug="another")
    create("Globex")  # somebody else's
    slugs = set(Workspace.objects.values_list("slug", flat=True))
    assert slugs == {"acme", "globex", "initech", "another", "globex-2"}


def superuser_by_hand(monkeypatch: pytest.MonkeyPatch, *typed: str) -> str:
    """What the command says; a terminal that ends with what is typed."""
    answers = iter(typed)

    def ask(prompt: str) -> str:
        try:
            return next(answers)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.delenv("SUPERUSER_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", mock.Mock(isatty=lambda: True))
    monkeypatch.setattr("getpass.getpass", ask)
    said = io.StringIO()
    call_command("create_superuser", "root@example.com", stdout=said)
    return said.getvalue()


def test_a_password_is_asked_for_twice(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    right = "correct horse battery"
    with pytest.raises(CommandError, match="the two passwords differ"):
        superuser_by_hand(monkeypatch, right, "correct horse batery")
    with pytest.raises(CommandError, match="nobody was made"):
        superuser_by_hand(monkeypatch, right)
    assert not User.objects.exists()
    assert "is a super admin" in superuser_by_hand(monkeypatch, right, right)


def test_without_a_terminal_it_says_how_else(
    db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SUPERUSER_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="set SUPERUSER_PASSWORD"):
        call_command("create_superuser", "root@example.com")
    monkeypatch.setattr(env.ENVIRON, "files_cache", {})
    monkeypatch.setenv("SUPERUSER_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(CommandError, match=r"SUPERUSER_PASSWORD_FILE: .*No such file"):
        call_command("create_superuser", "root@example.com")
    (tmp_path / "password").write_text("correct horse battery\n")
    monkeypatch.setenv("SUPERUSER_PASSWORD_FILE", str(tmp_path / "password"))
    call_command("create_superuser", "root@example.com", stdout=io.StringIO())
    assert User.objects.get().check_password("correct horse battery")


@pytest.mark.parametrize("name", ["createsuperuser", "changepassword"])
def test_djangos_own_commands_for_accounts_say_what_to_use(name: str) -> None:
    told = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), name, "--noinput", "root@example.com"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, told.stdout) == (1, "")
    assert "the ledger" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_second_factors_that_were_lost_are_taken_away(cast: Cast) -> None:
    client, user = cast.client("superuser"), cast.people["superuser"]
    factor(user, "recovery_codes")
    assert client.get("/admin/").status_code == 200
    said = io.StringIO()
    call_command("reset_second_factor", user.email.upper(), stdout=said)
    assert said.getvalue() == f"{user.email} is signed out, and signs in with the password alone\n"
    assert client.get("/api/me").status_code == 401
    (event,) = AuditEvent.objects.filter(action="second_factor_reset")
    assert (event.actor_type, event.actor_id) == ("command", "reset_second_factor")
    assert event.before == {"types": ["recovery_codes", "totp"]}
    led_to = cast.client("superuser").get("/admin/")["Location"]
    assert led_to.startswith("/second-factor?")  # to set up a new one
    for address, why in ((user.email, "has no second factor"), ("no@one.test", "nobody has")):
        with pytest.raises(CommandError, match=why):
            call_command("reset_second_factor", address)
