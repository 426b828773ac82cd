"""Workers killed on purpose, judged by ledgers that lie outside them. `README.md` says how to run it."""
