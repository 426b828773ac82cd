"""What exists in the office: ids and codes by the name under which requests ask for them."""

import random
import re
from collections.abc import Mapping
from typing import Any

OF_VIEW = {
    "NewKeyView": "key_id",
    "AccountView": "account_id",
    "AccountCodeView": "account_id",
    "CoordinationView": "request_id",
    "DeliveryDetail": "delivery_id",
    "DeliveryView": "delivery_id",
    "DirectiveView": "directive_id",
    "DirectiveLineView": "directive_id",
    "ExplanationView": "explanation_id",
    "ExtensionView": "extension_id",
    "FileView": "file_id",
    "GoalWithMeasures": "goal_id",
    "MeasureView": "measure_id",
    "CauseView": "cause_id",
    "ObligationView": "obligation_id",
    "ObligationDetail": "obligation_id",
    "AbsenceView": "absence_id",
    "MeaningView": "meaning_id",
    "ReorganisationPreview": "reorganisation_id",
    "ReorganisationView": "reorganisation_id",
    "SeriesLineView": "series_id",
    "PublicationView": "publication_id",
    "UntoldView": "untold_id",
    "WebhookSecretView": "endpoint_id",
    "WebhookView": "endpoint_id",
    "MessageView": "message_id",
    "OversightLinkView": "link_id",
    "NewOversightLinkView": "link_id",
}
"""Whose `id` goes where in later requests."""

CODE_OF_VIEW = {
    "UnitView": "unit_code",
    "GroupView": "group_code",
    "PersonView": "person_code",
    "RegisterView": "register_code",
    "SetView": "set_code",
    "ProviderView": "provider_code",
}
"""Whose `code` goes where."""

NOBODY_ID = "01890000-0000-7000-8000-000000000000"
KEPT = 60
"""Of each kind; the newest stay, so that later calls meet what earlier ones made."""

ID = re.compile("[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|#[0-9a-f]{8}")
"""As a UUID, or as what an erased person is called after."""
VOLATILE = frozenset({"id", "request_id", "api_key", "secret"})


class Known:
    """The pool that calls are drawn from; equal answers on two databases leave equal pools, ids aside."""

    def __init__(self, found: Mapping[str, list[str]]) -> None:
        self._found = {name: list(values) for name, values in found.items()}
        self.tags: dict[str, str] = {}
        """The ETag last seen of a path."""

        self.cursors: list[str] = []

    def some(self, name: str, chance: random.Random) -> str:
        """Return something that exists under a name; an id of nobody where nothing does."""
        found = self._found.get(name)
        return chance.choice(found) if found else NOBODY_ID

    def all(self, name: str) -> list[str]:
        """Return everything that exists under a name."""
        return list(self._found.get(name, ()))

    def learn(self, view: str, content: Any) -> None:
        """Keep what an answer shows; a page only if it is whole, in an order that ids have no part in."""
        if not isinstance(content, dict):
            return
        if view == "IssuedView":
            view, content = "DirectiveView", content["directive"]
        self._learn_one(view, content)
        if content.get("next") and isinstance(content["next"], str):
            self.cursors = [*self.cursors, content["next"]][-KEPT:]

    def learn_all(self, view: str, items: list[dict[str, Any]]) -> None:
        """Keep what a whole list shows."""
        for item in sorted(items, key=told_apart):
            self._learn_one(view, item)

    def _learn_one(self, view: str, content: dict[str, Any]) -> None:
        for table, field in ((OF_VIEW, "id"), (CODE_OF_VIEW, "code")):
            name, value = table.get(view), content.get(field)
            if name is not None and isinstance(value, str):
                self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """Keep one value."""
        found = self._found.setdefault(name, [])
        if value not in found:
            found.append(value)
            del found[:-KEPT]


def told_apart(content: Any) -> str:
    """Return a text by which rows are put in order without their ids."""
    return str(without_ids(content))


def without_ids(content: Any) -> Any:
    """Return a document without what is new each time: ids, and texts that hold them."""
    if isinstance(content, dict):
        return {k: without_ids(v) for k, v in sorted(content.items()) if k not in VOLATILE and "_id" not in k}
    if isinstance(content, list):
        return [without_ids(each) for each in content]
    return ID.sub("*", content) if isinstance(content, str) else content
