"""Mails to people, in the language of who reads them where that is known."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

# For tasks that send one: what the mail server says is tried again, for some 40 minutes.
TRIED_AGAIN = {"autoretry_for": (OSError,), "retry_backoff": 10, "max_retries": 8}  # smtplib's too


def send(template: str, to: str, language: str, **context: Any) -> None:
    """Of `{template}_subject.txt` and `{template}.txt`. Raises what the mail server says."""
    with translation.override(language or settings.LANGUAGE_CODE):
        subject = render_to_string(f"{template}_subject.txt", context)
        text = render_to_string(f"{template}.txt", context)
    prefix = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX
    send_mail(prefix + " ".join(subject.split()), text.strip() + "\n", None, [to])
