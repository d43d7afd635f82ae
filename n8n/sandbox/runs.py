"""Pretend runs: by schedule, by webhook, and by the pretend callers of a demo webhook."""

import asyncio
import random
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from n8n.sandbox.store import Row, Store, now

UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
DEFAULTS = {"seconds": 30, "minutes": 5, "hours": 1, "days": 1}
FIRST_WITHIN = 6.0  # seconds, so that there is something to see soon
FOR_EVER = "3000-01-01T00:00:00.000Z"  # until when n8n waits for a webhook
PRETEND: Row = {"failing": 0.0, "errors": [], "seconds": [0.1, 0.3], "callers": None}


class Runs:
    def __init__(self, store: Store, instance: str, report: Callable[[Row], None]) -> None:
        self._store = store
        self._instance = instance
        self._report = report
        self._schedules: dict[str, asyncio.Task[None]] = {}
        self._going: set[asyncio.Task[Row]] = set()
        self._by_id: dict[str, asyncio.Task[Row]] = {}
        self._due: dict[str, float] = {}  # share of a failure that each workflow has run up

    def replay(self) -> None:
        """As n8n does at its start: what was running when it died has crashed; what Orchestrator
        did not acknowledge is told again."""
        for beat in list(self._store.unreported.values()):
            if beat["status"] == "running":
                self._end(beat, "crashed", None)
            else:
                self._report(beat)

    def follow(self) -> None:
        """Starts and stops schedules, so that they are those of the active workflows."""
        wanted = {}
        for workflow in self._store.workflows.values():
            if workflow["active"] and (period := _period(workflow)):
                version = workflow["activeVersionId"]
                wanted[f"{workflow['id']}:{version}"] = (workflow["id"], *period)
        for key in self._schedules.keys() - wanted.keys():
            self._schedules.pop(key).cancel()
        for key in wanted.keys() - self._schedules.keys():
            self._schedules[key] = asyncio.create_task(self._every(*wanted[key]))

    def start(self, workflow: Row, mode: str, *, is_test: bool = False) -> Awaitable[Row]:
        """`is_test`: by the workflow's branch for a test request, which neither waits nor fails."""
        run = asyncio.create_task(self._run(workflow, mode, is_test))
        self._going.add(run)
        run.add_done_callback(self._going.discard)
        return run

    def cancel(self, id_: str) -> Row | None:
        """As n8n's API stops a run; one that waits tells nobody of it."""
        row = self._store.runs[int(id_)]
        if row["status"] not in ("running", "waiting"):
            return None
        if task := self._by_id.pop(id_, None):
            task.cancel()
            beat = self._store.unreported.get(id_)
            if beat is not None:
                return self._end(beat, "canceled", None)
        row = row | {"status": "canceled", "stoppedAt": now(), "waitTill": None}
        self._store.keep_run(row)
        return row

    def stop(self) -> None:
        """What still runs is told as canceled, which says nothing about a campaign."""
        for task in (*self._schedules.values(), *self._going):
            task.cancel()
        for beat in list(self._store.unreported.values()):
            if beat["status"] == "running":
                self._end(beat, "canceled", None)

    async def _every(self, workflow_id: str, seconds: float, mode: str) -> None:
        await asyncio.sleep(random.uniform(0, min(seconds, FIRST_WITHIN)))  # noqa: S311 -- pretence
        while True:
            if workflow := self._store.workflows.get(workflow_id):
                self.start(workflow, mode)
            await asyncio.sleep(seconds * random.uniform(0.9, 1.1))  # noqa: S311 -- pretence

    async def _run(self, workflow: Row, mode: str, is_test: bool) -> Row:
        pretend = PRETEND | ((workflow["meta"] or {}).get("pretend") or {})
        started_at = now()
        id_ = str(self._store.new_run_id())
        beat = {
            "heartbeatId": f"{self._instance}:{workflow['id']}:{id_}:running:{started_at}",
            "workflowId": workflow["id"],
            "executionId": id_,
            "runId": str(uuid.uuid4()),
            "status": "running",
            "mode": mode,
            "startedAt": started_at,
            "sentAt": started_at,
        }
        self._store.keep_run(_row(beat))
        self._store.unreported[id_] = beat
        self._store.save()
        self._report(beat)
        if (task := asyncio.current_task()) is not None:
            self._by_id[id_] = task
        await asyncio.sleep(random.uniform(*pretend["seconds"]))  # noqa: S311 -- pretence
        self._by_id.pop(id_, None)
        if _waits(workflow) and not is_test:
            return self._end(beat, "waiting", None)
        error = None if is_test else self._error(workflow, pretend)
        ended = self._end(beat, "error" if error else "success", error)
        if not error and workflow["settings"].get("saveDataSuccessExecution") == "none":
            self._store.runs.pop(int(id_), None)
        return ended

    def _end(self, beat: Row, status: str, error: Row | None) -> Row:
        stopped_at = now()
        end = beat | {
            "heartbeatId": ":".join(
                (self._instance, beat["workflowId"], beat["executionId"], status)
            ),
            "status": status,
            "stoppedAt": stopped_at,
            "sentAt": stopped_at,
        }
        if error:
            end["error"] = error
        if status == "waiting":
            end["waitTill"] = FOR_EVER
            end["heartbeatId"] += f":{FOR_EVER}"
        row = _row(end)
        self._store.keep_run(row)
        self._store.unreported[end["executionId"]] = end
        self._store.save()
        self._report(end)
        return row

    def _error(self, workflow: Row, pretend: Row) -> Row | None:
        for node in workflow["activeVersion"]["nodes"] if workflow["activeVersion"] else []:
            if node["type"] == "n8n-nodes-base.stopAndError":
                message = node["parameters"].get("errorMessage", "An error was asked for")
                return {"message": message, "node": node["name"]}
        # Not by chance alone: at a share of a half no three runs in a row go well.
        due = self._due.get(workflow["id"], random.random())  # noqa: S311 -- pretence
        due += pretend["failing"]
        self._due[workflow["id"]] = due % 1
        if due < 1:
            return None
        name, message = random.choice(pretend["errors"])  # noqa: S311 -- pretence
        return {"message": message, "node": name}

    def told(self, beats: list[Row]) -> None:
        """Orchestrator has them, or will not: nothing is to be told again."""
        ended = [beat for beat in beats if beat.get("status") not in (None, "running")]
        for beat in ended:
            self._store.unreported.pop(beat["executionId"], None)
        if ended:
            self._store.save()


