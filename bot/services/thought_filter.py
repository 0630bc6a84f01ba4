"""Open reasoning models think aloud in `<think>…</think>` before their answer: this keeps the answer only."""

_OPEN, _CLOSE = "<think>", "</think>"


class ThoughtFilter:
    """Drop one thought at the very start of a text that arrives in pieces; what comes later is left as it is."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "start"

    def feed(self, piece: str) -> str:
        """Return what of the text so far may be handed on."""
        if self._state == "answer":
            return piece
        self._held += piece
        return {"start": self._begin, "thought": self._think, "gap": self._answer}[self._state]()

    def rest(self) -> str:
        """Return what is still held when the text has ended; a thought that never closed is no answer."""
        held, self._held = self._held, ""
        return held if self._state == "start" else ""

    def _begin(self) -> str:
        """Wait until it is clear whether the text opens with a thought."""
        text = self._held.lstrip()
        if text.startswith(_OPEN):
            self._state, self._held = "thought", text[len(_OPEN) :]
            return self._think()
        if _OPEN.startswith(text):
            return ""
        held, self._held, self._state = self._held, "", "answer"
        return held

    def _think(self) -> str:
        """Drop the thought, but keep a tail in which its end may have begun."""
        _, closed, answer = self._held.partition(_CLOSE)
        if not closed:
            self._held = self._held[-len(_CLOSE) :]
            return ""
        self._held, self._state = answer, "gap"
        return self._answer()

    def _answer(self) -> str:
        """Drop the empty lines between a thought and the answer."""
        text, self._held = self._held.lstrip(), ""
        self._state = "answer" if text else "gap"
        return text
