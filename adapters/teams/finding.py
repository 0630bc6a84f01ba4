"""The message extension that finds one's own strategies: results as cards that go into a message. Pure."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.teams.closing import first_words
from adapters.teams.pages import CARD_TYPE, card_activity
from adapters.teams.render import heading, line, lines
from bot.domain.reading.typed import fold
from bot.domain.strategy import parse_strategy
from bot.ports import PlanRecord, SectionView

Json = dict[str, Any]

MOST = 25
_PREVIEW = "application/vnd.microsoft.card.thumbnail"


def find_strategies(records: Sequence[PlanRecord], wanted: str) -> Json:
    """Return the strategies whose title holds all words of `wanted`, newest first."""
    words = fold(wanted).split()
    found = [one for one in records if all(word in fold(_title(one)) for word in words)]
    results = {"type": "result", "attachmentLayout": "list", "attachments": [_result(one) for one in found[:MOST]]}
    return {"composeExtension": results}


def nothing_found(sentence: str) -> Json:
    """Return a sentence in place of results."""
    return {"composeExtension": {"type": "message", "text": sentence}}


def _result(record: PlanRecord) -> Json:
    day = datetime.fromtimestamp(record.at / 1000, UTC).date().isoformat()
    strategy = parse_strategy(record.markdown, record.brief.language, kind=record.brief.kind)
    verdict = first_words([SectionView(one.id, one.heading, one.source) for one in strategy.sections])
    elements = (heading(_title(record)), *lines(verdict), line(day, subtle=True))
    card = card_activity(elements, summary=_title(record))["attachments"][0]["content"]
    preview = {"contentType": _PREVIEW, "content": {"title": _title(record), "text": day}}
    return {"contentType": CARD_TYPE, "content": card, "preview": preview}


def _title(record: PlanRecord) -> str:
    return str(json.loads(record.document)["title"])
