"""Every Redis key there is: its name, how long it lives or who cleans it up; the scripts get the same names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Key:
    """Describe one kind of key: `name` after the namespace, `ttl` names its lifetime, empty for a permanent one."""

    name: str
    ttl: str
    owner: str


KEYS: Mapping[str, Key] = {
    # A conversation and all that belongs to it.
    "name": Key("name:{}", "name", "names a conversation by one of its places"),
    "talk": Key("c:{}", "dialogue", "hash: place, owner, version and the short fields of the state"),
    "long": Key("c:{}:long", "dialogue", "hash: the long fields of the state"),
    "inbox": Key("c:{}:inbox", "dialogue", "list of waiting events, oldest first"),
    "log": Key("c:{}:log", "log", "hash: who spoke in a conversation (u:…) and what belongs to it (t:…)"),
    "flags": Key("c:{}:flags", "flags", "hash: stop flags and notes for running writers"),
    "plan": Key("plan:{}", "retention", "a finished plan version"),
    "sections": Key("plan:{}:sections", "retention", "hash: checked sections of a plan version and their order"),
    "request": Key("request:{}", "request", "hash: the plan that answers a request, or is being written for it"),
    "user": Key("user:{}", "index", "hash: conversations a user spoke in"),
    "tenant": Key("tenant:{}:users", "index", "zset: a workspace's users by the time they were last indexed"),
    "history": Key("history:{}", "retention", "zset: a user's finished plans by time"),
    "preference": Key("preference:{}", "preference", "hash: what a user chose for themselves"),
    "gone": Key("gone:{}", "tombstone", "tombstone of a forgotten conversation"),
    "forgot": Key("forgot:{}", "answer", "count of one wish to be forgotten, for its repeat"),
    "seen": Key("seen:{}", "seen", "one id a door knows an event by, hashed"),
    "committed": Key("committed:{}", "seen", "the commit that took in one event of a conversation, both hashed"),
    # Jobs.
    "ended": Key("ended:{}", "ended", "the attempt that finished a job, for its repeat"),
    "fetch": Key("fetch:{}", "answer", "the last claim of a worker, for its repeat"),
    "jobs": Key("jobs:{}", "", "stream of a lane; entries are deleted when done (close.lua)"),
    "job": Key("job:{}", "", "hash of one job; deleted when it is done or dropped, 30 days after it died"),
    "delayed": Key("delayed", "", "zset: delayed jobs by due time; promoted by every claim"),
    "slots": Key("slots:{}", "", "set: jobs that run under one limit; released when the job is closed"),
    "parked": Key("parked:{}", "", "list: jobs waiting for a slot, in order; emptied by releases"),
    "dead": Key("dead", "", "zset: dead letters by time; the oldest above 1,000 go, and those of a forgotten user"),
    # Limits.
    "limit": Key("limit:{}", "limit", "hash: what was used of a budget in its window; user and channel are hashed"),
    "reserved": Key("reserved:{}", "reserved", "hash: one reservation and the windows it counts in"),
    "halt": Key("halt", "", "the kill switch: why nothing is written; lifted by `ai-strategy jobs resume`"),
    # Slack.
    "slack_post": Key("slack:post:{}", "retention", "hash: what was posted for one card or message, and open claims"),
    "slack_pace": Key("slack:pace:{}", "pace", "hash: how far a workspace's calls of one method are used up"),
    "slack_answer": Key("slack:answer:{}", "answer_url", "hash: where Slack takes private answers to one command"),
    # Teams.
    "teams_post": Key("teams:post:{}", "retention", "hash: what was posted for one card or message, and open claims"),
    "teams_talk": Key("teams:talk:{}", "retention", "where a conversation in Teams is answered, as JSON"),
    "teams_pace": Key("teams:pace:{}", "pace", "hash: how far a conversation's calls are used up"),
    # What people thought of plans.
    "judgement": Key("judgement:{}", "retention", "what one person thought of one plan version, as JSON"),
    "judged": Key("judged", "", "zset: judgements by time; those past the retention go with each new one"),
    "slack_state": Key("slack:state:{}", "state", "a state of an installation, and who used it up"),
    "slack_lock": Key("slack:lock:{}", "lock", "who refreshes a workspace's token"),
    # Kept by other parts, named here so that the check after each test and the documentation know them.
    "installation": Key("installation:{}", "", "a workspace's tokens; deleted when the app is uninstalled"),
    "reference": Key("reference:{}", "", "hash: a tenant's teams with the bot; a team goes when the bot is removed"),
    "approval": Key("approval:{}", "", "a pending approval; deleted when decided"),
    "audit": Key("audit", "", "zset: who generated, shared, exported, by time; the oldest above 50,000 go"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """Hold how long each kind of key lives, in milliseconds."""

    retention: int = 30 * DAY
    dialogue: int = 30 * DAY
    preference: int = 365 * DAY
    flags: int = DAY
    request: int = DAY
    tombstone: int = 7 * DAY
    answer: int = HOUR
    farewell: int = 10 * MINUTE
    seen: int = DAY
    ended: int = 10 * MINUTE
    reserved: int = DAY
    dead: int = 30 * DAY
    limit: int = DAY
    pace: int = HOUR
    answer_url: int = 30 * MINUTE
    state: int = 10 * MINUTE
    lock: int = 20 * SECOND

    # What leads to a dialogue outlives it, each by a little more than what it leads to: so an event need not renew all
    # of it, and `forget` finds a name through the log and the log through an index for as long as they are there.
    @property
    def name(self) -> int:
        """Return how long a place names its dialogue."""
        return self.dialogue * 102 // 100

    @property
    def log(self) -> int:
        """Return how long the log of a dialogue lives, which lists its names."""
        return self.dialogue * 104 // 100

    @property
    def index(self) -> int:
        """Return how long users and what they spoke in are listed."""
        return self.retention * 106 // 100

    def of(self, kind: str) -> int:
        """Return the lifetime with this name."""
        return int(getattr(self, kind))


def hashed(*parts: str) -> str:
    """Return a short name for parts that must not stand in Redis as they are, or are too long to."""
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class KeyNames:
    """Make key names; `root` carries the hash tag, so that all keys of a namespace share one cluster slot."""

    namespace: str

    @property
    def root(self) -> str:
        """Return the first part of every key."""
        return f"{{{self.namespace}}}:"

    def of(self, kind: str, *parts: str) -> str:
        """Return the key of this kind."""
        return self.root + KEYS[kind].name.format(*parts)

    def is_permanent(self, key: str) -> bool:
        """Say whether a key may live without a TTL."""
        name = key.removeprefix(self.root)
        permanent = (re.escape(one.name).replace(r"\{\}", ".+") for one in KEYS.values() if not one.ttl)
        return any(re.fullmatch(pattern, name) for pattern in permanent)


def lua_names(kinds: Iterable[str]) -> str:
    """Return the Lua functions that make the names of these kinds: `K.talk(id)`, `K.delayed()`."""
    lines = ["local R, K = KEYS[1], {}"]
    for kind in sorted(kinds):
        key = KEYS[kind]
        head, hole, tail = key.name.partition("{}")
        body = f'R .. "{head}" .. a .. "{tail}"' if hole else f'R .. "{head}"'
        lines.append(f"function K.{kind}(a) return {body} end")
    return "\n".join(lines)


def owner_key(tenant: str, user: str) -> str:
    """Return the name under which a user of a workspace is indexed."""
    return "|".join(part.replace("%", "%25").replace("|", "%7C") for part in (tenant, user))


def read_owner(key: str) -> tuple[str, str]:
    """Return the workspace and the user that `owner_key` named."""
    tenant, _, user = key.partition("|")
    return tenant.replace("%7C", "|").replace("%25", "%"), user.replace("%7C", "|").replace("%25", "%")
