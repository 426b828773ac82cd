"""Who may do what, proved cell by cell; see README.md beside this file."""
