"""Backups: made while the service runs, proved, restored into an empty place, and drilled."""
