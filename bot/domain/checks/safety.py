"""Safety: nothing that pings, links, renders, hides, repeats itself or leaks the system prompt."""

import base64
import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.domain.checks.context import CheckContext
from bot.domain.checks.finding import Finding, FindingId
from bot.domain.document.blocks import Block, Heading, Paragraph, Table, Text, plain, walk
from bot.domain.terms import SectionId

MENTION = re.compile(
    r"<[!@#][^>\s][^>]*>|<at\b[^>]*>.*?</at>|(?<![\w.%+-])[@＠﹫][A-Za-zÀ-ÿ][\w.-]*|<users/[^>]*>", re.IGNORECASE
)
URL = re.compile(
    r"(?:https?|ftp|file|slack|msteams|tel|mailto|javascript|data|vbscript)\s?:\s?(?://)?[^\s)>\]|]+|\bwww\.[^\s)>\]]+"
    r"|\bhxxps?\b[^\s)>\]|]*|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.,])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!\.)|(?![\d.]))){4}(?:[:/][^\s)>\]|]*)?"
    r"|\b[\w-]+\s?[\[({]\s?(?:\.|dot|punto|ponto)\s?[\])}]\s?[\w-]+(?:/[^\s)>\]|]*)?"
    r"|\b[\w-]+ (?:dot|punto|ponto) (?:com|net|org|io|ai|dev|co|app|info|example)\b",
    re.IGNORECASE,
)
"""Addresses, e-mail addresses and bare numbers of machines, also written so that only a person reads them as such."""
_DOMAIN = re.compile(
    (
        r"(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|io|ai|dev|co|app|xyz|ru|cn|info"
        r"|me|link|site|online|shop|store|biz|club|live|page|cloud|top|click|zip|example|test|evil|tk|ly|gg)(?:/[^\s)]*)?(?![\w-])"
    ),
    re.IGNORECASE,
)
HTML = re.compile(
    r"<\s*/?\s*[a-zA-Z][^<>]*>|<!--|-->|<!\[CDATA|<\?|<\s*(?:script|iframe|img|svg|object|embed|style|a)\b",
    re.IGNORECASE,
)
IMAGE = re.compile(r"!\[[^\]]*\]\s*[(\[]|!\[\[")
HIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_ENCODED = re.compile(
    r"(?<![\w/+.:])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{48,}={0,2}(?![\w/+])"
)
FOREIGN = re.compile(
    "[\u0370-\u03bb\u03bd-\u1dbf\u1f00-\u1fff\u2c00-\u2dff\u2e80-\ua71f\ua840-\ud7ff\uf900-\ufaff\ufb13-\ufdff\ufe70-\ufefe\U00010000-\U0001d3ff\U0001e000-\U0001efff\U00020000-\U0003ffff]+"
)
"""Letters of other scripts: look-alikes hide a word from every check, and no board of ours reads them."""
TEMPLATE = re.compile(
    (
        r"\{\{|\}\}|\{%|%\}|\$\{|<\|[a-z_]+\|>|\[/?INST\]|<</?SYS>>|</?s>|^\s*(?:system|assistant|user"
        r"|developer)\s*:|\bignor[ea]\w*\s+(?:\w+\s+){0,4}(?:instruc\w+|instruct\w+|prompts?)"
        r"|^\s*#+\s*(?:system|instructions?)\b|^\s*(?:begin|end) (?:system )?prompt"
    ),
    re.IGNORECASE | re.MULTILINE,
)
_LONG_ENOUGH = 30
_REPEATS = 3
_GRAM, _GRAM_REPEATS = 8, 4

_ON_SOURCE: tuple[tuple[FindingId, re.Pattern[str]], ...] = (
    ("safety.image", IMAGE),
    ("safety.mention", MENTION),
    ("safety.html", HTML),
    ("safety.hidden", HIDDEN),
    ("safety.hidden", _ENCODED),
    ("safety.hidden", FOREIGN),
    ("safety.template", TEMPLATE),
)


