"""Write the settings table of the README and `.env.example` from the one list of settings."""

import sys
from pathlib import Path

from pydantic import SecretStr

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- settings:begin -->", "<!-- settings:end -->"


def list_settings() -> list[tuple[str, str, str]]:
    """Return (variable, default, meaning) of each setting, in the order they are declared."""
    rows = []
    for field in Settings.model_fields.values():
        default = field.default
        shown = "" if default in (None, ()) or isinstance(default, SecretStr) else str(default)
        rows.append((str(field.alias), shown, str(field.description)))
    return rows


def write_table() -> str:
    """Return the Markdown table."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, default, meaning in list_settings():
        shown = f"`{default}`" if default else ""
        lines.append(f"| `{name}` | {shown} | {meaning} |")
    return "\n".join(lines)


def write_example() -> str:
    """Return the text of `.env.example`: each setting with its meaning, commented out at its default."""
    parts = [f"# {meaning}\n# {name}={default}\n" for name, default, meaning in list_settings()]
    return "# Copy to .env; honcho and most platforms read it.\n\n" + "\n".join(parts)


def put_between(text: str, begin: str, end: str, inner: str) -> str:
    """Replace what stands between two marker lines."""
    head, rest = text.split(begin, 1)
    tail = rest.split(end, 1)[1]
    return f"{head}{begin}\n{inner}\n{end}{tail}"


def main() -> None:
    """Write both files; with `--check` only say whether they are up to date."""
    readme, example = ROOT / "README.md", ROOT / ".env.example"
    wanted = {
        readme: put_between(readme.read_text(encoding="utf-8"), BEGIN, END, write_table()),
        example: write_example(),
    }
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        sys.exit(f"run `python -m tools.document_settings`: {[path.name for path in stale]}" if stale else 0)
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
