"""What the API and the pages share: who acts, transactions, idempotency, uploads."""
