"""Tools and models: only those of the catalogue, by the sizes that exist, and the legacy ones called legacy."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.domain.checks.context import CheckContext, Names
from bot.domain.checks.finding import Finding, FindingId
from bot.domain.checks.known import FAMILIES, FOREIGN, KNOWN, WORDS_TOO
from bot.domain.checks.prose import Passage
from bot.domain.document.markers import ANY_MARK
from bot.domain.terms import SectionId, fold

_SUFFIX = (
    r"(?:v?\d+(?:\.\d+)*(?:[a-z](?![a-z]))?(?:-?\d+e)?|\d+(?:\.\d+)?b|\d+x\d+b|\d+e|r1|scout|maverick"
    r"|behemoth|small|medium|large|nemo|mini|nano|turbo|ultra|pro|flash"
    r"|sonnet|opus|haiku|luna|terra|sol|instruct|chat|base|coder|vl|it|fp8|int4|awq|gptq|guard|oss"
    r"|preview|plus|max|lite)"
)
_MODEL = re.compile(
    (
        rf"(?<![\w/.-])(?:meta[- ])?({FAMILIES})((?:[ \u00a0]?[-(]?[ \u00a0]?(?:(?<![a-z])"
        rf"|(?=\d))\(?{_SUFFIX}(?![a-z])\)?)*)(?![\w])"
    ),
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?<![\w.x×-])\(?(\d{1,4}(?:\.\d)?(?:x\d+)?)[ \u00a0]?B\b\)?")
_DROPPED = re.compile(r"-(?:instruct|chat|it|fp8|int4|awq|gptq|base|preview)\b")
_FOREIGN = re.compile(rf"(?<![\w-])(?:{FOREIGN})(?![\w])", re.IGNORECASE)
_CAMEL = re.compile(
    r"(?<![\w@/.-])(?=[A-Za-z0-9]*[a-z])(?=[A-Za-z0-9]*[A-Z])[A-Za-z][A-Za-z0-9]*[a-z0-9][A-Z][A-Za-z0-9]*"
    r"|(?<![\w@/.-])[A-Z]{2,}[a-z]+[A-Za-z0-9]*"
)
_TOOLISH = re.compile(
    r"LLM|Serve|Infer|GPT|Llama|AI|ML|RT$|Deploy|Hub|Flow|Chain|Index|Engine|Runtime|Stack|Cache"
    r"|Tensor|Kube|Torch|Router|Gateway|Model|Prompt|Agent|Forge|Ops$|DB$|Mesh"
)
_TALK = re.compile(
    r"\b(?:motor(?:es)?|framework|marco|servidor(?:es)?|engine|server|runtime|herramienta|tool"
    r"|ferramenta|plataforma|platform|serving|inferencia|inference|biblioteca|library|libreria"
    r"|software)\b"
)
_LOWER = re.compile(
    r"(?<![\w/.-])(?:[a-z0-9]+-(?:llm|serve|server|infer|inference|webui|gpt|llama)|[a-z]{1,10}llm)(?![\w-])"
)
_INTRODUCED = re.compile(
    r"(?:(?:motor|framework|marco|servidor|engine|server|runtime|herramienta|tool"
    r"|ferramenta)s?(?: de (?:inferencia|inferência|servicio|serving|despliegue|implantação)"
    r"| (?:inference|serving))?"
    r"(?: (?:llamad[oa]|called|named|chamad[oa]|como|such as))?) \"?«?([A-Z][a-z]+[A-Za-z0-9]*)"
    r"|([A-Z][a-z]+[A-Za-z0-9]*) (?:como|as) (?:(?:nuestro|el|our|the|an|un|um|o|nosso) )?(?:motor"
    r"|servidor|engine|server|framework|runtime|inference|serving)"
)
_LEGACY = re.compile(
    r"\bheredad|\blegacy|\blegad|\bobsolet|mantenimiento|maintenance|manutenc|\barchivad|\barquivad"
    r"|\barchived|\bexistent|\bexisting|\bya instalad|\bja instalad"
)
_SKIPPED: frozenset[SectionId] = frozenset({"sources", "assumptions"})


def check_tools(section: SectionId, passages: Iterable[Passage], context: CheckContext) -> Iterator[Finding]:
    """Find names outside the catalogue, each once, and legacy tools that are not called so."""
    if section in _SKIPPED or not (context.names.models or context.names.tools):
        return
    seen: set[str] = set()
    for passage in passages:
        text = ANY_MARK.sub(" ", passage.text)
        for name in _foreign(text, context.names):
            if _norm(name) not in seen:
                seen.add(_norm(name))
                yield _finding("tools.unknown", section, passage, name)
        around = fold(" ".join((text, *passage.leads[:2])))
        for name in context.names.legacy:
            if re.search(rf"(?<![\w-]){re.escape(fold(name))}(?![\w-])", fold(text)) and not _LEGACY.search(around):
                if f"legacy {name}" not in seen:
                    seen.add(f"legacy {name}")
                    yield _finding("tools.legacy", section, passage, name)
                break


def _finding(finding: FindingId, section: SectionId, passage: Passage, name: str) -> Finding:
    return Finding(
        id=finding,
        section=section,
        line=passage.line,
        quote=name,
        params=(("name", name), ("context", passage.text)),
    )


def _norm(name: str) -> str:
    """Bring a name to one form: folded, hyphens for gaps, no parentheses."""
    return re.sub(r"-+", "-", re.sub(r"[\s\u00a0_/()]+", "-", fold(name))).strip("-.")


@lru_cache(maxsize=64)
def _allowed(names: Names) -> tuple[frozenset[str], frozenset[str]]:
    """Return (normal forms of all names, the families among them)."""
    whole = frozenset(_norm(name) for name in (*names.models, *names.tools))
    found = (re.match(rf"(?:{FAMILIES})", name) for name in sorted(whole))
    return whole, frozenset(match.group() for match in found if match)


@lru_cache(maxsize=64)
def _known(names: Names) -> frozenset[str]:
    """Return every normal form that is no foreign tool: the catalogue's names, their long parts, other companies."""
    whole, _ = _allowed(names)
    return whole | KNOWN | {part for name in whole for part in name.split("-") if len(part) > len("llm")}


