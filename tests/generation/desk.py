"""A desk over the embedded store and a fake endpoint, and somebody who looks on while a plan is written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.domain.brief import Brief, Given, Language
from bot.domain.terms import SectionId
from bot.ports import SectionView
from bot.settings import read_settings
from bot.wiring import Desk, open_desk
from tests.fakes.openai_server import DEFAULT_KEY, OpenAIServer
from tests.fakes.strategist import Strategist

LARGE = Given(closed_model="gpt-4o", input_mtok=50_000, output_mtok=10_000)
PLAN = "conversation-1/1/1"


def brief(language: Language = "es", **changes: Any) -> Brief:
    """Return the brief of `finance 40` at a large volume."""
    names = {"es": "Finanzas", "en": "Finance", "pt": "Finanças"}
    values: dict[str, Any] = {
        "kind": "pro",
        "industry": "finance",
        "industry_label": names[language],
        "target_percent": 40.0,
        "language": language,
        "given": LARGE,
    }
    return Brief(**(values | changes))


@dataclass(slots=True)
class Onlooker:
    """Look on: remember what was shown, stop after `stop_after` sections, note `given` after the first progress."""

    stop_after: int | None = None
    given: Given | None = None
    sections: list[SectionView] = field(default_factory=list)
    stages: list[tuple[str, SectionId | None]] = field(default_factory=list)
    restarts: int = 0
    shown_one: asyncio.Event = field(default_factory=asyncio.Event)

    async def progressed(self, stage: str, section: SectionId | None = None) -> None:
        """Remember a stage."""
        self.stages.append((stage, section))

    async def restarted(self) -> None:
        """Forget what was shown."""
        self.restarts += 1
        self.sections.clear()

    async def shown(self, section: SectionView) -> None:
        """Remember a section."""
        self.sections.append(section)
        self.shown_one.set()

    async def stopped(self) -> bool:
        """Stop once enough was shown."""
        return self.stop_after is not None and len(self.sections) >= self.stop_after

    async def noted(self) -> Given | None:
        """Say what was said about costs."""
        return self.given


@asynccontextmanager
async def desk_at(server: OpenAIServer, *more: OpenAIServer, **settings: str) -> AsyncIterator[Desk]:
    """Open a desk whose model is at `server`, with `more` endpoints behind it."""
    fallbacks = ",".join(
        f'{{"base_url": "{one.base_url}", "model": "gpt-4o", "api_key": "{DEFAULT_KEY}"}}' for one in more
    )
    environ = {**server.environ, "MODEL_FALLBACKS": f"[{fallbacks}]", "DEADLINE_SECONDS": "30"}
    async with open_desk(read_settings(environ | settings)) as desk:
        yield desk


@asynccontextmanager
async def writing_with(vice: str = "good", *, stubborn: bool = False) -> AsyncIterator[tuple[Desk, Strategist]]:
    """Open a desk whose model has this vice."""
    strategist = Strategist(vice, stubborn=stubborn)
    async with OpenAIServer(documents=strategist) as server, desk_at(server) as desk:
        yield desk, strategist
