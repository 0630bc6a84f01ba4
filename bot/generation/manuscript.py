"""The model's part of a plan: stream, cut at headings, check, repair, write again at most twice."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from bot.domain.checks.finding import Finding
from bot.domain.prompt import PromptMessage, repair_messages, repair_values, strategy_messages
from bot.domain.repair import repair_section
from bot.domain.section_cutter import Cut, SectionCutter
from bot.domain.terms import WRITTEN, SectionId, heading
from bot.domain.verify import check_section
from bot.generation.desk import Desk, Settled
from bot.generation.order import Tally, Watch
from bot.generation.work import Work
from bot.ports import Clock, Ended, EndReason, Model, ModelRequest, Piece, Prompts

REGENERATIONS = 2
REPAIR_SHARE = 0.4
"""Regenerations may use this share of the token budget in all (strategy.md, Checks)."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Be a section that did not pass: what was written and what is wrong with it."""

    source: str
    findings: tuple[Finding, ...]


@dataclass(slots=True, kw_only=True)
class Manuscript:
    """Write what is missing on the desk with the model; what fails its checks for good stays missing.

    `until` is the end on the clock's monotonic scale, `settle` saves a section and lays it on the desk, `tell` turns a
    finding into the object the document shows.
    """

    model: Model
    prompts: Prompts
    clock: Clock
    work: Work
    desk: Desk
    watch: Watch
    tally: Tally
    settle: Callable[[Settled], Awaitable[None]]
    tell: Callable[[Finding], dict[str, Any]]
    system: str
    max_tokens: int
    until: float
    user_key: str | None = None
    rejected: dict[SectionId, Rejected] = field(default_factory=dict)

    async def write(self) -> None:
        """Stream the document, go on once where it was cut off, then write rejected sections again.

        Raises ModelError when no endpoint delivers; what was settled before stays.
        """
        asked = strategy_messages(self.system, self.work.facts)
        reason = await self._stream(self._continuation(asked) if self._begun() else asked)
        if self._open() and reason in ("length", "truncated"):
            await self._stream(self._continuation(asked))
        for section in tuple(self.rejected):
            await self._write_again(section)

    def _begun(self) -> bool:
        return len(self.desk.missing) < len(WRITTEN[self.work.brief.kind])

    def _open(self) -> tuple[SectionId, ...]:
        return tuple(section for section in self.desk.missing if section not in self.rejected)

    async def _stream(self, messages: tuple[PromptMessage, ...]) -> EndReason:
        """Take sections as they end. A model that writes a section twice is looping: nobody waits for its end."""
        cutter = SectionCutter(self.work.brief.kind)
        writing: SectionId | None = None
        async with aclosing(self._heard(messages, self.max_tokens)) as stream:
            async for part in stream:
                if isinstance(part, Ended):
                    await self._take(cutter.close(finished=part.reason == "stop"))
                    return part.reason
                cuts = cutter.feed(part.text)
                await self._take(cuts)
                if any(cut.repeated for cut in cuts):
                    break
                if cutter.current != writing:
                    writing = cutter.current
                    await self.watch.progressed("writing", writing)
        return "stop"

    async def _heard(self, messages: tuple[PromptMessage, ...], max_tokens: int) -> AsyncGenerator[Piece | Ended, None]:
        """Yield what the model says and count it; a stream that breaks or is closed before its end is estimated."""
        last: Piece | None = None
        ended, length = False, 0
        try:
            async with aclosing(self.model.stream(self._request(messages, max_tokens))) as stream:
                async for part in stream:
                    if isinstance(part, Ended):
                        ended = True
                        self.tally.add(part)
                    else:
                        last, length = part, length + len(part.text)
                    yield part
        finally:
            if last is not None and not ended:
                self.tally.guess(last, asked=sum(len(message.content) for message in messages), answered=length)

    async def _take(self, cuts: tuple[Cut, ...]) -> None:
        """Judge whole sections; what nobody asked for, or came before, is dropped."""
        for cut in cuts:
            if cut.whole and not cut.repeated and cut.section in self._open():
                await self._judge(cut.section, cut.source)

    async def _judge(self, section: SectionId, source: str) -> None:
        """Settle a section that passes, as it is or mended; keep one that does not, to be written again."""
        await self.watch.progressed("checking", section)
        found = check_section(section, source, self.work.context)
        left, mended = found, source
        if found:
            mended = repair_section(section, source, found, self.work.context).source
            left = check_section(section, mended, self.work.context)
        if left:
            self.rejected[section] = Rejected(mended, left)
            self.tally.rejected[section] = tuple(self.tell(finding.acted("replaced")) for finding in left)
            return
        before = tuple({**one, "action": "regenerated"} for one in self.tally.rejected.pop(section, ()))
        told = (*before, *(self.tell(finding.acted("repaired")) for finding in found))
        await self.settle(Settled(id=section, source=mended, written_by="model", findings=told))

    async def _write_again(self, section: SectionId) -> None:
        """Ask for one rejected section again, within the limits of number and tokens."""
        left = int(self.max_tokens * REPAIR_SHARE) - self.tally.repair_tokens
        tokens = min(left, int(self.max_tokens * REPAIR_SHARE / REGENERATIONS))
        if self.tally.regenerations >= REGENERATIONS or tokens <= 0:
            return
        self.tally.regenerations += 1
        rejected, language = self.rejected.pop(section), self.work.brief.language
        sentences = tuple(str(self.tell(finding)["sentence"]) for finding in rejected.findings)
        instruction = self.prompts.render("repair", language, repair_values(section, sentences, language))
        asked = repair_messages(self.system, self.work.facts, previous=rejected.source, instruction=instruction)
        text, reason = await self._text(asked, tokens)
        cutter = SectionCutter(self.work.brief.kind)
        # The answer may begin with the heading or not: with ours in front, an empty first section means that it did.
        cuts = (*cutter.feed(f"## {heading(section, language)}\n{text}"), *cutter.close(finished=reason == "stop"))
        whole = [cut.source for cut in cuts if cut.section == section and cut.whole and cut.source.strip()]
        if whole:
            await self._judge(section, whole[0])

    async def _text(self, messages: tuple[PromptMessage, ...], max_tokens: int) -> tuple[str, EndReason]:
        parts: list[str] = []
        async with aclosing(self._heard(messages, max_tokens)) as stream:
            async for part in stream:
                if isinstance(part, Piece):
                    parts.append(part.text)
                else:
                    self.tally.repair_tokens += part.tokens_out
                    return "".join(parts), part.reason
        return "".join(parts), "truncated"

    def _request(self, messages: tuple[PromptMessage, ...], max_tokens: int) -> ModelRequest:
        left = max(self.until - self.clock.monotonic(), 0.1)
        return ModelRequest(messages=messages, max_tokens=max_tokens, deadline_s=left, user_key=self.user_key)

    def _continuation(self, asked: tuple[PromptMessage, ...]) -> tuple[PromptMessage, ...]:
        """Go on from the last whole section: what is there is the assistant's, the instruction says what is missing."""
        language = self.work.brief.language
        done = [settled for settled in self.desk.in_order() if settled.written_by == "model"]
        if not done:
            return asked
        so_far = "\n\n".join(f"## {heading(settled.id, language)}\n{settled.source}" for settled in done)
        missing = [heading(section, language) for section in self._open()]
        instruction = self.prompts.render("continuation", language, {"headings": missing})
        return (*asked, PromptMessage("assistant", so_far), PromptMessage("user", instruction.strip()))
