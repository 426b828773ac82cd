"""Policies of row-level security: a second wall on PostgreSQL, which `DONDOC_ROW_SECURITY` puts up.

Step: expand. Policies hold of nothing until row-level security is enabled on their tables, which `dondoc migrate`
does where the setting is on; SQLite has no such thing. Rows: none. Lock: brief on every table that is walled.

A transaction says who looks: `dondoc.register_id`, and `dondoc.unit_id` or `dondoc.sight = register`. One that says
nothing sees nothing. What the machine does says `dondoc.walls = off`.
"""

from alembic import op

revision = "20240615_53"
down_revision = "20240614_52"
branch_labels = None
depends_on = None

OF_REGISTER = (
    *("action_link", "alias", "channel_account", "channel_contact", "coordination", "criterion_set"),
    *("deadline_change", "delivery", "directive_change", "escalation_policy", "goal", "implementation"),
    *("inbound_event", "item", "link_code", "measure", "message", "occurrence", "opening_balance"),
    *("opening_row", "phrase_meaning", "publication", "receipt", "redelivery", "register_keeper", "reminder"),
    *("reorganisation", "scoring_policy", "series", "series_period", "unit_group", "untold", "watch"),
    *("webhook_endpoint", "wording"),
)
"""Tables whose rows belong to one register."""

OF_ANY_REGISTER = ("account", "api_key", "calendar", "event", "identity_provider_version", "ledger")
"""Rows without a register belong to the installation."""

OF_DUTY = (
    *("coordination_request", "explanation", "extension", "objective_cause", "progress_update", "return"),
)
"""Tables of one register whose rows are seen by whoever sees their duty."""

PARENTS = {
    "account_session": ("account_id", "account"),
    "assignment": ("item_id", "item"),
    "assignment_exception": ("assignment_id", "assignment"),
    "calendar_change": ("calendar_id", "calendar"),
    "calendar_day": ("calendar_id", "calendar"),
    "channel_consent": ("account_id", "channel_account"),
    "channel_template": ("account_id", "channel_account"),
    "coordination_file": ("request_id", "coordination_request"),
    "criterion": ("set_id", "criterion_set"),
    "delivery_attempt": ("delivery_id", "delivery"),
    "delivery_receipt": ("delivery_id", "delivery"),
    "escalation_step": ("policy_id", "escalation_policy"),
    "funding": ("obligation_id", "obligation"),
    "group_member": ("group_id", "unit_group"),
    "heir": ("reorganisation_id", "reorganisation"),
    "link_use": ("link_id", "action_link"),
    "mail_relay": ("account_id", "channel_account"),
    "message_line": ("message_id", "message"),
    "obligation_source": ("obligation_id", "obligation"),
    "reckoning": ("obligation_id", "obligation"),
    "replaced_item": ("change_id", "directive_change"),
    "scoring_part": ("policy_id", "scoring_policy"),
    "series_unit": ("series_id", "series"),
    "submission": ("obligation_id", "obligation"),
    "submission_file": ("submission_id", "submission"),
    "suspension": ("obligation_id", "obligation"),
    "telling_by_hand": ("delivery_id", "delivery"),
    "term": ("directive_id", "directive"),
    "threshold": ("set_id", "criterion_set"),
    "waiver": ("directive_id", "directive"),
    "webhook_attempt": ("endpoint_id", "webhook_endpoint"),
    "webhook_call": ("endpoint_id", "webhook_endpoint"),
}
"""Tables whose rows are seen by whoever sees what they hang on."""

