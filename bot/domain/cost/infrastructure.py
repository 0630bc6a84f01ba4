"""The infrastructure that is recommended, with the reason for model, framework and GPUs."""

from dataclasses import dataclass

from bot.domain.brief import OptionId
from bot.domain.catalogue import Catalogue, OpenModel, Tool
from bot.domain.cost.costs import Costs
from bot.domain.cost.inputs import Choice, Inputs

FRAMEWORK = "vllm"
"""The framework behind eta_engine and eta_slo (MLPerf v5.1, Red Hat on vLLM): the figures hold for this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Infrastructure:
    """Hold model, framework and GPUs; counts are None while the volume is unknown.

    `why` is the reason for model and GPU: named by the user, cheapest of the tier, the tier but weakly measured, or a
    lower tier to be proven in the pilot. `replicas` and `gpus` are those of the first year; `replicas_last` and
    `gpus_last` those of the third where growth changes them, else None. `one_server` warns that all replicas share one
    server: not redundant.
    """

    model: OpenModel
    framework: Tool
    option: OptionId | None
    gpu: str | None
    gpus_per_replica: int | None
    replicas: int | None
    gpus: int | None
    servers: int | None
    utilisation_percent: float | None
    replicas_last: int | None
    gpus_last: int | None
    why: Choice
    closed_tier: str | None
    one_server: bool
    rows: tuple[str, ...]


def describe_infrastructure(
    inputs: Inputs, costs: Costs, best: OptionId | None, catalogue: Catalogue
) -> Infrastructure:
    """Describe the best option's replicas, or the private cloud's when there is none yet."""
    option: OptionId = best if best in ("private_cloud", "on_premise") else "private_cloud"
    cost = costs.options[option]
    changes = len(set(cost.replicas_by_year)) > 1
    last = cost.replicas_by_year[-1] if changes else None
    return Infrastructure(
        model=inputs.open_model,
        framework=catalogue.tools[FRAMEWORK],
        option=best,
        gpu=inputs.fit.gpu.upper() if inputs.fit else None,
        gpus_per_replica=inputs.fit.gpus if inputs.fit else None,
        replicas=cost.replicas,
        gpus=cost.gpus,
        servers=cost.servers,
        utilisation_percent=cost.utilisation_percent,
        replicas_last=last,
        gpus_last=last * inputs.plan.gpus_per_replica if last else None,
        why=inputs.chosen,
        closed_tier=inputs.closed_model.tier if inputs.closed_model else None,
        one_server=costs.options["on_premise"].servers == 1,
        rows=inputs.spans["seconds"].rows,
    )
