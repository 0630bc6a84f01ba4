"""Whether a request was signed by Slack: checked on the raw bytes, before anything in them is read. Pure."""

import hashlib
import hmac
from typing import Literal

from adapters.slack.limits import SIGNATURE_AGE_S

Refusal = Literal["unsigned", "stale", "forged"]

_LONGEST_TIMESTAMP = 12


def refuse(secret: str, *, body: bytes, timestamp: str | None, signature: str | None, now_s: int) -> Refusal | None:
    """Return why a request must not be read, or None when Slack signed it within the last five minutes."""
    if not timestamp or not signature:
        return "unsigned"
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _LONGEST_TIMESTAMP):
        return "forged"
    if abs(now_s - int(timestamp)) > SIGNATURE_AGE_S:
        return "stale"
    expected = sign(secret, body=body, timestamp=timestamp)
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass")):
        return "forged"
    return None


def sign(secret: str, *, body: bytes, timestamp: str) -> str:
    """Return the signature Slack sends for a body (version 0: HMAC-SHA256 of `v0:timestamp:body`)."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return f"v0={digest}"
