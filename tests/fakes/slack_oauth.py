"""OAuth v2 of the fake Slack: codes and refresh tokens work once, rotated tokens live twelve hours."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.fakes.slack_gate import Call, Refused
from tests.fakes.slack_world import Person, Token, World

CODE_LIFE_S = 600.0
TOKEN_LIFE_S = 43_200
"""docs.slack.dev/authentication: a code lives ten minutes, a rotated access token twelve hours."""


@dataclass(slots=True, kw_only=True)
class Grant:
    """Be what a person agreed to: scopes for the bot in a workspace or a whole organisation."""

    team_id: str
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    issued_at: float
    enterprise_id: str | None = None
    org_wide: bool = False


@dataclass(slots=True)
class OAuth:
    """Exchange codes and refresh tokens; remember every exchange, so that a double refresh shows."""

    world: World
    codes: dict[str, Grant] = field(default_factory=dict)
    refreshes: dict[str, Token] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    reused: list[str] = field(default_factory=list)
    refreshed: int = 0

    def consent(
        self,
        query: dict[str, str],
        *,
        team_id: str,
        user: str,
        enterprise_id: str | None = None,
        org_wide: bool = False,
    ) -> str:
        """Return the address a browser is sent to after a person agreed; `query` is that of the authorize link."""
        if query.get("client_id") != self.world.app.client_id:
            raise Refused("invalid_client_id", status=400)
        redirect = query.get("redirect_uri", "")
        if self.world.app.redirect_uris and redirect not in self.world.app.redirect_uris:
            raise Refused("bad_redirect_uri", status=400)
        scopes = frozenset(each for each in query.get("scope", "").split(",") if each)
        if not scopes:
            raise Refused("no_scopes", status=400)
        code = self.world.next_id("code.")
        self.codes[code] = Grant(
            team_id=team_id, user=user, scopes=scopes, redirect_uri=redirect, issued_at=self.world.clock(),
            enterprise_id=enterprise_id, org_wide=org_wide,
        )  # fmt: skip
        return f"{redirect}?{urlencode({'code': code, 'state': query.get('state', '')})}"

    def access(self, call: Call) -> dict[str, Any]:
        """Do oauth.v2.access."""
        self._check_client(call)
        kind = call.args.get("grant_type") or "authorization_code"
        if kind == "refresh_token":
            return self._refresh(str(call.args.get("refresh_token") or ""))
        if kind != "authorization_code":
            raise Refused("invalid_grant_type")
        grant = self.codes.pop(str(call.args.get("code") or ""), None)
        if grant is None or self.world.clock() - grant.issued_at > CODE_LIFE_S:
            raise Refused("invalid_code")
        if (call.args.get("redirect_uri") or grant.redirect_uri) != grant.redirect_uri:
            raise Refused("bad_redirect_uri")
        return self._describe(self.issue(grant)) | {
            "authed_user": {"id": grant.user},
            "is_enterprise_install": grant.org_wide,
            "enterprise": {"id": grant.enterprise_id, "name": "Fake Org"} if grant.enterprise_id else None,
            "team": None if grant.org_wide else {"id": grant.team_id, "name": self.world.teams[grant.team_id]},
        }

    def exchange(self, call: Call) -> dict[str, Any]:
        """Do oauth.v2.exchange: turn a long-lived token into a rotating one."""
        self._check_client(call)
        if not self.world.app.token_rotation:
            raise Refused("token_rotation_not_enabled")
        token = call.token
        if token.kind == "none" or token.revoked:
            raise Refused("invalid_token")
        if token.expires_at is not None:
            raise Refused("token_already_exchanged")
        token.expires_at = self.world.clock() + TOKEN_LIFE_S
        return self._describe(token)

    def issue(self, grant: Grant) -> Token:
        """Return a new bot token for a grant."""
        bot = self._bot_in(grant.team_id)
        rotating = self.world.app.token_rotation
        token = Token(
            value=self.world.next_id("xoxe.xoxb-1-" if rotating else "xoxb-"),
            kind="bot",
            team_id=grant.team_id,
            app_id=self.world.app.app_id,
            user_id=bot.id,
            bot_id=str(bot.bot_id),
            scopes=grant.scopes,
            enterprise_id=grant.enterprise_id if grant.org_wide else None,
            expires_at=self.world.clock() + TOKEN_LIFE_S if rotating else None,
        )
        self.world.tokens[token.value] = token
        return token

    def uninstall(self, call: Call) -> dict[str, Any]:
        """Do apps.uninstall."""
        self._check_client(call)
        self.revoke_team(call.team_id)
        return {}

    def revoke_team(self, team_id: str) -> list[str]:
        """Revoke all tokens of a workspace and return whose they were."""
        mine = [each for each in self.world.tokens.values() if each.team_id == team_id and each.kind != "app"]
        for token in mine:
            token.revoked = True
        return sorted({each.user_id for each in mine})

    def handlers(self) -> dict[str, Any]:
        """Return the methods by name."""
        return {
            "oauth.v2.access": self.access,
            "oauth.v2.exchange": self.exchange,
            "apps.uninstall": self.uninstall,
        }

    def _check_client(self, call: Call) -> None:
        if call.args.get("client_id") != self.world.app.client_id:
            raise Refused("invalid_client_id")
        if call.args.get("client_secret") != self.world.app.client_secret:
            raise Refused("bad_client_secret")

    def _refresh(self, value: str) -> dict[str, Any]:
        if value in self.spent:
            self.reused.append(value)
            raise Refused("invalid_refresh_token", "used twice")
        old = self.refreshes.pop(value, None)
        if old is None or old.revoked:
            raise Refused("invalid_refresh_token")
        self.spent.add(value)
        self.refreshed += 1
        fresh = Token(
            value=self.world.next_id("xoxe.xoxb-1-"), kind=old.kind, team_id=old.team_id, app_id=old.app_id,
            user_id=old.user_id, bot_id=old.bot_id, scopes=old.scopes, enterprise_id=old.enterprise_id,
            expires_at=self.world.clock() + TOKEN_LIFE_S,
        )  # fmt: skip
        self.world.tokens[fresh.value] = fresh
        team = None if fresh.enterprise_id else {"id": fresh.team_id, "name": self.world.teams[fresh.team_id]}
        return self._describe(fresh) | {"team": team}

    def _describe(self, token: Token) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "app_id": token.app_id,
            "token_type": "bot",
            "access_token": token.value,
            "bot_user_id": token.user_id,
            "scope": ",".join(sorted(token.scopes)),
        }
        if token.expires_at is not None:
            refresh = self.world.next_id("xoxe-1-")
            self.refreshes[refresh] = token
            answer |= {"refresh_token": refresh, "expires_in": TOKEN_LIFE_S}
        return answer

    def _bot_in(self, team_id: str) -> Person:
        for person in self.world.people.values():
            if person.team_id == team_id and person.app_id:
                return person
        bot = Person(
            id=self.world.next_id("U0BOT"), name="Strategy", team_id=team_id, app_id=self.world.app.app_id,
            bot_id=self.world.next_id("B0BOT"),
        )  # fmt: skip
        self.world.people[bot.id] = bot
        return bot
