"""The target: claimed as achieved or guaranteed only where the verdict says that it is reached."""

import re
from collections.abc import Iterable, Iterator

from bot.domain.checks.context import CheckContext
from bot.domain.checks.finding import Finding
from bot.domain.checks.prose import Passage
from bot.domain.document.markers import MARKER
from bot.domain.document.number_reader import fold_in_place, read_numbers
from bot.domain.terms import SectionId, recognise_label

_GOAL = re.compile(r"\bobjetivos?\b|\bmetas?\b|\btargets?\b|\bgoals?\b|\balvo\b")
_SAVING = re.compile(
    r"\bahorr|\beconomi|\bsaving|\bpoupan|\breduc|\breduz|\bcosts?\b|\bcostes?\b|\bcostos?\b|\bcustos?\b"
)
_REACHES = re.compile(
    r"\b(?:alcanz(?:a|an|ara|aran|amos|aremos|ado|ados|ada)|logr(?:a|an|ara|aran|amos|aremos|ado|ada)"
    r"|cumpl(?:e|en|ira|iran|imos|iremos|ido|ida)|consig(?:ue|uen)|consegui(?:ra|ran|mos|remos|do|da)"
    r"|super(?:a|an|ara|aremos|ado)"
    r"|reaches|reached|achieves|achieved|meets|met|hits|exceeds|exceeded|attains|attained|delivers"
    r"|delivered|secures|secured"
    r"|(?:will|we|shall) (?:reach|achieve|meet|hit|exceed|attain|deliver|secure)"
    r"|alcanca(?:m|ra|rao|mos|remos|do|da)?|ating(?:e|em|ira|irao|imos|iremos|ido|ida)|cumpr(?:e|em"
    r"|ira|imos|iremos|ido|ida)"
    r"|consegu(?:e|em|ira|imos|iremos)|obtem|obtien\w+|obtendr\w+|entrega(?:mos|ra)?)\b"
)
_GUARANTEES = re.compile(
    r"\b(?:garanti\w+|garanc\w+|guarant\w+|asegur(?:a|an|ara|amos|aremos|ad\w+)|assegur(?:a|am|ara"
    r"|ad\w+)|ensur(?:es|ed))\b"
)
_SAVES = re.compile(
    r"\b(?:ahorr(?:a|an|ara|aran|amos|aremos|ado)|reduc(?:e|en|ira|iran|imos|iremos|ido)|recort(?:a|an"
    r"|ara|amos|aremos)"
    r"|abarat(?:a|an|ara)|reduj\w+|reduj|baja(?:n|ra|ran|remos)?|sav(?:es|ed)|reduc(?:es|ed)|(?:will"
    r"|we|shall) (?:save|cut|reduce|lower)|cuts|lowers"
    r"|economiza(?:m|ra|mos|remos)?|poupa(?:m|ra|remos)?|reduz(?:em|ira|imos|iremos|iu)?|corta(?:m|ra"
    r"|remos)?)\b"
)
_NOT = re.compile(
    r"\b(?:no|ni|ningun[oa]?|nenhuma?|none|nobody|nadie|ninguem|nunca|jamas|tampoco|sin|not|never|cannot|neither|nor|without|nao|nem|sem|tampouco"
    r"|lejos|far|longe|imposible|impossible|impossivel"
    r"|inalcanzable|insuficiente|insufficient|fails?|falta|falls short|unlikely|improbable|improvavel"
    r"|dificil|hardly|apenas)\b|n['’]t\b"
)
_STILL_YES = re.compile(
    r"\b(?:no (?:solo|solamente|unicamente|hay duda|cabe duda|obstante)|not only|no doubt"
    r"|without (?:a )?doubt|nao (?:so|apenas|somente|ha duvida)|sin (?:duda|lugar a dudas)"
    r"|sem duvida)\b"
)
_CONDITION = re.compile(
    r"\b(?:si|siempre que|cuando|en caso de|a menos que|salvo que|mientras|hasta que"
    r"|a partir de(?= (?:\[|\d|unos?\b|unas?\b|es[ea]\b|ess[ea]\b|dich[oa]\b|ciert[oa]\b|cert[oa]\b"
    r"|um\b|uma\b))|solo con|unicamente con|haria falta|bastaria"
    r"|if|unless|when|once|until|whether|provided|only with|as soon as|from(?= (?:\[|\d|about|around"
    r"|roughly|a volume|that volume))|would|could|might|may|should"
    r"|caso|desde que|quando|ate que|enquanto|se (?:o|a|os|as|for|houver|fosse|tiver|crescer|subir"
    r"|chegar|dobrar|cair|um|uma)"
    r"|podria\w*|poderia\w*|pueda\w*|possa\w*|puede|podem?|pode|\w+(?:aria|eria|iria)(?:n|m|mos)?)\b"
)
_TESTED = re.compile(
    r"\b(?:verific\w+|comprob\w+|comprueb\w+|confirm\w*|demostr\w+|demuestr\w+|valid\w+|medir|mide"
    r"|prueb\w+|verif\w+|check\w*|prov(?:e|es|ing)|test\w*"
    r"|demonstrat\w*|assess\w*|evalu\w+|avali\w+|comprov\w+|demonstr\w+|proponem\w*|propos\w*"
    r"|aspira\w*|busca\w*|pretend\w*|aim\w*|para|in order to|to (?:reach|achieve|meet|cut|save))\b"
)
_CLAUSE = re.compile(r"[,;:()—–]|\b(?:pero|sino|aunque|but|although|though|mas|porem|embora|y|and)\b")


