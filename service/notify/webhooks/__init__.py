"""Calls of other systems: signed, kept away from inner networks, tried again until they are taken."""
