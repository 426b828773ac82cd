"""What the fake Zalo answers to questions that change nothing: quotas, the account, people, templates."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from service.fakes.zalo_world import OA_ID, Envelope, Template, World, failure

STATUS_NUMBERS = {"1": "ENABLE", "2": "PENDING_REVIEW", "3": "REJECT", "4": "DISABLE"}


def success(data: Any) -> Envelope:
    """Return an answer as Zalo gives it."""
    return {"error": 0, "message": "Success", "data": data}


def look_up(world: World, api: str, query: Mapping[str, str], body: Mapping[str, Any]) -> Envelope:
    """Answer a question.

    The OA host reads one parameter `data` that holds JSON, the ZBS host ordinary ones; a question in the
    style of the other is refused.
    """
    questions: dict[str, Callable[[], Envelope]] = {
        "getoa": lambda: _account(world),
        "quota": lambda: _quota(world, body),
        "user": lambda: _user(world, _in_data(query)),
        "message_quota": lambda: _daily(world),
        "templates": lambda: _templates(world, query),
        "template_info": lambda: _info(world, query.get("template_id", "")),
        "status": lambda: _status(world, query.get("message_id", "")),
    }
    if api in {"message_quota", "templates", "template_info", "status"} and "data" in query:
        return failure(-132, "Parameter is invalid")
    return questions[api]()


def _in_data(query: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        found = json.loads(query.get("data", ""))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def _account(world: World) -> Envelope:
    return success(
        {
            "oaid": OA_ID,
            "name": "Tài khoản thử",
            "is_verified": True,
            "package_name": "Nâng cao",
            "package_valid_through_date": "31/12/2030",
            "num_follower": sum(person.follows for person in world.people.values()),
        }
    )


def _quota(world: World, body: Mapping[str, Any]) -> Envelope:
    """Answer for a person (`user_id`), or for the account (`quota_owner`, `product_type`, `quota_type`)."""
    if "user_id" not in body:
        if not {"quota_owner", "product_type", "quota_type"} <= set(body):
            return failure(-201, "Params is invalid")
        kept = {"asset_id": "a1", "product_type": body["product_type"], "quota_type": body["quota_type"]}
        return success([kept | {"valid_through": "31/12/2030", "total": "500", "remain": "500"}])
    person = world.people.get(str(body["user_id"]))
    if person is None and not world.everyone_reachable:
        return failure(-213, "User has not followed the OA")
    last = person.last_contact if person else world.clock()
    left = person.replies_left if person else 8
    none = {"daily_remain": "0", "daily_total": "0", "monthly_remain": "0", "monthly_total": "0"}
    return success(
        {
            "last_interaction": _milliseconds(last),
            "cs_reply": {"remain": str(left), "total": "8"},
            "promotion": none,
        }
    )


def _user(world: World, asked: Mapping[str, Any]) -> Envelope:
    if not asked.get("user_id"):
        return failure(-201, "Params is invalid")
    person = world.people.get(str(asked["user_id"]))
    if person is None:
        return failure(-213, "User has not followed the OA")
    last = person.last_contact.astimezone(world.local).strftime("%d/%m/%Y")
    return success(
        {
            "user_id": str(asked["user_id"]),
            "user_is_follower": person.follows,
            "user_last_interaction_date": last,
        }
    )


def _daily(world: World) -> Envelope:
    names = ("dailyQuotaPromotion", "remainingQuotaPromotion", "monthlyPromotionQuota")
    daily = {"dailyQuota": str(world.daily_total), "remainingQuota": str(world.daily_quota)}
    return success(daily | dict.fromkeys(names))


def _templates(world: World, query: Mapping[str, str]) -> Envelope:
    """Answer a page; `status` is asked as a number and told as a word."""
    wanted = query.get("status")
    if wanted is not None and wanted not in STATUS_NUMBERS:
        return failure(-132, "Parameter is invalid")
    if not query.get("offset", "").isdigit() or not 0 < int(query.get("limit", "0")) <= 100:
        return failure(-132, "Parameter is invalid")
    found = [
        {"templateId": name, "templateName": f"Mẫu {name}", "createdTime": 0, "status": one.status}
        | {"templateQuality": "HIGH"}
        for name, one in world.templates.items()
        if wanted is None or one.status == STATUS_NUMBERS[wanted]
    ]
    start = int(query["offset"])
    answer = success(found[start : start + int(query["limit"])])
    return answer | {"metadata": {"total": len(found)}}


def _info(world: World, template_id: str) -> Envelope:
    template = world.templates.get(template_id)
    if template is None:
        return failure(-109, "Template id is invalid")
    return success(
        {
            "templateId": template_id,
            "templateName": f"Mẫu {template_id}",
            "status": template.status,
            "reason": template.reason,
            "listParams": [_parameter(template, name) for name in template.parameters],
            "timeout": 7_200_000,
            "templateQuality": "HIGH",
            "templateTag": "TRANSACTION",
            "price_sdt": "300",
            "price_uid": "165" if template.by_uid else None,
        }
    )


def _parameter(template: Template, name: str) -> dict[str, Any]:
    limits = {"maxLength": template.parameters[name], "minLength": 0, "acceptNull": False}
    return {"name": name, "require": True, "type": template.types.get(name, "STRING")} | limits


def _status(world: World, message_id: str) -> Envelope:
    """Tell what became of a template by phone: 1 on the device, 0 accepted, -1 never heard of."""
    known = any(entry["message_id"] == message_id for entry in world.accepted)
    if not known:
        return success({"status": -1, "message": ""})
    at = world.delivered.get(message_id)
    told = {"status": 0 if at is None else 1, "message": ""}
    return success(told | ({"delivery_time": _milliseconds(at)} if at else {}))
