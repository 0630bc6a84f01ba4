"""Plain answers to "which target?": one number among small words that only hand it over, as data and a test. Pure.

Every table is written without accents and in lower case, the form `typed.fold` gives.
"""

from collections.abc import Sequence

from bot.domain.reading.number_cues import NUMBER_FILLERS, POLITE, SPEAKING
from bot.domain.reading.numerals import Numeral, starts_with
from bot.domain.reading.typed import Token, by_first_word, phrases, word_set

ANSWER_WORDS = word_set(
    "ok okay oki vale bueno bien si claro pues entonces venga va vamos vaya dale creo diria diriamos pienso supongo "
    "estaria bien me gustaria nos yo quiero queremos quisiera prefiero preferiria asi algo sobre como unos pon ponle "
    "ponga pongamos pongo ponemos ponme dejemoslo digo tal vez perfecto mmm mm eh ah hombre ver igual vez que esta "
    "well i think guess i'd i'll we'd like want would prefer sounds good great fine nice perfect yes yeah yep sure "
    "so then ish or okey works work try go let's lets do take probably um uh hmm right please that'd that "
    "uns entao mesmo pode tipo acho eu gente quer quero gostaria gostariamos prefiro diria penso beleza ta bom boa "
    "isso sim sei la fica ficar coloca bota poe vai seria assim tambem blz certo "
    "parece pareceria apuntemos apuntamos apuntar llegar lleguemos conformo conformamos conformaria alcanza "
    "alcanzaria basta bastaria sirve serviria genial fenomenal estupendo excelente ideal suficiente razonable "
    "realista correcto contentos felices satisfechos imagino estariamos quedemonos pensamos pensabamos something "
    "suppose imagine reckon should enough reasonable realistic happy cool excellent decent alright parecem mim bora "
    "vamo otimo otima razoavel felizes satisfeitos chegar ja ficamos ficaria ficariamos estaria fechado combinado "
    "joia pensavamos lo apuntaria apuntariamos quedo quedamos elijo elegimos escojo escogemos voy podria puede "
    "deberia debe aspiro aspiramos alcanzar lograr conseguir escolho escolhemos fico vou poderia deveria deve "
    "acredito acreditamos alcancar shoot choose pick could must believe hope "
    "bah pondria pondriamos feels ballpark tops colocaria botaria pensou pensei pense sound"
)
"""Words around the number of an answer that neither count with it nor name anything: "me gustaría 35"."""

ANSWER_PHRASES = phrases(
    "let's say|lets say|let us say|i'd say|i would say|we'd say|da igual|make it|make that|we want|we would like|"
    "we think|we prefer|we need|we guess|we're thinking|we are thinking|we were thinking|i'm thinking|i was thinking|"
    "estamos pensando|estabamos pensando|estaba pensando|estavamos pensando|estava pensando|para mi|para nosotros|"
    "para mim|pra mim|para nos|pra nos|pra gente|for me|for us|we could live|we can live|what we want|what i want|"
    "lo que queremos|lo que quiero|o que queremos|o que quero|make us happy|anything around|de bom tamanho|"
    "tiene que|tendria que|tem que|teria que|has to|have to|"
    "como mucho|como maximo|a lo sumo|al menos|por lo menos|pelo menos|no maximo|no minimo|no esta mal|nao esta mal|"
    "nada mal|not bad|i'm happy|i'm fine|i'm good|i'm ok|we're happy|we're fine|we're good|we're ok|call it|"
    "put me down for|put us down for|we're looking at|we are looking at|estoy pensando|estou pensando|to pensando|"
    "seria legal|esta legal|ta legal|fica legal|muito legal"
)
"""Words that hand the number over only together: "say 35" is an order, "let's say 35" an answer."""

WISH_PHRASES = tuple(
    (who, wish)
    for names, wishes in (
        ("boss chief board management cfo cto ceo ciso", "wants expects needs asks asked wanted"),
        (
            "jefe jefa junta directorio consejo direccion gerencia cfo cto ceo ciso",
            "quiere pide exige espera pidio queria",
        ),
        ("chefe diretoria direcao conselho gerencia cfo cto ceo ciso", "quer pede exige espera pediu queria"),
    )
    for who in names.split()
    for wish in wishes.split()
)
"""Somebody above who wants the number: "mi jefe quiere 35"; a boss alone, without a wish, hands over nothing."""

CHANGE_PHRASES = phrases(
    "what about|how about|what if|what if it's|what if it were|what if it was|try with|raise to|raise it to|"
    "increase to|increase it to|y si|y si es|y si fuera|y si fuese|y si fueran|y si son|y si ponemos|y si pongo|"
    "que tal|prueba con|pruebe con|proba con|probemos con|probamos con|prueba|probemos|sube a|sube al|subelo a|"
    "subelo al|suba a|subir a|subamos a|aumenta a|aumentalo a|aumentar a|e se|e se for|e se fosse|e se forem|"
    "que te parece|que le parece|que os parece|que les parece|what do you think of|what do you say to|how does|"
    "o que voce acha de|o que voces acham de|o que acha de|e se fossem|"
    "tenta com|tente com|tenta|testa com|teste com|sobe para|sobe pra|suba para|aumenta para|"
    "aumenta pra|aumente para|aumente pra|aumentar para|aumentar pra|muda para|muda pra|mude para"
)
"""Words that want a number changed to the one after them; without that "to", "sube 5" adds to it."""

_PHRASES = by_first_word(ANSWER_PHRASES + WISH_PHRASES + CHANGE_PHRASES)
_SMALL = (ANSWER_WORDS | NUMBER_FILLERS | POLITE) - SPEAKING
_JUDGING = word_set(
    "good great fine nice perfect right works work sure enough reasonable realistic excellent ideal bien perfecto "
    "genial suficiente razonable realista correcto excelente alcanza basta sirve bom boa certo beleza ta otimo razoavel"
)
"""Words that, in a question, ask what a number is worth: "is 40 good?" names no new one."""

_MARKS = frozenset(".,;:!?…¿¡()\"'-–—~")
_SHORT = 7
"""Words up to which a text is a plain answer; a longer one says more than its number."""


def is_plain_answer(tokens: Sequence[Token], numeral: Numeral, taken: set[int]) -> bool:
    """Say whether a text is a number and small words alone, the industry's aside: "ok 35", "I think 35"."""
    words = [place for place, token in enumerate(tokens) if token.kind != "mark" and place not in taken]
    if numeral.portion or len(words) > _SHORT + numeral.end - numeral.start:
        return False
    if _asks(tokens) and any(tokens[place].fold in _JUDGING for place in words):
        return False
    place = 0
    while place < len(tokens):
        step = numeral.end - place if place == numeral.start else _small_until(tokens, place, taken)
        if not step:
            return False
        place += step
    return True


def _asks(tokens: Sequence[Token]) -> bool:
    return tokens[0].fold in {"is", "are"} or any(token.text == "?" for token in tokens)


def _small_until(tokens: Sequence[Token], place: int, taken: set[int]) -> int:
    """Return how many tokens from a place on say nothing against an answer; 0 when this one does."""
    for phrase in _PHRASES.get(tokens[place].fold, ()):
        if starts_with(tokens, place, phrase):
            return len(phrase)
    token = tokens[place]
    is_small = token.text in _MARKS if token.kind == "mark" else token.kind == "word" and token.fold in _SMALL
    return int(is_small or place in taken)
