"""The law of the house: what directives, obligations and reminders are, and what may be done to them.

Read from the bottom: `errors` (every refusal), then the rules that know no framework (`lifecycle`,
`escalation`, `deadlines`, `calendar`, `permissions`, `events`, `text`), then `tables`, then what actions
share (`people`, `outbox`, `watching`, `expansion`), then the actions: `directives`, `assignments`,
`readiness`, `issue`, `obligations`, `sweep`, `units`, `groups`, `people_registry`, `registers`, `keys`,
`channels`, `deliveries`. What is read lives in `reading`. Whoever audits reads `sealing`, `merkle`, `notes`
and `verifying`, which need nothing else, then `ledger` and `checkpoints`.

Actions take a session and the time; they never commit, read a clock or know who called. The words are
those of the README: directive, item, assignment, obligation, watch, reminder, message, delivery.
"""
