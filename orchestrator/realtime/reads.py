"""Reading the database from the loop: on few threads, and what is asked together read once."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, ParamSpec, TypeVar

import psycopg
from django.db import connection, connections

from orchestrator.realtime import source
from orchestrator.realtime.frames import Frame, text

THREADS = 4
KEYS = 500  # of one read

Row = tuple[str, str]  # workspace id, campaign id

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K")
A = TypeVar("A")
R = TypeVar("R")

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="realtime-read")


async def in_thread(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    def call() -> T:
        try:
            return read(*args, **kwargs)
        finally:
            connections.close_all()  # back to the pool: no request ends here

    return await asyncio.get_running_loop().run_in_executor(_threads, call)


async def connect() -> psycopg.AsyncConnection[Any]:
    """A connection of the loop's own, autocommit, which notices that its peer is gone."""
    params = connection.get_connection_params()
    # Django's own ones: how it reads rows, and its pool.
    ours = {k: v for k, v in params.items() if k not in {"pool", "context", "cursor_factory"}}
    alive = {"connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5}
    return await psycopg.AsyncConnection.connect(**{**alive, **ours}, autocommit=True)


class Merged(Generic[K, A, R]):
    """One read at a time; what is asked meanwhile goes together into the next one.

    So an answer is never older than its question, and a thousand sockets that come at once cost a
    few queries. `read` gets key → argument (of several arguments for one key the last) and answers
    by key; a key may be missing in the answer.
    """

    def __init__(self, read: Callable[[dict[K, A]], Awaitable[Mapping[K, R]]]) -> None:
        self._read = read
        self._waiting: list[tuple[Mapping[K, A], asyncio.Future[Mapping[K, R]]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, questions: Mapping[K, A]) -> dict[K, R]:
        answer: asyncio.Future[Mapping[K, R]] = asyncio.get_running_loop().create_future()
        self._waiting.append((questions, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        answers = await answer
        return {key: answers[key] for key in questions if key in answers}

    async def one(self, key: K, argument: A) -> R | None:
        return (await self.ask({key: argument})).get(key)

    async def _work(self) -> None:
        try:
            while self._waiting:
                questions: dict[K, A] = {}
                asked: list[asyncio.Future[Mapping[K, R]]] = []
                while self._waiting and (not asked or len(questions) < KEYS):
                    question, answer = self._waiting.pop(0)
                    questions.update(question)
                    asked.append(answer)
                await self._answer(questions, asked)
        finally:
            self._task = None

    async def _answer(
        self, questions: dict[K, A], asked: list[asyncio.Future[Mapping[K, R]]]
    ) -> None:
        try:
            answers = await self._read(questions)
        except Exception as error:  # noqa: BLE001 -- each of them handles it
            for answer in asked:
                if not answer.done():
                    answer.set_exception(error)
            return
        for answer in asked:
            if not answer.done():
                answer.set_result(answers)


async def read_rows(asked: dict[Row, None]) -> Mapping[Row, Frame]:
    by_workspace: defaultdict[str, list[uuid.UUID]] = defaultdict(list)
    for workspace_id, subject in asked:
        by_workspace[workspace_id].append(uuid.UUID(subject))

    def read() -> list[Frame]:
        rows = source.registered().rows
        return [
            frame
            for workspace_id, ids in by_workspace.items()
            for start in range(0, len(ids), KEYS)
            for frame in rows(uuid.UUID(workspace_id), ids[start : start + KEYS])
        ]

    return {(frame.workspace_id, frame.subject): frame for frame in await in_thread(read)}


async def read_snapshots(
    asked: dict[tuple[str, str], Any],
) -> Mapping[tuple[str, str], tuple[str, int]]:
    def read() -> dict[tuple[str, str], tuple[str, int]]:
        answers = {}
        for (workspace_id, alone), access in asked.items():
            data = source.registered().snapshot(access)
            version: int = data["stateVersion"]
            body = text("snapshot", workspace_id, data, subject=workspace_id, version=version)
            answers[workspace_id, alone] = (body, version)
        return answers

    return await in_thread(read)
