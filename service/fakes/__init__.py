"""Providers that behave as the real ones are described, on real sockets: for demos and tests."""