FUNCTIONS = {
    "dondoc_unwalled() RETURNS boolean": "SELECT coalesce(current_setting('dondoc.walls', true) = 'off', false)",
    "dondoc_register() RETURNS uuid": "SELECT nullif(current_setting('dondoc.register_id', true), '')::uuid",
    "dondoc_unit() RETURNS uuid": "SELECT nullif(current_setting('dondoc.unit_id', true), '')::uuid",
    "dondoc_sees_register() RETURNS boolean": (
        "SELECT coalesce(current_setting('dondoc.sight', true) = 'register', false)"
    ),
    "dondoc_branch() RETURNS SETOF uuid": """
        WITH RECURSIVE below AS (
            SELECT dondoc_unit() AS id
            UNION SELECT unit.id FROM unit JOIN below ON unit.parent_id = below.id
        )
        SELECT id FROM below""",
    "dondoc_shared() RETURNS SETOF uuid": """
        SELECT item_id FROM coordination
        WHERE unit_id = dondoc_unit() AND register_id = dondoc_register()""",
    "dondoc_passed_on() RETURNS SETOF uuid": """
        SELECT before.predecessor_id FROM predecessor AS before
        JOIN obligation ON obligation.id = before.obligation_id WHERE obligation.unit_id = dondoc_unit()
        UNION
        SELECT after.obligation_id FROM predecessor AS after
        JOIN obligation ON obligation.id = after.predecessor_id WHERE obligation.unit_id = dondoc_unit()""",
}
"""What policies ask. `dondoc_passed_on` looks behind the wall that it is a part of, as its owner."""

UNWALLED = "(SELECT dondoc_unwalled())"
OFFICE = "(SELECT dondoc_sees_register())"
"""It is the keeper's office that looks, or something is written: then only registers are apart."""


def _mine(table: str) -> str:
    return f'"{table}".register_id = (SELECT dondoc_register())'


def _of_unit(table: str, key: str) -> str:
    """Return the condition that a duty concerns the unit that looks."""
    return (
        f"{table}.unit_id IN (SELECT dondoc_branch()) OR {table}.item_id IN (SELECT dondoc_shared())"
        f" OR {table}.{key} IN (SELECT dondoc_passed_on())"
    )


def _policies() -> dict[str, str]:
    """Return what rows of each table may be seen and written by whoever looks from behind a wall."""
    handed_on = "obligation.delegator_id = (SELECT dondoc_unit())"
    whole = "SELECT 1 FROM obligation WHERE obligation.id"
    found = {table: _mine(table) for table in OF_REGISTER}
    of_all = "register_id IS NULL AND (SELECT dondoc_register()) IS NOT NULL"
    found |= {table: f"{table}.{of_all} OR {_mine(table)}" for table in OF_ANY_REGISTER}
    found["directive"] = f"{_mine('directive')} AND ({OFFICE} OR directive.state <> 'draft')"
    found["obligation"] = (
        f"{_mine('obligation')} AND ({OFFICE} OR {handed_on} OR {_of_unit('obligation', 'id')})"
    )
    found["obligation_version"] = (
        f"{_mine('obligation_version')} AND ({OFFICE} OR {_of_unit('obligation_version', 'obligation_id')}"
        f" OR EXISTS ({whole} = obligation_version.obligation_id))"
    )
    for table in OF_DUTY:
        found[table] = f'{_mine(table)} AND ({OFFICE} OR EXISTS ({whole} = "{table}".obligation_id))'
    found["predecessor"] = f"EXISTS ({whole} IN (predecessor.obligation_id, predecessor.predecessor_id))"
    for table, (key, parent) in PARENTS.items():
        found[table] = f"EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = {table}.{key})"  # noqa: S608
    return found


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for head, body in FUNCTIONS.items():
        definer = "SECURITY DEFINER SET search_path FROM CURRENT" if "passed_on" in head else ""
        op.execute(f"CREATE FUNCTION {head} LANGUAGE sql STABLE PARALLEL SAFE {definer} AS $${body}$$")
    for table, condition in _policies().items():
        op.execute(f'CREATE POLICY wall ON "{table}" USING ({UNWALLED} OR ({condition}))')


def downgrade() -> None:
    """Revert."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _policies():
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        op.execute(f'DROP POLICY wall ON "{table}"')
    for head in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {head.partition(' ')[0]}")
