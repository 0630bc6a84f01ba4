"""`ai-strategy chat`: the dialogue in the terminal; Ctrl-C stops the writing and keeps the sections that are there."""

import argparse
import asyncio
import os
import random
import signal
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bot.commands.cost_options import add_language_option
from bot.domain.brief import LANGUAGES, Language
from bot.domain.events import ConversationRef, Event, Pressed, Said

if TYPE_CHECKING:
    from adapters.console.chat import ConsoleChat
    from bot.settings import Settings
    from bot.wiring import Services

USER = "you"
POLL_S = 0.05
LOOKS = 2
LEAVE = frozenset({"exit", "quit", "salir", "sair"})


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("chat", help="talk with the bot in the terminal")
    add_language_option(parser)


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Talk until the input ends or somebody leaves; returns the exit code."""
    from adapters.console.chat import ConsoleChat
    from adapters.console.output import Output
    from bot.services.texts import load_texts
    from bot.wiring import open_services

    texts, hint = load_texts(), args.lang or hint_of(os.environ.get("LANG", ""))
    language: Language = hint or settings.default_language
    wide = sys.stdout.isatty()
    out = Output(file=sys.stdout, highlight=False, width=None if wide else 120)
    chat = ConsoleChat(out=out, progress=Output(file=sys.stderr, highlight=False), texts=texts)
    async with open_services(settings, {"console": chat}) as services:
        if not services.desk.store.durable:
            sys.stderr.write(texts.say("console.embedded", language) + "\n")
        for warning in services.desk.warnings(language):
            sys.stderr.write(warning + "\n")
        sys.stderr.write(texts.say("console.welcome", language) + "\n")
        await Talk(lines=Lines(sys.stdin.fileno()), services=services, chat=chat, hint=hint).hold()
    return 0


def hint_of(locale: str) -> Language | None:
    """Return the language of a locale such as es_ES.UTF-8, if it is one of ours."""
    return next((language for language in LANGUAGES if locale.lower().startswith(language)), None)


@dataclass(slots=True, kw_only=True)
class Talk:
    """Hold one conversation: each line is an event, a worker beside it does what follows."""

    lines: "Lines"
    services: "Services"
    chat: "ConsoleChat"
    hint: Language | None
    place: ConversationRef = field(
        default_factory=lambda: ConversationRef(
            platform="console", tenant="terminal", channel=uuid4().hex, thread="main"
        )
    )

    stops: set[asyncio.Future[bool]] = field(default_factory=set)

    async def hold(self) -> None:
        """Read lines until there are no more; what is being written then is finished first."""
        from bot.worker import Rhythm, Worker

        desk = self.services.desk
        worker = Worker(
            desk.store.jobs,
            {"drain": self.services.drain, "perform": self.services.perform},
            name=f"console-{uuid4().hex}",
            concurrency=4,
            clock=desk.clock,
            draw=random.random,
            rhythm=Rhythm(poll_s=0.1),
        )
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupt)
        working = asyncio.ensure_future(worker.run(stop))
        try:
            async for line in self.lines.read():
                if line.strip().casefold() in LEAVE:
                    break
                await self._hear(line)
            await self._settle()
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            stop.set()
            await working

    async def _hear(self, line: str) -> None:
        """Take a line in: the number of a choice is the press of its button."""
        choice = self.chat.pick(line)
        if choice is None:
            said = Said(text=line, door="message", hint=self.hint, private=True, message=uuid4().hex, **self._origin())
            await self._accept(said)
        else:
            plan, version = self.chat.offered_by
            await self._accept(
                Pressed(button=choice.button, value=choice.value, plan=plan, version=version, **self._origin())
            )

    async def _accept(self, event: Event) -> None:
        await self.services.desk.store.jobs.accept(event, keys=(event.id,))
        await self._settle(while_writing=False)

    def _origin(self) -> dict[str, Any]:
        return {"id": uuid4().hex, "place": self.place, "user": USER, "at": self.services.desk.clock.now_ms()}

    async def _settle(self, *, while_writing: bool = True) -> None:
        """Wait until everything that was heard is answered; a plan being written is waited for only if asked."""
        desk, quiet = self.services.desk, 0
        # Twice: a job that follows another can slip past a scan that is on its way.
        while quiet < LOOKS:
            busy = await anext(desk.store.desk.reports(), None) is not None
            quiet = 0 if busy else quiet + 1
            if busy and not while_writing and self.chat.writing and self.lines.live:
                return
            if busy:
                await desk.clock.sleep(POLL_S)

    def _interrupt(self) -> None:
        """Stop the writing, if something is being written; otherwise leave."""
        if self.chat.writing is None:
            self.lines.end()
            return
        plan, version = self.chat.writing
        event = Pressed(button="stop", plan=plan, version=version, **self._origin())
        task = asyncio.ensure_future(self.services.desk.store.jobs.accept(event, keys=(event.id,)))
        self.stops.add(task)
        task.add_done_callback(self.stops.discard)


class Lines:
    """Read lines of standard input beside everything else, without a thread that would keep the program alive."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._partial = b""
        mode = os.fstat(descriptor).st_mode
        self.live = os.isatty(descriptor)
        self._watched = self.live or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)

    def end(self) -> None:
        """Let `read` come to its end."""
        self._queue.put_nowait(None)

    async def read(self) -> AsyncIterator[str]:
        """Yield each line; a file is read as it is, a terminal or pipe when something is there."""
        loop = asyncio.get_running_loop()
        if self._watched:
            loop.add_reader(self._descriptor, self._take)
        else:
            while not self._take():
                pass
        try:
            while (line := await self._queue.get()) is not None:
                yield line
        finally:
            if self._watched:
                loop.remove_reader(self._descriptor)

    def _take(self) -> bool:
        """Take what is there; returns whether the input has ended."""
        data = os.read(self._descriptor, 65536)
        *lines, self._partial = (self._partial + data).split(b"\n")
        if not data and self._partial:
            lines.append(self._partial)
        for line in lines:
            self._queue.put_nowait(line.decode("utf-8", errors="replace"))
        if not data:
            self.end()
            if self._watched:
                asyncio.get_running_loop().remove_reader(self._descriptor)
        return not data
