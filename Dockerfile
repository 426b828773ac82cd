# One image, two commands: `dondoc serve --no-worker` and `dondoc worker`.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DONDOC_FILES=/data/files DONDOC_MAIL_FOLDER=/data/mail \
    DONDOC_DATABASE_URL=sqlite:////data/dondoc.db
RUN apt-get update && apt-get install -y -q --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home dondoc && install -d -o dondoc /data /backups
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY service service
COPY migrations migrations
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
USER dondoc
VOLUME ["/data", "/backups"]
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import httpx; httpx.get('http://127.0.0.1:8000/readyz').raise_for_status()"]
ENTRYPOINT ["dondoc"]
CMD ["serve", "--host", "0.0.0.0"]
