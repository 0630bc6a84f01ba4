"""What stands around a number in three languages: currencies, scales, units, norms, ranges and shares in words.

The patterns match text folded one character for one: lower case, no accents.
"""

import re

SPACE = "[ \u00a0\u2009\u202f]"
DIGITS = r"\d{1,3}(?:[.,'’\u00a0\u2009\u202f ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
CURRENCIES = {
    "us$": "USD", "usd": "USD", "$": "USD", "u$s": "USD", "u$": "USD", "dolar": "USD", "dolares": "USD",
    "dollar": "USD", "dollars": "USD", "usd$": "USD", "r$": "BRL", "brl": "BRL", "real": "BRL", "reais": "BRL",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "libras": "GBP",
    "pounds": "GBP", "mxn": "MXN", "mx$": "MXN", "peso": "MXN", "pesos": "MXN", "cop": "COP", "ars": "ARS",
    "clp": "CLP", "pen": "PEN",
}  # fmt: skip
BEFORE = re.compile(
    rf"(us\$|usd\$?|u\$s|u\$|r\$|mx\$|\$|€|£|\b(?:usd|eur|brl|gbp|mxn|cop|ars|clp|pen)){SPACE}{{0,2}}([-−–]?){SPACE}?$"
)
SCALE = re.compile(
    rf"{SPACE}?-?(mil{SPACE}millones|mil{SPACE}milhoes|thousand{SPACE}million|millardos"
    rf"|mill?on(?:es)?|millions?|milhao|milhoes|mil|miles|milhares|thousands?|billions?|billon(?:es)?|bilhao|bilhoes"
    rf"|trillion|trilhao|trilhoes|mm|mn|mio|bn|k|m|g|b|t)(?![\w])"
)
AFTER_MONEY = re.compile(
    rf"{SPACE}{{0,2}}(?:de{SPACE}|of{SPACE})?(us\$|usd|r\$|\$|€|£|eur|brl|gbp|mxn|cop|ars|clp"
    rf"|dolar(?:es)?|dollars?|euros?|reais|pesos?|libras|pounds)(?!\w)"
)
AFTER_PERCENT = re.compile(
    rf"{SPACE}{{0,2}}(?:%|٪|por{SPACE}?ciento\b|por{SPACE}?cento\b|per{SPACE}?cent\b|percentage{SPACE}points?\b|pct\b"
    rf"|puntos{SPACE}(?:porcentuales|basicos)|pontos{SPACE}percentuais|p\.?p\.?(?!\w)|points?\b(?={SPACE}of{SPACE}sav))"
)
AFTER_TOKENS = re.compile(
    rf"{SPACE}{{0,2}}(?:de{SPACE}|of{SPACE}|output{SPACE}|input{SPACE}){{0,2}}(tokens?|mtok|gtok|tok)\b"
)
MTOK = {"mtok": 1e6, "gtok": 1e9}
AFTER_TIMES = re.compile(
    rf"(?:x|{SPACE}(?:veces|times|vezes))\b{SPACE}{{0,2}}(?:(?:as|el|the|o|lo|mas|more|mais|menos|less|cheaper|lower|higher"
    rf"|dearer|superior|inferior|mayor|menor|maior|de|what|su|tu|its|tan)\b)"
)
FREE_AFTER = re.compile(
    rf"{SPACE}?(?:gb|tb|mb|kw|kwh|gpus?|horas?|hours?|h|ms|dias|days|meses|months?|semanas|weeks?)(?!\w)"
)
NORM_BEFORE = re.compile(
    r"(?:\b(?:iso|iec|nist|rfc|ley|lei|law|act|reglamento|regulamento|regulation|resolucion|resolucao|circular|norma|nom"
    r"|decreto|directiva|directive|diretiva|ue|eu|sp|en|bcb|cmn|articulo|artigo|article|art|sox|pci|dss|basilea|basel"
    r"|cve|h|a|l|b|rtx|nvidia|port|puerto|porta|no|num|numero|number|n)\b|/|§|#)[\s.:°ºª/n-]*$"
)
RANGE = re.compile(
    rf"{SPACE}?(?:-|–|—){SPACE}?|{SPACE}(?:a|al|to|y|and|e|o|or|ou|ate){SPACE}(?:el{SPACE}|las?{SPACE}|o{SPACE})?"
)
EACH = re.compile(
    rf"{SPACE}(?:de{SPACE}cada|out{SPACE}of|in{SPACE}every|em{SPACE}cada|of{SPACE}every|entre{SPACE}cada){SPACE}"
)
MONEY_TALK = re.compile(
    r"cost|cust|ahorr|sav|econom|gast|spend|factur|fatura|bill|invoice|reduc|reduz|recort|cut|presup|budget"
)
SHARES = (
    (50.0, r"la mitad|half|metade|a mitad|por mitad"),
    (100 / 3, r"un tercio|a third|one third|um terco|una tercera parte|uma terca parte"),
    (200 / 3, r"dos tercios|two thirds|dois tercos"),
    (25.0, r"un cuarto|una cuarta parte|a quarter|one quarter|um quarto|uma quarta parte"),
    (75.0, r"tres cuartos|tres cuartas partes|three quarters|tres quartos"),
)
MULTIPLES = (
    (2.0, r"el doble|the double|twice|o dobro|duplic\w+|doubl\w+"),
    (3.0, r"el triple|o triplo|triplic\w+|tripl\w+|thrice"),
)
HALF_YEAR = re.compile(
    r"\s*(?:de |of |a |del |do )?(?:ano|year|year's|semestre|jornada|dia|day|hora|hour|mes|month|trimestre)\b"
)
