"""One socket of several workspaces: it hears how each of them is doing, and nothing else."""

from typing import Any

from orchestrator.realtime.clock import Clock
from orchestrator.realtime.frames import Frame
from orchestrator.realtime.socket import HEALTH_GAP, Socket
from orchestrator.realtime.source import Caller


class Bars(Socket):
    def __init__(self, clock: Clock) -> None:
        super().__init__("", clock)
        self._started = True
        self._callers: dict[str, Caller] = {}
        self._early_bars: dict[str, Frame] = {}  # newest, of those not shown yet

    @property
    def rooms(self) -> set[str]:
        return set(self._callers)

    def admit(self, workspace_id: str, caller: Caller) -> None:
        """From now on, also for what waits already, this one's frames."""
        self._callers[workspace_id] = caller

    def dismiss(self, workspace_id: str) -> None:
        self._callers.pop(workspace_id, None)
        self._early_bars.pop(workspace_id, None)
        self.forget(workspace_id)

    def show(self, workspace_id: str, snapshot: str, version: int) -> None:
        """Of one that was admitted; what came while it was read follows where it is newer."""
        if workspace_id not in self._callers:
            return
        self.view.add(workspace_id)
        now = self._clock.time()
        self._told[workspace_id] = (version, now + HEALTH_GAP)
        self.put(snapshot)
        if early := self._early_bars.pop(workspace_id, None):
            super().offer(early, now)

    def offer(self, frame: Frame, now: float, *, again: bool = False) -> None:
        if frame.kind != "health.changed" or frame.workspace_id not in self._callers:
            return
        if frame.workspace_id in self.view:
            super().offer(frame, now, again=again)
            return
        known = self._early_bars.get(frame.workspace_id)
        if known is None or (known.version or 0) <= (frame.version or 0):
            self._early_bars[frame.workspace_id] = frame

    def _text(self, frame: Frame) -> str | None:
        caller: Any = self._callers.get(frame.workspace_id)
        if caller is None:
            return None
        return frame.text_for(caller.audience, caller.codenames, caller.user_id)
