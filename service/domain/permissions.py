"""Who may do what: one table, action → (relation of my unit to the subject, my role)."""

from enum import StrEnum

from service.domain.errors import NotAllowed


class Action(StrEnum):
    """What the table speaks of."""

    ADMINISTER = "administer"
    MANAGE_UNITS = "manage_units"
    VIEW_REORGANISATION = "view_reorganisation"
    REORGANISE = "reorganise"
    DRAFT_DIRECTIVE = "draft_directive"
    ISSUE_DIRECTIVE = "issue_directive"
    CHANGE_ISSUED = "change_issued"
    ENTER_BALANCE = "enter_balance"
    LINK_DIRECTIVE = "link_directive"
    OVERSEE = "oversee"
    SHARE_OVERSIGHT = "share_oversight"
    VIEW_OVERSIGHT_LINKS = "view_oversight_links"
    VIEW_DIRECTIVE = "view_directive"
    VIEW_OBLIGATION = "view_obligation"
    ACKNOWLEDGE = "acknowledge"
    REPORT_PROGRESS = "report_progress"
    SUBMIT = "submit"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    RETURN = "return"
    DECIDE_RETURN = "decide_return"
    SUSPEND = "suspend"
    REQUEST_EXTENSION = "request_extension"
    DECIDE_EXTENSION = "decide_extension"
    CLAIM_CAUSE = "claim_cause"
    CONFIRM_CAUSE = "confirm_cause"
    ASK_EXPLANATION = "ask_explanation"
    EXPLAIN = "explain"
    WITHDRAW = "withdraw"
    DELEGATE = "delegate"
    REQUEST_COORDINATION = "request_coordination"
    ANSWER_COORDINATION = "answer_coordination"
    ADD_COORDINATOR = "add_coordinator"
    MANAGE_ABSENCES = "manage_absences"
    LINK_ADDRESS = "link_address"
    VIEW_PREFERENCES = "view_preferences"
    SET_PREFERENCES = "set_preferences"
    OPEN_LETTER = "open_letter"
    ENTER_RECEIPT = "enter_receipt"
    CHANGE_DEADLINE = "change_deadline"
    PUBLISH_STATISTICS = "publish_statistics"
    VIEW_SCORECARDS = "view_scorecards"
    SET_SCORING = "set_scoring"
    SET_CRITERIA = "set_criteria"
    SET_GOALS = "set_goals"
    CORRECT_MEASURE = "correct_measure"
    SET_WORDINGS = "set_wordings"
    SET_TEMPLATES = "set_templates"
    VIEW_LETTERS = "view_letters"
    WRITE_LETTERS = "write_letters"
    VIEW_DELIVERIES = "view_deliveries"
    RETRY_DELIVERY = "retry_delivery"
    TELL_BY_HAND = "tell_by_hand"
    VIEW_WEBHOOKS = "view_webhooks"
    VIEW_AUDIT = "view_audit"
    MANAGE_PROVIDERS = "manage_providers"
    VIEW_PERSONAL_DATA = "view_personal_data"
    ERASE_PERSONAL_DATA = "erase_personal_data"


class Relation(StrEnum):
    """What the actor's unit is to the subject; `member`: the subject is the unit itself, `delegator`: it
    handed the obligation on, `overseer`: it issued the directive that another unit keeps track of, `heir`: it
    goes on with the obligation in one of its own, and may read what was before."""

    INSTALLATION = "installation"
    KEEPER = "keeper"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    PARENT = "parent"
    DELEGATOR = "delegator"
    MEMBER = "member"
    OVERSEER = "overseer"
    HEIR = "heir"
    NONE = "none"


class KeyRole(StrEnum):
    """What the holder of a key is at the unit."""

    ADMINISTRATOR = "administrator"
    CLERK = "clerk"
    OFFICER = "officer"
    HEAD = "head"
    LEADER = "leader"
    READER = "reader"


A, K, O, H, L, R = (  # noqa: E741
    KeyRole.ADMINISTRATOR,
    KeyRole.CLERK,
    KeyRole.OFFICER,
    KeyRole.HEAD,
    KeyRole.LEADER,
    KeyRole.READER,
)
EVERYBODY = frozenset({A, K, O, H, L, R})
STAFF = frozenset({A, K, O, H, L})
GIVES = frozenset({A, K, H, L})
"""Who judges at a unit what it handed on: not the officer, who may have done the work."""

BY_HAND = frozenset({A, K})
"""The keeper's clerk enters what a unit said on paper; the journal shows who entered it."""

