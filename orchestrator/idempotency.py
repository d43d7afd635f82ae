"""`Idempotency-Key`: the same call twice is done once, and answered the same.

Kept in PostgreSQL by caller, method, path and key, for 24 h. A claim, with the body's hash and a
lease of 60 s, is committed before anything is done; the answer is written in the transaction of the
effect, so that there is never one without the other. Where a process is killed in between, the
claim stays and is taken over when its lease has run out.

Who is called with a key and is slower than its lease finds that its claim is another's: the answer
cannot be written, and the transaction with the effect is rolled back.

`workspace_view` guards its methods by itself, after the permission; others wear `@idempotent`. The
method runs in one transaction, unless it says `own_transactions=True`: that is for one which calls
n8n or waits for somebody, and must hold no transaction meanwhile. There the last transaction of
the service writes the answer, by a call that the door hands down:

    writes.change(
        row, last=lambda row: idempotency.in_last_transaction(Response(serializers.row(row, ...)))
    )

Where it does not, the answer is written right after: killed in that moment, it is done again by who
takes over, so what it does must be harmless twice (a compare-and-set on `version` is).

Kept are 2xx and refusals of what was asked (400, 404, 409, 422, ...). Not 5xx and 429, which the
next try may not meet again, and not 401 and 403: rights are asked anew each time. Members of an
answer that are named as `secret` are never written down, and are missing when it is given again.
"""

import re
import uuid
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar, cast

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from orchestrator.caller import caller_of
from orchestrator.masking import mask
from orchestrator.models import KeptAnswer
from orchestrator.problems import CONTENT_TYPE, Problem, problem_of

HEADER = "Idempotency-Key"
LONGEST = 255
LONGEST_PATH = 400
LEASE = 60  # seconds
KEPT = 24 * 3600  # seconds
TRIES = 5  # where claims of this key come and go

_KEY = re.compile(rf"[\x20-\x7e]{{1,{LONGEST}}}")
_NOT_KEPT = {401, 403, 429}

View = TypeVar("View", bound=Callable[..., Any])

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """As it is given again: the bytes, and the headers that the view set."""

    status: int
    headers: dict[str, str]
    body: str

    @classmethod
    def of(cls, response: HttpResponseBase, secret: Collection[str] = ()) -> "Answer":
        headers = {k: v for k, v in response.headers.items() if k != "Content-Type"}
        if not isinstance(response, Response):
            assert isinstance(response, HttpResponse), "a stream cannot be kept"
            content = response.content
        else:
            data = response.data
            if secret and isinstance(data, dict):
                data = {name: value for name, value in data.items() if name not in secret}
            content = JSONRenderer().render(data)
        return cls(response.status_code, headers, content.decode())

    @classmethod
    def of_problem(cls, problem: Problem) -> "Answer":
        headers = {**problem.headers, "Cache-Control": "no-store"}
        return cls(problem.status, headers, JSONRenderer().render(problem.body()).decode())

    @property
    def is_kept(self) -> bool:
        return self.status < 500 and self.status not in _NOT_KEPT

    def response(self) -> HttpResponse:
        kind = CONTENT_TYPE if self.status >= 400 else "application/json"
        response = HttpResponse(self.body, content_type=kind, status=self.status)
        if not self.body:
            del response["Content-Type"]
        for name, value in {**self.headers, "Idempotent-Replayed": "true"}.items():
            response[name] = value
        return response


@dataclass(frozen=True, slots=True)
class Claim:
    """This call's right to do what it was asked for, as long as nobody takes it over."""

    scope: tuple[str, str, str, str]  # caller, method, path, key
    token: uuid.UUID
    secret: Collection[str]

    def settle(self, answer: Answer) -> None:
        """In the effect's transaction, which ends here if the claim is not ours any more."""
        if not self._write(answer, KeptAnswer.objects.filter(pk=self.scope, claim=self.token)):
            raise _in_progress()

    def settle_after(self, answer: Answer) -> None:
        """Outside of it, where nothing was written inside. The effect stands, whether this can be
        written or not; if not, the lease runs out."""
        unsettled = KeptAnswer.objects.filter(pk=self.scope, claim=self.token, status=None)
        try:
            self._write(answer, unsettled)
        except DatabaseError as error:
            log.warning("idempotency_not_settled", error=type(error).__name__)

    def _write(self, answer: Answer, mine: QuerySet[KeptAnswer]) -> int:
        """The answer; or the claim is given back."""
        if not answer.is_kept:
            return mine.delete()[0]
        return mine.update(status=answer.status, headers=answer.headers, body=answer.body)


