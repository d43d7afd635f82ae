"""What is wrong with how it was set up is said in a sentence: its traceback is of no use to who
sets it up."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from orchestrator import direct


@contextmanager
def said(by: str = "") -> Iterator[None]:
    """Ends the process with it."""
    try:
        yield
    except ImproperlyConfigured as wrong:
        sys.exit(f"{by}{wrong}")
    except OperationalError:  # says of an absent database only that somebody waited in vain
        if why := direct.why_no_database():
            sys.exit(f"{by}{why}")
        raise
