"""The HTTP API: bodies in, views out, problems for everything that goes wrong."""
