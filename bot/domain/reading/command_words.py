"""The command words of the bot in three languages, as data. Pure."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from bot.domain.reading.number_cues import POLITE
from bot.domain.reading.typed import Token, phrases, word_set

Command = Literal[
    "help", "cancel", "restart", "stop", "history", "forget", "privacy", "share", "export", "prompt", "regenerate"
]

COMMANDS: Mapping[Command, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "help": phrases(
            "help|help me|i need help|ayuda|ayudame|necesito ayuda|ajuda|me ajuda|ajude me|preciso de ajuda|"
            "socorro|how does this work|como funciona|como funciona esto|como funciona isso|what can you do|"
            "que puedes hacer|que puede hacer|o que voce faz|instrucciones de uso|manual|comandos|commands"
        ),
        "cancel": phrases(
            "cancel|cancel it|cancel that|cancelar|cancela|cancele|cancelalo|never mind|nevermind|forget it|"
            "dejalo|dejelo|olvidalo|olvidelo|deixa pra la|deixe pra la|esquece|abort|anular|anula|anule|salir|"
            "quit|exit|sair"
        ),
        "restart": phrases(
            "restart|start over|start again|begin again|reset|reiniciar|reinicia|reinicie|empezar de nuevo|"
            "empezar de cero|empecemos de nuevo|volver a empezar|de cero|recomecar|recomeca|recomece|"
            "comecar de novo|do zero"
        ),
        "stop": phrases(
            "stop|stop it|stop writing|halt|para|pare|parar|detener|deten|detente|detengase|alto|basta|parar ya|"
            "para ya|pare ja|interromper|interrumpir"
        ),
        "history": phrases(
            "history|my history|my plans|my strategies|historial|mi historial|mis planes|mis estrategias|"
            "historico|meu historico|meus planos|minhas estrategias|show history|ver historial|ver historico"
        ),
        "forget": phrases(
            "forget me|delete my data|erase my data|delete everything about me|olvidame|olvideme|borra mis datos|"
            "borre mis datos|borrar mis datos|elimina mis datos|elimine mis datos|eliminar mis datos|esqueca me|"
            "me esqueca|me esquece|apague meus dados|apaga meus dados|apagar meus dados|exclua meus dados|"
            "excluir meus dados"
        ),
        "privacy": phrases(
            "privacy|privacy policy|privacidad|politica de privacidad|aviso de privacidad|privacidade|"
            "politica de privacidade|aviso de privacidade"
        ),
        "share": phrases(
            "share|share it|share this|compartir|comparte|comparta|compartirlo|compartelo|compartilhar|"
            "compartilhe|compartilha|partilhar"
        ),
        "export": phrases(
            "export|export it|exportar|exporta|exporte|exportarlo|descargar|download|baixar|export pdf|"
            "export pptx|export docx|export xlsx|export markdown"
        ),
        "prompt": phrases(
            "prompt|show prompt|show the prompt|ver prompt|ver el prompt|mostrar prompt|mostrar el prompt|"
            "ver o prompt|mostrar o prompt"
        ),
        "regenerate": phrases(
            "regenerate|write it again|try again|regenerar|regenera|regenere|escribelo de nuevo|"
            "escribalo de nuevo|otra vez|gerar de novo|gere de novo|escreva de novo|outra vez"
        ),
    }
)
_BY_PHRASE: Mapping[tuple[str, ...], Command] = MappingProxyType(
    {phrase: command for command, said in COMMANDS.items() for phrase in said}
)
_ARTICLES = word_set("me the el la o a")


def command_of(tokens: Sequence[Token]) -> Command | None:
    """Return the command a message is; a command word inside a longer sentence is none."""
    words = [token.fold for token in tokens if token.kind == "word"]
    if not words or any(token.kind == "number" for token in tokens):
        return None
    for said in (words, _without(words, POLITE), _without(words, POLITE | _ARTICLES)):
        command = _BY_PHRASE.get(tuple(said))
        if command is not None:
            return command
    return None


def _without(words: Sequence[str], dropped: frozenset[str]) -> list[str]:
    return [word for place, word in enumerate(words) if word not in dropped and not _is_por_of_favor(words, place)]


def _is_por_of_favor(words: Sequence[str], place: int) -> bool:
    return words[place] == "por" and words[place + 1 : place + 2] == ["favor"]
