"""One change at a time to a ledger that was signed, and whoever verifies it notices; see README.md."""
