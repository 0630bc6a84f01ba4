"""Look on while one strategy is written in the terminal: sections to standard output, progress to standard error."""

from dataclasses import dataclass
from typing import TextIO

from bot.domain.brief import Given, Language
from bot.domain.terms import SectionId, heading
from bot.ports import SectionView, Texts


@dataclass(slots=True, kw_only=True)
class Printing:
    """Print each section when it is finished; `sections` None keeps them back, for a JSON at the end."""

    title: str
    language: Language
    texts: Texts
    sections: TextIO | None
    progress: TextIO
    _last: str = ""

    async def progressed(self, stage: str, section: SectionId | None = None) -> None:
        """Say what is being done now, once."""
        name = heading(section, self.language) if section else ""
        line = self.texts.say(f"progress.{stage}", self.language, section=name)
        if line != self._last:
            self.progress.write(f"· {line}\n")
            self.progress.flush()
        self._last = line

    async def restarted(self) -> None:
        """Take nothing back: in one go, nobody says anything about costs meanwhile."""

    async def shown(self, section: SectionView) -> None:
        """Print a finished section; the title stands before the first one."""
        if self.sections is not None:
            if self.title:
                self.sections.write(f"# {self.title}\n")
                self.title = ""
            self.sections.write(f"\n## {section.heading}\n\n{section.markdown}\n")
            self.sections.flush()

    async def stopped(self) -> bool:
        """Nobody can stop it but the terminal itself."""
        return False

    async def noted(self) -> Given | None:
        """Nobody says anything meanwhile."""
        return None
