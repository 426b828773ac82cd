"""Restore drills: an office is backed up while it works, its machine is lost, and the copy takes over."""
