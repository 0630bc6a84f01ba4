"""The words that name an option, a measure, a period or a baseline in three languages, as patterns on folded text."""

import re
from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "cost",
    "saving",
    "low",
    "high",
    "one_off",
    "retained",
    "capex",
    "residual",
    "npv",
    "payback",
    "utilisation",
    "share",
    "target",
    "price",
    "volume_out",
    "volume_in",
    "threshold",
    "holds",
]
Period = Literal["year", "horizon", "year_1", "year_2", "year_3"]

OPTION_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("hybrid",), r"hibrid[oa]s?|hybrid"),
    (
        ("closed_successor",),
        (
            r"(?:modelo |api |closed |model )?(?:sucesor|sucesora|successor|sucessor)(?: (?:cerrad[oa]"
            r"|fechad[oa]|model|api))?"
        ),
    ),
    (
        ("hosted_open",),
        (
            r"(?:(?:modelos?|models?) )?(?:abiertos?|abertos?|open) (?:alojad[oa]s?|hospedad[oa]s?"
            r"|gestionad[oa]s?|hosted)"
            r"|hosted open(?:[- ]models?)?|(?:modelos? |api )?(?:alojad[oa]s?|hospedad[oa]s?)\b|\bhosted\b"
            r"|hosted[- ]open[- ]model"
        ),
    ),
    (("private_cloud",), r"nubes? privadas?|private clouds?|nuvem privada|nuvens privadas"),
    (
        ("on_premise",),
        (
            r"on[- ]?prem(?:ises?)?|instalacion(?:es)? propias?|instalac(?:ao|oes) propri(?:a|as)"
            r"|infraestructura propia"
            r"|centros? de datos propios?|data ?cent(?:er|re)s? propri\w+|servidores propios"
            r"|servidores proprios"
            r"|(?:our|your|its|their) own (?:data cent(?:er|re)s?|servers|hardware)"
        ),
    ),
    (
        ("private_cloud", "on_premise"),
        r"self[- ]hosted|self[- ]hosting|autoaloj\w+|auto[- ]?hosped\w+|autogestionad[oa]s?",
    ),
    (
        ("closed",),
        (
            r"(?:apis?|modelos?|models?|proveedor(?:es)?|fornecedor(?:es)?|servicios?"
            r"|servicos?) (?:cerrad[oa]s?|fechad[oa]s?"
            r"|propietari[oa]s?|proprietari[oa]s?|actual(?:es)?|atua(?:l|is))|closed(?:[- ](?:apis?|models?"
            r"|provider|vendor))?"
            r"|(?:current|proprietary) (?:apis?|models?|provider|vendor|bill)|factura actual|fatura atual"
            r"|(?:status quo)"
        ),
    ),
)

