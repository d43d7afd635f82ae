"""Runs a command with the embedded servers: python -m orchestrator.embedded COMMAND …"""

import os
import subprocess
import sys
from pathlib import Path

from orchestrator import embedded


def main() -> int:
    run_dir = Path(os.environ.get("RUN_DIR") or ".run").resolve()
    try:
        servers = embedded.start(run_dir)
    except embedded.NotStarted as error:
        print(error, file=sys.stderr)
        return 1
    try:
        env = {**os.environ, **servers.env, "RUN_DIR": str(run_dir)}
        return subprocess.run(sys.argv[1:], env=env, check=False).returncode
    finally:
        servers.stop()


if __name__ == "__main__":
    sys.exit(main())
