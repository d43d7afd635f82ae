"""Keeps processes alive: a child that dies is started again, until all are stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from queue import SimpleQueue

from honcho.colour import get_colours
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

STEADY = 10.0  # seconds after which a child counts as having lived
PAUSES = (0.1, 0.5, 1, 2, 5, 10)  # seconds before the next try of one that did not
PATIENCE = 5.0  # seconds to end in peace


class Child(Process):
    """honcho's process, once or for ever. A thread runs it and hands its lines to the printer."""

    def __init__(
        self, name: str, argv: Sequence[str], env: Mapping[str, str], colour: str, gate: int
    ) -> None:
        super().__init__(list(argv), name=name, env=dict(env), colour=colour)
        self._child_ctor = partial(Popen, shell=False, stdin=gate)
        self._one = threading.Lock()
        self._stopping = threading.Event()

    def run(self, events: "SimpleQueue[Message]", for_ever: bool) -> None:
        self._events = events
        early = 0
        while True:
            with self._one:  # a stop either finds this child or prevents it
                if self._stopping.is_set():
                    break
                self._child = self._child_ctor(self.cmd, env=self.env)
            begun = time.monotonic()
            with self._child.stdout as output:
                for line in output:
                    self._send_message(line)
            code = self._child.wait()
            self._signal_group(signal.SIGKILL)  # whatever it left
            self._send_message(code, type="ended")
            if not for_ever or self._stopping.is_set():
                break
            early = 0 if time.monotonic() - begun > STEADY else early + 1
            pause = PAUSES[min(early, len(PAUSES) - 1)]
            self._send_message(f"ended with {_reason(code)}, starts again in {pause} s\n")
            self._stopping.wait(pause)

    def stop(self) -> None:
        with self._one:
            self._stopping.set()
            if self._child and self._child.poll() is None:
                # Not the group: a worker ends its pool itself, after the tasks.
                self._child.terminate()

    def kill(self) -> None:
        if self._child:
            self._signal_group(signal.SIGKILL)

    def _signal_group(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._child.pid, number)
        except (ProcessLookupError, PermissionError):
            return


class Keeper:
    def __init__(self, width: int = 8) -> None:
        self.events: SimpleQueue[Message] = SimpleQueue()
        self._printer = Printer(sys.stdout, width=width)
        self._colours = get_colours()
        self._children: dict[Child, threading.Thread] = {}

    def keep(
        self,
        name: str,
        module: str,
        *args: str,
        env: Mapping[str, str],
        gate: int = subprocess.DEVNULL,
    ) -> None:
        """It runs when `gate`, the reading end of a pipe, has ended."""
        self._start(name, module, args, env, gate, for_ever=True)

    def once(self, name: str, module: str, *args: str, env: Mapping[str, str]) -> None:
        """Its end is an event of type `ended`, with the exit code as data."""
        self._start(name, module, args, env, subprocess.DEVNULL, for_ever=False)

    def say(self, text: str) -> None:
        self._printer.write(Message("line", text, datetime.now().astimezone(), "up", None))

    def next_event(self) -> Message:
        """Prints what the children say until something happens to one of them."""
        while True:
            event = self.events.get()
            if event.type != "line":
                return event
            self._printer.write(event)

    def stop(self) -> None:
        """All at once, and in peace if they can; impatience (an exception) kills what is left."""
        try:
            for child in self._children:
                child.stop()
            deadline = time.monotonic() + PATIENCE
            for thread in self._children.values():
                thread.join(max(0, deadline - time.monotonic()))
        finally:
            for child, thread in self._children.items():
                if thread.is_alive():
                    child.kill()
                thread.join(1)
            while not self.events.empty():
                event = self.events.get()
                if event.type == "line":
                    self._printer.write(event)

    def _start(
        self,
        name: str,
        module: str,
        args: Sequence[str],
        env: Mapping[str, str],
        gate: int,
        *,
        for_ever: bool,
    ) -> None:
        argv = [sys.executable, "-m", "orchestrator.child", str(os.getpid()), module, *args]
        child = Child(name, argv, env, next(self._colours), gate)
        thread = threading.Thread(target=child.run, args=[self.events, for_ever], daemon=True)
        self._children[child] = thread
        thread.start()


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
