"""The Chat port in a terminal: sentences, numbered choices, sections as they come, progress on standard error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from bot.domain.brief import Language
from bot.domain.events import ConversationRef
from bot.ports import Attempt, Choice, Message, PlanView, Texts


@dataclass(slots=True, kw_only=True)
class ConsoleChat:
    """Print what the bot says; `offered` are the choices of the last message, which a typed number picks.

    `writing` is the (plan, version) that is being written now.
    """

    out: Console
    progress: Console
    texts: Texts
    offered: tuple[Choice, ...] = ()
    offered_by: tuple[int, int] = (0, 0)
    writing: tuple[int, int] | None = None
    _shown: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    _last_progress: str = ""

    async def say(self, to: ConversationRef, message: Message, *, key: str, by: Attempt | None = None) -> None:
        """Print a message and its numbered choices."""
        del to, key, by
        self.out.print(Text(message.text))
        self._offer(message.choices, message.plan, message.version)

    async def post_card(self, to: ConversationRef, view: PlanView, *, key: str, by: Attempt | None = None) -> str:
        """Print what was understood; the id of the card is its key."""
        del by
        await self.update_card(to, key, view)
        return key

    async def update_card(self, to: ConversationRef, card: str, view: PlanView) -> None:
        """Print the sections that were not printed yet, and the progress line when it moved."""
        del to, card
        version = (view.plan, view.version)
        self.writing = version if view.status == "writing" else None
        if version not in self._shown:
            self._shown[version] = []
            self.out.print(Text(view.understood, style="bold"))
            self.out.print(Markdown(f"# {view.title}"))
            if view.question:
                self.out.print(Text(view.question))
            self._offer(view.choices, view.plan, view.version)
        if view.progress and view.progress != self._last_progress:
            self.progress.print(Text(f"· {view.progress}", style="dim"))
        self._last_progress = view.progress
        for section in view.sections:
            if section.id not in self._shown[version]:
                self._shown[version].append(section.id)
                self.out.print(Markdown(f"## {section.heading}\n\n{section.markdown}"))
        if view.status != "writing":
            for change in view.changes:
                self.out.print(Text(f"• {change}"))
            if view.footer:
                self.out.print(Text(view.footer, style="dim"))
            self._offer(view.choices, view.plan, view.version)

    async def open_form(
        self, to: ConversationRef, language: Language, values: Mapping[str, str], *, trigger: str, key: str, user: str
    ) -> None:
        """Say how both answers can be given in one line, which is what a form is in a terminal."""
        del to, values, trigger, key, user
        self.out.print(Text(self.texts.say("console.form", language)))

    def pick(self, typed: str) -> Choice | None:
        """Return the choice somebody picked by its number, or None when it is no number of a choice."""
        number = typed.strip().strip("[]().")
        return self.offered[int(number) - 1] if number.isdecimal() and 1 <= int(number) <= len(self.offered) else None

    def _offer(self, choices: Sequence[Choice], plan: int, version: int) -> None:
        self.offered, self.offered_by = tuple(choices), (plan, version)
        if choices:
            line = "   ".join(f"[{number}] {choice.label}" for number, choice in enumerate(choices, start=1))
            self.out.print(Text(line, style="cyan"))
