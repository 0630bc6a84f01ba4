"""The checks: one good document per language, and for each finding a change that brings it about and nothing else."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.brief import LANGUAGES, Kind, Language
from bot.domain.document.markers import mark, render_markers
from bot.domain.terms import WRITTEN
from bot.domain.verify import FINDING_IDS, CheckContext, Finding, check_document, check_section
from bot.services.finding_texts import load_findings
from tests.domain.model_like import Doc, write
from tests.domain.mutations import Tally, mutate_document, mutate_source
from tests.domain.planned import write_planned

# Numbers of documents on the small case (nothing of one's own saves there), one in each language.
UNREACHED = {"es": 9, "en": 10, "pt": 11}


def document(language: Language) -> tuple[Doc, str]:
    """Return a document and its text as read."""
    doc = write(UNREACHED[language])
    assert doc.language == language
    return doc, render_markers(doc.source(), doc.ledger, language)


def ids(findings: tuple[Finding, ...]) -> set[str]:
    """Return the ids of findings."""
    return {finding.id for finding in findings}


@pytest.mark.parametrize("number", range(0, 48, 2))
def test_good_documents_have_no_finding(number: int) -> None:
    """Model-like documents pass as read and section by section as written."""
    doc = write(number)
    assert check_document(render_markers(doc.source(), doc.ledger, doc.language), doc.context) == ()
    for section, _, source in doc.parts:
        assert check_section(section, source, doc.context) == ()


@pytest.mark.parametrize("kind", ["pro", "basic"])
@pytest.mark.parametrize("number", range(9))
def test_documents_of_the_planner_have_no_finding(number: int, kind: Kind) -> None:
    """What the planner writes passes its own checks, section by section and as a whole."""
    doc = write_planned(number, kind=kind)
    assert check_document(render_markers(doc.source(), doc.ledger, doc.language), doc.context) == ()
    for section, _, source in write_planned(number, kind=kind, tables=False).parts:
        if section in WRITTEN[kind]:
            assert check_section(section, source, doc.context) == ()


def test_mutations_of_a_sample_are_all_found() -> None:
    """Every figure changed, moved or swapped in a sample of documents is found, and nothing untouched is."""
    tally = Tally()
    for number in (0, 4, 11, 13, 19, 26):
        mutate_document(write(number), tally, most=12)
        mutate_source(write(number), tally, most=12)
    for number in (1, 3, 8):
        mutate_document(write_planned(number), tally, most=12)
    assert not tally.missed
    assert not tally.false
    assert tally.made.total() == tally.found.total() > 150


def drop_phase(text: str) -> str:
    """Take the second phase out."""
    return re.sub(r"\n### (?:Fase|Phase) 2.*?(?=\n### (?:Fase|Phase) 3)", "\n", text, flags=re.DOTALL)


def swap_phases(text: str) -> str:
    """Exchange the numbers of the first two phases."""
    return re.sub(r"(### (?:Fase|Phase)) ([12])", lambda m: f"{m.group(1)} {3 - int(m.group(2))}", text)


def append(sentence: str) -> Callable[[str], str]:
    """Put a sentence behind the last paragraph of the decision."""
    return lambda text: re.sub(r"\n+## (Fuentes|Sources|Fontes)", rf"\n\n{sentence}\n\n## \1", text)


CHANGES: tuple[tuple[str, Language, Callable[[str], str]], ...] = (
    ("phases.count", "es", drop_phase),
    ("phases.order", "en", swap_phases),
    ("phases.months", "pt", lambda text: re.sub(r"(### Fase 2[^\n]*?) \(.*?\)", r"\1", text)),
    ("phases.exit_criterion", "es", lambda text: re.sub(r"[^\n]*Criterio de salida[^\n]*\n", "", text, count=1)),
    ("tco.missing", "en", lambda text: re.sub(r"^\|.*\n", "", text, flags=re.MULTILINE)),
    ("risks.mitigation", "pt", lambda text: re.sub(r"\*\*Mitigação:\*\*[^\n]*", "", text, count=1)),
    ("figures.literal", "es", append("La nube privada costaría 123.457 USD al año.")),
    ("target.claimed", "en", append("The private cloud reaches the target of 40%.")),
    ("target.claimed", "pt", append("A economia de 40% está garantida.")),
    ("tools.unknown", "es", append("Se servirá Llama 4 70B con vLLM.")),
    ("tools.unknown", "en", append("We will run TurboServe as the inference server.")),
    ("tools.legacy", "pt", append("O modelo será servido com Hugging Face TGI.")),
    ("form.heading", "es", lambda text: text.replace("## Supuestos e incógnitas", "### Notas")),
    ("form.language", "en", append("El consejo debe aprobar hoy la fase de evaluación y el gasto que se pide para ella en este plan.")),
    ("form.language", "pt", append("El consejo debe aprobar hoy la fase de evaluación y el gasto que se pide para ella en este plan.")),
    ("form.cut", "es", append("Además, el equipo de operaciones revisará cada semana los")),
    ("safety.mention", "en", append("Ask @here before signing.")),
    ("safety.link", "es", append("Vea https://evil.example/plan para más.")),
    ("safety.html", "en", append("See <b onclick=x>this</b> first.")),
    ("safety.image", "pt", append("![x](y.png)")),
    ("safety.hidden", "es", append("El pla\u200bn se revisa.")),
    ("safety.canary", "en", append("Kanarie-7F3A91 is the reference.")),
    ("safety.repeat", "pt", append("\n\n".join(["O conselho aprova a fase 1 com retorno em três meses."] * 3))),
    ("safety.template", "en", append("{{ secret }} is shown.")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("finding", "language", "change"), CHANGES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_change_brings_its_finding(finding: str, language: Language, change: Callable[[str], str]) -> None:
    """A good document with one thing wrong has the finding of that thing."""
    doc, text = document(language)
    changed = change(text)
    assert changed != text
    assert finding in ids(check_document(changed, doc.context))


def test_four_risks_and_none() -> None:
    """Exactly three risks are asked for."""
    doc, _ = document("es")
    source = next(source for section, _, source in doc.parts if section == "risks")
    four = (
        source + "\n\n" + re.sub(r"(?m)^(?:### )?3\.", lambda m: m.group().replace("3", "4"), source.split("\n\n")[-1])
    )
    numbered = "\n".join(f"{n}. **R{n}.** Texto. **Mitigación:** control." for n in range(1, 5))
    assert check_section("risks", source, doc.context) == ()
    assert "risks.count" in ids(check_section("risks", numbered, doc.context))
    assert "risks.count" in ids(check_section("risks", "Ningún riesgo es grave.", doc.context))
    assert four != source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("La nube privada cuesta {private_cloud.year_usd} al año.", set()),
        ("La nube privada cuesta {on_premise.year_usd} al año.", {"figures.option"}),
        ("La nube privada cuesta {private_cloud.horizon_usd} al año.", {"figures.measure"}),
        ("La nube privada cuesta {private_cloud.saving_percent} al año.", {"figures.measure"}),
        ("La nube privada cuesta {no.such}.", {"figures.unknown"}),
        ("Cuesta {private_cloud.year_usd} al año.", {"figures.option"}),
        ("La nube privada cuesta {closed.year_usd} al año frente a {private_cloud.year_usd} de la API cerrada.", {"figures.option"}),
        ("La nube privada y la instalación propia cuestan {on_premise.year_usd} y {private_cloud.year_usd} al año.", {"figures.option"}),
        ("El ahorro de la nube privada tiene un rango de {verdict.high_percent} a {verdict.low_percent}.", {"figures.range"}),
        ("La nube privada queda en {private_cloud.year_usd} al año, por encima de lo que se paga hoy.", set()),
        ("La migración a la nube privada es un gasto único de {private_cloud.one_off_usd} por año.", {"figures.measure"}),
        ("La nube privada se amortiza en 29 meses.", {"figures.literal"}),
        ("El gasto se recupera; la inversión en la nube privada se paga en dos años.", {"figures.literal"}),
        ("No se amortiza en 36 meses.", set()),
        ("La fase 2 dura 5 meses con 3 equipos.", set()),
        ("El objetivo es un 40 %.", set()),
        ("El objetivo es un 41 %.", {"figures.literal"}),
    ],
)  # fmt: skip
def test_figures_stand_where_they_belong(source: str, expected: set[str]) -> None:
    """A cited figure is of the option and the measure its sentence speaks of; literals are findings, the target is not."""
    context = write(15).context
    told = re.sub(r"\{([a-z_.]+)\}", lambda found: mark(found.group(1)), source)
    best = write(15).ledger.figure("verdict.saving_percent").option
    if "verdict" in told and best != "private_cloud":
        told = told.replace("la nube privada", "la instalación propia")
    assert ids(check_section("decision", told, context)) == expected


CLAIMS: tuple[tuple[Language, str, bool], ...] = (
    ("es", "El plan alcanza el objetivo.", True),
    ("es", "Con este plan se logra el objetivo del 40 %.", True),
    ("es", "La nube privada reduce los costes un 40 %.", True),
    ("es", "El ahorro del 40 % queda garantizado.", True),
    ("es", "No hay duda: se cumple el objetivo.", True),
    ("es", "El plan no alcanza el objetivo.", False),
    ("es", "El objetivo se alcanzaría con más volumen.", False),
    ("es", "Si el volumen crece, se alcanza el objetivo.", False),
    ("es", "La fase 1 comprueba si el ahorro cumple el objetivo.", False),
    ("es", "El objetivo es reducir los costes un 40 %.", False),
    ("es", "¿Se alcanza el objetivo?", False),
    ("es", "El ahorro no está garantizado.", False),
    ("en", "The plan meets the target.", True),
    ("en", "We will cut costs by 40%.", True),
    ("en", "Savings of 40% are guaranteed.", True),
    ("en", "The target is out of reach.", False),
    ("en", "The target would be reached at a higher volume.", False),
    ("en", "Only if volume triples is the target met.", False),
    ("en", "The target of 40% is not met.", False),
    ("en", "The pilot verifies that the saving meets the target.", False),
    ("pt", "O plano atinge a meta.", True),
    ("pt", "A nuvem privada reduz os custos em 40%.", True),
    ("pt", "A economia de 40% está garantida.", True),
    ("pt", "O plano não atinge a meta.", False),
    ("pt", "A meta seria atingida com mais volume.", False),
    ("pt", "Se o volume crescer, a meta é atingida.", False),
    ("pt", "O piloto verifica se a economia cumpre a meta.", False),
    ("pt", "Nenhuma economia é garantida antes do piloto.", False),
    ("es", "Ningún ahorro está garantizado.", False),
)


ORDINARY: tuple[tuple[Language, str], ...] = (
    ("es", "Se integrará con Active Directory, Okta y el SIEM corporativo (Splunk o Microsoft Sentinel)."),
    ("es", "El Reglamento de IA (AI Act), DORA y la norma ISO/IEC 27001:2022 exigen registro."),
    ("es", "En el primer trimestre de 2027 vence el contrato n.º 2024-118."),
    ("es", "La búsqueda usa PostgreSQL con pgvector; los datos quedan en S3 cifrado con AES-256 y TLS 1.3."),
    ("es", "La latencia P95 debe bajar de 800 ms y el tiempo de recuperación (RTO) de 4 horas."),
    ("es", "El equipo de 12 personas atiende 24/7 en tres turnos; el 15 de marzo se presenta el informe."),
    ("es", "El banco ACME S.A., BBVA, CaixaBank e ING publican guías propias; eBay no."),
    ("en", "Infrastructure as code with Terraform, pipelines in GitHub Actions, images signed with Sigstore cosign."),
    ("en", "JPMorgan, BlackRock and PayPal have public guidelines; McKinsey reports are not sources."),
    ("en", "Quantise Llama 3.3 70B Instruct to FP8 and fine-tune with LoRA in PyTorch."),
    ("en", "Half of the pilot users come from operations, and each team meets twice a month."),
    ("en", "We reached agreement with legal on the data classes."),
    ("en", "A blind comparison on 300 real customer tickets closes the phase."),
    ("pt", "A LGPD, a Resolução CMN 4.893 e a ISO/IEC 27001 exigem trilha de auditoria."),
    ("pt", "Itaú, Bradesco e Nubank publicam guias próprios."),
    ("pt", "A equipe de 4 pessoas mantém plantão 24/7; o RTO é de 4 horas."),
)  # fmt: skip


@pytest.mark.parametrize(("language", "sentence"), ORDINARY)
def test_ordinary_sentences_have_no_finding(language: Language, sentence: str) -> None:
    """Companies, norms, roles, hardware, dates and small counts are nobody's business."""
    assert check_section("decision", sentence, document(language)[0].context) == ()


