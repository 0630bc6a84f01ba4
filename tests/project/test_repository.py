"""What holds for the repository as a whole: no hosts of registries, no machine paths, documents up to date."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS
from bot.domain.checks.finding import FINDING_IDS

ROOT = Path(__file__).resolve().parents[2]
# Written in pieces, so that this file does not contain what it looks for.
REGISTRIES = tuple("".join(parts) for parts in (("pypi", ".org"), ("pythonhosted", ".org"), ("registry.", "npmjs")))
MACHINE_PATHS = tuple("/" + name + "/" for name in ("work/main", "work/shared", "root", "tmp/team"))


def tracked_files() -> list[Path]:
    """Return the files git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_registry_host_and_no_machine_path_is_committed() -> None:
    """No tracked file names the host of a package registry or a path of somebody's machine."""
    found = [
        f"{path.relative_to(ROOT)}: {needle}"
        for path in tracked_files()
        for needle in (*REGISTRIES, *MACHINE_PATHS)
        if needle.encode() in path.read_bytes()
    ]

    assert found == []


def test_every_requirement_is_pinned_with_a_hash() -> None:
    """Each requirement of each lock names one version and at least one hash."""
    for lock in ROOT.glob("requirements*.lock"):
        blocks = re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())

        assert [block for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("tool", ["tools.document_settings", "tools.draw_dialogue"])
def test_documents_are_up_to_date(tool: str) -> None:
    """The settings table, the example environment and the state diagram are what the code says."""
    checked = subprocess.run(
        [sys.executable, "-m", tool, "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def test_readme_names_every_command() -> None:
    """Each subcommand stands in the README."""
    readme = (ROOT / "README.md").read_text("utf-8")

    assert [name for name in COMMANDS if f"`{name}`" not in readme and f"ai-strategy {name}" not in readme] == []


def test_readme_is_short() -> None:
    """A reader gets through the README: at most 220 lines, diagram and settings table included."""
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 220


def test_python_files_open_with_a_sentence_and_stay_small() -> None:
    """Each Python file opens with a one-sentence docstring; sources have at most 300 lines, tests at most 500."""
    wrong = []
    for path in tracked_files():
        if path.suffix != ".py":
            continue
        text = path.read_text("utf-8")
        limit = 500 if "tests" in path.relative_to(ROOT).parts else 300
        if not text.startswith('"""') or len(text.splitlines()) > limit:
            wrong.append(str(path.relative_to(ROOT)))

    assert wrong == []


def test_every_test_states_its_claim() -> None:
    """Each test function has a docstring."""
    silent = [
        f"{path.name}: {node.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]

    assert silent == []


def test_help_loads_no_heavy_package() -> None:
    """`ai-strategy --help` imports neither openai nor a chat platform's library nor the store."""
    heavy = ("openai", "slack_bolt", "slack_sdk", "botbuilder", "redis", "fakeredis", "numpy", "jinja2")
    code = (
        "import sys\nfrom bot.__main__ import build_parser\nbuild_parser().format_help()\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"


def test_documentation_names_every_finding_and_links_what_exists() -> None:
    """Each finding id stands in docs/checks.md, and every relative link of the README leads to a file."""
    told = (ROOT / "docs" / "checks.md").read_text("utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / "README.md").read_text("utf-8"))

    assert [one for one in FINDING_IDS if f"`{one}`" not in told] == []
    assert [link for link in links if not (ROOT / link).exists()] == []
