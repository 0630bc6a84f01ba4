"""Neutralises what somebody else wrote before a platform shows it: mentions, links, markup, hidden characters. Pure."""

import html
import re
import unicodedata

_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_SLACK_OBJECT = re.compile(r"<([@#!])([^>|]*)(?:\|([^>]*))?>")
_SLACK_LINK = re.compile(r"<((?:https?|mailto|tel|slack)[^>|\s]*)(?:\|([^>]*))?>", re.IGNORECASE)
_TEAMS_MENTION = re.compile(r"<at\b[^>]*>(.*?)</at\s*>", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"\b([a-z][a-z0-9+.-]{1,20})\s?:\s?//", re.IGNORECASE)
_BARE_SCHEME = re.compile(r"\b(mailto|tel|javascript|data|vbscript|file)\s?:", re.IGNORECASE)
_HOST = re.compile(
    r"(?<![^\W_])(?<!@)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|io|ai|dev|co|app|xyz|ru|cn|info|me|link|site|online|top|click"
    r"|zip|gg|ly|tk|es|br|pt|mx|ar|cl|pe|eu|us|uk|de|fr|example|test)(?![^\W_])(?!-\w)",
    re.IGNORECASE,
)
_AT = re.compile(r"@(?=[^\s@])")
_IMAGE = re.compile(r"!(?=\[)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")
# Letters of Western Europe in one form, digits and marks without an effect: most labels of buttons are no more.
_PLAIN = re.compile("[0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff ,%?\u00bf]*")
_FULL_WIDTH_AT = "\uff20"


def bare(text: str) -> str:
    """Return a text in one form, without hidden, control and direction characters; line breaks stay."""
    return _HIDDEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))


def unping(text: str) -> str:
    """Take the effect out of mentions of Slack and Teams: the name stays, nobody is notified."""
    named = _SLACK_OBJECT.sub(lambda found: f"{found.group(1)}{found.group(3) or found.group(2)}", text)
    named = _TEAMS_MENTION.sub(lambda found: f"@{found.group(1)}", named)
    return _AT.sub(_FULL_WIDTH_AT, named)


def unlink(text: str) -> str:
    """Take the effect out of links: addresses stay readable, no platform makes a link or a preview of them."""
    shown = text
    if "<" in shown:
        shown = _SLACK_LINK.sub(lambda found: f"{found.group(2) or ''} {found.group(1)}".strip(), shown)
    if ":" in shown:
        shown = _SCHEME.sub(r"\1[:]//", shown)
        shown = _BARE_SCHEME.sub(r"\1[:]", shown)
    return _HOST.sub(lambda found: found.group().replace(".", "[.]"), shown) if "." in shown else shown


def for_slack(text: str) -> str:
    """Return a text that Slack shows as it stands: no mention, no link, no emphasis, no entity of its own."""
    if _PLAIN.fullmatch(text):
        return text
    plain = html.escape(unlink(unping(bare(text))), quote=False)
    return re.sub(r"([*_~`])", lambda found: _SLACK_MARKS[found.group()], plain)


_SLACK_MARKS = {"*": "\u2217", "_": "\uff3f", "~": "\u223c", "`": "\u02cb"}
"""Look-alikes: Slack's mrkdwn has no escape for its own marks."""


def for_teams(text: str) -> str:
    """Return a text that Teams and Adaptive Cards show as it stands, in a place that renders Markdown."""
    plain = unlink(unping(bare(text)))
    escaped = _MARKDOWN.sub(r"\\\1", plain)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace("\\>", "&gt;")


def document_for_slack(markdown: str, *, links: frozenset[str] = frozenset()) -> str:
    """Return verified Markdown with whatever could still ping or link in Slack made harmless; its form stays.

    `links` are the addresses that stay links: those of our own sources.
    """
    return html.escape(_disarmed(markdown, links), quote=False)


def document_for_teams(markdown: str, *, links: frozenset[str] = frozenset()) -> str:
    """Return verified Markdown with whatever could still ping, link or be HTML in Teams made harmless; its form stays.

    `links` are the addresses that stay links: those of our own sources.
    """
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", _disarmed(markdown, links))


def _disarmed(markdown: str, links: frozenset[str]) -> str:
    kept = sorted(links, key=len, reverse=True)
    text = bare(_IMAGE.sub("", markdown))
    for place, address in enumerate(kept):
        text = text.replace(address, _slot(place))
    text = unlink(unping(text))
    for place, address in enumerate(kept):
        text = text.replace(_slot(place), address)
    return text


def _slot(place: int) -> str:
    """Return a private character that stands for a kept address while the rest is disarmed."""
    return chr(0xE000 + place)
