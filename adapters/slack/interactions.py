"""What Slack sends of what people click, fill in and choose, read into events of the bot. Pure."""

from collections.abc import Mapping

from adapters.slack.forms import FORM, REASON, read_form, read_reason
from adapters.slack.inbound import Body, clean_text, direct_place, tenant_of
from adapters.slack.tags import ACTION, FormTag, Tag
from adapters.slack.taken import NOTHING, OPENED, Form, Taken
from bot.domain.brief import Language
from bot.domain.events import ConversationRef, Filled, Pressed, Said

NEW_STRATEGY = "new_strategy"
FROM_MESSAGE = "strategy_from_message"
LINK = "open"
"""A button that only opens a link: Slack tells us, and there is nothing to do."""
_FORM_BUTTONS = frozenset({"form", "refine"})


def read_action(body: Body, at: int) -> Taken:
    """Read a click on a button; only buttons of ours mean something."""
    action = (body.get("actions") or [{}])[0]
    name, _, rest = str(action.get("action_id") or "").partition("/")
    tag = Tag.read(str(action.get("block_id") or ""))
    if name != ACTION or tag is None:
        return NOTHING
    button, user, tenant = rest.split("/")[0], str(body["user"]["id"]), tenant_of(body)
    if button == LINK:
        return NOTHING
    place = tag.place if tag.place and tag.place.tenant == tenant else _container_place(body, tenant)
    container = body.get("container") or {}
    origin = container.get("message_ts") or container.get("view_id") or ""
    trigger, value = str(body.get("trigger_id") or ""), _chosen(action)
    is_reason = (button, value) == ("feedback", "bad")
    is_form = is_reason or button in _FORM_BUTTONS
    pressed = Pressed(
        id=f"action/{origin}/{action.get('action_ts', '')}/{user}",
        place=place,
        user=user,
        at=at,
        button=button,
        value=value,
        plan=tag.plan,
        version=tag.version,
        trigger=OPENED if is_form else trigger,
    )
    form = Form(
        trigger=trigger,
        place=place,
        user=user,
        refine=button == "refine",
        reason=is_reason,
        plan=tag.plan,
        version=tag.version,
    )
    url = str(body.get("response_url") or "")
    return Taken(
        event=pressed,
        keys=(pressed.id,),
        tenant=tenant,
        form=form if is_form else None,
        answer_url=url,
        card=_card(body) if place.command and tag.plan else None,
    )


def _card(body: Body) -> tuple[str, str] | None:
    """Return where the message stands that was clicked, when it is not in a thread."""
    container, message = body.get("container") or {}, body.get("message") or {}
    ts = str(container.get("message_ts") or "")
    alone = str(message.get("thread_ts") or ts) == ts and not container.get("is_ephemeral")
    return (str(container.get("channel_id") or ""), ts) if ts and alone else None


def _chosen(action: Body) -> str:
    option = action.get("selected_option")
    if isinstance(option, Mapping):
        return str(option["value"])
    return str(action.get("selected_conversation") or action.get("value") or "")


def _container_place(body: Body, tenant: str) -> ConversationRef:
    container, message = body.get("container") or {}, body.get("message") or {}
    channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id") or body["user"]["id"])
    thread = str(message.get("thread_ts") or container.get("thread_ts") or container.get("message_ts") or "")
    return ConversationRef(platform="slack", tenant=tenant, channel=channel, thread=thread)


def read_submission(body: Body, at: int, *, default: Language) -> Taken:
    """Read a form that was sent; a wrong field keeps it open with the reason beside the field."""
    view = body["view"]
    tenant, user = tenant_of(body), str(body["user"]["id"])
    tag = FormTag.read(str(view.get("private_metadata") or ""), default=default)
    if view.get("callback_id") == REASON:
        return _read_reason(view, at, tag, tenant, user)
    if view.get("callback_id") != FORM:
        return NOTHING
    values, errors = read_form(view.get("state", {}).get("values", {}))
    if errors:
        return Taken(tenant=tenant, errors=errors, language=tag.language)
    place = tag.place if tag.place and tag.place.tenant == tenant else direct_place(tenant, user)
    filled = Filled(
        id=f"view/{view['id']}/{view.get('hash', '')}", place=place, user=user, at=at, values=values, hint=tag.language
    )
    return Taken(event=filled, keys=(filled.id,), tenant=tenant, language=tag.language)


def _read_reason(view: Body, at: int, tag: FormTag, tenant: str, user: str) -> Taken:
    """Read why a plan did not help; an empty form says nothing."""
    reason = read_reason(view.get("state", {}).get("values", {}))
    if not reason or tag.place is None or tag.place.tenant != tenant:
        return NOTHING
    pressed = Pressed(
        id=f"view/{view['id']}/{view.get('hash', '')}",
        place=tag.place,
        user=user,
        at=at,
        button="bad",
        value=reason,
        plan=tag.plan,
        version=tag.version,
    )
    return Taken(event=pressed, keys=(pressed.id,), tenant=tenant, language=tag.language)


def read_shortcut(body: Body, at: int) -> Taken:
    """Read a shortcut: the global one opens the form, the one on a message takes the message as what was said."""
    tenant, user, trigger = tenant_of(body), str(body["user"]["id"]), str(body.get("trigger_id") or "")
    message = body.get("message") or {}
    if body.get("callback_id") == NEW_STRATEGY:
        return Taken(tenant=tenant, form=Form(trigger=trigger, place=direct_place(tenant, user), user=user))
    if body.get("callback_id") != FROM_MESSAGE or not message.get("ts"):
        return NOTHING
    thread = str(message.get("thread_ts") or message["ts"])
    place = ConversationRef(platform="slack", tenant=tenant, channel=str(body["channel"]["id"]), thread=thread)
    said = Said(
        id=f"shortcut/{trigger or body.get('action_ts')}",
        place=place,
        user=user,
        at=at,
        text=clean_text(str(message.get("text") or "")),
        door="form",
        trigger=trigger,
    )
    url = str(body.get("response_url") or "")
    return Taken(event=said, keys=(said.id,), tenant=tenant, answer_url=url)
