# One image for every part of production: SPEAKUP_SITE says which one a container is (docs/operations.md).
FROM python:3.11-slim-bookworm AS installed
WORKDIR /speakup
COPY requirements/ requirements/
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements/bootstrap.txt -r requirements/runtime.txt

FROM python:3.11-slim-bookworm
# The same number in every container: files that the reporter site stores are the worker's to delete.
RUN groupadd --gid 10001 speakup && useradd --uid 10001 --gid speakup --no-create-home --shell /usr/sbin/nologin speakup \
    # A new volume takes over whose the folder is that it is mounted on.
    && install -d -o speakup -g speakup -m 0700 /data /data/files /data/metrics /data/rosters \
        /data/checkpoints /data/checkpoint_keys
WORKDIR /speakup
COPY --from=installed /speakup/.venv/ .venv/
COPY manage.py LICENSE THIRD_PARTY.md ./
COPY speakup/ speakup/
COPY professional_standards/ professional_standards/
COPY notifications/ notifications/
COPY templates/ templates/
RUN .venv/bin/python -m compileall -q speakup professional_standards notifications
ENV PATH="/speakup/.venv/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=speakup.settings \
    SPEAKUP_MODE=production \
    SPEAKUP_DATA=/data
USER speakup
CMD ["python", "manage.py", "serve"]
