"""What stands beside an industry: corrections, negations, owners and customers, as data.

Every table is written without accents and in lower case, the form `typed.fold` gives.
"""

from bot.domain.reading.typed import phrases, word_set

CONNECTORS = word_set("de del do da dos das of and y e en la el los las & - / para for")

LEAVE_OUT_WORDS = word_set(
    "not no non nao ni nem isn't aren't never nunca jamas except excepto exceto sin sem wasn't weren't"
)

LEAVE_OUT_PHRASES = phrases(
    "rather than|instead of|en vez de|en lugar de|ao inves de|em vez de|em lugar de|nothing to do with|"
    "other than|nada que ver con|nada a ver com|aparte de|apart from|ya no|already left|we left|forget about"
)

TO_BE = word_set(
    "be is are am was were we i a an the in at for from of with our es son soy somos era un una el la los las en "
    "de del para por con nuestro nuestra e sao sou um uma o os as em no na do da nosso nossa mas more longer "
    "actually really just only exactamente realmente exatamente mais company empresa sector setor it it's eramos"
)

ORDER_VERBS = word_set(
    "ignore ignora ignorar ignoren disregard forget olvida olvide olviden esquece esqueca desconsidere "
    "desconsidera override bypass omite omita reveal revela revele repeat repite repita print imprime imprima "
    "show muestra mostra mostre pretend finge finja act actua atue"
)

ORDER_OBJECTS = ("instruc", "rule", "regla", "regra", "prompt", "guideline", "directriz", "diretriz", "system")

ROLE_NAMES = word_set("system assistant developer")
"""Names of the roles of a prompt: with a colon after them they pretend to speak for somebody else."""

CORRECTIONS = phrases(
    "no|nao|wait|espera|espere|perdon|perdona|perdone|disculpa|disculpe|sorry|i mean|quiero decir|"
    "quise decir|me equivoque|error|mi error|my mistake|my bad|mistake|errei|me enganei|erro meu|perdao|opa|"
    "corrige|quis dizer|quero dizer|digo|mejor dicho|mejor|melhor|actually|en realidad|na verdade|alias|"
    "desculpa|desculpe|correction|correccion|correcao|corrijo|corregir|rather|scratch that|make it|make that|"
    "cambia a|cambialo a|change to|change it to|change that to|instead|oops|ups|que sea|que sean|que seja|"
    "que sejam|muda para|mude para|let's say|no wait|better|perdon no|rectifico|retifico|ou melhor|o mejor|"
    "or rather|pensandolo bien|hmm|erm|edit|i meant|meant|sino|ponle|pon|digamos|digamos que|make that|sera|"
    "troque por|troca por|changed my mind"
)

CORRECTION_WORDS = frozenset(word for phrase in CORRECTIONS for word in phrase)

CHANGE_STEMS = ("chang", "swap", "switch", "replac", "cambi", "sustitu", "reemplaz", "troc", "troqu", "mud", "substitu")

CHANGE_JOINTS = word_set("por to for with a para ao al in into by")

CLIENT_CUES = word_set(
    "client clients customer customers cliente clientes sell sells selling serve serves serving vendemos vende "
    "venden vendo atendemos atiende servimos supplier proveedor proveedores fornecedor fornecemos supply "
    "for-clients unlike competitor competitors competidor competidores concorrente concorrentes previously "
    "formerly antes"
)

INDUSTRY_CUES = word_set(
    "sector industry industria industrial setor ramo rubro giro area company companies empresa empresas compania "
    "companhia negocio business firm group grupo startup organisation organization organizacion organizacao "
    "chain cadena rede red provider operator agency agencia enterprise corporation corporacion services "
    "servicios servicos maker somos soy sou we're i'm cluster segmento segment vertical mercado market"
)

SELF_CUES = word_set(
    "somos soy sou we're i'm are am our nuestra nuestro nuestras nossa nosso my mi minha meu trabajo trabalho"
)

BELONGS_TO = word_set(
    "e es is son sao in en em no na as como para pra for our nuestra nuestro nossa nosso mi my minha meu of de "
    "del do da la el the"
)

