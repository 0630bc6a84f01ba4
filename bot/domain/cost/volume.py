"""The monthly volume and the shape of a request: tokens as said, or money turned into tokens."""

import math
from collections.abc import Mapping

from bot.domain.brief import Given
from bot.domain.cost.inputs import Assumption, Volume
from bot.domain.cost.levers import Span
from bot.domain.errors import UserError
from bot.domain.prices import PriceBook, Row

SHAPE_TOLERANCE = 0.05
"""A request shape further than this from the volumes' proportion is corrected (design: tco)."""


def tokens_for_spend(usd: float, ratio: float, spans: Mapping[str, Span]) -> float:
    """Return output Mtok a month bought by `usd`: M / ([q((1-c)p_in + c·p_cache) + p_out](1-0.5b))."""
    cache, batch = spans["cache"].value, spans["batch"].value * spans["batch_discount"].value
    inside = ratio * ((1 - cache) * spans["p_in"].value + cache * spans["p_cache"].value)
    return usd / ((inside + spans["p_out"].value) * (1 - batch))


def find_rate(given: Given, book: PriceBook) -> Row | None:
    """Return the rate of the user's currency, None for USD; raises UserError when the operator gave none."""
    if given.currency is None or given.currency.upper() == "USD":
        return None
    row = book.rate(given.currency)
    if row is None or row.value <= 0:
        raise UserError("error.cost.currency", currency=given.currency.upper(), known=", ".join(book.currencies))
    return row


def find_volume(
    given: Given, book: PriceBook, spans: Mapping[str, Span], rate: Row | None, notes: list[Assumption]
) -> Volume:
    """Return the volume, unknown when nobody said it."""
    ratio, output = _ratio(given, book, notes), given.output_mtok
    if output is None and given.input_mtok is not None:
        output = given.input_mtok / ratio
    elif output is None and given.monthly_spend is not None:
        usd = given.monthly_spend if rate is None else given.monthly_spend / rate.value
        output = tokens_for_spend(usd, ratio, spans)
        rows = (*spans["p_in"].rows, *spans["p_out"].rows, *((rate.id,) if rate else ()))
        notes.append(Assumption(id="volume_from_spend", value=output, unit="mtok_per_month", rows=rows))
    isl, osl = _shape(given, ratio, book, notes)
    told = None if output is None else output * ratio
    if given.input_mtok is not None:
        told = given.input_mtok
    return Volume(input_mtok=told, output_mtok=output, ratio=ratio, isl=isl, osl=osl)


def _ratio(given: Given, book: PriceBook, notes: list[Assumption]) -> float:
    """Return input tokens per output token: from both volumes, else from the request shape, else the default."""
    if given.input_mtok is not None and given.output_mtok:
        return given.input_mtok / given.output_mtok
    if given.isl is not None and given.osl is not None:
        return given.isl / given.osl
    row = book.rows["load.input_per_output"]
    notes.append(Assumption(id="input_per_output", value=row.value, unit=row.unit, rows=(row.id,)))
    return row.value


def _shape(given: Given, ratio: float, book: PriceBook, notes: list[Assumption]) -> tuple[float, float]:
    """Return ISL and OSL; a shape that disagrees with the volumes by more than 5 % is corrected and named."""
    rows = {name: book.rows[f"load.{name}"] for name in ("isl", "osl")}
    isl = rows["isl"].value if given.isl is None else float(given.isl)
    osl = rows["osl"].value if given.osl is None else float(given.osl)
    if given.isl is not None and given.osl is None and ratio > 0:
        osl = isl / ratio
        notes.append(Assumption(id="osl", value=osl, unit="tokens"))
    elif given.osl is None:
        notes.append(Assumption(id="osl", value=osl, unit="tokens", rows=(rows["osl"].id,)))
    if not math.isclose(isl, osl * ratio, rel_tol=SHAPE_TOLERANCE):
        isl = osl * ratio
        name = "isl" if given.isl is None else "isl_corrected"
        notes.append(Assumption(id=name, value=isl, unit="tokens"))
    elif given.isl is None:
        notes.append(Assumption(id="isl", value=isl, unit="tokens", rows=(rows["isl"].id,)))
    return isl, osl
