"""Which open model runs on which GPUs: the cheapest feasible within the capability tier of the closed model."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.domain.brief import Given, OptionId
from bot.domain.catalogue import OpenModel, fold
from bot.domain.cost.capacity import seconds_per_request
from bot.domain.cost.checks import refuse_unknown
from bot.domain.cost.formulas import evaluate
from bot.domain.cost.inputs import Choice, Inputs, with_volume
from bot.domain.cost.levers import Span
from bot.domain.errors import UserError
from bot.domain.prices import Catalogue, Fit, PriceBook, Row

UNKNOWN = Span(value=float("nan"), low=float("nan"), high=float("nan"))
SELF_HOSTED: tuple[OptionId, ...] = ("private_cloud", "on_premise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Hold one model on one kind of replica; without a fit it can only be bought from a host."""

    model: OpenModel
    fit: Fit | None


def span_of(row: Row) -> Span:
    """Return the span of one row."""
    return Span(value=row.value, low=row.low, high=row.high, rows=(row.id,))


def find_gpu(name: str, book: PriceBook) -> str | None:
    """Find a GPU by its id or by a longer name that begins with it, such as `H100-80GB-SXM`."""
    wanted = fold(name).removeprefix("nvidia-")
    return next((gpu for gpu in book.gpus if wanted == gpu or wanted.startswith(f"{gpu}-")), None)


def equip(inputs: Inputs, candidate: Candidate, book: PriceBook) -> Inputs:
    """Put a model and its replicas into the inputs; options that cannot be had get a reason instead."""
    model, fit = candidate.model, candidate.fit
    host = _find_host(inputs.given, model, book)
    spans, missing = dict(inputs.spans), dict[OptionId, str]()
    sold = book.hosted.get((model.id, host)) if host else None
    spans["h_in"], spans["h_out"] = (span_of(sold.price_in), span_of(sold.price_out)) if sold else (UNKNOWN, UNKNOWN)
    rent = book.gpus[fit.gpu].get(inputs.price) if fit else None
    spans["gpu_hour"] = span_of(rent) if rent else UNKNOWN
    spans["seconds"] = _seconds(inputs, fit)
    server = book.servers.get(fit.gpu) if fit else None
    spans["server"] = span_of(server.usd) if server else UNKNOWN
    spans["kw_max"] = span_of(server.kw_max) if server else UNKNOWN
    if sold is None:
        missing |= {"hosted_open": "no_host", "hybrid": "no_host"}
    if fit is None:
        missing |= dict.fromkeys(("private_cloud", "on_premise", "hybrid"), "no_throughput")
    elif rent is None:
        missing |= dict.fromkeys(("private_cloud", "hybrid"), "no_gpu_price")
    if fit is not None and server is None:
        missing["on_premise"] = "no_server"
    if inputs.successor is None:
        missing["closed_successor"] = "no_successor"
    every: tuple[OptionId, ...] = ("closed", "closed_successor", "hosted_open", "private_cloud", "on_premise", "hybrid")
    plan = replace(
        inputs.plan,
        options=frozenset(option for option in every if option not in missing),
        gpus_per_replica=fit.gpus if fit else 0,
        gpus_per_server=int(server.gpus.value) if server else 0,
    )
    ready = replace(inputs, open_model=model, fit=fit, host=host, plan=plan)
    return replace(ready, spans=MappingProxyType(spans), unavailable=MappingProxyType(missing))


def choose(inputs: Inputs, book: PriceBook, catalogue: Catalogue) -> Inputs:
    """Equip the inputs with the model and GPUs that were named, or else with the cheapest feasible ones."""
    given = inputs.given
    gpu = _named_gpu(given, book)
    if given.open_model is not None:
        model = catalogue.find_open(given.open_model)
        if model is None:
            raise refuse_unknown("open_model", given.open_model, catalogue.open)
        models: tuple[OpenModel, ...] = (model,)
        reason: Choice = "named"
    else:
        models, reason = within_tier(inputs, book, catalogue, gpu)
    candidates = [equip(inputs, candidate, book) for candidate in list_candidates(models, book, gpu, given.gpus)]
    if given.open_model is None or gpu is None:
        candidates = prefer_buyable(candidates)
    if not candidates:
        candidates = [equip(inputs, candidate, book) for candidate in _unmeasured(given, gpu, models, book)]
    return replace(cheapest(candidates), chosen=reason)


def _unmeasured(given: Given, gpu: str | None, models: Iterable[OpenModel], book: PriceBook) -> list[Candidate]:
    """Return the models without a fit where nobody measured this GPU or these models at all: the rest still goes on.

    Raises UserError where there are measurements to choose from instead.
    """
    on_gpu = any(fit.gpu == gpu for fit in book.fits)
    if given.gpus is not None or (on_gpu and any(book.fits_for(model.fits) for model in models)):
        raise _refuse_replica(given, models, book)
    return [Candidate(model=model, fit=None) for model in models]