POLICY: dict[Action, dict[Relation, frozenset[KeyRole]]] = {
    Action.ADMINISTER: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: frozenset({A})},
    Action.MANAGE_UNITS: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: frozenset({A, K})},
    Action.VIEW_REORGANISATION: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: STAFF},
    Action.REORGANISE: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: frozenset({A, K})},
    Action.DRAFT_DIRECTIVE: {Relation.KEEPER: frozenset({A, K, O, L})},
    Action.ISSUE_DIRECTIVE: {Relation.KEEPER: frozenset({A, K, L})},
    Action.CHANGE_ISSUED: {Relation.KEEPER: frozenset({A, K, L})},
    Action.ENTER_BALANCE: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: frozenset({A, K})},
    Action.LINK_DIRECTIVE: {Relation.KEEPER: frozenset({A, K, L})},
    Action.OVERSEE: {
        Relation.INSTALLATION: frozenset({A}),
        Relation.KEEPER: EVERYBODY,
        Relation.OVERSEER: EVERYBODY,
    },
    Action.SHARE_OVERSIGHT: {Relation.KEEPER: frozenset({A, K, L})},
    Action.VIEW_OVERSIGHT_LINKS: {
        Relation.INSTALLATION: frozenset({A}),
        Relation.KEEPER: frozenset({A, K, L}),
    },
    Action.VIEW_DIRECTIVE: {
        Relation.INSTALLATION: frozenset({A}),
        Relation.KEEPER: EVERYBODY,
        Relation.OVERSEER: EVERYBODY,
        Relation.LEAD: EVERYBODY,
        Relation.COORDINATOR: EVERYBODY,
        Relation.PARENT: EVERYBODY,
    },
    Action.VIEW_OBLIGATION: {
        Relation.INSTALLATION: frozenset({A}),
        Relation.KEEPER: EVERYBODY,
        Relation.LEAD: EVERYBODY,
        Relation.COORDINATOR: EVERYBODY,
        Relation.PARENT: EVERYBODY,
        Relation.DELEGATOR: EVERYBODY,
        Relation.HEIR: EVERYBODY,
    },
    Action.ACKNOWLEDGE: {Relation.LEAD: STAFF, Relation.KEEPER: BY_HAND},
    Action.REPORT_PROGRESS: {Relation.LEAD: STAFF, Relation.KEEPER: BY_HAND},
    Action.SUBMIT: {Relation.LEAD: STAFF, Relation.KEEPER: BY_HAND},
    Action.ACCEPT: {Relation.KEEPER: frozenset({A, K, L}), Relation.DELEGATOR: GIVES},
    Action.SEND_BACK: {Relation.KEEPER: frozenset({A, K, L}), Relation.DELEGATOR: GIVES},
    Action.REOPEN: {Relation.KEEPER: frozenset({A, L}), Relation.DELEGATOR: GIVES},
    Action.WITHDRAW: {Relation.KEEPER: frozenset({A, L}), Relation.DELEGATOR: GIVES},
    Action.DELEGATE: {Relation.LEAD: STAFF},
    Action.REQUEST_COORDINATION: {Relation.LEAD: STAFF, Relation.KEEPER: BY_HAND},
    Action.ANSWER_COORDINATION: {Relation.COORDINATOR: STAFF, Relation.KEEPER: BY_HAND},
    Action.ADD_COORDINATOR: {Relation.KEEPER: frozenset({A, K, L})},
    Action.MANAGE_ABSENCES: {
        Relation.INSTALLATION: frozenset({A}),
        Relation.KEEPER: frozenset({A}),
        Relation.MEMBER: frozenset({A, K, H, L}),
    },
    Action.LINK_ADDRESS: {
        Relation.INSTALLATION: frozenset({A}),
        Relation.KEEPER: frozenset({A, K}),
        Relation.MEMBER: frozenset({A, K, H, L}),
    },
    Action.VIEW_PREFERENCES: {
        Relation.INSTALLATION: frozenset({A}),
        Relation.KEEPER: STAFF,
        Relation.MEMBER: EVERYBODY,
    },
    Action.SET_PREFERENCES: {
        Relation.INSTALLATION: frozenset({A}),
        Relation.KEEPER: frozenset({A, K}),
        Relation.MEMBER: STAFF,
    },
    Action.RETURN: {Relation.LEAD: STAFF, Relation.KEEPER: BY_HAND},
    Action.DECIDE_RETURN: {Relation.KEEPER: frozenset({A, K, L}), Relation.DELEGATOR: GIVES},
    Action.SUSPEND: {Relation.KEEPER: frozenset({A, L}), Relation.DELEGATOR: GIVES},
    Action.REQUEST_EXTENSION: {Relation.LEAD: STAFF, Relation.KEEPER: BY_HAND},
    Action.DECIDE_EXTENSION: {Relation.KEEPER: frozenset({A, L}), Relation.DELEGATOR: GIVES},
    Action.CLAIM_CAUSE: {Relation.LEAD: STAFF, Relation.KEEPER: BY_HAND},
    Action.CONFIRM_CAUSE: {Relation.KEEPER: frozenset({A, L}), Relation.DELEGATOR: GIVES},
    Action.ASK_EXPLANATION: {Relation.KEEPER: frozenset({A, K, L}), Relation.DELEGATOR: GIVES},
    Action.EXPLAIN: {Relation.LEAD: STAFF, Relation.KEEPER: BY_HAND},
    Action.OPEN_LETTER: {Relation.LEAD: STAFF},
    Action.ENTER_RECEIPT: {Relation.KEEPER: BY_HAND},
    Action.CHANGE_DEADLINE: {Relation.KEEPER: frozenset({A, K, L})},
    Action.PUBLISH_STATISTICS: {Relation.KEEPER: frozenset({A, K, L})},
    Action.VIEW_SCORECARDS: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: EVERYBODY},
    Action.SET_SCORING: {Relation.KEEPER: frozenset({A, L})},
    Action.SET_CRITERIA: {Relation.KEEPER: frozenset({A, K, L})},
    Action.SET_GOALS: {Relation.KEEPER: frozenset({A, K, L})},
    Action.CORRECT_MEASURE: {Relation.LEAD: STAFF, Relation.KEEPER: BY_HAND},
    Action.SET_WORDINGS: {Relation.KEEPER: frozenset({A, K, L})},
    Action.SET_TEMPLATES: {Relation.KEEPER: frozenset({A, K, L})},
    Action.VIEW_LETTERS: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: STAFF},
    Action.WRITE_LETTERS: {Relation.KEEPER: frozenset({A, K, L})},
    Action.VIEW_DELIVERIES: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: STAFF},
    Action.RETRY_DELIVERY: {Relation.KEEPER: frozenset({A, K})},
    Action.TELL_BY_HAND: {Relation.KEEPER: frozenset({A, K})},
    Action.VIEW_WEBHOOKS: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: frozenset({A, K, L})},
    Action.VIEW_AUDIT: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: frozenset({A})},
    Action.MANAGE_PROVIDERS: {Relation.INSTALLATION: frozenset({A})},
    Action.VIEW_PERSONAL_DATA: {
        Relation.INSTALLATION: frozenset({A}),
        Relation.KEEPER: frozenset({A}),
        Relation.MEMBER: frozenset({A}),
    },
    Action.ERASE_PERSONAL_DATA: {Relation.INSTALLATION: frozenset({A}), Relation.KEEPER: frozenset({A})},
}

