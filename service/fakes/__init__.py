"""Honest stand-ins for the world outside, on real sockets of 127.0.0.1: to try the product, and for tests.

They behave as the real ones are described. Nothing here is patched into the product: a channel is pointed at
a fake's address, and the fake is asked what it was told. Each keeps a queue of faults, one consumed per
request, and can append what it *accepted* to an fsynced ledger file, so that tests in other processes can
count what was accepted twice, and what never.

In a test:  `with FakeZalo() as zalo:` · `with FakeSmtp() as relay:` · `with receiving() as receiver:`
By itself:  `dondoc fake zalo | smtp | receiver`, or `python -m service.fakes.zalo` …

A process prints one JSON line saying where it listens, is arranged by POST `/__fake__/seed`, looked at by GET
`/__fake__/state`, and ends on SIGTERM.
"""
