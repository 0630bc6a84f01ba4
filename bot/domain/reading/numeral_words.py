"""Words for numbers, portions and percent in three languages, common misspellings included, as data."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.reading.typed import fold, phrases


def _table(pairs: str) -> dict[str, int]:
    return {
        fold(word): int(value)
        for value, words in (pair.split("=") for pair in pairs.split())
        for word in words.split(",")
    }


UNITS: Mapping[str, int] = MappingProxyType(
    _table(
        "0=zero,cero 1=one,uno,una,un,um,uma 2=two,dos,dois,duas 3=three,tres,três 4=four,cuatro,quatro 5=five,cinco "
        "6=six,seis 7=seven,siete,sete 8=eight,ocho,oito 9=nine,nueve,nove"
    )
)
TEENS: Mapping[str, int] = MappingProxyType(
    _table(
        "10=ten,diez,dez 11=eleven,once,onze 12=twelve,doce,doze 13=thirteen,trece,treze 14=fourteen,catorce,quatorze "
        "15=fifteen,quince,quinze 16=sixteen,dieciséis,dezesseis,dezasseis 17=seventeen,diecisiete,dezessete,dezassete "
        "18=eighteen,dieciocho,dezoito 19=nineteen,diecinueve,dezenove,dezanove 21=veintiuno,veintiún,veintiuna "
        "22=veintidós 23=veintitrés 24=veinticuatro 25=veinticinco,venticinco 26=veintiséis 27=veintisiete "
        "28=veintiocho 29=veintinueve"
    )
)
TENS: Mapping[str, int] = MappingProxyType(
    _table(
        "20=twenty,veinte,vinte,veinti,venti,vinti 30=thirty,treinta,trinta,treita,thrity,trienta "
        "40=forty,fourty,cuarenta,quarenta,cuareta "
        "50=fifty,cincuenta,cinquenta,sincuenta,cinqüenta,cincoenta 60=sixty,sesenta,sessenta 70=seventy,setenta "
        "80=eighty,ochenta,oitenta 90=ninety,ninty,noventa"
    )
)
HUNDREDS: Mapping[str, int] = MappingProxyType(
    _table(
        "100=hundred,cien,ciento,cem,cento 200=doscientos,doscientas,duzentos,duzentas 300=trescientos,trezentos "
        "400=cuatrocientos,quatrocentos 500=quinientos,quinhentos 600=seiscientos,seiscentos "
        "700=setecientos,setecentos "
        "800=ochocientos,oitocentos 900=novecientos,novecentos"
    )
)
_PORTIONS: tuple[tuple[tuple[str, ...], int], ...] = tuple(
    (phrase, value)
    for value, said in (
        (
            50,
            phrases(
                "half|halve|halving|halved|the half|one half|la mitad|mitad|metade|a metade|el medio|una mitad|by half|"
                "pela metade"
            ),
        ),
        (
            33,
            phrases(
                "a third|one third|un tercio|um terco|la tercera parte|una tercera parte|a terca parte|"
                "uma terca parte|1 tercio"
            ),
        ),
        (
            67,
            phrases("two thirds|dos tercios|dois tercos|las dos terceras partes|2 tercios"),
        ),
        (
            25,
            phrases(
                "a quarter|one quarter|a fourth|one fourth|un cuarto|una cuarta parte|la cuarta parte|um quarto|"
                "a quarta parte|uma quarta parte"
            ),
        ),
        (
            75,
            phrases(
                "three quarters|three fourths|tres cuartos|tres cuartas partes|las tres cuartas partes|tres quartos|"
                "tres quartas partes"
            ),
        ),
        (
            20,
            phrases(
                "a fifth|one fifth|un quinto|una quinta parte|la quinta parte|um quinto|a quinta parte|uma quinta parte"
            ),
        ),
        (
            40,
            phrases("two fifths|dos quintos|dois quintos|dos quintas partes"),
        ),
        (
            60,
            phrases("three fifths|tres quintos"),
        ),
        (
            80,
            phrases("four fifths|cuatro quintos|quatro quintos"),
        ),
        (
            10,
            phrases("a tenth|one tenth|un decimo|una decima parte|la decima parte|um decimo|a decima parte"),
        ),
    )
    for phrase in said
)

PORTIONS: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]] = MappingProxyType(
    {
        first: tuple(entry for entry in _PORTIONS if entry[0][0] == first)
        for first in {phrase[0] for phrase, _ in _PORTIONS}
    }
)
"""Halves, thirds and the like in percent, by their first word; thirds are rounded to whole percent (product.md)."""
PERCENT = phrases(
    "%|٪|percent|per cent|pct|percents|percentage points|percentage|por ciento|por cento|porciento|"
    "porcento|por cien|precent|pecent|perecnt|persent|por siento|porsiento|por sento|porcent|porcentaje|"
    "pp|puntos porcentuales|prozent|puntos|por 100|p.c."
)
