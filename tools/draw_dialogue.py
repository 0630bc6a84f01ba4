"""Draw the dialogue's state diagram into the README, from the transition table the bot runs on."""

import sys
from pathlib import Path

from bot.domain.talk.transitions import draw_diagram

README = Path(__file__).parents[1] / "README.md"
BEGIN = "<!-- dialogue:begin -->"
END = "<!-- dialogue:end -->"


def with_diagram(text: str) -> str:
    """Return the text with the diagram of today between its two marks; raises ValueError without the marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the text has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n```mermaid\n{draw_diagram()}```\n{END}{after}"


def main() -> None:
    """Rewrite the README; with `--print` only print the diagram."""
    if "--print" in sys.argv[1:]:
        sys.stdout.write(draw_diagram())
        return
    README.write_text(with_diagram(README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
