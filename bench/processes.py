"""Which processes the product is made of, by name; PostgreSQL is many."""

import re
import subprocess

from bench.product import Product


def of(product: Product) -> dict[str, list[int]]:
    (web, _), postmaster = product.web(), product.postmaster()
    listing = subprocess.check_output(["ps", "-axwwo", "pid=,ppid=,args="], text=True)
    found: dict[str, list[int]] = {"web": [web]}
    others: dict[str, list[int]] = {"PostgreSQL": [postmaster], "Valkey": []}
    for line in listing.splitlines():
        pid, parent, args = re.split(r"\s+", line.strip(), maxsplit=2)
        if int(parent) == product.process.pid and "orchestrator.child" in args:
            name = _name(args)
            if name:
                found[name] = [int(pid)]
        elif int(parent) == postmaster:
            others["PostgreSQL"].append(int(pid))
        elif "valkey-server" in args and _port(product) in args:
            others["Valkey"].append(int(pid))
    return found | {"supervisor": [product.process.pid]} | others


def _name(args: str) -> str:
    if "n8n.sandbox" in args:
        return "sandbox"
    if " beat " in args:
        return "beat"
    queue = re.search(r"--queues (\S+)", args)
    return {"celery": "worker"}.get(queue[1], queue[1]) if queue else ""


def _port(product: Product) -> str:
    return ":" + product.environ["REDIS_URL"].rpartition(":")[2].partition("/")[0]