def check_target(section: SectionId, passages: Iterable[Passage], context: CheckContext) -> Iterator[Finding]:
    """Find sentences that claim the target or its saving while the verdict does not say `reached`."""
    if context.outcome == "reached":
        return
    for passage in passages:
        if passage.role in {"prose", "heading"} and not _is_criterion(passage) and _claims(passage.text, context):
            yield Finding(
                id="target.claimed",
                section=section,
                line=passage.line,
                quote=passage.text,
                params=(("context", passage.text),),
            )


def _is_criterion(passage: Passage) -> bool:
    """Say whether a sentence stands under an exit criterion or a stop rule: it is a condition, not a claim."""
    heads = (text.partition(":")[0] for text in (passage.text, *passage.leads[:2]))
    return any(recognise_label(head) in {"exit_criterion", "stop_rule"} for head in heads)


def _claims(text: str, context: CheckContext) -> bool:
    folded = _STILL_YES.sub(lambda found: " " * len(found.group()), fold_in_place(text))
    if text.rstrip().endswith("?") or _CONDITION.search(folded):
        return False
    amount = _names_target(text, folded, context)
    saving = bool(_SAVING.search(folded))
    goal = bool(_GOAL.search(folded)) or (amount and saving)
    patterns = []
    if goal:
        patterns.append(_REACHES)
    if goal or saving:
        patterns.append(_GUARANTEES)
    if amount:
        patterns.append(_SAVES)
    return any(_affirmed(folded, found) for pattern in patterns for found in pattern.finditer(folded))


def _names_target(text: str, folded: str, context: CheckContext) -> bool:
    if any(found.group(1) == "target.percent" for found in MARKER.finditer(text)):
        return True
    if context.target_percent is None or ("%" not in folded and "cent" not in folded):
        return False
    readings = read_numbers(text, context.language)
    return any(one.unit == "percent" and one.value == context.target_percent for one in readings)


def _affirmed(folded: str, verb: re.Match[str]) -> bool:
    """Say whether a verb is asserted: no negation in its clause, nothing that only tests, proposes or aims."""
    cuts = [found.end() for found in _CLAUSE.finditer(folded, 0, verb.start())]
    clause = folded[cuts[-1] if cuts else 0 : verb.start()]
    ends = _CLAUSE.search(folded, verb.end())
    rest = folded[verb.end() : ends.start() if ends else len(folded)]
    if _NOT.search(clause) or re.match(r"\s*(?:no|not|nao|poco|little|menos)\b", rest):
        return False
    return not _TESTED.search(folded[: verb.start()])