_OPENINGS: tuple[tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]], ...] = (
    (
        phrases(
            "we are|we're|i am|i'm|we run|i run|we own|i own|we operate|we have|i have|i work at|i work in|"
            "i work for|we manage|for our|for my|at our|at my|our|my"
        ),
        phrases("a|an|the||in|in the|a small|a large|a big"),
    ),
    (
        phrases(
            "somos|soy|tenemos|tengo|dirijo|dirigimos|trabajo en|trabajamos en|gestionamos|operamos|llevo|"
            "llevamos|administro|administramos|para|en"
        ),
        phrases("un|una|unos|unas|nuestro|nuestra|mi|una pequena|un pequeno|una gran|el|la"),
    ),
    (
        phrases(
            "somos|sou|temos|tenho|dirijo|dirigimos|trabalho em|trabalhamos em|trabalho|administramos|operamos|para|em"
        ),
        phrases("um|uma|uns|umas|numa|num|nosso|nossa|meu|minha|uma pequena|um pequeno|uma grande"),
    ),
    (
        phrases(
            "sector|setor|industria|rubro|ramo|giro|empresa|empresas|negocio|compania|companhia|area|mercado|"
            "actividad|atividade|segmento"
        ),
        phrases("de|del|de la|de las|de los|do|da|dos|das|"),
    ),
    (
        phrases("dueno de|duena de|propietario de|propietaria de|dono de|dona de|proprietario de"),
        phrases("un|una|um|uma|"),
    ),
    (
        phrases("owner of|own|owns|owning"),
        phrases("a|an|the|"),
    ),
    (
        phrases("grupo de|equipo de|equipe de|group of|team of|colectivo de|coletivo de|asociacion de|associacao de"),
        phrases("|"),
    ),
    (
        phrases("industry|sector|business|company"),
        phrases("of|is|:"),
    ),
    (
        phrases("industry|sector|industria|setor|rubro|ramo"),
        phrases("es|e|"),
    ),
)
_NEED_AN_ARTICLE = phrases(
    "area|compania|empresa|empresas|i am|i have|i run|i'm|mercado|my|negocio|our|we are|we have|we run|we're"
)
NAMED_AFTER: tuple[tuple[str, ...], ...] = tuple(
    (*opening, *article)
    for openings, articles in _OPENINGS
    for opening in openings
    for article in articles
    if article or opening not in _NEED_AN_ARTICLE
)
"""Words after which somebody names what they run: "somos un …", "we run a …", "sector …"."""

NOT_AN_INDUSTRY = phrases(
    "medio ambiente|meio ambiente|redes sociales|redes sociais|social media|por medio de|media hora|"
    "media jornada|em media|na media|open source software|software libre|software livre|free software|"
    "open software|banco de datos|banco de dados|data bank|salud financiera|health check|health checks|"
    "legal reasons|open technology|tecnologia abierta|tecnologia aberta|nueva tecnologia|nova tecnologia|"
    "tech stack|tech team|tech debt|legal team|legal department|equipo legal|departamento legal|"
    "departamento juridico|equipe juridica|software team|marketing team|equipo de marketing|energy consumption|"
    "consumo de energia|energy costs|bank holiday|bank account|cuenta bancaria|conta bancaria|data store|"
    "vector store|app store|good news|bad news|the news|human resources team|by law|rule of law|power point|"
    "at school|data center|centro de datos propio|data warehouse|data warehousing|data lake|model training|"
    "transporte de datos|seguro que|seguro de que|no seguro|medios para|por todos los medios|derecho a|direito a|"
    "capital humano|foundation model|foundation models|modelo de lenguaje|ai store|model store|medios propios|"
    "payment terms|data processing|banco de pruebas|salud mental de|seguridad social|chat de texto|data centre|"
    "legal advice|legal hold|legal review|mi campo|en el campo de|no campo de|in the field|call center bot|"
    "supply chain risk|en obras|vehicles for|seria legal|esta legal|ta legal|fica legal|muito legal|que legal"
)
"""Phrases in which the name of an industry means something else."""
