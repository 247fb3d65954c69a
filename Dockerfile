# One image for every service: worker, beat, migration, and the command line.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /app
COPY requirements/runtime.txt requirements/
RUN /app/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
COPY . .
# TensorFlow brings the setuptools that builds it.
RUN /app/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/brandpulse brandpulse \
    && install --directory --owner=brandpulse /reports /var/lib/brandpulse/cache
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONDONTWRITEBYTECODE=1 \
    BRANDPULSE_REPORTS_FOLDER=/reports BRANDPULSE_CACHE_FOLDER=/var/lib/brandpulse/cache
USER brandpulse
# The default model is compiled here, once, and not by each container; a new volume over the cache begins with it.
RUN brandpulse score "compiled"
# Where files to ingest are mounted.
WORKDIR /var/lib/brandpulse
# Of whatever it runs; the Compose file asks its workers and its scheduler themselves.
HEALTHCHECK --interval=60s --timeout=30s --start-period=30s CMD ["brandpulse", "health"]
ENTRYPOINT ["brandpulse"]
CMD ["worker"]
