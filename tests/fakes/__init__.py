"""Honest stand-ins for the world outside, on real sockets of 127.0.0.1.

Nothing here is patched into the product: a test points a channel at a fake's address and then asks the
fake what it was told. Each fake keeps a queue of faults, one consumed per request, and can append what it
*accepted* to an fsynced ledger file, so that tests in other processes can count: what was accepted
twice, what never.

In a test:              `with FakeZalo() as zalo:` · `with FakeSmtp() as relay:`
As a process of its own: `python -m service.fakes.zalo --port 0 --ledger FILE --delay-ms 50`
                        `python -m tests.fakes.smtp --port 0 --ledger FILE --security starttls`
A process prints one JSON line saying where it listens, and ends on SIGTERM.
"""
