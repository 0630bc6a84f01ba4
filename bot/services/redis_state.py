"""Dialogues in Redis: state, inbox and the commit that ties a turn to its effects."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import Literal, cast, get_type_hints

from bot.domain.brief import Given
from bot.domain.effects import Effect, Write
from bot.domain.errors import FORGOTTEN, StoreError
from bot.domain.events import ConversationRef, Event
from bot.domain.talk.altering import altered
from bot.domain.talk.state import State
from bot.ports import Claimed, Clock, CommitOutcome, Job, Lane, Loaded
from bot.services.records import CODEC, Decoder, Encoder, decoder, dumps, encoder, loads
from bot.services.redis_keys import hashed, owner_key, read_owner
from bot.services.redis_preferences import read_language
from bot.services.redis_scripts import Scripts

# Values up to this size keep the hash in Redis' compact form (hash-max-listpack-value); longer ones go elsewhere.
SHORT = 60
# So many events are read at a time; the next load brings the rest.
BATCH = 100
_FIELD = "s:"
_SCHEMA = "sv"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterLimits:
    """Say how many strategies are written at a time for one user and for one workspace."""

    user: int = 2
    tenant: int = 20


def lane_of(effects: Sequence[Effect]) -> Lane:
    """Return the lane of a perform job: writing waits behind all talking."""
    return "write" if any(isinstance(effect, Write) for effect in effects) else "talk"


def slot_keys(lane: Lane, conversation: str, tenant: str, user: str, limits: WriterLimits) -> str:
    """Return the limits a perform job runs under, narrow ones first."""
    if lane == "talk":
        return f"1 talk:{conversation}"
    # The gate keeps a card from appearing before the sentences of the turns before it.
    lines = (
        f"0 talk:{conversation}",
        f"1 write:{conversation}",
        f"{limits.user} user:{hashed(tenant, user)}",
        f"{limits.tenant} tenant:{hashed(tenant)}",
    )
    return "\n".join(lines)


_BLANK = State(language="es")
# A language has no default: every state says its own.
_DEFAULTS = {**vars(_BLANK), "language": None}


@cache
def _encoders() -> dict[str, Encoder]:
    hints = get_type_hints(State)
    return {one.name: encoder(hints[one.name]) for one in fields(State)}


@cache
def _decoders() -> dict[str, Decoder]:
    hints = get_type_hints(State)
    return {one.name: decoder(hints[one.name]) for one in fields(State)}


@dataclass(slots=True)
class Changes:
    """Hold what a commit changes: fields set and deleted, short and long."""

    short: list[str]
    short_gone: list[str]
    long: list[str]
    long_gone: list[str]

    def lists(self) -> tuple[Sequence[str], ...]:
        """Return the four lists, as the script takes them."""
        return self.short, self.short_gone, self.long, self.long_gone


def _kept_as(value: object, default: object, encode: Encoder) -> tuple[Literal["", "short", "long"], str]:
    """Return where a value is kept, and as what; a default is not kept at all."""
    if value == default:
        return "", ""
    text = dumps(encode(value))
    size = len(text) if text.isascii() else len(text.encode())
    return ("short" if size <= SHORT else "long"), text


def _was_kept_as(value: object, default: object, encode: Encoder) -> Literal["", "short", "long"]:
    """Return where a value was kept, without writing it again where that is plain to see."""
    if value == default:
        return ""
    # An ASCII character takes six at most in JSON, and no number of ours comes near the limit.
    plain = isinstance(value, int | float)
    plain = plain or (isinstance(value, str) and value.isascii() and 6 * len(value) + 2 <= SHORT)
    return "short" if plain else _kept_as(value, default, encode)[0]


def changes_between(before: State | None, after: State) -> Changes:
    """Return what is to be written; fields at their default are not kept, unchanged ones not sent."""
    made = Changes([_SCHEMA, str(CODEC.version("state"))], [], [], [])
    olds = _DEFAULTS if before is None else vars(before)
    for name, new in vars(after).items():
        old = olds[name]
        if new is old or new == old:
            continue
        default, encode = _DEFAULTS[name], _encoders()[name]
        was = _was_kept_as(old, default, encode)
        now, text = _kept_as(new, default, encode)
        if now == "short":
            made.short += (_FIELD + name, text)
        elif now == "long":
            made.long += (name, text)
        if was == "short" != now:
            made.short_gone.append(_FIELD + name)
        if was == "long" != now:
            made.long_gone.append(name)
    return made


def read_state(short: dict[str, str], long: dict[str, str]) -> State:
    """Read a state from its fields, migrated to today's schema."""
    kept = [f'"{name[len(_FIELD) :]}":{text}' for name, text in short.items() if name.startswith(_FIELD)]
    kept += [f'"{name}":{text}' for name, text in long.items()]
    # Read as one text: each value is JSON already, and each name one of our own.
    data = CODEC.migrate("state", int(short.get(_SCHEMA, "1")), loads(f"{{{','.join(kept)}}}"))
    decoders = _decoders()
    known = ((name, decoders.get(name), value) for name, value in data.items())
    return altered(_BLANK, **{name: decode(value) for name, decode, value in known if decode})


