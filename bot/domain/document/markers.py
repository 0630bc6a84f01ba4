"""The two marks a writer may leave in a section's source, and what they become."""

import re
from collections.abc import Iterator
from typing import Protocol

from bot.domain.brief import Language

MARKER = re.compile(r"\[\[\s*n\s*:\s*([A-Za-z0-9_.\-]+)\s*\]\]")
TCO_MARK = re.compile(r"^[ \t]*\\?\[\\?\[\s*TCO\s*\]\\?\][ \t]*$", re.IGNORECASE | re.MULTILINE)
# A writer sometimes puts the unit beside a marker that brings its own.
_WITH_UNITS = re.compile(rf"(?P<before>(?:US\$|USD|\$)[ \u00a0]?)?{MARKER.pattern}(?P<after>[ \u00a0]?(?:%|USD\b))?")
_CURRENCY = re.compile(r"US\$|USD")
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
    """Return `source` with figures printed and the [[TCO]] line replaced; raises KeyError for an unknown figure.

    A percent sign or currency beside a marker is left out where the figure brings its own: never "49.8%%".
    """

    def print_figure(found: re.Match[str]) -> str:
        text = ledger.text(found[2], language)
        before, after = found["before"] or "", found["after"] or ""
        if _CURRENCY.search(text):
            before, after = "", "" if "USD" in after else after
        if "%" in text and "%" in after:
            after = ""
        return f"{before}{text}{after}"

    return _WITH_UNITS.sub(print_figure, TCO_MARK.sub(lambda _: table_markdown, source))