_present: ContextVar[Claim | None] = ContextVar("idempotency", default=None)


def idempotent(
    *,
    rights: Callable[[Request], None] | None = None,
    unless: Callable[[Request], bool] | None = None,
    own_transactions: bool = False,
    secret: Collection[str] = (),
) -> Callable[[View], View]:
    """For an unsafe method of an API view without `workspace_view`. `rights` raises for a caller
    who may not do this at all: that comes before any stored answer. Where `unless` says so, nothing
    is kept, not even a hash of the body: there is a password in it."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(self: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
            if rights is not None:
                rights(request)
            if unless is not None and unless(request):
                return view(self, request, *args, **kwargs)
            return once(
                request,
                lambda: view(self, request, *args, **kwargs),
                own_transactions=own_transactions,
                secret=secret,
            )

        guarded.idempotent = True  # type: ignore[attr-defined]
        guarded.rights = rights  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def once(
    request: Request,
    act: Callable[[], HttpResponseBase],
    *,
    own_transactions: bool = False,
    secret: Collection[str] = (),
) -> HttpResponseBase:
    """`act()`, or what it answered when it was called with this key before."""
    key = request.headers.get(HEADER)
    if key is None or request.method in SAFE_METHODS:
        return act()
    if not _KEY.fullmatch(key):
        message = _("1 to 255 printable ASCII characters.")
        code = "invalid_idempotency_key"
        raise ValidationError({HEADER: ErrorDetail(str(message), code=code)})
    scope = (caller_of(request.user), str(request.method), _place(request.path), key)
    claim = Claim(scope, uuid.uuid4(), secret)
    kept = _claim(claim, _digest(request))
    if kept is not None:
        return kept.response()
    entered = _present.set(claim)
    try:
        return _outside(claim, act) if own_transactions else _inside(claim, act)
    except Exception as error:
        problem = problem_of(error) or Problem(500, "server_error")
        claim.settle_after(Answer.of_problem(problem))
        raise
    finally:
        _present.reset(entered)


def in_last_transaction(response: Response) -> None:
    """Write the answer with the effect: called in the last transaction of a view that has its own.
    Where the caller sent no key there is nothing to write."""
    claim = _present.get()
    if claim is None:
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("in_last_transaction() needs a transaction")
    claim.settle(Answer.of(response, claim.secret))


def forget() -> None:
    """What is older than a day."""
    KeptAnswer.objects.filter(expires_at__lt=timezone.now()).delete()


def _inside(claim: Claim, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    with transaction.atomic():
        response = act()
        claim.settle(Answer.of(response, claim.secret))
    return response


def _outside(claim: Claim, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    response = act()
    claim.settle_after(Answer.of(response, claim.secret))
    return response


def _place(path: str) -> str:
    """A token in an address is nowhere kept in clear, and whatever is there fits."""
    masked = mask(path, limit=LONGEST_PATH)
    return path if masked == path else f"{masked}#{sha256(path.encode()).hexdigest()}"


def _digest(request: Request) -> str:
    query = request.META.get("QUERY_STRING", "")
    return sha256(query.encode() + b"\n" + request._request.body).hexdigest()


def _claim(claim: Claim, digest: str) -> Answer | None:
    """Now it is ours; or the answer that was given before."""
    for _attempt in range(TRIES):
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [*claim.scope, digest, claim.token, LEASE, KEPT])
            if cursor.rowcount:
                return None
        row = KeptAnswer.objects.filter(pk=claim.scope).first()
        if row is None:
            continue  # given back this moment
        if row.digest != digest:
            raise Problem(
                409, "idempotency_mismatch", _("This key was sent with another body before.")
            )
        if row.status is None:
            break
        return Answer(row.status, row.headers, row.body)
    raise _in_progress()


def _in_progress() -> Problem:
    return Problem(409, "in_progress", _("The first call with this key is still under way."))


# Two at once: the second waits here for the first's row, and finds it claimed.
_CLAIM = """
INSERT INTO orchestrator_keptanswer AS kept
    (caller, method, path, key, digest, claim, lease_until, expires_at, headers, body)
VALUES (%s, %s, %s, %s, %s, %s,
        now() + make_interval(secs => %s), now() + make_interval(secs => %s), '{}', '')
ON CONFLICT (caller, method, path, key) DO UPDATE SET
    digest = excluded.digest, claim = excluded.claim, lease_until = excluded.lease_until,
    expires_at = excluded.expires_at, status = NULL, headers = '{}', body = ''
WHERE kept.expires_at <= now()
   OR kept.status IS NULL AND kept.lease_until <= now() AND kept.digest = excluded.digest
"""
