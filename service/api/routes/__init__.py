"""Routes, one file a business word; each body opens and closes its own transaction."""
