"""Ask a model once what a text says about the slots, when our own reading finds nothing; never trust its answer."""

import logging
import re
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.domain.brief import Language
from bot.domain.errors import ModelError
from bot.domain.industries import IndustryBook
from bot.domain.prompt import EXTRACTION_TOKENS, extraction_messages
from bot.domain.slots import Understood, validate_extraction
from bot.ports import Model, ModelRequest, Piece, Prompts

log = logging.getLogger(__name__)

DEADLINE_S = 8.0
"""Somebody waits for the next question meanwhile."""


@dataclass(frozen=True, slots=True)
class SlotExtraction:
    """Extract slots with a model; whatever goes wrong, the answer is None and the dialogue asks instead."""

    model: Model
    prompts: Prompts
    industries: IndustryBook

    async def extract(self, text: str, language: Language) -> Understood | None:
        """Return the slots a model finds in `text`, validated, or None."""
        system = self.prompts.render("extraction", language, {"industries": tuple(self.industries.industries)})
        request = ModelRequest(
            messages=extraction_messages(system, text),
            max_tokens=EXTRACTION_TOKENS,
            deadline_s=DEADLINE_S,
            json_object=True,
        )
        try:
            async with aclosing(self.model.stream(request)) as stream:
                parts = [part.text async for part in stream if isinstance(part, Piece)]
        except ModelError as error:
            log.info("no slots were extracted: %s", error)
            return None
        found = validate_extraction("".join(parts).strip(), self.industries)
        return found and without_invented_target(found, text)


def without_invented_target(found: Understood, text: str) -> Understood | None:
    """Keep a target only if it stands in the text as a number of its own: other ways to write one we read ourselves."""
    target = found.target_percent
    digits = "" if target is None else re.escape(f"{target:g}")
    if target is None or re.search(rf"(?<![\w.]){digits}(?!\w|\.\d)", text.replace(",", ".")):
        return found
    return replace(found, target_percent=None) if found.industry else None
