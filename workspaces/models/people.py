"""Who: a User."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from workspaces.models.keys import ApiKey


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    timezone = models.CharField(max_length=64, blank=True)  # blank: the workspace's
    language = models.CharField(max_length=10, blank=True)  # blank: the browser's
    demo = models.BooleanField(default=False)  # cannot sign in where DEMO is off
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    # Not stored: the API key that speaks for this person in this request or on this socket.
    key: "ApiKey | None" = None

    def __str__(self) -> str:
        return self.email

    @property
    def named(self) -> str:
        """For who may know only one of the two."""
        return f"{self.name} ({self.email})" if self.name else self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.key is not None:  # in its hands this object lacks what the person has
            raise TypeError("an API key does not write the person whom it speaks for")
        super().save(*args, **kwargs)

    def get_session_auth_hash(self) -> str:
        """A session ends with its password, and with being a superuser, by whatever door."""
        return super().get_session_auth_hash() + ("+" if self.is_superuser else "")

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Asked about a row, being a superuser is no answer: membership and grants are."""
        if obj is None:
            return super().has_perm(perm)
        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in auth.get_backends()
        )