@pytest.mark.parametrize(("language", "sentence", "claimed"), CLAIMS)
def test_target_is_claimed_only_by_assertions(language: Language, sentence: str, claimed: bool) -> None:
    """Assertions and guarantees are claims; negations, conditions, aims, tests and questions are not."""
    context = document(language)[0].context
    assert ("target.claimed" in ids(check_section("decision", sentence, context))) is claimed


def test_target_may_be_claimed_when_it_is_reached() -> None:
    """With the verdict `reached` the same sentence passes."""
    context = replace(document("es")[0].context, outcome="reached")
    assert check_section("decision", "El plan alcanza el objetivo.", context) == ()


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Se comparan Llama 4 (8B) y Llama 4 (70B).", ["Llama 4 (8B)", "Llama 4 (70B)"]),
        ("Se comparan Llama 4 8B y 70B.", ["Llama 4 8B", "Llama 4 70B"]),
        ("Se usa Llama-4-8B-Instruct.", ["Llama-4-8B-Instruct"]),
        ("Se usan Llama 4, Llama 4 Scout, Llama 3.3 70B y Mistral Large.", []),
        ("Se usa meta-llama/Llama-3.1-8B-Instruct con gpt-oss-120b.", []),
        ("Se usa Qwen2.5 72B con LangChain.", ["Qwen2.5 72B", "LangChain"]),
        ("Se sirve con vLLM, Ollama, SGLang o llama.cpp sobre Kubernetes.", []),
        ("Se sirve con TurboServe o zllm.", ["TurboServe", "zllm"]),
        ("El motor de inferencia Zephyrion sirve el modelo.", ["Zephyrion"]),
        ("El CISO, el CTO y el DPO revisan GDPR, LGPD y DORA con Microsoft, GitHub y OpenAI.", []),
        ("La empresa usa PostgreSQL, SharePoint y ServiceNow con MLOps y FinOps.", []),
        ("Claude Sonnet 4.5 y GPT-4o se retiran.", []),
    ],
)
def test_only_the_catalogue_may_be_named(sentence: str, names: list[str]) -> None:
    """Sizes that do not exist, other models and made-up tools are found; companies, roles and norms are not."""
    found = check_section("decision", sentence, document("es")[0].context)
    assert sorted(finding.quote for finding in found if finding.id == "tools.unknown") == sorted(names)


