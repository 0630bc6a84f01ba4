"""What the checks know beside the text: the figures, the verdict, the catalogue, the language, the canary."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.brief import Kind, Language
from bot.domain.catalogue import Catalogue
from bot.domain.checks.quoted import FigureBook


@dataclass(frozen=True, slots=True)
class Names:
    """Hold the models and tools a plan may name; `legacy` those that must be called legacy, all as printed."""

    models: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    legacy: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """Hold what a document is checked against; `book` None is a document without a ledger.

    `outcome` is the verdict's, None when there is none. `links` are the addresses sources may carry, `table` the
    expected cells of the cost table by (row label, column label). `defaults` are the names of assumptions that must be
    told, `default_texts` their printed values by name where these are compared too, `questions` the unknowns,
    `industry` the names one of which the document must use. `rendered` is set by the checks themselves.
    """

    language: Language
    kind: Kind = "pro"
    target_percent: float | None = None
    outcome: str | None = None
    book: FigureBook | None = None
    names: Names = field(default_factory=Names)
    canary: str = ""
    links: frozenset[str] = frozenset()
    table: Mapping[tuple[str, str], str] = field(default_factory=dict)
    defaults: tuple[str, ...] = ()
    default_texts: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    rendered: bool = False


def names_of(catalogue: Catalogue) -> Names:
    """Return what a plan may name, out of the catalogue."""
    tools = tuple(catalogue.tools.values())
    opened = tuple(name for model in catalogue.open.values() for name in (model.name, model.id, *model.aliases))
    closed = tuple(name for model in catalogue.closed.values() for name in (model.name, model.id, *model.aliases))
    return Names(
        models=(*opened, *closed),
        tools=tuple(name for tool in tools for name in (tool.name, tool.id, *tool.aliases)),
        legacy=tuple(
            name for tool in tools if tool.maintenance != "production" for name in (tool.name, tool.id, *tool.aliases)
        ),
    )
