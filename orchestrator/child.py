"""Runs a module, as `python -m` does, in a process that dies with its parent, however that dies.

    python -m orchestrator.child PARENT MODULE [ARGUMENT]...

What the module forks (the worker's pool) dies with it in the same way. The module starts when
standard input ends; until then PRELOAD, if the environment names one, is imported.
"""

import ctypes
import importlib
import os
import resource
import runpy
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=[parent], daemon=True).start()
    if os.getppid() != parent:  # it went before we had asked
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGKILL)  # the supervisor gave us a group of our own


def open_as_many_as_allowed() -> None:
    """A socket is a file: by the usual soft limit a web process would hold a thousand."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main() -> None:
    parent, module = int(sys.argv[1]), sys.argv[2]
    family = [parent, os.getpid()]

    def after_fork() -> None:
        family[:] = [family[1], os.getpid()]
        die_with(family[0])

    os.register_at_fork(after_in_child=after_fork)
    die_with(parent)
    open_as_many_as_allowed()
    if preload := os.environ.get("PRELOAD"):
        importlib.import_module(preload)
    sys.stdin.read()
    sys.argv[:] = [module, *sys.argv[3:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