def _foreign(text: str, names: Names) -> Iterator[str]:
    spans: list[tuple[int, int]] = []
    for place, foreign in _models(text, names):
        spans.append(place)
        if foreign:
            yield foreign
    known = _known(names)
    talk = bool(_TALK.search(fold(text)))
    for start, end, name, sure in _others(text):
        if any(start < last and first < end for first, last in spans) or _norm(name) in known:
            continue
        if _norm(name).removesuffix("s") in known or not (sure or talk or _TOOLISH.search(name)):
            continue
        spans.append((start, end))
        yield name


def _others(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield (start, end, name, whether it is surely a tool) of words that look like one."""
    for pattern in (_FOREIGN, _LOWER):
        for found in pattern.finditer(text):
            yield found.start(), found.end(), found.group(), True
    for found in _INTRODUCED.finditer(text):
        group = 1 if found.group(1) else 2
        yield found.start(group), found.end(group), found.group(group), True
    for found in _CAMEL.finditer(text):
        if not re.fullmatch(r"[A-Z0-9]{2,}s", found.group()):
            yield found.start(), found.end(), found.group(), False


def _models(text: str, names: Names) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the place of every model and its name when it does not exist; a further size counts with the last model."""
    whole, families = _allowed(names)
    last: re.Match[str] | None = None
    events = [*_MODEL.finditer(text), *_SIZE.finditer(text)]
    for found in sorted(events, key=lambda match: (match.start(), -match.end())):
        if found.re is _SIZE:
            if last is None or found.start() < last.end():
                continue
            stem = re.sub(r"[\s(-]*\d+(?:\.\d)?(?:x\d+)?[ ]?B\)?$", "", last.group(), flags=re.IGNORECASE)
            named = f"{stem.strip(' (')} {found.group(1)}B"
            if not _exists(_norm(named), whole):
                yield found.span(), named
            continue
        family = found.group(1).casefold()
        if family in WORDS_TOO and (not re.search(r"\d", found.group(2)) and family not in families):
            continue
        last = found
        name = _norm(found.group()).removeprefix("meta-")
        alone = not found.group(2).strip(" -(")
        fine = (alone and family in families) or _exists(name, whole)
        yield found.span(), "" if fine else found.group().strip(" -")


def _exists(name: str, whole: frozenset[str]) -> bool:
    """Say whether a name is in the catalogue, or is the beginning of one that is ("Llama 3.3")."""
    bare = _DROPPED.sub("", name)
    if bare in whole or any(bare.replace("-", "") == known.replace("-", "") for known in whole):
        return True
    return any(known.startswith((f"{bare}-", f"{bare}.")) for known in whole) and not re.search(r"\d+b$", bare)
