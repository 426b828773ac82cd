"""The contract of the HTTP API, proved by volume: drawn calls, judged by what `openapi/openapi.json` says."""