_COSTS = r"cost[eo]s?|custos?|costs?|gastos?|factura|fatura|bill|spend(?:ing)?|desembolso|despesas?"
_DOWN = (
    r"ahorr\w+|econom(?:ia|ias|iza\w*|izar)|poup\w+|sav(?:e|es|ed|ing|ings)|reduc\w+|reduz\w*"
    r"|recort\w+|abarat\w+|cuts?|cutting"
    r"|baj(?:a|an|ar|aria|arian)|ca(?:e|en|eria|i|em)|disminu\w+|diminu\w+|drops?|falls?|lowers?"
    r"|encarec\w+|sub(?:e|en|iria)|aument\w+|increas\w+|rises?|sobrecoste|sobrecusto"
)
KIND_WORDS: tuple[tuple[Kind | Literal["range", "compared"], str], ...] = (
    ("residual", r"valor(?:es)? residual(?:es)?|residual(?: value)?"),
    ("npv", r"\bvan\b|\bvpn\b|\bvpl\b|\bnpv\b|valor actual neto|valor presente (?:neto|liquido)|net present value"),
    ("payback", r"recuper\w+|payback|pays? (?:for itself|back)|amortiz\w+|retorno"),
    (
        "one_off",
        (
            r"(?:coste|costo|custo|gasto|inversion|cost|pago|desembolso)? ?(?:unic[oa]s?|puntual(?:es)?"
            r"|inicial(?:es)?"
            r"|(?:one-?off|upfront)(?: migration)?(?: (?:costs?|payment|expense|spend|outlay))?"
            r"|de (?:la )?migracion|de migracao|da migracao|for migration)|migracion|migracao"
            r"|migration(?: (?:costs?|expenses?|spend|outlay))?"
            r"|una sola vez|uma unica vez"
        ),
    ),
    (
        "capex",
        (
            r"inversion(?: en servidores)?|capex|compra de servidores|investimentos?(?: em servidores)?"
            r"|investment|server purchases?"
        ),
    ),
    (
        "share",
        r"cuota (?:retenida|cerrada)|parte retenida|retained share|parcela (?:retida|mantida)|proporcion cerrada",
    ),
    (
        "retained",
        r"(?:se )?(?:mantien\w+|permanec\w+|manten\w+) en (?:la api|lo) cerrad\w+|retenid\w+|retained|retid\w+",
    ),
    ("utilisation", r"utilizacion|utilizacao|utili[sz]ation|ocupacion|ocupacao|occupancy"),
    ("target", r"objetivos?|metas?|targets?|goals?|alvo"),
    (
        "low",
        (
            r"peor (?:de los casos|caso|escenario)|worst case|pior (?:caso|cenario)|\bp10\b|pesimista"
            r"|pessimista|pessimistic|como minimo|no minimo|at least"
        ),
    ),
    (
        "high",
        (
            r"mejor (?:de los casos|caso|escenario)|best case|melhor (?:caso|cenario)|\bp90\b|optimista"
            r"|otimista|optimistic|como maximo|no maximo|at most"
        ),
    ),
    ("range", r"\bentre\b|between|\brangos?\b|ranges?|ranging|intervalos?|faixas?|horquillas?|bandas?"),
    (
        "saving",
        (
            rf"(?:(?:{_COSTS}) )?(?:{_DOWN})(?: (?:de|en|of|in|the|los|las|el|la|os|o|a|nos|no|total|totales|su"
            rf"|its|com|con|on)){{0,3}}"
            rf"(?: (?:{_COSTS}))?"
        ),
    ),
    (
        "compared",
        (
            r"por encima|acima|above"
            r"|menos|menores?|less|lower|cheaper|mas barat[oa]s?|mais barat[oa]s?|inferior(?:es)?|mas car[oa]s?"
            r"|mais car[oa]s?"
            r"|dearer|more expensive|higher|mayor(?:es)?|maior(?:es)?|superior(?:es)?|mas|mais|more"
        ),
    ),
    (
        "cost",
        (
            rf"cuestan?|costaria\w*|costara\w*|custam?|custaria\w*|custara\w*|{_COSTS}|\btco\b|pag(?:a|an|am|ar"
            r"|aria|amos)\b|pays?"
        ),
    ),
)
VOLUME_WORDS: tuple[tuple[Kind, str], ...] = (
    (
        "holds",
        (
            r"de forma (?:estable|duradera|permanente|definitiva|sostenida|estavel|sustentada)|definitivamente"
            r"|for good|en adelante|em diante|permanently"
        ),
    ),
    (
        "threshold",
        (
            r"a partir de|umbral(?:es)?|threshold|limiar|punto de equilibrio|break-?even|ponto de equilibrio"
            r"|\bdesde\b|\bfrom\b"
            r"|necesit\w+|haria[n]? falta|hacen? falta|would need|needs?|precisaria|seria[m]? necessari\w+"
            r"|primera vez|first time|first (?:reach|meet|cost|hit|attain)\w*|primeira vez"
        ),
    ),
    ("volume_in", r"(?:tokens |volumen |volume )?(?:de )?(?:entrada|input)"),
    (
        "volume_out",
        (
            r"(?:tokens |volumen |volume )?(?:de )?(?:salida|saida|output)|volumen actual|current volume"
            r"|volume atual|consumo|consum\w+|procesa\w*|processa\w*"
        ),
    ),
)
PERIOD_WORDS: tuple[tuple[Period, str], ...] = (
    ("year_1", r"(?:primer|primeiro) ano|first year|year (?:one|1)|ano 1"),
    ("year_2", r"segundo ano|second year|year (?:two|2)|ano 2"),
    ("year_3", r"(?:tercer|terceiro) ano|third year|year (?:three|3)|ano 3"),
    (
        "horizon",
        (
            r"(?:36|treinta y seis|thirty-six|trinta e seis)[ \u00a0](?:meses|months)|(?:tres|three"
            r"|3)[ \u00a0](?:anos|years)|horizonte|horizon|periodo completo|trienio"
        ),
    ),
    (
        "year",
        (
            r"al ano|anual(?:es|mente)?|anuais|por ano|cada ano|ao ano|a year|per year|each year|yearly"
            r"|annual(?:ly)?|every year|/ ?(?:ano|year)|(?:un|one|um) (?:ano|year)|average year|ano medio"
        ),
    ),
)
BASELINE_WORDS: tuple[tuple[Literal["successor", "today"], str], ...] = (
    (
        "successor",
        (
            r"(?:precios?|prices?|precos?) (?:del?|of the|do|da) (?:modelo )?(?:sucesor|successor|sucessor)"
            r"|successor(?:'s)? prices?"
            r"|(?:frente al|frente ao|against the|contra el|contra o) (?:modelo )?(?:sucesor|successor"
            r"|sucessor)"
            r"|que (?:lo |la |o |a )?(?:sustituye|substitui|reemplaza)|that replaces"
        ),
    ),
    (
        "today",
        (
            r"precios? (?:de hoy|actual(?:es)?|vigentes?)|today'?s (?:[\w.-]+ ){0,2}prices?"
            r"|current (?:[\w.-]+ ){0,2}prices?|precos? (?:de hoje"
            r"|atua(?:l|is)|vigentes?)|modelo actual|current model|modelo atual"
            r"|a dia de hoy|precio vigente"
        ),
    ),
)