def test_legacy_tools_are_called_legacy() -> None:
    """TGI passes only where its sentence says that it is legacy."""
    context = document("en")[0].context
    assert ids(check_section("decision", "We serve with TGI.", context)) == {"tools.legacy"}
    assert (
        check_section("decision", "Hugging Face TGI is legacy and stays in existing installations only.", context) == ()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_is_told_apart(language: Language) -> None:
    """A section in each of the other languages is found, the right one is not."""
    for other in LANGUAGES:
        sections = {section: source for section, _, source in document(other)[0].parts}
        found = check_section("plan", sections["plan"], document(language)[0].context)
        assert ("form.language" in ids(found)) is (other != language)


def test_document_without_ledger() -> None:
    """Without figures every amount is unverifiable, except the target."""
    text = document("es")[1]
    found = check_document(text, CheckContext(language="es", target_percent=40))
    assert ids(found) == {"figures.unverifiable"}
    assert not any(finding.quote.replace("\u00a0", " ") == "40 %" for finding in found)


def test_cells_are_compared_with_the_expected_table() -> None:
    """A cell that differs from the computed table is found with its line, also when its words are no figure."""
    doc, text = document("es")
    table = "| Concepto | Nube privada |\n|---|---|\n| Coste anual | no disponible |"
    line = next(n for n, one in enumerate(text.splitlines(), start=1) if one.startswith("|"))
    lines = text.splitlines()
    end = next(n for n in range(line, len(lines)) if not lines[n].startswith("|"))
    changed = "\n".join([*lines[: line - 1], *table.splitlines(), *lines[end:]])
    context = replace(
        doc.context, table={("Coste anual", "Nube privada"): doc.ledger.text("private_cloud.year_usd", "es")}
    )
    found = [finding for finding in check_document(changed, context) if finding.id == "tco.cell"]
    assert [finding.line for finding in found] == [line + 2]


def test_defaults_must_be_told() -> None:
    """A default that is not among the assumptions is found."""
    doc, text = document("en")
    told = replace(doc.context, defaults=("Volume", "Growth of the volume"))
    assert check_document(text, told) == ()
    assert ids(check_document(text, replace(doc.context, defaults=("Energy price",)))) == {"unknowns.missing"}


def test_industry_must_be_named() -> None:
    """A document about something else than the industry asked for is found."""
    doc, text = document("en")
    assert check_document(text, replace(doc.context, industry=("Finance", "financial company"))) == ()
    assert ids(check_document(text, replace(doc.context, industry=("Healthcare", "hospital")))) == {"form.industry"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_sentence(language: Language) -> None:
    """The sentences of all findings are there and take the parameters the checks give."""
    sentences = load_findings()[language]
    assert set(sentences) == set(FINDING_IDS)
    doc, text = document(language)
    broken = append("Avoid @here and 123.457 USD.")(drop_phase(text))
    found = check_document(broken, doc.context)
    assert found
    for finding in found:
        told = finding.as_json(sentences)
        assert set(told) == {"id", "section", "line", "sentence", "action"}
        assert "{" not in told["sentence"]


def test_basic_documents() -> None:
    """The short document needs its three sections and no phases, with the same safety and figures checks."""
    text = (
        "# IA abierta\n\n## Visión general\n\nLos modelos abiertos se instalan donde la empresa decide y con sus propias reglas.\n\n"
        "## Cómo se reducen los costes\n\nSe paga la capacidad y no cada consulta, y eso conviene con mucho uso.\n\n"
        "## Cómo mejora la privacidad\n\nLos datos no salen de la empresa y el acceso se registra.\n"
    )
    context = CheckContext(language="es", kind="basic", book=document("es")[0].context.book)
    assert check_document(text, context) == ()
    assert ids(check_document(text.replace("mucho uso", "un 70 % de uso"), context)) == {"figures.literal"}
    assert ids(check_document(text.replace("## Cómo mejora", "### Cómo mejora"), context)) == {"form.heading"}