CHANGES_NOTHING = frozenset(
    {
        Action.VIEW_DIRECTIVE,
        Action.VIEW_OBLIGATION,
        Action.VIEW_SCORECARDS,
        Action.VIEW_LETTERS,
        Action.VIEW_DELIVERIES,
        Action.VIEW_PREFERENCES,
        Action.VIEW_REORGANISATION,
        Action.VIEW_WEBHOOKS,
        Action.VIEW_AUDIT,
        Action.VIEW_PERSONAL_DATA,
        Action.OVERSEE,
        Action.VIEW_OVERSIGHT_LINKS,
    }
)
"""What a key with the scope `read` alone may do."""


def require(action: Action, relations: frozenset[Relation], role: KeyRole, scopes: frozenset[str]) -> None:
    """Return if one of the relations, with the role and the scopes of the key, allows the action.

    Raises:
        NotAllowed: It does not.
    """
    scope = "read" if action in CHANGES_NOTHING else "write"
    allowed = POLICY[action]
    if scope in scopes and any(role in allowed.get(relation, frozenset()) for relation in relations):
        return
    raise NotAllowed(action=action)


def matrix() -> str:
    """Return the table as text that an official can read and sign."""
    lines = [f"{'action':20} {'relation':12} roles"]
    for action, relations in POLICY.items():
        for relation, roles in relations.items():
            lines.append(f"{action:20} {relation:12} {', '.join(sorted(roles))}")
    return "\n".join(lines) + "\n"
