"""A model's stream in, finished sections out: nothing leaves before the next heading or the end of the stream."""

from dataclasses import dataclass

from bot.domain.brief import Kind
from bot.domain.strategy import section_heading
from bot.domain.terms import SectionId, recognise_section


@dataclass(frozen=True, slots=True)
class Cut:
    """Be a section cut from a stream: `source` without its heading; `repeated` when its heading came before."""

    section: SectionId
    source: str
    repeated: bool = False
    whole: bool = True


class SectionCutter:
    """Cut a stream at recognised `## ` headings; text before the first of them is dropped."""

    def __init__(self, kind: Kind = "pro") -> None:
        self._kind = kind
        self._partial = ""
        self._section: SectionId | None = None
        self._lines: list[str] = []
        self._seen: set[SectionId] = set()
        self._fenced = False

    @property
    def current(self) -> SectionId | None:
        """Return the section that is being written, None before the first heading."""
        return self._section

    def feed(self, text: str) -> tuple[Cut, ...]:
        """Take a piece of the stream and return the sections that it finished."""
        *lines, self._partial = (self._partial + text.replace("\r\n", "\n")).split("\n")
        return tuple(cut for line in lines for cut in self._take(line))

    def close(self, *, finished: bool) -> tuple[Cut, ...]:
        """End the stream; the last section comes out with `whole` false unless the model said that it had finished."""
        ended = self._take(self._partial) if self._partial else ()
        self._partial = ""
        return (*ended, *self._end(whole=finished))

    def _take(self, line: str) -> tuple[Cut, ...]:
        line = line.rstrip("\r")
        self._fenced ^= line.lstrip().startswith(("```", "~~~"))
        words = None if self._fenced else section_heading(line)
        section = recognise_section(words, self._kind) if words else None
        if section is None:
            self._lines.append(line)
            return ()
        ended = self._end(whole=True)
        self._section = section
        return ended

    def _end(self, *, whole: bool) -> tuple[Cut, ...]:
        section, source = self._section, "\n".join(self._lines).strip("\n")
        self._lines.clear()
        self._section = None
        if section is None:
            return ()
        repeated = section in self._seen
        self._seen.add(section)
        return (Cut(section, source, repeated=repeated, whole=whole),)