CONTRAST = re.compile(
    r"(?:frente a|frente al|frente a los|respecto a|respecto al|respecto de|comparad[oa]s? (?:con|com)"
    r"|en comparacion con|em comparacao com"
    r"|versus|\bvs\.?|\bcontra|against|compared (?:with|to)|relative to|\bthan|(?:menos|mas|mais|menor"
    r"|maior|mayor|mejor|melhor|car[oa]s?|barat[oa]s?) (?:do )?que|em relacao a[os]?|em relacao"
    r"|face a[os]?|\bante|en lugar de|instead of"
    r"|rather than|en vez de|em vez de|\bsobre|\bover|substitu\w+|sustitu\w+|replac\w+|abandon\w+"
    r"|dej\w+|leav\w+|salir|sair|\bpor debajo del?|below|abaixo d[oa])"
    r"(?: (?:la|las|el|los|the|a|o|as|os|de|del|da|do|lo|que|what|cuesta|costs?|custa|su|seu|sua|its"
    r"|our|your|coste|costo|custo|cost|factura|fatura|bill|precio|preco|price|of|with|con|com))*\s*$"
)
DIRECT = re.compile(
    r"\s*[(:,=]?\s*(?:que (?:cuesta|costaria|custa)|which (?:costs|would cost)|con|com|with|at|a|de|es"
    r"|is|e)?(?: (?:un|una|uns|unos|about|cerca de|de|of|coste|custo|cost))*\s*\(?\s*"
)
_METRIC = (
    r"(?:al ano|anuales|anual|anuais|a year|per year|yearly|por ano|ao ano|cada ano|each year"
    r"|en (?:36 meses|tres anos)|a 36 meses|em (?:36 meses|tres anos)"
    r"|over (?:36 months|three years)|in (?:36 months|three years)|de ahorro|de economia|savings?"
    r"|menos|less|of savings?|de media|on average)"
)
_BINDER = (
    r"(?:en|in|de|del|da|do|na|no|em|for|of|with|con|com|para|on|via|mediante|by|la|el|los|las|the|a|o"
    r"|un|una|uma|um|opcion|option|opcao|that|total|(?:es el|is the) (?:coste|cost)|(?:coste|cost"
    r"|custo))"
)
NEXT_TO_OPTION = re.compile(rf"\s*\)?\s*(?:{_METRIC}\s*)*(?:(?:{_BINDER}\s+)*|\(\s*)")
NEXT_TO_MEASURE = re.compile(
    r"\s*,?\s*\(?(?:(?:de|del|of|in|en|em|da|do|no|na|nos|nas|a|al|as|por|per|como|over|para|los|the"
    r"|os|el|total|totales|usd|brl|mes|month|mês|ao|cada|every|each|durante|during|ao longo de"
    r"|a lo largo de|unos)\s+)*"
)
COORDINATED = re.compile(
    r"\s*(?:,|/|(?:,\s*)?\b(?:y|e|and|o|u|or|ou|ni|nem|nor)\b)\s*(?:(?:la|el|a|o|the|en|in|na|no|em|de"
    r"|del|da|do|los|las|una?|uma?|un|con|for)\s+)*"
)
CAPACITY = re.compile(
    r"necesit|requi|precis|\bneed|\busa|\buse|\btien|\btem\b|\bhas\b|\bhave\b|\bcon\b|\bwith\b|\bcom\b|atend|serv|gpu|replic"
    r"|capaci|\bforman?\b|\bmanten|\bkeep|\bruns?\b|\bcorre|\d|[:;(]|\b(?:y|and|e(?! d[eoa]\b))\b"
)
"""Words between a measure and a count that make the count one of capacity after all."""
NEEDED = re.compile(r"necesit|requi|\bprecis|\bneed")
PRICED_BEFORE = re.compile(
    r"(?:(?:volumen|volume) (?:de|of)|"
    r"cuestan?|costaria\w*|custam?|custaria\w*|would cost|costs?|pagan?|pays?|ahorran?|saves?"
    r"|economizam?|asciende a|chega a|comes to"
    r"|(?:factura|fatura|bill)(?: \w+){0,6} (?:is|de|a)|(?:un|a|um) (?:\w+ )?(?:coste|costo|cost|custo"
    r"|gasto|desembolso)(?: \w+)? (?:de|of)"
    r"|(?:ahorro|economia|saving) (?:es |is |e )?(?:del?|of)?) ?$"
)
PRICED_AFTER = re.compile(
    r" (?:al ano|a year|per year|por ano|ao ano|(?:of the|de la|de|da|do|of|del) (?:baseline|closed"
    r"|api|referenc\w+|base))\b"
)
PAYBACK = re.compile(
    r"(?:break-?evens?|breaks? even|pay(?:s|ing)? (?:back|for (?:itself|themselves))|paid back|payback|\bse pagan?\b"
    r"|\bse pagara\w*|amortiz\w+|recuper\w+ (?:de )?(?:la |el |o |a )?(?:inversion|investimento|gasto|dinero|dinheiro)"
    r"|(?:retorno|return) (?:de la |del? |do |on )?(?:inversion|investimento|investment)"
    r"|(?:punto|ponto) de equilibrio)[^.;:!?]{0,40}$"
)
PAYBACK_PERIOD = re.compile(r"[ \u00a0-](months?|mes(?:es)?|years?|anos?)\b")
YEARLY = re.compile(r"\s*(?:al ano|a year|per year|yearly|ao ano|por ano|cada ano|anual(?:es)?|anuais|annually)\b")
"""A year right behind a figure: what is paid once is not paid each year."""
VARIANT = re.compile(
    r"\bsmaller|\bmenor|\bpequen|\bcompact|\bmixture|\bmezcla|\bmistura|\bmoe\b|\bexpertos"
    r"|\bespecialistas|\bcache|\bcaching|\bbatch"
    r"|\blotes|\bhibrid|\bhybrid|\balternativ|\botras? vias?|\boutras? vias?|\bother ways?"
)
TALKS: Mapping[str, re.Pattern[str]] = {
    "goal": re.compile(
        r"\bobjetiv\w+|\bmetas?\b|\btargets?\b|\bgoals?\b|\balvo\b|\baspira\w*|\bbusca\w*|\bpretend\w+"
        r"|\baims?\b|\baiming\b|\bproposit\w+|\bpide\b|\bpedid\w+|\basked\b|\bambicion\w*|\bambi[ct]\w+"
    ),
}