def _pairs(flat: Sequence[str]) -> dict[str, str]:
    # Lua knows no empty list: cjson writes one as an empty object.
    return dict(zip(flat[::2], flat[1::2], strict=True)) if flat else {}


def write_item(event: Event) -> str:
    """Return an event as it stands in an inbox: its id on a line of its own, so that a script can find it."""
    return f"{event.id}\n{CODEC.write('event', Event, event)}"


def read_item(item: str) -> Event:
    """Read what `write_item` wrote."""
    return CODEC.read("event", Event, item.split("\n", 1)[1])


class RedisConversations:
    """Keep dialogues and their inboxes."""

    def __init__(self, scripts: Scripts, clock: Clock, limits: WriterLimits) -> None:
        self._scripts = scripts
        self._clock = clock
        self._limits = limits

    async def load(self, conversation: str) -> Loaded | None:
        """Return the state of a conversation and what waits for it; None when nothing is known of it."""
        short_flat, long_flat, items, chosen = loads(await self._scripts.run("load", conversation, BATCH))
        short = _pairs(short_flat)
        if "place" not in short:
            return None
        version = int(short.get("v", "0"))
        _, opener = read_owner(short.get("owner", ""))
        return Loaded(
            conversation=conversation,
            place=ConversationRef.parse(short["place"]),
            state=read_state(short, _pairs(long_flat)) if version else None,
            version=version,
            waiting=tuple(read_item(item) for item in items),
            opener=opener,
            chosen=read_language(chosen),
        )

    async def commit(
        self, loaded: Loaded, *, event: Event, state: State, effects: Sequence[Effect], drain: Claimed | None = None
    ) -> CommitOutcome | Claimed:
        """Save a turn and append its effects as one perform job, which `drain` may become."""
        lane = lane_of(effects)
        now = self._clock.now_ms()
        owner = owner_key(event.place.tenant, event.user)
        job = partial(
            Job,
            kind="perform",
            place=loaded.place,
            user=event.user,
            event=event.id,
            at=now,
            effects=tuple(effects),
            language=state.language,
        )
        keys = slot_keys(lane, loaded.conversation, event.place.tenant, event.user, self._limits)
        changed = changes_between(loaded.state, state).lists()
        mark = hashed(loaded.conversation, event.id)
        head = (loaded.conversation, self._scripts.new_id(), event.id, mark, loaded.version, now, owner, lane, keys)
        held = (drain.job.id, drain.attempt) if drain else ("", "")
        body = CODEC.write("job", Job, job(id="", conversation="")) if effects else ""
        outcome: str = await self._scripts.run("commit", *head, body, changed, *held)
        if outcome != "yours" or drain is None:
            return cast("CommitOutcome", outcome)
        ours = job(id=drain.job.id, conversation=loaded.conversation)
        return Claimed(ours, drain.attempt, 1, lane, begun=False)

    async def bind(self, conversation: str, place: ConversationRef) -> None:
        """Make `place` a further name of the conversation and the one that answers go to."""
        now = self._clock.now_ms()
        job = Job(id="", kind="drain", conversation="", place=place, user="", event="", at=now)
        body = CODEC.write("job", Job, job)
        nobody = owner_key(place.tenant, "")
        await self._scripts.run("bind", conversation, place.key(), self._scripts.new_id(), body, now, nobody)

    async def find(self, place: ConversationRef) -> str | None:
        """Return the conversation that `place` names."""
        found: str | None = await self._scripts.run("find", place.key())
        return found or None


class RedisFlags:
    """Carry word to a running writer."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def stop(self, conversation: str, plan: int, version: int) -> None:
        """Ask that the writing of a plan stops."""
        await self._scripts.run("flag", conversation, f"stop:{plan}.{version}", "1")

    async def stopped(self, conversation: str, plan: int, version: int) -> bool:
        """Say whether it was asked to stop. Raises StoreError (`error.forgotten`)."""
        return await self._read(conversation, f"stop:{plan}.{version}") is not None

    async def note(self, conversation: str, plan: int, version: int, given: Given) -> None:
        """Leave what was said about costs for the writer."""
        await self._scripts.run("flag", conversation, f"note:{plan}.{version}", CODEC.write("note", Given, given))

    async def noted(self, conversation: str, plan: int, version: int) -> Given | None:
        """Return what was left. Raises StoreError (`error.forgotten`)."""
        text = await self._read(conversation, f"note:{plan}.{version}")
        return None if text is None else CODEC.read("note", Given, text)

    async def _read(self, conversation: str, field: str) -> str | None:
        gone, word = await self._scripts.run("read_flag", conversation, field)
        if gone:
            raise StoreError(FORGOTTEN, plan=conversation)
        return cast("str | None", word)
