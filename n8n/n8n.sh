#!/usr/bin/env sh
# A throw-away n8n: install | up | down STATE (n8n/server.py says more), and
#   run   one that is connected to the product which `make run` runs, with our example workflows, until Ctrl-C
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
[ -x "$python" ] || python=python3
case "${1:-}" in
run) exec "$python" -m n8n.trial ;;
*) exec "$python" -m n8n.server "$@" ;;
esac
