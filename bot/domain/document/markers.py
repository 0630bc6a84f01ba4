"""The two marks a writer may leave in a section's source, and what they become."""

import re
from collections.abc import Iterator
from typing import Protocol

from bot.domain.brief import Language

MARKER = re.compile(r"\[\[\s*n\s*:\s*([A-Za-z0-9_.\-]+)\s*\]\]")
TCO_MARK = re.compile(r"^[ \t]*\\?\[\\?\[\s*TCO\s*\]\\?\][ \t]*$", re.IGNORECASE | re.MULTILINE)
ANY_MARK = re.compile(r"\[\[[^\[\]\n]{0,80}\]\]")


class FigureTexts(Protocol):
    """Print a figure: what rendering needs of a ledger."""

    def text(self, figure: str, language: Language, /) -> str:
        """Return the figure as printed; raises KeyError for an unknown id."""
        ...


def mark(figure: str) -> str:
    """Return the marker of a figure."""
    return f"[[n:{figure}]]"


def cited(source: str) -> Iterator[re.Match[str]]:
    """Yield the figure markers of a source in order; group 1 is the figure's id."""
    return MARKER.finditer(source)


def render_markers(source: str, ledger: FigureTexts, language: Language, table_markdown: str = "") -> str:
    """Return `source` with figures printed and the [[TCO]] line replaced; raises KeyError for an unknown figure."""
    tabled = TCO_MARK.sub(lambda _: table_markdown, source)
    return MARKER.sub(lambda found: ledger.text(found.group(1), language), tabled)
