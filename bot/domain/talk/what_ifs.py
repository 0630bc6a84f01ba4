"""What a follow-up wants changed besides the slots: the volume, the place to deploy, the length of the pilot. Pure."""

import re
from dataclasses import dataclass

from bot.domain.brief import Deployment
from bot.domain.effects import Wish
from bot.domain.reading.typed import fold
from bot.domain.talk.volume_factors import find_volume_factor

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
    return WhatIf(volume_factor=find_volume_factor(folded), deployment=_deployment(folded), wish=_wish(folded))


def _deployment(folded: str) -> Deployment | None:
    return next((deployment for pattern, deployment in _DEPLOYMENTS if pattern.search(folded)), None)


def _wish(folded: str) -> Wish:
    if not _PILOT.search(folded):
        return ""
    if _SHORTER.search(folded):
        return "shorter_pilot"
    return "longer_pilot" if _LONGER.search(folded) else ""