def within_tier(
    inputs: Inputs, book: PriceBook, catalogue: Catalogue, gpu: str | None
) -> tuple[tuple[OpenModel, ...], Choice]:
    """List the models to choose from, and why: measured ones of the tier, else weakly measured, else a lower tier.

    A reasoning model writes more tokens for the same task, so it stands in only for a closed model that does so too.
    """
    closed = inputs.closed_model
    tier = closed.tier if closed else catalogue.tiers[len(catalogue.tiers) // 2]
    thinks = closed.reasoning if closed else False

    def pick(wanted: str, *, weak: bool) -> tuple[OpenModel, ...]:
        return tuple(
            model
            for model in catalogue.open.values()
            if model.tier == wanted
            and (thinks or not model.reasoning)
            and any(fit.weak <= weak and gpu in (None, fit.gpu) for fit in book.fits_for(model.fits))
        )

    for rank in range(catalogue.rank(tier), -1, -1):
        wanted = catalogue.tiers[rank]
        for weak in (False, True):
            found = pick(wanted, weak=weak)
            if found:
                return found, "lower_tier" if wanted != tier else ("tier_weak" if weak else "tier")
    return tuple(catalogue.open.values()), "lower_tier"


def list_candidates(models: Iterable[OpenModel], book: PriceBook, gpu: str | None, gpus: int | None) -> list[Candidate]:
    """List every model on every kind of replica that is asked for; a model without fits stays as hosted only."""
    found: list[Candidate] = []
    for model in models:
        fits = book.fits_for(model.fits)
        if not fits and gpu is None and gpus is None:
            found.append(Candidate(model=model, fit=None))
        found += [
            Candidate(model=model, fit=fit) for fit in fits if gpu in (None, fit.gpu) and gpus in (None, fit.gpus)
        ]
    return found


def prefer_buyable(candidates: list[Inputs]) -> list[Inputs]:
    """Keep the GPUs that can be both rented and bought, if any: then both columns compare like with like."""
    deployment = candidates[0].given.deployment if candidates else None
    wanted = () if deployment == "private_cloud" else SELF_HOSTED
    both = [inputs for inputs in candidates if all(option in inputs.plan.options for option in wanted)]
    return both or candidates


def cheapest(candidates: list[Inputs]) -> Inputs:
    """Return the candidate with the cheapest average year in the private cloud, at the volume or the middle preset."""

    def cost(inputs: Inputs) -> float:
        if "private_cloud" not in inputs.plan.options:
            return float("inf")
        only = replace(inputs.plan, options=frozenset({"private_cloud"}))
        told = inputs if inputs.volume.output_mtok else with_volume(inputs, 1000.0)
        return float(evaluate(told.levers(), only).flows["private_cloud"].average[0])

    return min(candidates, key=cost)


def _seconds(inputs: Inputs, fit: Fit | None) -> Span:
    if fit is None:
        return UNKNOWN
    seconds = seconds_per_request(fit, isl=inputs.volume.isl, osl=inputs.volume.osl)
    return Span(value=seconds, low=seconds * fit.factor.low, high=seconds * fit.factor.high, rows=(fit.factor.id,))


def _find_host(given: Given, model: OpenModel, book: PriceBook) -> str | None:
    """Return the named host, else the default one, else the cheapest; raises UserError for a host that has no price."""
    hosts = book.hosts(model.id)
    if given.host is not None:
        wanted = fold(given.host)
        if wanted not in {host for _, host in book.hosted}:
            raise refuse_unknown("host", given.host, hosts or sorted({host for _, host in book.hosted}))
        return wanted if wanted in hosts else None
    if book.defaults.host in hosts or not hosts:
        return book.defaults.host if hosts else None
    return min(hosts, key=lambda host: book.hosted[model.id, host].price_out.value)


def _named_gpu(given: Given, book: PriceBook) -> str | None:
    if given.gpu is None:
        return None
    gpu = find_gpu(given.gpu, book)
    if gpu is None:
        raise refuse_unknown("gpu", given.gpu, book.gpus)
    return gpu


def _refuse_replica(given: Given, models: Iterable[OpenModel], book: PriceBook) -> UserError:
    """Say that nobody measured this model on these GPUs, and on which ones somebody did."""
    measured = [f"{fit.gpus}×{fit.gpu}" for model in models for fit in book.fits_for(model.fits)]
    asked = " ".join(f"--{name} {value}" for name, value in (("gpu", given.gpu), ("gpus", given.gpus)) if value)
    return UserError("error.cost.not_measured", value=asked, allowed=", ".join(dict.fromkeys(measured)) or "-")