def check_safety(
    section: SectionId, source: str, blocks: Sequence[Block], context: CheckContext, *, line: int
) -> Iterator[Finding]:
    """Check a section's source and what it parses to; `line` is the number of the source's first line."""
    for finding, pattern in _ON_SOURCE:
        for found in pattern.finditer(source):
            if (finding == "safety.html" and MENTION.fullmatch(found.group())) or (
                pattern is _ENCODED and section == "sources"
            ):
                continue
            yield _at(finding, section, source, found.start(), found.group(), line)
    yield from _links(section, source, context, line)
    yield from _in_text(section, blocks)
    yield from _canary(section, source, context, line)
    yield from _repeats(section, source, line)


def _at(finding: FindingId, section: SectionId, source: str, start: int, quote: str, line: int) -> Finding:
    number = line + source.count("\n", 0, start)
    return Finding(id=finding, section=section, line=number, quote=quote)


def _links(section: SectionId, source: str, context: CheckContext, line: int) -> Iterator[Finding]:
    is_sources = section == "sources"
    spans: list[tuple[int, int]] = []
    for found in URL.finditer(source):
        spans.append(found.span())
        address = found.group().rstrip(".,;:*_`")
        safe = address.startswith("https://") or (address.startswith("http://") and not context.links)
        if not (is_sources and safe and (not context.links or address in context.links)):
            yield _at("safety.link", section, source, found.start(), address, line)
    if is_sources:
        return
    for found in _DOMAIN.finditer(source):
        if not any(start <= found.start() < end for start, end in spans):
            yield _at("safety.link", section, source, found.start(), found.group(), line)


def _in_text(section: SectionId, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Find what only the parser sees: entities that become tags, links whose address is written in pieces."""
    for block in walk(blocks):
        for text in _texts(block):
            for span in text:
                if span.href and not URL.match(span.href) and not span.image:
                    yield Finding(id="safety.link", section=section, line=block.line, quote=span.href)
            words = plain(text)
            for finding, pattern in (("safety.html", HTML), ("safety.mention", MENTION), ("safety.hidden", HIDDEN)):
                for found in pattern.finditer(words):
                    if "&" in found.group() or finding == "safety.hidden":
                        continue
                    yield Finding(id=finding, section=section, line=block.line, quote=found.group())  # type: ignore[arg-type]  # one of the three


def _texts(block: Block) -> Iterator[Text]:
    if isinstance(block, Heading | Paragraph):
        yield block.text
    elif isinstance(block, Table):
        yield from block.columns
        for row in block.rows:
            yield from row


def _canary(section: SectionId, source: str, context: CheckContext, line: int) -> Iterator[Finding]:
    token = re.sub(r"[\W_]+", "", context.canary).casefold()
    if not token:
        return
    bare = re.sub(r"[\W_]+", "", source)
    coded = base64.b64encode(context.canary.encode()).decode().rstrip("=")[:-1]
    turned = codecs.encode(token, "rot13")
    spelled = (token, token[::-1], turned, token.encode().hex(), context.canary.encode().hex())
    if coded in bare or any(form in bare.casefold() for form in spelled):
        yield Finding(id="safety.canary", section=section, line=line)


def _repeats(section: SectionId, source: str, line: int) -> Iterator[Finding]:
    """Find a model that loops: the same long line three times, or the same eight words four times."""
    lines = [text.strip(" -*\t") for text in source.splitlines()]
    counts = Counter(text for text in lines if len(text) >= _LONG_ENOUGH and not set(text) <= set("|:- "))
    looped = next((text for text, count in counts.items() if count >= _REPEATS), None)
    if looped is None:
        words = re.findall(r"\S+", re.sub(r"^\s*\|.*$", "", source, flags=re.MULTILINE))
        grams = Counter(" ".join(words[at : at + _GRAM]) for at in range(len(words) - _GRAM + 1))
        looped = next((gram for gram, count in grams.items() if count >= _GRAM_REPEATS), None)
    if looped is not None:
        number = next((index for index, text in enumerate(lines) if looped[:20] in text), 0)
        yield Finding(id="safety.repeat", section=section, line=line + number, quote=looped)
