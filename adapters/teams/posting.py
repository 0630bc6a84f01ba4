"""Messages of ours in Teams: each posted once, then edited or taken away; what was posted is remembered first."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from adapters.teams.connector import Connector, Refused
from adapters.teams.pages import Page, digest_of
from adapters.teams.reference import Reference
from adapters.teams.store import Posts
from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef
from bot.ports import Attempt

log = logging.getLogger(__name__)

Json = dict[str, Any]
GONE = "gone"
"""Stands for the digest of a message that was taken away."""
_GONE_STATUSES = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Name where something is posted: a conversation, with its thread where it has one."""

    to: ConversationRef
    reference: Reference
    conversation: str


@dataclass(frozen=True, slots=True)
class Post:
    """Be a message that was posted: its id, and a short name of what it shows."""

    id: str
    digest: str

    @classmethod
    def read(cls, text: str | None) -> "Post | None":
        """Read what was kept; None when nothing was."""
        return cls(**json.loads(text)) if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Post messages so that a repeat finds what was posted before."""

    connector: Connector
    posts: Posts

    async def post_once(
        self,
        spot: Spot,
        name: str,
        field: str,
        activity: Json,
        *,
        patience_s: float,
        private: bool = False,
        user: str = "",
        by: Attempt | None = None,
    ) -> str:
        """Post a message (`user` alone is meant) and return its id, or that of the one posted under this name before.

        Raises ChatError, and StoreError (`error.lease_lost`) where `by` does not hold its job any more. Teams has no
        way to look a message up: after a crash between post and note it comes again.
        """
        claim, kept = await self.posts.claim(name, field, of=spot.to, user=user)
        if claim == "done":
            return str(json.loads(kept)["id"])
        made = await self.connector.post(
            spot.reference, spot.conversation, activity, patience_s=patience_s, private=private, by=by
        )
        await self.keep(name, field, made, activity)
        return made

    async def keep(self, name: str, field: str, id_: str, activity: Json) -> None:
        """Keep what was posted."""
        await self.note(name, field, id_, digest_of(activity))

    async def note(self, name: str, field: str, id_: str, digest: str) -> None:
        """Keep that a message stands there, by a name of what it shows or a word for its state."""
        await self.posts.keep(name, {field: json.dumps({"id": id_, "digest": digest})})

    async def edit(self, spot: Spot, name: str, field: str, post: Post, activity: Json, *, patience_s: float) -> bool:
        """Make a message of ours show other content, posted again when it is gone; says whether that took a call."""
        if post.digest == digest_of(activity):
            return False
        id_ = post.id
        try:
            if post.digest == GONE:
                id_ = await self.connector.post(spot.reference, spot.conversation, activity, patience_s=patience_s)
            else:
                await self.connector.put(spot.reference, spot.conversation, activity, id_=id_, patience_s=patience_s)
        except Refused as error:
            if error.status not in _GONE_STATUSES:
                raise
            id_ = await self.connector.post(spot.reference, spot.conversation, activity, patience_s=patience_s)
        await self.keep(name, field, id_, activity)
        return True

    async def show_pages(
        self,
        spot: Spot,
        name: str,
        version: int,
        pages: Sequence[Page],
        known: Mapping[str, str],
        *,
        patience_s: float,
    ) -> None:
        """Post the pages that are new, edit those that changed, take away those beyond. Raises ChatError."""
        for number, page in enumerate(pages):
            field = f"{version}/page/{number}"
            post = Post.read(known.get(field))
            if post is None:
                await self.post_once(spot, name, field, page.activity, patience_s=patience_s)
            else:
                await self.edit(spot, name, field, post, page.activity, patience_s=patience_s)
        for field, text in known.items():
            post = Post.read(text) if field.startswith(f"{version}/page/") else None
            if post and post.digest != GONE and int(field.rsplit("/", 1)[1]) >= len(pages):
                # The figures changed and the new text needs fewer messages: the last must not go on standing there.
                await self._take_away(spot, post, patience_s)
                await self.note(name, field, post.id, GONE)

    async def _take_away(self, spot: Spot, post: Post, patience_s: float) -> None:
        try:
            await self.connector.delete(spot.reference, spot.conversation, id_=post.id, patience_s=patience_s)
        except Refused as error:
            if error.status not in _GONE_STATUSES:
                raise
        except ChatError as error:
            log.info("a message could not be taken away: %s", error)
            raise
