"""Which real processes belong to a RUN_DIR: as Linux knows them, whatever they call themselves."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def of(run_dir: Path) -> dict[int, str]:
    """Command lines by pid: what works in the folder, or was started for it."""
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            works_there = Path(os.readlink(entry / "cwd")).is_relative_to(run_dir)
            environ = (entry / "environ").read_bytes().split(b"\0")
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # gone meanwhile, or another user's
            continue
        if command and (works_there or f"RUN_DIR={run_dir}".encode() in environ):
            found[int(entry.name)] = command
    return found


def kill(words: str) -> None:
    """What has these words in its command, whatever it was started for."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if words.encode() in (entry / "cmdline").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)


@contextmanager
def kept_down(run_dir: Path, words: str) -> Iterator[None]:
    """Whatever has these words in its command is killed, and as often as it is started again."""
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.05):
            for pid, command in of(run_dir).items():
                if words in command:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        over.set()
        killer.join()


PATIENCE = 3  # a machine that does other things as well takes so many times as long


def wait_until(happened: Callable[[], bool], seconds: float) -> bool:
    """`seconds` are what it may take where nothing else goes on."""
    deadline = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.02)
    return happened()
