"""Installing the bot in a workspace from a link: a state that works once, a code exchanged, tokens sealed and kept."""

import hmac
import logging
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from adapters.slack.app import Doors
from adapters.slack.installations import Client, Installations, InstallationStore, read_grant
from adapters.slack.manifest import OPTIONAL_SCOPES, SCOPES
from bot.domain.brief import Language
from bot.domain.errors import ChatError
from bot.ports import Clock, Texts

log = logging.getLogger(__name__)

COOKIE = "slack_install"
STATE_S = 600
PATH = "/slack/oauth_redirect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installing:
    """Answer the two addresses of an installation; `public_url` is how browsers reach the web process."""

    installations: Installations
    store: InstallationStore
    client: Client
    clock: Clock
    texts: Texts
    language: Language
    public_url: str

    async def begin(self, _: web.Request) -> web.Response:
        """Send a browser to Slack with a state that only it may bring back."""
        state = self.store.new_holder()
        await self.store.issue_state(state)
        query = {
            "client_id": self.client.id,
            "scope": ",".join(sorted({*SCOPES, *OPTIONAL_SCOPES} - {"channels:history", "groups:history"})),
            "redirect_uri": self._redirect_uri,
            "state": state,
        }
        address = self.client.base_url.removesuffix("api/") + "oauth/v2/authorize?" + urlencode(query)
        answer = web.Response(status=302, headers={"Location": address})
        is_https = self.public_url.startswith("https")
        answer.set_cookie(COOKIE, state, max_age=STATE_S, httponly=True, secure=is_https, samesite="Lax", path="/slack")
        return answer

    async def finish(self, request: web.Request) -> web.Response:
        """Exchange the code a browser brings back, once and only from the browser that began."""
        state, cookie = request.query.get("state", ""), request.cookies.get(COOKIE, "")
        is_same = bool(state) and hmac.compare_digest(state.encode(), cookie.encode())
        if not is_same or not await self.store.use_state(state):
            return self._page("oauth.state", status=400)
        code = request.query.get("code", "")
        if not code:
            return self._page("oauth.refused", status=400)
        try:
            answer = await self.client.access(code=code, redirect_uri=self._redirect_uri)
            installation = read_grant(answer, self.clock.now_ms())
        except ChatError as error:
            log.warning("an installation failed: %s", error)
            return self._page("oauth.refused", status=400)
        await self.installations.keep(installation)
        log.info("installed in workspace %s", installation.tenant)
        return self._page("oauth.done", status=200)

    def doors(self) -> Doors:
        """Return the two addresses."""
        return {("GET", "/slack/install"): self.begin, ("GET", PATH): self.finish}

    @property
    def _redirect_uri(self) -> str:
        return self.public_url.rstrip("/") + PATH

    def _page(self, text: str, *, status: int) -> web.Response:
        answer = web.Response(status=status, text=self.texts.say(text, self.language))
        answer.del_cookie(COOKIE, path="/slack")
        return answer
