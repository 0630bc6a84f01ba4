"""Words beside an amount of money that say whether it is spent today, or saved, earned, planned or a price. Pure.

Every pattern is written without accents and in lower case, the form `typed.fold` gives, and looks at a short window.
"""

import re
from typing import Literal

from bot.domain.reading.periods import REACH, clause_before

Role = Literal["spent", "other", "unclear"]

_WINDOW = 70
_PAYS = (
    r"(?:spen[dt]\w*|pay\w*|paid|cost(?:e|o)?s?|costing|bills?|invoices?|burn\w*|custos|gast\w+|pag[aou]\w*|cuest\w+|cust(?:a|am|o|os|ou)|"
    r"factur\w+|fatur\w+|expenses?|despesas?|what if|y si|e se)"
)
_PAYS_IN = re.compile(rf"\b{_PAYS}\b")
_PAYS_BEFORE = re.compile(rf"\b{_PAYS}\b[^;!?\d]{{0,{REACH}}}$")
_EARNS = (
    r"(?:revenues?|turnover|sales|incomes?|earn\w*|profits?|funding|raised|[am]rr|ebitda|we make|"
    r"salar\w*|payroll|nominas?|sueldos?|wages?|factur(?:amos|acion|ando|ar)|fatur(?:amos|amento|ando|ar)|"
    r"(?:que|empresa|compania|grupo|banco) fa[ct]*tura|"
    r"ingres\w*|ventas?|vend(?:as?|e|emos|en)|receitas?|lucros?|"
    r"(?:developer|engineer|employee|desarrollador|ingenier|emplead|engenheir|funcionari)\w*\s+(?:us |nos )?"
    r"(?:costs?|cuesta|custa|earns?|gana|ganha|cobra))"
)
_EARNS_BEFORE = re.compile(rf"\b{_EARNS}\b(?P<rest>[^,;!?\d]{{0,{REACH}}})$")
_EARNS_AFTER = re.compile(
    r"[^.,;!?\d]{0,20}\b(?:revenues?|turnover|sales|[am]rr|ingresos|ventas|facturacion|faturamento|receita)\b"
)
_SAVES_BEFORE = re.compile(
    r"(?<!% )(?<!\d )\b(?:sav(?:e|es|ing|ings)|ahorr\w*|econom(?:ia\w*|iz\w+)|poup\w+)\b(?P<rest>[^.,;!?\d]{0,30})$"
)
_SAVED_FROM = re.compile(r"\b(?:on|from|sobre|our|nuestr\w+|noss\w+|[dn][oe]s|the|that|que|with|com|con|at|if|si|se)\b")
_OTHERS_PAY = re.compile(
    r"\b(?:customers?|clients?|clientes?|users?|usuarios?)\s+(?:(?:who|that|que)\s+)?(?:pay|paga)\w*\b[^,;!?\d]{0,30}$"
)
_ASKS = re.compile(
    r"^\W*(?:why|where|is|are|does|how (?:do|did|is|are|come)|por que|porque|de donde|de onde|"
    r"como (?:llega|chega|sale))\b"
)
_CUTS = (
    r"(?:cut\w*|reduc\w*|reduz\w*|lower\w*|trim\w*|slash\w*|shav\w*|recort\w*|quit\w*|cort\w*|baj\w*|baix\w*|diminu\w*)"
)
_UNCLEAR_BEFORE = re.compile(
    rf"\b{_CUTS}(?:[^.;!?\d]{{0,{REACH}}}\s(?:by|en|em|to|a|hasta|ate|para|below|under))?\s*$"
    r"|\b(?:down to|no more than|at most|no mas de|no cueste mas de|por debajo de|nao mais (?:de|que)|abaixo de)\s*$"
    r"|(?:\bnot|n't|\bnao|\bnever|\bnunca)\s+(?:\w+\s+)?$"
    r"|\bno\s+(?:(?:son|es|eran?|gastamos|pagamos)\s+)?$"
    r"|\b(?:budget|presupuest\w*|orcament\w*|gpus?|[hab][12]00s?|servers?|servidor\w*|hardware|hosting|rent|alquiler)\b"
    rf"[^.;!?\d]{{0,{REACH}}}$"
    r"|\d[\d.,]*k?\s+(?:seats?|users?|licen[cs]\w+|usuari[oa]s?|asientos?|subscri\w+|suscri\w+|assinat\w+|puestos?)"
    r"\s+(?:at|for|a|por|de|con|com|x|×|@)\s*$"
)
_UNCLEAR_AFTER = re.compile(
    r"[\s,(]*(?:(?:per|each|for each|for every|a piece|apiece|c/u)(?![a-z])|cada (?:un|usu|lic|emp|eq|pers)"
    r"|(?:/\s*|por |para cada |y |e )(?:user|seat|head|person|team|agent|dev|store|usu|utiliz|licen|asient|puesto|"
    r"emplead|funcion|colab|pessoa|equip|tienda|loja|caix|cabeza|cabeca))"
    r"|\s*(?:of|in|for|de|en|em)?\s*(?:savings|ahorro|economia|budget|presupuesto|orcamento|hardware|infra\w*)\b(?!\s+\w+\s+\d)"
)


def role_of(folded: str, start: int, end: int) -> Role:
    """Return whether money is what is spent, something else for sure, or one of several things."""
    before = clause_before(folded, start)
    after = folded[end : end + _WINDOW]
    if _is_saved(before) or _is_earned(before) or _OTHERS_PAY.search(before) or _EARNS_AFTER.match(after):
        return "other"
    if _ASKS.match(folded) and not _PAYS_BEFORE.search(before):
        return "other"
    return "unclear" if _UNCLEAR_BEFORE.search(before) or _UNCLEAR_AFTER.match(after) else "spent"


def is_paid(folded: str, start: int) -> bool:
    """Say whether a word of paying stands before an amount, with no other number between."""
    return _PAYS_BEFORE.search(folded[max(0, start - _WINDOW) : start]) is not None


def _is_saved(before: str) -> bool:
    """Tell "save 20,000 USD a month"; "savings on our $20k" and "save 40 % of $20k" name what is spent."""
    found = _SAVES_BEFORE.search(before)
    return found is not None and not (_SAVED_FROM.search(found["rest"]) or _PAYS_IN.search(found["rest"]))


def _is_earned(before: str) -> bool:
    found = _EARNS_BEFORE.search(before)
    return found is not None and _PAYS_IN.search(found["rest"]) is None
