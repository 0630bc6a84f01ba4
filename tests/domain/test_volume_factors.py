"""By how much a follow-up wants the volume multiplied: the number it says, whole, and in the direction it says."""

import pytest

from bot.domain.brief import Given
from bot.domain.reading.typed import fold
from bot.domain.talk.changing import scale
from bot.domain.talk.volume_factors import find_volume_factor


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("what if volume doubles?", 2.0),
        ("volume 1.5x", 1.5),
        ("volume x2.5", 2.5),
        ("what if the volume is 1.2x today's?", 1.2),
        ("what if usage goes 1.10x?", 1.1),
        ("what if volume is 20x?", 20.0),
        ("¿y si el volumen se multiplica por 2,5?", 2.5),
        ("what if the volume were 5 times higher?", 5.0),
        ("one and a half times the volume", 1.5),
        ("¿y si el volumen es dos veces y media el de hoy?", 2.5),
        ("e se usarmos metade do volume?", 0.5),
        ("what if volume grows by half?", 1.5),
        ("¿y si el volumen crece la mitad?", 1.5),
        ("what if volume falls by half?", 0.5),
    ],
)
def test_a_factor_is_read_whole(text: str, factor: float) -> None:
    """Of "1.2x" nobody means the 2, and of "grows by half" nobody means half of today."""
    assert find_volume_factor(fold(text)) == factor


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("what if volume grows by 12.55 %?", 1.1255),
        ("what if we have 12.55 % more volume?", 1.1255),
        ("what if we have 1,000 % more tokens?", 11.0),
        ("¿y si el volumen sube un 1.000 %?", 11.0),
        ("e se o volume crescer 33,3 %?", 1.333),
        ("what if volume drops by more than 30 %?", 0.7),
        ("¿y si el volumen cae más de un 30 %?", 0.7),
        ("what if volume went up and now falls by 30 %?", 0.7),
        ("what if volume is reduced by 30 %?", 0.7),
        ("¿y si reducimos el volumen un 30 %?", 0.7),
        ("what if usage is cut by 30%?", 0.7),
        ("¿y si el volumen es un 30 % menor?", 0.7),
        ("e se o volume for 30 % maior?", 1.3),
    ],
)
def test_a_percentage_is_added_or_taken_away(text: str, factor: float) -> None:
    """The verb gives the direction, whatever "more than" says, and all digits count."""
    assert find_volume_factor(fold(text)) == factor


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("what if volume falls to 30 %?", 0.3),
        ("¿y si el volumen baja al 30 %?", 0.3),
        ("e se o volume cair para 50 %?", 0.5),
        ("what if usage grows to 150 %?", 1.5),
        ("what if usage grows by a 30 %?", 1.3),
    ],
)
def test_a_percentage_that_is_reached_is_the_share_of_today(text: str, factor: float) -> None:
    """What "falls to 30 %" leaves 30 % and not 70 %."""
    assert find_volume_factor(fold(text)) == factor


@pytest.mark.parametrize(
    "text",
    [
        "reduce our token bill by 30 %",
        "reducir el coste de los tokens un 30 %",
        "the users send requests 3 times a day",
        "what if we serve the tokens with 8x H100?",
        "traffic comes 24x7",
        "mixtral 8x7b for all tokens",
        "what if volume drops by 100 %?",
        "what if we buy half a million tokens more?",
        "three and a half times the volume",
        "what if it doubles?",
    ],
)
def test_what_is_no_factor_of_the_volume_is_none(text: str) -> None:
    """What falls is the cost, or the number counts something else, or nobody can say."""
    assert find_volume_factor(fold(text)) is None


def test_a_small_volume_keeps_its_tokens() -> None:
    """Half of 12,500 tokens is 6,250 and not a hundredth of a million."""
    scaled = scale(Given(input_mtok=0.0125, output_mtok=0.005), 0.5)

    assert scaled is not None
    assert (scaled.input_mtok, scaled.output_mtok) == (0.00625, 0.0025)