def _row(beat: Row) -> Row:
    return {
        "id": beat["executionId"],
        "finished": beat["status"] == "success",
        "mode": beat["mode"],
        "retryOf": None,
        "retrySuccessId": None,
        "status": beat["status"],
        "startedAt": beat["startedAt"],
        "stoppedAt": beat.get("stoppedAt"),
        "workflowId": beat["workflowId"],
        "waitTill": beat.get("waitTill"),
    }


def _waits(workflow: Row) -> bool:
    """For a call of its own, which never comes here."""
    nodes = workflow["activeVersion"]["nodes"] if workflow["activeVersion"] else []
    return any(
        node["type"] == "n8n-nodes-base.wait" and node["parameters"].get("resume") == "webhook"
        for node in nodes
    )


def _period(workflow: Row) -> tuple[float, str] | None:
    """Seconds from one start to the next, and the mode of those runs."""
    if callers := ((workflow["meta"] or {}).get("pretend") or {}).get("callers"):
        return float(callers), "webhook"
    for node in workflow["activeVersion"]["nodes"]:
        if node["type"] == "n8n-nodes-base.scheduleTrigger" and not node.get("disabled"):
            rule: dict[str, Any] = (node["parameters"].get("rule") or {}).get("interval", [{}])[0]
            unit = rule.get("field", "days")
            if unit in UNITS:
                return float(rule.get(f"{unit}Interval", DEFAULTS[unit]) * UNITS[unit]), "trigger"
    return None
