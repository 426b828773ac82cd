"""From where a request looks at the database, for PostgreSQL's row-level security."""

from fastapi import Request

from service.database import Standpoint
from service.domain.ids import NIL
from service.domain.people import Actor
from service.domain.reading.visibility import sees_everything

ACROSS_REGISTERS = frozenset(
    {
        *("create_register", "list_registers", "change_calendar_year"),
        *("list_api_keys", "create_api_key", "replace_api_key", "revoke_api_key"),
        *("list_accounts", "create_account", "read_account", "change_account", "renew_account_code"),
        *("unlock_account", "disable_account", "enable_account"),
        *("list_identity_providers", "set_up_identity_provider", "read_identity_provider"),
        *("change_identity_provider", "list_identity_provider_versions"),
        *("read_oversight", "read_item_oversight", "report_oversight", "show_overseen", "show_overseen_item"),
        *("prove_audit_entry", "prove_growth", "erase_texts", "read_personal_data", "erase_person"),
        *("read_links", "link_directive", "link_item"),
        *("read_reorganisation", "list_undecided", "list_reorganisations", "draft_reorganisation"),
        *("decide_heirs", "carry_out_reorganisation", "undo_reorganisation"),
    }
)
"""Routes and pages whose matter lies in several registers: only the first wall stands before them."""


def standpoint(request: Request, actor: Actor, *, writes: bool = False) -> Standpoint | None:
    """Return from where a request looks; None if it looks across registers.

    A unit's act reaches what it may not see, such as the duty of which it carries out a part: what is written
    is walled by register alone.
    """
    if getattr(request.scope.get("route"), "name", None) in ACROSS_REGISTERS:
        return None
    return seen_from(actor) if not writes else Standpoint(actor.register_id, None)


def seen_from(actor: Actor) -> Standpoint:
    """Return from where somebody looks at one register."""
    return Standpoint(actor.register_id, None if sees_everything(actor) else actor.unit_id or NIL)
