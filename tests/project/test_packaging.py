"""The wheel: it builds, holds prompts and data, and works beside a foreign package called `adapters`."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the build backend of this environment, so that nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_wheel_holds_prompts_and_data_under_one_name(wheel: Path) -> None:
    """The wheel puts one package into site-packages, with every prompt and every data file inside."""
    names = zipfile.ZipFile(wheel).namelist()

    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"ai_strategy_bot"}
    for folder in ("prompts", "bot/data", "bot/services/lua"):
        wanted = {
            f"ai_strategy_bot/app/{path.relative_to(ROOT)}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert wanted
        assert wanted <= set(names)


@pytest.mark.slow
def test_wheel_works_beside_a_foreign_adapters_package(wheel: Path, tmp_path: Path) -> None:
    """Installed into a new environment where another `adapters` lives, the command writes a plan."""
    env = tmp_path / "env"
    venv.create(env, with_pip=False)
    site = next((env / "lib").glob("python*")) / "site-packages"
    zipfile.ZipFile(wheel).extractall(site)
    (site / "adapters").mkdir()
    (site / "adapters" / "__init__.py").write_text("raise ImportError('the foreign package was imported')\n")
    dependencies = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    # The dependencies come from the environment the tests run in; our own package must come from the wheel alone.
    (site / "dependencies.pth").write_text(f"{dependencies}\n")
    code = "import ai_strategy_bot, sys; sys.argv = ['ai-strategy', 'understand', 'finance 40']; ai_strategy_bot.main()"
    ran = subprocess.run(
        [str(env / "bin" / "python"), "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    find = (
        "import sys, ai_strategy_bot; from pathlib import Path\n"
        "sys.path.insert(0, str(Path(ai_strategy_bot.__file__).parent / 'app'))\n"
        "import bot, adapters; print(bot.__file__, adapters.__file__)"
    )
    where = subprocess.run(
        [str(env / "bin" / "python"), "-c", find], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert '"industry": "finance"' in ran.stdout
    assert where.stdout.count(str(site)) == 2
