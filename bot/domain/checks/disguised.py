"""Figures in disguise: fractions, Roman numerals, exponents and slang that the number reader takes for no amount."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.document.number_reader import fold_in_place
from bot.domain.document.number_words import NUMERALS

_NUMERAL = rf"(?:{'|'.join(sorted(NUMERALS, key=len, reverse=True))}|an?|zero|cero)"
_COUNT = rf"(?:\d+(?:[.,]\d+)?|{_NUMERAL})"
_PART = (
    r"(?:decim[ao]|tenth|quint[ao]|fifth|sext[ao]|sixth|septim[ao]|setim[ao]|seventh|octav[ao]"
    r"|oitav[ao]|eighth|noven[ao]"
    r"|non[ao]|ninth|centesim[ao]|centesimo|hundredth|milesim[ao]|thousandth|twentieth)s?|quarters"
    r"|thirds|tercios|tercos"
)
_COIN = (
    r"chf|jpy|cny|btc|¥|₿|₹|₽|₩|¢|francos?|francs?|yen(?:es)?|ienes?|yuan(?:es)?|rublos?|rubles?|rupias?|rupees?"
    r"|bitcoins?|grand|bucks|quid|contos?|centavos?|centimos?|cents?|coronas?"
)
_MONEY_WORD = r"(?:dolar(?:es)?|dollars?|euros?|reais|pesos?|usd|eur|brl)"
_MILLION = (
    r"millon(?:es)?|millions?|milhao|milhoes|billions?|billon(?:es)?|bilhao|bilhoes|trillions?|trilhao|trilhoes"
    r"|millardos?"
)
_SPENDING = re.compile(
    r"cost|cuest|cust|ahorr|sav|econom|gast|spend|factur|fatura|\bbill\b|invoice|reduc|reduz|recort|\bcuts?\b|presup"
    r"|budget|barat|cheap|dearer|expensive|\bcar[oa]s?\b|preci|\bprecos?\b|price|\bpag|\bpay|\bpaid|dinero|money"
    r"|dinheiro|inver[st]|investi|\btco\b|\broi\b|retorn|return"
)
"""What has to be spoken of before a fraction or a bare number counts as an amount."""
_CHANGE = re.compile(
    r"\bmas (?:barat|car)|\bmais (?:barat|car)|cheap|dearer|\bca(?:e|i|en|em|era)\b|\bfall|\bdrop|\bbaja|\breduc"
    r"|\breduz|\bdivid|\bshrink|\bless\b|\bmenos\b|\blower|\bmenor|\binferior|\bsave|\bahorr|\beconomiz|\broi\b"
    r"|retorn|return|amorti"
)


@dataclass(frozen=True, slots=True)
class Disguise:
    """Be one way to write an amount: its pattern on folded text, and what the sentence must speak of, if anything."""

    pattern: re.Pattern[str]
    gate: re.Pattern[str] | None = None


def _on(pattern: str, gate: re.Pattern[str] | None = None) -> Disguise:
    return Disguise(re.compile(pattern), gate)


DISGUISES: tuple[Disguise, ...] = (
    # a percentage whose number is no number: XC %, 九十 %, ninety-odd percent, 90 p.c., 900 por mil
    _on(
        r"(?<!\S)(?!(?:in|en|em|tanto|the|what|que|como|as|un|um)\s)[^\s□]+\s?"
        r"(?:[%‰٪]|\b(?:por ?cientos?|por ?centos?|per ?cent|por (?:100|cien|cem)|p\. ?c\.))(?!\w)"
    ),
    _on(rf"\b{_COUNT} por mil\b", _SPENDING),
    _on(r"(?:^|(?<=[.;:]\s))(?:%|por ?ciento|por ?cento|per ?cent)(?!\w)"),
    # exponents, other bases, formulas
    _on(r"(?<![\w.-])\d+(?:[.,]\d+)?e[+]?\d+(?!\w)|\b0x[0-9a-f]+\b|\b0b[01]+\b|\d\s?\^\s?\{?\d|\\[dt]?frac\b"),
    # fractions of what is spent
    _on(r"(?<![\w/.-])(?!24/7)\d{1,2}\s?[/⁄]\s?\d{1,3}(?![\w/])", _SPENDING),
    _on(r"(?<![\w.,])0[.,]\d+\s(?:de|of|del|da|do|das|dos)\b", _SPENDING),
    _on(rf"\b{_COUNT}[ -](?:{_PART})(?=\s(?:of|de|del|da|do|das|dos|partes?)\b|\W|$)", _SPENDING),
    # multiples
    _on(rf"\b(?:{_NUMERAL}|\d+)[ -]?fold\b"),
    _on(
        rf"\b{_COUNT}\s?(?:x|veces|times|vezes)\b"
        r"(?!\s(?:al?|por|per|ao|cada|each|every|durante|en|in|seguid|the cost|el coste|o custo)\b)",
        _CHANGE,
    ),
    _on(rf"\bdivid\w+ (?:entre|por|by) {_COUNT}\b", _SPENDING),
    _on(r"\b(?:orden(?:es)? de magnitud|orders? of magnitude|orde(?:m|ns) de grandeza)\b", _SPENDING),
    _on(rf"\b{_COUNT}[ -](?:a|to|para)[ -](?:1|uno|um|one)\b|\d\s?:\s?1\b", _SPENDING),
    _on(
        rf"\b(?:factor|fator) (?:de|of) {_COUNT}\b|\bmultipl\w+ (?:por|by) {_COUNT}\b|\bhalv(?:ed|es|ing)\b", _SPENDING
    ),
    # shares of another whole
    _on(
        rf"\b{_COUNT} (?:of|de|sobre|out of) 100\b|\b{_NUMERAL}\s?/\s?{_NUMERAL}\b|\b{_NUMERAL} y (?:pico|tant[oa]s?)\b"
    ),
    _on(r"\b(?:la|a|una|uma) (?:cuarta|quarta|quinta|sexta|septima|setima|octava|oitava|novena|nona|decima) parte\b"),
    # large amounts in words
    _on(rf"\b{_NUMERAL} (?:mil|thousand)(?=\s*(?:$|[.,;:)])|\s(?:al|por|a|per|ao)\b)", _SPENDING),
    _on(rf"\b{_COUNT}[ -](?:figures?|cifras|digitos)\b", _SPENDING),
    _on(rf"(?<!por )(?<!per )(?<!cada )(?<!each )\b(?:{_MILLION})\b(?!\s(?:de |of )?tokens?\b)", _SPENDING),
    _on(rf"\b(?:miles|milhares|thousands|hundreds|cientos|centenas|centenares) (?:de |of ){_MONEY_WORD}\b"),
    _on(rf"\b[mdclxvi]{{2,}} (?:mil )?{_MONEY_WORD}\b|\b(?:zero|cero),? {_MONEY_WORD}\b"),
    # coins that no plan of ours is in
    _on(rf"(?:\b(?:chf|jpy|cny|btc)|[¥₿₹₽₩¢])\s?\d|\b{_COUNT}\s?(?:{_COIN})(?!\w)", None),
    # a bare number behind what it measures, with its period or unit, and points of saving
    _on(
        r"\b(?:ahorros?|savings?|economias?|presupuesto|budget|orcamento|roi|costes?|costos?|costs?|custos?|percent\w*"
        r"|porcentaje|porcentagem)\s?(?:(?!fase|phase|etapa|mes|month|year|ano|semana|week|paso|step|llama|gpt|de |of )"
        r"\w+ ?)?[:=(]?\s?(?:del? |of )?\d+(?:[.,]\d+)?(?=\s*(?:$|[.;)])|\s(?:en|in|em)\b)"
    ),
    _on(
        r"(?<![\w.,-])\d+(?:[.,]\d+)?\s(?:al|por|a|per|ao|cada|each)\s(?:mes|ano|month|year|hora|hour|usuario|user|puesto"
        r"|seat|token|peticion|request|empleado|employee|funcionario|dia|day|semana|week)\b",
        _SPENDING,
    ),
    _on(
        rf"\b(?:\d{{2,}}|{_NUMERAL}) (?:puntos|pontos|points)"
        r"(?=\s*(?:$|[.,;:)])|\s(?:de ahorro|de economia|of saving|menos|less))",
        _SPENDING,
    ),
)
_ON_RAW: tuple[Disguise, ...] = (_on(r"[¼-¾⅐-⅞]", _SPENDING), _on(r"\d[⁰¹²³⁴-⁹]+"))
"""Patterns for characters that folding takes apart."""


def find_disguised(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the places of amounts in disguise; `taken` are those of what has been read as an amount already."""
    folded = fold_in_place(text)
    spans = list(taken)
    for table, words in ((DISGUISES, folded), (_ON_RAW, text)):
        for disguise in table:
            if disguise.gate is not None and not disguise.gate.search(folded):
                continue
            for found in disguise.pattern.finditer(words):
                if not any(start < found.end() and found.start() < end for start, end in spans):
                    spans.append(found.span())
                    yield found.span()
