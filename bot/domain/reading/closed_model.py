"""The closed model somebody says they use: "GPT-4o", "claude 3.5 sonnet", "o3-mini". Pure."""

import re

_NUMBER = r"\d{1,2}(?:[.-]\d{1,2})?(?!\d)"
_CLOSED_MODEL = re.compile(
    r"\b(?P<gpt>gpt[- ]?\d+(?:\.\d+)?o?(?:[- ](?:mini|nano|turbo|pro|luna|terra|sol|astra))?)\b"
    rf"|\b(?P<claude>claude(?:[- ](?:{_NUMBER}|sonnet|opus|haiku|fable)){{0,3}})\b"
    rf"|\b(?P<gemini>gemini(?:[- ](?:{_NUMBER}|pro|flash|ultra|lite)){{0,3}})\b"
    r"|\b(?P<o>o[134](?:-(?:mini|pro|preview))?)\b"
)


def find_closed_model(folded: str) -> str | None:
    """Return the first closed model of a folded text, written with hyphens; None when none is named."""
    match = _CLOSED_MODEL.search(folded)
    if match is None:
        return None
    name = re.sub(r"[ _]+", "-", match.group())
    return re.sub(r"^gpt(?=\d)", "gpt-", name)
