"""A small plan in three languages, with everything a plan may hold: for the golden payloads."""

from bot.domain.brief import Language
from bot.domain.cost.written import format_value
from bot.domain.tco_chart import Bar, Chart, Series
from bot.domain.terms import HEADINGS, OPTION_NAMES, title
from bot.ports import Choice, PlanView, SectionView, Summary, Texts
from tests.adapters.teams.running import ANA

INDUSTRY: dict[Language, str] = {"es": "Finanzas", "en": "Finance", "pt": "Finanças"}
_COSTS = (("closed", 236_000.0), ("hosted_open", 141_000.0), ("private_cloud", 98_400.0))
_VERDICT: dict[Language, str] = {
    "es": "**El objetivo del 40 % se alcanza** con la nube privada (véase la tabla).\n\nEs así con el volumen indicado.",
    "en": "**The target of 40% is reached** with the private cloud (see the table).\n\nThat is so at the volume given.",
    "pt": "**A meta de 40% é atingida** com a nuvem privada (veja a tabela).\n\nÉ assim com o volume informado.",
}
_TCO: dict[Language, tuple[str, str, str, str]] = {
    "es": (
        "La nube privada es la más barata.",
        "Costes",
        "Coste medio anual",
        "1. Medir.\n2. Decidir:\n   - con cifras",
    ),
    "en": (
        "The private cloud costs least.",
        "Costs",
        "Average cost a year",
        "1. Measure.\n2. Decide:\n   - on figures",
    ),
    "pt": ("A nuvem privada custa menos.", "Custos", "Custo médio anual", "1. Medir.\n2. Decidir:\n   - com números"),
}
_SOURCES: dict[Language, str] = {
    "es": "- [Libro de precios](https://prices.example/book) del 23 de noviembre de 2026",
    "en": "- [Price book](https://prices.example/book) of 23 November 2026",
    "pt": "- [Livro de preços](https://prices.example/book) de 23 de novembro de 2026",
}


def sections_in(language: Language, texts: Texts) -> tuple[SectionView, ...]:
    """Return the sections: verdict, costs with table, chart and nested lists, sources."""
    bars = tuple(
        Bar(
            label=OPTION_NAMES[option][language],  # type: ignore[index]
            value=value,
            text=format_value(value, "usd", language),
            figure=f"{option}.year_usd",
        )
        for option, value in _COSTS
    )
    said, corner, row, after = _TCO[language]
    table = [
        f"| {corner} | " + " | ".join(bar.label for bar in bars) + " |",
        "| --- |" + " ---: |" * len(bars),
        f"| {row} | " + " | ".join(bar.text for bar in bars) + " |",
    ]
    chart = Chart(title=texts.say("chart.costs", language), series=(Series(label="", bars=bars),))
    return (
        SectionView("verdict", HEADINGS["verdict"][language], _VERDICT[language]),
        SectionView(
            "tco",
            f"2. {HEADINGS['tco'][language]}",
            f"{said}\n\n" + "\n".join(table) + f"\n\n{after}",
            chart=chart,
        ),
        SectionView("sources", HEADINGS["sources"][language], _SOURCES[language]),
    )


def first_view(language: Language, texts: Texts) -> PlanView:
    """Return the view a plan begins with: a question beside it, and Stop."""
    spends = ("under_1k", "1k_10k", "10k_100k", "over_100k", "unknown")
    asked = tuple(Choice("spend", one, texts.say(f"button.spend.{one}", language)) for one in spends)
    understood = {
        "es": "Finanzas, objetivo de ahorro del 40 %",
        "en": "Finance, savings target of 40%",
        "pt": "Finanças, meta de economia de 40%",
    }
    return PlanView(
        plan=1,
        version=1,
        language=language,
        requester=ANA,
        understood=understood[language],
        title=title(language, INDUSTRY[language]),
        status="writing",
        progress=texts.say("progress.computing", language),
        question=texts.say("card.spend", language),
        choices=(*asked, Choice("stop", "", texts.say("button.stop", language))),
    )


def last_buttons(language: Language, texts: Texts) -> tuple[Choice, ...]:
    """Return the buttons of a finished plan."""
    kinds = (("prompt", ""), ("export", "md"), ("refine", ""), ("regenerate", ""), ("share", ""))
    return tuple(
        Choice(one, value, texts.say(f"button.{one}.{value}" if value else f"button.{one}", language))
        for one, value in kinds
    )


def summary_in(language: Language, texts: Texts) -> Summary:
    """Return what is shared of the plan."""
    verdict = {
        "es": "El objetivo del 40 % se alcanza con la nube privada.",
        "en": "The target of 40% is reached with the private cloud.",
        "pt": "A meta de 40% é atingida com a nuvem privada.",
    }
    return Summary(
        plan=1,
        version=1,
        language=language,
        title=title(language, INDUSTRY[language]),
        verdict=verdict[language],
        numbers=(
            (texts.say("share.figure.target", language), format_value(40.0, "percent", language)),
            (texts.say("share.figure.saving", language), format_value(58.3, "percent", language)),
        ),
        requester=ANA,
    )
