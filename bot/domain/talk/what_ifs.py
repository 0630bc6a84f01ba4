"""What a follow-up wants changed besides the slots: the volume, the place to deploy, the length of the pilot. Pure."""

import re
from dataclasses import dataclass

from bot.domain.brief import Deployment
from bot.domain.effects import Wish
from bot.domain.reading.typed import fold

_VOLUME = re.compile(
    r"\b(?:volum\w*|tokens?|usage|traffic|requests?|trafico|trafego|peticiones|solicitudes|consumo|demanda|demand|"
    r"el uso|o uso|our use)\b"
)
_FACTORS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern), factor)
    for pattern, factor in (
        (r"\b(?:doubl\w*|twice|x ?2|2 ?x|dobl\w+|el doble|duplic\w*|dobr\w+)\b", 2.0),
        (r"\b(?:tripl\w*|x ?3|3 ?x|three times|tres veces|tres vezes)\b", 3.0),
        (r"\b(?:quadrupl\w*|cuadrupl\w*|x ?4|4 ?x|four times|cuatro veces|quatro vezes)\b", 4.0),
        (r"\b(?:x ?10|10 ?x|ten times|diez veces|dez vezes|tenfold)\b", 10.0),
        (r"\b(?:halv\w*|half|mitad|metade)\b", 0.5),
    )
)
_UP = r"(?:crec\w*|sub\w*|aument\w*|grow\w*|increas\w*|ris\w*|go(?:es)? up|cresc\w*|mas|more|mais)"
_DOWN = (
    r"(?:baj\w*|cae\w*|caiga\w*|cai\w*|disminu\w*|dimin\w*|fall\w*|drop\w*|decreas\w*|shrink\w*|"
    r"go(?:es)? down|menos|less)"
)
_NUMBER = r"(\d{1,3}(?:[.,]\d)?)\s*(?:%|por ciento|por cento|percent)"
_SHARE = tuple(
    (re.compile(pattern), sign)
    for pattern, sign in (
        (rf"\b{_UP}\b[^\d.;]*{_NUMBER}|{_NUMBER}\s+{_UP}\b", 1),
        (rf"\b{_DOWN}\b[^\d.;]*{_NUMBER}|{_NUMBER}\s+{_DOWN}\b", -1),
    )
)
_PILOT = re.compile(r"\b(?:pilot\w*|poc|proof of concept|prueba piloto)\b")
_SHORTER = re.compile(
    r"\b(?:short\w*|quick\w*|fast\w*|corto|corta|mas breve|breve|acort\w*|mas rapido|encurt\w*|curto|curta)\b"
)
_LONGER = re.compile(r"\b(?:long\w*|largo|larga|alarg\w*|extend\w*|along\w*)\b")
_DEPLOYMENTS: tuple[tuple[re.Pattern[str], Deployment], ...] = (
    (
        re.compile(
            r"\bon[- ]prem\w*|\ben nuestros (?:propios )?servidores|\bour own servers|\b(?:nossos )?servidores proprios"
        ),
        "on_premise",
    ),
    (re.compile(r"\bprivate cloud|\bnube privada|\bnuvem privada"), "private_cloud"),
    (re.compile(r"\bhosted (?:open )?models?|\bmodelos? alojados?|\bmodelos? hospedados?"), "hosted_open"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Hold what a sentence wants changed; `volume_factor` multiplies today's volume."""

    volume_factor: float | None = None
    deployment: Deployment | None = None
    wish: Wish = ""

    def __bool__(self) -> bool:
        return self.volume_factor is not None or self.deployment is not None or bool(self.wish)


NO_WHAT_IF = WhatIf()


def find_what_if(text: str) -> WhatIf:
    """Return the changes a sentence asks for; empty when it asks for none of these."""
    folded = fold(text)
    return WhatIf(volume_factor=_volume_factor(folded), deployment=_deployment(folded), wish=_wish(folded))


def _volume_factor(folded: str) -> float | None:
    if not _VOLUME.search(folded):
        return None
    for pattern, sign in _SHARE:
        found = pattern.search(folded)
        if found:
            number = next(group for group in found.groups() if group)
            factor = 1 + sign * float(number.replace(",", ".")) / 100
            return round(factor, 4) if factor > 0 else None
    return next((factor for pattern, factor in _FACTORS if pattern.search(folded)), None)


def _deployment(folded: str) -> Deployment | None:
    return next((deployment for pattern, deployment in _DEPLOYMENTS if pattern.search(folded)), None)


def _wish(folded: str) -> Wish:
    if not _PILOT.search(folded):
        return ""
    if _SHORTER.search(folded):
        return "shorter_pilot"
    return "longer_pilot" if _LONGER.search(folded) else ""
