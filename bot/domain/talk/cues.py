"""The small words of a conversation, as data: yes, no, don't know, hand over, what if, and short digressions. Pure.

Every table is written without accents and in lower case, the form `typed.fold` gives.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from bot.domain.reading.typed import fold, plain

SmallWord = Literal["yes", "no", "dont_know", "thanks", "hello"]
Topic = Literal["duration", "price", "privacy", "open_models", "figures", "abilities", "other"]

_SHORT = 6
"""Words up to which an answer such as "yes, please" is taken as that answer alone."""


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in text.split("|"))


SMALL_WORDS: Mapping[SmallWord, tuple[str, ...]] = MappingProxyType(
    {
        "dont_know": _phrases(
            "no se|no lo se|no sabria|no sabemos|ni idea|no tengo idea|no tengo ni idea|no estoy seguro|"
            "no estoy segura|no lo tengo claro|da igual|me da igual|usted decide|lo que recomiende|elija usted|"
            "cualquiera|i don't know|i dont know|i do not know|don't know|dont know|not sure|no idea|no clue|idk|"
            "dunno|whatever|you choose|you decide|you pick|any|anything|nao sei|sei la|nao faco ideia|"
            "nao tenho ideia|nao tenho certeza|tanto faz|voce decide|qualquer|qualquer um"
        ),
        "yes": _phrases(
            "si|si claro|claro|claro que si|vale|de acuerdo|exacto|correcto|eso es|eso|dale|por supuesto|"
            "si por favor|yes|yes please|yep|yeah|sure|ok|okay|correct|exactly|right|that's right|of course|y|"
            "sim|sim por favor|isso|isso mesmo|certo|exato|correto|com certeza|s"
        ),
        "no": _phrases("no|no gracias|para nada|nop|nope|no thanks|not that|nah|nao|nao obrigado|nao obrigada|n"),
        "thanks": _phrases(
            "gracias|muchas gracias|mil gracias|genial|perfecto|estupendo|excelente|muy bien|"
            "thanks|thank you|thx|ty|great|perfect|awesome|nice|many thanks|"
            "obrigado|obrigada|muito obrigado|muito obrigada|valeu|perfeito|otimo"
        ),
        "hello": _phrases(
            "hola|buenas|buenos dias|buenas tardes|buenas noches|hello|hi|hey|good morning|good afternoon|good evening|"
            "ola|oi|bom dia|boa tarde|boa noite"
        ),
    }
)

# Said within a longer answer too; the shortest ones mean something else there.
_DONT_KNOW = re.compile(
    r"\b(?:" + "|".join(re.escape(phrase) for phrase in SMALL_WORDS["dont_know"] if len(phrase) > 4) + r")\b"  # noqa: PLR2004
)

_QUESTION_WORDS = frozenset(
    _phrases(
        "que|cual|cuales|cuanto|cuanta|cuantos|cuantas|como|cuando|donde|quien|quienes|porque|what|which|who|whom|how|"
        "when|where|why|is|are|do|does|did|can|could|should|would|will|qual|quais|quanto|quanta|quantos|quantas|"
        "quando|onde|quem|puede|pueden|pode|podem|es|explique|explain|explica|explicame|explicar"
    )
)

_WHAT_IF = re.compile(
    r"\b(?:what if|what about|how about|suppose|make it|make that|change (?:it )?to|switch to|redo|recalculate|instead|"
    r"y si|que pasa si|que pasaria|que tal|y con|y para|supongamos|hazlo|haga|pongalo|ponlo|cambia|cambie|cambialo|"
    r"cambielo|mejor|recalcula|recalcule|en vez|"
    r"e se|e com|e para|que tal|suponha|faca|mude|muda|troque|troca|recalcule|em vez|melhor)\b"
)

_HAND_OVER = re.compile(
    r"\b(?:hand(?:ing)?\s*(?:this|it)?\s*over\s+to|pass\s+(?:this|it)\s+(?:on\s+)?to|"
    r"(?:pasa|pase|paso|pasar|pasalo|paselo|traspasa|traspase|traspaso|cedo|cede|ceda|entrego|entrega|entregue)"
    r"(?:\s+(?:esto|isto|isso|el turno|la conversacion))?\s+a|"
    r"(?:passa|passe|passo|passar|transfere|transfira|transfiro|entrego|entregue)"
    r"(?:\s+(?:isto|isso|a conversa|a vez))?\s+(?:para|pra|a|ao))\b(?P<rest>.*)",
    re.DOTALL,
)
_MENTION = re.compile(r"<@(?P<id>[^<>|\s]+)(?:\|[^<>]*)?>|(?<![\w.])@(?P<name>[\w.\-]+)")

_TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    ("duration", re.compile(r"cuanto (?:tiempo )?(?:tarda|demora|lleva)|how long|quanto tempo|demora")),
    (
        "price",
        re.compile(
            r"cuanto cuestas?\b|es gratis|gratis|is (?:it|this) free|do you cost|quanto custa|gratuito|de graca"
        ),
    ),
    ("privacy", re.compile(r"priva|datos|dados|\bdata\b|confiden|guarda|store|seguro|secure|safe|gdpr|rgpd|lgpd")),
    (
        "figures",
        re.compile(r"cifras|numeros|figures|numbers|where .* from|de donde|de onde|invent|fuente|source|fonte|calcul"),
    ),
    (
        "open_models",
        re.compile(r"model\w* ab[ie]+rt|open.?(?:source|model|weight)|codigo (?:abierto|aberto)|llama|mistral"),
    ),
    (
        "abilities",
        re.compile(
            r"que (?:puede|hace|sabe|eres|es esto)|quien eres|what (?:can|do|are) you|who are you|"
            r"que (?:voce|faz|pode|e isto)|quem e"
        ),
    ),
)


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, without marks."""
    return tuple(re.findall(r"[^\W_]+(?:'[^\W_]+)*", fold(text)))


def small_word(text: str) -> SmallWord | None:
    """Return which of the small words a short text is, or None; an emoji beside it changes nothing."""
    words = words_of(plain(text))
    if not words or len(words) > _SHORT:
        return None
    said = " ".join(words)
    for small, phrases in SMALL_WORDS.items():
        if said in phrases or (small == "dont_know" and _DONT_KNOW.search(said)):
            return small
    return None


def is_question(text: str) -> bool:
    """Say whether a text asks something: a question mark, or a question word at its beginning."""
    words = words_of(text)
    return "?" in text or (len(words) > 1 and words[0] in _QUESTION_WORDS)


def has_what_if(text: str) -> bool:
    """Say whether a text asks for a change: "what if …", "y si …", "make it …"."""
    return _WHAT_IF.search(" ".join(words_of(text))) is not None


def topic_of(text: str) -> Topic:
    """Return what a digression is about; `other` when it has nothing to do with us."""
    folded = fold(text)
    return next((topic for topic, pattern in _TOPICS if pattern.search(folded)), "other")


def handed_to(text: str) -> str | None:
    """Return whom a conversation is handed over to; empty when nobody is named, None when it is no such sentence.

    A platform's mention arrives as `<@ID>`; a plain `@name` is taken as typed.
    """
    found = _HAND_OVER.search(fold(text))
    if found is None:
        return None
    # Folding keeps no capitals, so the mention is read from the text as it came.
    mentions = list(_MENTION.finditer(text))
    if not mentions:
        return None if words_of(found.group("rest")) else ""
    return mentions[-1].group("id") or mentions[-1].group("name")
