"""What every route asks of whoever calls it: one table; a route that is not in it stops the start.

The domain refuses; this says by what, and `tests/permissions` proves of every cell that both agree.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from service.api.contract import asks_who_acts
from service.domain.permissions import Action


class Wall(StrEnum):
    """What stands between a caller and the answer.

    `open`: nothing, no key is asked for. `holder`: a key with the scope that the method needs.
    `narrowed`: such a key, and the answer holds only what the action lets it see.
    `register`: what the caller's unit is to the register or to the person that the path names; else 403.
    `subject`: what it is to the subject; who may not see that gets what a wrong id gets (404), and who sees
    it but may not do this is refused (403).
    """

    OPEN = "open"
    HOLDER = "holder"
    NARROWED = "narrowed"
    REGISTER = "register"
    SUBJECT = "subject"


class Access(NamedTuple):
    """How a route is guarded, and the row of the table of permissions that it is guarded by."""

    wall: Wall
    action: Action | None


class UndeclaredRoutes(RuntimeError):
    """Routes and this table differ: nothing is served before a person has said who may call what."""


def _narrowed(action: Action) -> Access:
    return Access(Wall.NARROWED, action)


def _in_register(action: Action) -> Access:
    return Access(Wall.REGISTER, action)


def _of_subject(action: Action) -> Access:
    return Access(Wall.SUBJECT, action)


OPEN, HOLDER = Access(Wall.OPEN, None), Access(Wall.HOLDER, None)

ACCESS: dict[str, Access] = {
    "list_obligations": _narrowed(Action.VIEW_OBLIGATION),
    "read_obligation": _of_subject(Action.VIEW_OBLIGATION),
    "acknowledge": _of_subject(Action.ACKNOWLEDGE),
    "report_progress": _of_subject(Action.REPORT_PROGRESS),
    "submit": _of_subject(Action.SUBMIT),
    "accept": _of_subject(Action.ACCEPT),
    "send_back": _of_subject(Action.SEND_BACK),
    "reopen": _of_subject(Action.REOPEN),
    "withdraw": _of_subject(Action.WITHDRAW),
    "acknowledge_many": HOLDER,
    "accept_many": HOLDER,
    "report_many": HOLDER,
    "list_progress_updates": _narrowed(Action.VIEW_OBLIGATION),
    "list_coordinators": _of_subject(Action.VIEW_OBLIGATION),
    "add_coordinator": _of_subject(Action.ADD_COORDINATOR),
    "request_coordination": _of_subject(Action.REQUEST_COORDINATION),
    "list_coordination_requests": _narrowed(Action.VIEW_OBLIGATION),
    "read_coordination_request": _of_subject(Action.VIEW_OBLIGATION),
    "answer_coordination_request": _of_subject(Action.ANSWER_COORDINATION),
    "withdraw_coordination_request": _of_subject(Action.REQUEST_COORDINATION),
    "delegate": _of_subject(Action.DELEGATE),
    "list_returns": _narrowed(Action.VIEW_OBLIGATION),
    "return_obligation": _of_subject(Action.RETURN),
    "refuse_return": _of_subject(Action.DECIDE_RETURN),
    "accept_return": _of_subject(Action.DECIDE_RETURN),
    "suspend": _of_subject(Action.SUSPEND),
    "resume": _of_subject(Action.SUSPEND),
    "list_extensions": _narrowed(Action.VIEW_OBLIGATION),
    "request_extension": _of_subject(Action.REQUEST_EXTENSION),
    "grant_extension": _of_subject(Action.DECIDE_EXTENSION),
    "refuse_extension": _of_subject(Action.DECIDE_EXTENSION),
    "list_causes": _narrowed(Action.VIEW_OBLIGATION),
    "claim_cause": _of_subject(Action.CLAIM_CAUSE),
    "confirm_cause": _of_subject(Action.CONFIRM_CAUSE),
    "refuse_cause": _of_subject(Action.CONFIRM_CAUSE),
    "list_explanations": _narrowed(Action.VIEW_OBLIGATION),
    "ask_explanation": _of_subject(Action.ASK_EXPLANATION),
    "explain": _of_subject(Action.EXPLAIN),
    "close_explanation": _of_subject(Action.ASK_EXPLANATION),
    "read_deadline": _of_subject(Action.VIEW_OBLIGATION),
    "enter_letter_receipt": _of_subject(Action.ENTER_RECEIPT),
    "open_letter": _of_subject(Action.OPEN_LETTER),
    "record_awaited_event": _in_register(Action.CHANGE_DEADLINE),
    "change_deadline": _in_register(Action.CHANGE_DEADLINE),
    "read_deadline_rules": HOLDER,
    "set_deadline_rules": _in_register(Action.ADMINISTER),
    "list_criterion_sets": HOLDER,
    "read_criterion_set": HOLDER,
    "set_criterion_set": _in_register(Action.SET_CRITERIA),
    "read_matrix": _narrowed(Action.VIEW_OBLIGATION),
    "read_cell": _of_subject(Action.VIEW_OBLIGATION),
    "report_matrix": _narrowed(Action.VIEW_OBLIGATION),
    "list_goals": _of_subject(Action.VIEW_OBLIGATION),
    "set_goals": _of_subject(Action.SET_GOALS),
    "set_goals_of_item": _in_register(Action.SET_GOALS),
    "end_goal": _of_subject(Action.SET_GOALS),
    "correct_value": _of_subject(Action.CORRECT_MEASURE),
    "list_directives": _narrowed(Action.VIEW_DIRECTIVE),
    "draft_directive": _in_register(Action.DRAFT_DIRECTIVE),
    "read_directive": _of_subject(Action.VIEW_DIRECTIVE),
    "change_directive": _in_register(Action.DRAFT_DIRECTIVE),
    "confirm_proposals": _in_register(Action.DRAFT_DIRECTIVE),
    "read_readiness": _in_register(Action.DRAFT_DIRECTIVE),
    "issue_directive": _in_register(Action.ISSUE_DIRECTIVE),
    "give_instruction": _in_register(Action.ISSUE_DIRECTIVE),
    "put_in_writing": _in_register(Action.CHANGE_ISSUED),
    "read_supersedes": _of_subject(Action.VIEW_DIRECTIVE),
    "correct_directive": _in_register(Action.CHANGE_ISSUED),
    "amend_directive": _in_register(Action.CHANGE_ISSUED),
    "replace_directive": _in_register(Action.CHANGE_ISSUED),
    "revoke_directive": _in_register(Action.CHANGE_ISSUED),
    "assign_late": _in_register(Action.CHANGE_ISSUED),
    "list_series": _narrowed(Action.VIEW_DIRECTIVE),
    "read_series": _of_subject(Action.VIEW_DIRECTIVE),
    "begin_series": _in_register(Action.CHANGE_ISSUED),
    "stop_series": _in_register(Action.CHANGE_ISSUED),
    "change_series": _in_register(Action.CHANGE_ISSUED),
    "change_item": _in_register(Action.DRAFT_DIRECTIVE),
    "assign_item": _in_register(Action.DRAFT_DIRECTIVE),
    "split_item": _in_register(Action.DRAFT_DIRECTIVE),
    "join_items": _in_register(Action.DRAFT_DIRECTIVE),
    "read_links": _of_subject(Action.VIEW_DIRECTIVE),
    "link_directive": _in_register(Action.LINK_DIRECTIVE),
    "link_item": _in_register(Action.LINK_DIRECTIVE),
    "read_oversight": _of_subject(Action.OVERSEE),
    "read_item_oversight": _of_subject(Action.OVERSEE),
    "make_oversight_link": _in_register(Action.SHARE_OVERSIGHT),
    "list_oversight_links": _in_register(Action.VIEW_OVERSIGHT_LINKS),
    "revoke_oversight_link": _in_register(Action.SHARE_OVERSIGHT),
    "report_register": _narrowed(Action.VIEW_OBLIGATION),
    "report_late": _in_register(Action.VIEW_LETTERS),
    "draft_letter": _in_register(Action.WRITE_LETTERS),
    "list_letters": _in_register(Action.VIEW_LETTERS),
    "read_letter": _in_register(Action.VIEW_LETTERS),
    "read_letter_document": _in_register(Action.VIEW_LETTERS),
    "list_document_templates": _in_register(Action.VIEW_LETTERS),
    "list_document_template_versions": _in_register(Action.VIEW_LETTERS),
    "read_document_template": _in_register(Action.VIEW_LETTERS),
    "set_document_template": _in_register(Action.SET_TEMPLATES),
    "preview_document_template": _in_register(Action.SET_TEMPLATES),
    "take_back_document_template": _in_register(Action.SET_TEMPLATES),
    "number_letter": _in_register(Action.WRITE_LETTERS),
    "report_periodic": _in_register(Action.VIEW_LETTERS),
    "report_oversight": _of_subject(Action.OVERSEE),
    "take_in": _in_register(Action.DRAFT_DIRECTIVE),
    "read_statistics": _narrowed(Action.VIEW_OBLIGATION),
    "list_duties_of_a_cell": _narrowed(Action.VIEW_OBLIGATION),
    "read_funding": _narrowed(Action.VIEW_OBLIGATION),
    "publish_statistics": _in_register(Action.PUBLISH_STATISTICS),
    "list_publications": _narrowed(Action.VIEW_OBLIGATION),
    "read_publication": _of_subject(Action.VIEW_OBLIGATION),
    "report_statistics": _narrowed(Action.VIEW_OBLIGATION),
    "read_scorecards": _in_register(Action.VIEW_SCORECARDS),
    "read_scoring": HOLDER,
    "set_scoring": _in_register(Action.SET_SCORING),
    "list_messages": _in_register(Action.VIEW_DELIVERIES),
    "list_deliveries": _in_register(Action.VIEW_DELIVERIES),
    "read_delivery": _in_register(Action.VIEW_DELIVERIES),
    "retry_delivery": _in_register(Action.RETRY_DELIVERY),
    "tell_by_hand": _in_register(Action.TELL_BY_HAND),
    "list_untold": _in_register(Action.VIEW_DELIVERIES),
    "tell_untold_by_hand": _in_register(Action.TELL_BY_HAND),
    "tell_untold_again": _in_register(Action.RETRY_DELIVERY),
    "read_delivery_report": _in_register(Action.VIEW_DELIVERIES),
    "report_deliveries": _in_register(Action.VIEW_DELIVERIES),
    "list_wordings": _in_register(Action.VIEW_DELIVERIES),
    "read_wording": _in_register(Action.VIEW_DELIVERIES),
    "set_wording": _in_register(Action.SET_WORDINGS),
    "list_wording_versions": _in_register(Action.VIEW_DELIVERIES),
    "preview_wording": _in_register(Action.VIEW_DELIVERIES),
    "list_events": _narrowed(Action.VIEW_OBLIGATION),
    "stream_events": _narrowed(Action.VIEW_OBLIGATION),
    "list_audit_entries": _in_register(Action.VIEW_AUDIT),
    "prove_audit_entry": _in_register(Action.VIEW_AUDIT),
    "list_checkpoints": _in_register(Action.VIEW_AUDIT),
    "prove_growth": _in_register(Action.VIEW_AUDIT),
    "list_audit_keys": OPEN,
    "erase_texts": _in_register(Action.ERASE_PERSONAL_DATA),
    "list_units": HOLDER,
    "register_unit": _in_register(Action.MANAGE_UNITS),
    "import_units": _in_register(Action.MANAGE_UNITS),
    "read_unit": HOLDER,
    "change_unit": _in_register(Action.MANAGE_UNITS),
    "list_groups": HOLDER,
    "define_group": _in_register(Action.MANAGE_UNITS),
    "read_group": HOLDER,
    "change_group": _in_register(Action.MANAGE_UNITS),
    "list_members": HOLDER,
    "list_reorganisations": _in_register(Action.VIEW_REORGANISATION),
    "draft_reorganisation": _in_register(Action.REORGANISE),
    "read_reorganisation": _in_register(Action.VIEW_REORGANISATION),
    "list_undecided": _in_register(Action.VIEW_REORGANISATION),
    "decide_heirs": _in_register(Action.REORGANISE),
    "carry_out_reorganisation": _in_register(Action.REORGANISE),
    "undo_reorganisation": _in_register(Action.REORGANISE),
    "list_phrase_meanings": _narrowed(Action.VIEW_DIRECTIVE),
    "confirm_phrase_meaning": _in_register(Action.DRAFT_DIRECTIVE),
    "revoke_phrase_meaning": _in_register(Action.DRAFT_DIRECTIVE),
    "list_people": _narrowed(Action.VIEW_DIRECTIVE),
    "register_person": _in_register(Action.MANAGE_UNITS),
    "import_people": _in_register(Action.MANAGE_UNITS),
    "read_person": _of_subject(Action.VIEW_DIRECTIVE),
    "list_absences": _of_subject(Action.VIEW_DIRECTIVE),
    "record_absence": _of_subject(Action.MANAGE_ABSENCES),
    "end_absence": _of_subject(Action.MANAGE_ABSENCES),
    "read_personal_data": _in_register(Action.VIEW_PERSONAL_DATA),
    "erase_person": _in_register(Action.ERASE_PERSONAL_DATA),
    "make_link_code": _in_register(Action.LINK_ADDRESS),
    "make_calendar_feed": _in_register(Action.SET_PREFERENCES),
    "revoke_calendar_feed": _in_register(Action.SET_PREFERENCES),
    "read_calendar_feed": OPEN,
    "read_notification_preferences": _in_register(Action.VIEW_PREFERENCES),
    "set_notification_preferences": _in_register(Action.SET_PREFERENCES),
    "read_me": HOLDER,
    "list_registers": HOLDER,
    "create_register": _in_register(Action.ADMINISTER),
    "read_register": HOLDER,
    "set_keeper": _in_register(Action.ADMINISTER),
    "set_rules": _in_register(Action.ADMINISTER),
    "list_policies": HOLDER,
    "change_policy": _in_register(Action.ADMINISTER),
    "read_telling_rules": _in_register(Action.VIEW_DELIVERIES),
    "set_telling_rules": _in_register(Action.ADMINISTER),
    "enter_opening_balance": _in_register(Action.ENTER_BALANCE),
    "read_calendar": HOLDER,
    "change_calendar_year": _in_register(Action.ADMINISTER),
    "list_channels": _in_register(Action.VIEW_DELIVERIES),
    "set_channel": _in_register(Action.ADMINISTER),
    "ask_for_consent": _in_register(Action.ADMINISTER),
    "list_webhooks": _in_register(Action.VIEW_WEBHOOKS),
    "register_webhook": _in_register(Action.ADMINISTER),
    "read_webhook": _in_register(Action.VIEW_WEBHOOKS),
    "change_webhook": _in_register(Action.ADMINISTER),
    "rotate_webhook_secret": _in_register(Action.ADMINISTER),
    "enable_webhook": _in_register(Action.ADMINISTER),
    "disable_webhook": _in_register(Action.ADMINISTER),
    "try_webhook": _in_register(Action.ADMINISTER),
    "replay_webhook": _in_register(Action.ADMINISTER),
    "list_webhook_attempts": _in_register(Action.VIEW_WEBHOOKS),
    "receive_zalo_event": OPEN,
    "receive_consent": OPEN,
    "receive_bot_update": OPEN,
    "list_api_keys": _in_register(Action.ADMINISTER),
    "create_api_key": _in_register(Action.ADMINISTER),
    "replace_api_key": _in_register(Action.ADMINISTER),
    "revoke_api_key": _in_register(Action.ADMINISTER),
    "create_token": OPEN,
    "list_accounts": _in_register(Action.ADMINISTER),
    "create_account": _in_register(Action.ADMINISTER),
    "read_account": _in_register(Action.ADMINISTER),
    "change_account": _in_register(Action.ADMINISTER),
    "renew_account_code": _in_register(Action.ADMINISTER),
    "unlock_account": _in_register(Action.ADMINISTER),
    "disable_account": _in_register(Action.ADMINISTER),
    "enable_account": _in_register(Action.ADMINISTER),
    "redeem_code": OPEN,
    "create_session": OPEN,
    "read_session": HOLDER,
    "end_session": HOLDER,
    "end_every_session": HOLDER,
    "change_password": HOLDER,
    "list_identity_providers": _in_register(Action.MANAGE_PROVIDERS),
    "set_up_identity_provider": _in_register(Action.MANAGE_PROVIDERS),
    "read_identity_provider": _in_register(Action.MANAGE_PROVIDERS),
    "change_identity_provider": _in_register(Action.MANAGE_PROVIDERS),
    "list_identity_provider_versions": _in_register(Action.MANAGE_PROVIDERS),
    "begin_sign_in": OPEN,
    "finish_sign_in": OPEN,
    "upload_file": HOLDER,
    "read_file": _of_subject(Action.VIEW_DIRECTIVE),
    "list_problems": OPEN,
    "explain_problem": OPEN,
    "healthz": OPEN,
    "readyz": OPEN,
    "metrics": OPEN,
    "docs": OPEN,
    "docs_start": OPEN,
    "docs_asset": OPEN,
    "openapi_document": OPEN,
}
"""Route → what it asks, in the order in which the routes stand in the contract."""


def require_declared(app: FastAPI, declared: Mapping[str, Access] = ACCESS) -> None:
    """Return if every route is declared, and asks for a key exactly where the table says so.

    Raises:
        UndeclaredRoutes: With the names of those that are not.
    """
    routes = {
        route.name: route
        for context in iter_route_contexts(app.routes)
        if isinstance(route := context.original_route, APIRoute)
    }
    differ = routes.keys() ^ declared.keys()
    differ |= {
        name
        for name in routes.keys() & declared.keys()
        if asks_who_acts(routes[name]) == (declared[name].wall is Wall.OPEN)
    }
    if differ:
        raise UndeclaredRoutes(f"declare in service/api/access.py: {', '.join(sorted(differ))}")


def table() -> str:
    """Return the table as text that an official can read beside the table of permissions."""
    lines = [f"{'route':30} {'wall':10} action"]
    lines += [f"{name:30} {wall:10} {action or '-'}" for name, (wall, action) in ACCESS.items()]
    return "\n".join(lines) + "\n"
