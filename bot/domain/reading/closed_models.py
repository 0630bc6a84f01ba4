"""The closed model somebody uses today, as said: "gpt-4o", "Claude Sonnet 4.5". Pure."""

import re

MASK = "\ue000"
"""What stands for each character of a model's name once its digits are out of the way."""
_VERSION = r"\d\d?(?:[.-]\d\d?)?(?!\d)"
_CLOSED_MODEL = re.compile(
    r"\b(?P<gpt>gpt[- ]?\d+(?:\.\d+)?o?(?:[- ](?:mini|nano|turbo|pro|luna|terra|sol|astra))?)\b"
    rf"|\b(?P<claude>claude(?:[- ](?:{_VERSION}|sonnet|opus|haiku|fable)){{0,3}})\b"
    rf"|\b(?P<gemini>gemini(?:[- ](?:{_VERSION}|pro|flash|ultra|lite)){{0,3}})\b"
    r"|\b(?P<o>o[134](?:-(?:mini|pro|preview))?)\b"
)
_NAMED = re.compile(
    r"\b(?:gpt[- ]?\d(?:\.\d)?o?|o[134]"
    r"|(?:claude|gemini|sonnet|opus|haiku)(?:[- ](?:\d(?:\.\d)?|pro|sonnet|opus|haiku))*)"
    # "GPT 4 500 USD" may be four thousand five hundred, and "GPT 4 - 5k USD" a range.
    r"(?![\w.]| \d{3}(?!\d)| ?[-–] ?\d)"
)


def closed_model(folded: str) -> str | None:
    """Return the closed model a folded text names first, with hyphens: "gpt-4o"."""
    match = _CLOSED_MODEL.search(folded)
    if match is None:
        return None
    name = re.sub(r"[ _]+", "-", match.group())
    return re.sub(r"^gpt(?=\d)", "gpt-", name)


def without_model_names(folded: str) -> str:
    """Return the text with the names of models masked, so that their digits are no amounts; places stay the same."""
    return _NAMED.sub(lambda match: MASK * len(match.group()), folded)
