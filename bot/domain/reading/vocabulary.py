"""The everyday words we know in three languages, as data: neither an industry nor a typo of one.

Every table is written without accents and in lower case, the form `typed.fold` gives.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.domain.brief import Language
from bot.domain.reading import answers, industry_cues, number_cues
from bot.domain.reading.typed import word_set

FUNCTION_WORDS: Mapping[Language, frozenset[str]] = MappingProxyType(
    {
        "es": word_set(
            "el la los las un una unos unas de del al y o u en con sin por para que como cual cuales cuanto "
            "cuanta cuantos cuantas es son somos soy estamos estoy esta este esto estas estos ese esa eso mi mis "
            "tu su sus nuestro nuestra nuestros nuestras me nos te se lo le les yo nosotros usted ustedes ya muy "
            "mas menos pero sino si no ni porque cuando donde hay ser estar tener tenemos tengo tiene tienen "
            "hacer haria hace hacemos quiero queremos quisiera quisieramos querria deseo deseamos necesito "
            "necesitamos puedo podemos podria puede podrian gustaria dame deme dime favor gracias hola buenas "
            "buenos dias tardes noches sobre entre desde hasta hacia segun durante tambien solo todo toda todos "
            "todas otro otra cada alguno alguna algo nada nadie ahora hoy ayer manana aqui alli asi entonces "
            "luego antes despues mejor perdon espera digo quise decir corrijo mes meses ano anos dia semana "
            "trabajo trabajamos gastamos gasto gastar pagamos usamos uso usar ahorrar ahorro reducir bajar "
            "recortar lograr alcanzar seria sea van vamos han hemos ha he lleva llevamos pide pidio quieren "
            "demasiado ahorramos ahorros gastos coste costes costo costos factura presupuesto objetivo cadena "
            "red grupo modelos abiertos cerrados lenguaje empleados clientes tiendas ciento tercio cuarto mitad "
            "treinta cuarenta cincuenta sesenta setenta ochenta veinte quince doce diez cinco empresa compania "
            "sector direccion necesita respuesta minimo maximo junta directiva directorio consejo olvida "
            "olvidame ayuda cancelar millones euros dolares pesos trabajando nube ley sede sucursales corregir "
            "rectifico"
        ),
        "en": word_set(
            "the a an of to in on at by for from with without and or but not no is are am be been was were we i "
            "you he she it they our my your their its us me them this that these those what which who whom how "
            "when where why do does did don't have has had having would could should can will may might must "
            "want wants need needs like please thanks thank hello hi hey there here some any all each every "
            "other more less much many as if then so than too very about around just only also now today into "
            "out up down off over under between per we're i'm it's that's let's i'd we'd we've i've run runs "
            "make takes get give show tell say sorry wait actually mean instead rather yes okay somewhere "
            "ourselves he's they're you're isn't aren't save saves saving savings cut cuts cutting reduce "
            "reducing lower cost costs bill budget spend spends spending target goal company business team year "
            "years month months week uptime support percent percentage half third quarter people staff employees "
            "users customers plan strategy models open closed board own use uses using move switch cheaper pay "
            "paying roughly least help twenty thirty forty fifty sixty seventy eighty ninety hundred fifteen "
            "twelve ten five cancel stop restart history privacy share forget previous law chain group firm "
            "sector's day answer ignore instructions correction scratch change"
        ),
        "pt": word_set(
            "o a os as um uma uns umas de do da dos das ao aos e ou em no na nos nas num numa com sem por pelo "
            "pela pelos pelas para pra que como qual quais quanto quanta quantos quantas sao somos sou estamos "
            "estou esta este isto esse essa isso meu minha meus minhas seu sua seus suas nosso nossa nossos "
            "nossas me te se lhe eu voce voces ja muito muita mais menos mas nao nem porque quando onde ha ser "
            "estar ter temos tenho tem fazer faria faz fazemos quero queremos gostaria gostariamos desejo "
            "desejamos preciso precisamos posso podemos poderia pode favor obrigado obrigada ola oi bom boa dia "
            "tarde noite tudo bem sobre entre desde ate segundo durante tambem so todo toda todos todas outro "
            "outra cada algum alguma algo nada ninguem agora hoje ontem amanha aqui ali assim entao depois antes "
            "melhor desculpe desculpa espera digo quis dizer alias mes meses ano anos semana trabalho "
            "trabalhamos gastamos gasto gastar pagamos usamos uso usar economizar economia poupar reduzir cortar "
            "conseguir seria seja vamos pediu demais trocar conta gastos custo custos fatura orcamento meta "
            "objetivo rede grupo modelos abertos fechados linguagem funcionarios clientes lojas cento terco "
            "quarto metade trinta quarenta cinquenta sessenta setenta oitenta noventa vinte quinze doze dez "
            "cinco empresa companhia setor diretoria conselho precisa resposta minimo maximo ignore esqueca "
            "ajuda cancelar milhoes reais euros trabalhando nuvem unidades filiais corrigir retifico"
        ),
    }
)

GRAMMAR_WORDS: Mapping[Language, frozenset[str]] = MappingProxyType(
    {
        "es": word_set(
            "el los las del al y en un una con para por que como somos es nuestro nuestra queremos quiero necesito "
            "necesitamos nos mi sus hacer tengo tenemos"
        ),
        "en": word_set(
            "the of to and in at for by with our we i we're i'm my is are want need would how do does it that from"
        ),
        "pt": word_set(
            "o os dos das da do ao e em um uma na num numa com para pra por que como nosso nossa queremos quero "
            "somos preciso precisamos temos tenho fazer minha meu nao"
        ),
    }
)
"""The small words that carry a sentence: it is in their language, whatever foreign words stand between them."""

TRADES: Mapping[Language, frozenset[str]] = MappingProxyType(
    {
        "es": word_set(
            "circo peluqueria barberia funeraria gimnasio panaderia carniceria lavanderia tintoreria floristeria "
            "zoologico museo biblioteca teatro discoteca imprenta carpinteria herreria cerrajeria veterinaria "
            "tatuajes lavado mudanzas jardineria club deportivo futbol feria artesania orfebreria cerveceria"
        ),
        "en": word_set(
            "circus zoo gym hairdresser hairdressers barber barbershop bakery butcher laundry dry-cleaning florist "
            "museum library theatre theater nightclub printing printers carpentry locksmith vet tattoo grooming "
            "gardening landscaping football basketball soccer golf club pet pets dog dogs funeral home spa salon "
            "beauty brewery plumbing plumber cleaning moving circus bowling sports idk dunno"
        ),
        "pt": word_set(
            "circo cabeleireiro cabeleireira barbearia academia padaria acougue lavanderia floricultura "
            "zoologico museu biblioteca teatro boate grafica marcenaria serralheria chaveiro veterinaria tatuagem "
            "mudancas jardinagem clube esportivo futebol feira artesanato cervejaria costura oficina salao beleza"
        ),
    }
)
"""Trades we have no industry for: they stay unknown, but show the language somebody speaks."""

COMMON_WORDS = word_set(
    "plan plans plano planos planes strategy strategies estrategia estrategias roadmap model models modelo "
    "modelos lenguaje linguagem language languages idioma lengua llm llms ai ia api apis open source abierto "
    "abiertos abierta abiertas aberto abertos aberta abertas closed cerrado cerrados fechado fechados codigo "
    "code cost costs cost's costo costos coste costes custo custos bill bills factura facturas fatura faturas "
    "conta gasto gastos spend spends spending spent expense expenses budget presupuesto orcamento price prices "
    "precio precios preco precos pay paying pago pagar pagando money dinero dinheiro save saves saving savings "
    "ahorro ahorros ahorrar ahorrando ahorramos economizar economia economias poupar poupanca reduce reducing "
    "reduction reducir reduccion reducao reduzir cut cuts cutting corte cortes cortar recorte recortes recortar "
    "lower lowering bajar bajando rebajar slash trim shave drop decrease disminuir diminuir cheaper cheap barato "
    "target targets goal goals objetivo objetivos meta metas aim aiming goal's company companies business "
    "businesses firm enterprise corporation organisation organization group team department startup empresa "
    "empresas compania companias negocio negocios sociedad grupo equipo equipe departamento organizacion "
    "organizacao sector sectors sectores setor setores industry industries industria industrias ramo rubro giro "
    "area campo field market mercado brand marca client clients customer customers cliente clientes user users "
    "usuario usuarios employee employees empleado empleados funcionario funcionarios people personas pessoas "
    "staff personal pessoal board directorio diretoria junta consejo conselho cfo cto ceo ciso manager director "
    "annually yearly quarterly weekly daily anuales anuais "
    "diretor diretora gerente boss jefe chefe year years month months monthly mensual mensuales mensal mensais "
    "week weeks day days hour hours minute minutes quarter trimestre semestre annual anual year's last next this "
    "past proximo proxima pasado pasada passado passada ultimo ultima first second primero primeira segundo half "
    "mitad metade third tercio terco cuarto quarto percent per cent porcentaje percentual ciento cento porciento "
    "porcento pct dollars dollar dolares dolar euros euro reais real usd eur brl pesos peso pounds gbp mxn "
    "million millon millones milhao milhoes thousand mil miles hundred cien use uses using used usa usan usando "
    "utilizar utiliza utilizamos move moving migrate migrating migration migrar migracion migracao migramos "
    "switch switching replace replacing reemplazar sustituir substituir trocar cambiar mudar pasar deploy "
    "deployment desplegar despliegue implantar implantacao adopt adoption adoptar adopcion adocao llama mistral "
    "gpt claude openai anthropic chatgpt gemini google microsoft azure aws bedrock qwen deepseek copilot vllm "
    "ollama tgi sonnet opus haiku server servers servidor servidores gpu gpus cloud nube nuvem private privada "
    "privado on-premise premise local hosted data datos dados privacy privacidad privacidade security seguridad "
    "seguranca control controle information informacion informacao help ayuda ajuda create crear criar draft "
    "prepare preparar preparen armar elaborar hacer faca write escribir escrever make build built building "
    "generate generar gerar question questions pregunta preguntas pergunta perguntas answer answers respuesta "
    "resposta say responda idea ideas version option options opcion opcoes thing things cosa cosas coisa coisas "
    "lot big small large medium mid size midsize mid-size grande grandes gran pequena pequeno pequenas pequenos "
    "mediana mediano media medio global national nacional international internacional regional leading lider "
    "largest new nuevo nueva nuevos novo nova good great well fine best nice bueno buena boas mejor peor agreed "
    "yet still already certified certificada certificado certificados basic basico basica pro kind type tipo "
    "work works working trabajando trabalhando operate operates own owns owner dueno dono manage manages start "
    "started starting empezar comenzar iniciar comecar stay keep lang ignore previous instructions instruction "
    "instrucciones instrucoes anteriores olvida system prompt sistema show muestra mostre output print reply "
    "pretend disregard forget approximately approx aproximadamente aproximado roughly about cerca casi quase "
    "alrededor unos exactly least most menos maximo minimo maximum minimum average promedio want wanted wanting "
    "looking look hoping hope planning think thinking maybe perhaps quizas talvez seria sean sejam ponga "
    "pongamos probably probablemente provavelmente current currently actual actualmente atual atualmente today "
    "total totally through across within before after antes despues ok okay sure claro vale yes yeah yep nope "
    "sim nao no not never nunca jamas jamais stop cancel cancelar restart reiniciar history historial historico "
    "parar detener share compartir compartilhar export exportar pdf pptx docx xlsx test prueba teste pilot "
    "piloto poc project projects proyecto proyectos projeto projetos problem problema challenge case cases caso "
    "casos workload workloads volume volumen token tokens request requests documents documentos document "
    "documento expensive caro cara caros caras much mucho mucha demasiado demais gpt-4o spend's take us uso usos "
    "utilizacion one two three uno dos tres dois ten who's what's how's wondering wonder curious interested "
    "interesado interesados interessado know saber sabe se sei idk dunno right bye adios tchau gracias thx ty "
    "pls plz porfa porfavor pf xfa pfv bem bien tudo todo morning afternoon evening quiere quieren quer querem "
    "wants needs necesita necesitan precisa precisam pide piden pede pedem exige exigem exigen busca buscan "
    "buscamos procura procuramos espera esperamos seeks asks asked said says tiene tienen tem has gasta gastan "
    "gastam pagan pagam paga pays saved been another additional adicional inflation inflacion inflacao margin "
    "margen margem tax iva churn growth crecimiento crescimento rose grew subio subieron subiu subiram bom dia "
    "boa tarde noite buenos buenas saludos saludo abrazos manera maneras mejorar melhorar detail details detalle "
    "detalles detalhe retain retained level levels legal's "
    "baja bajalo bajala bajamos bajemos bajen sube subelo subamos raise lift baixa baixar baixe baixem suba reduzca "
    "reduzcan reducelo reduza reduz reduzam dejalo dejar deja dejen ponlo cambialo put leave deixa deixar deixe "
    "coloca coloque bota mete bring get down joke chiste piada weather clima tiempo tempo"
)
"""What people speak of around a plan; none of these words is an industry by itself."""

OFFICE_WORDS = word_set(
    "presentacion presentaciones diapositiva diapositivas hoja hojas calculo reunion reuniones informe informes "
    "reporte calendario agenda pantalla archivo carpeta carpetas tarea tareas plazo plazos contrasena acta actas "
    "resumen borrador anexo tabla tablas plantilla mensaje mensajes conversacion horario tablero pizarra formulario "
    "encuesta notas vuelvo contacto contactos powerpoint powerpoints slide slides deck decks excel spreadsheet "
    "spreadsheets sheet sheets meeting meetings report reports email emails calendar file folder folders task tasks "
    "deadline deadlines password summary draft drafts appendix chart charts template templates conversation schedule "
    "memo memos notes brainstorm backlog sprint kickoff onboarding feedback review reviews proposal proposals "
    "dashboard dashboards whiteboard outlook sharepoint onedrive jira trello kpi kpis back apresentacao apresentacoes "
    "planilha planilhas reuniao reunioes relatorio relatorios arquivo tarefa tarefas prazo prazos ata atas resumo "
    "rascunho tabela tabelas assinatura mensagem mensagens conversa proposta propostas anotacoes volto contato "
    "contatos"
)
"""What people speak of in an office, in the three languages: files, meetings and tools, none of them an industry."""

WORDS_BESIDE_INDUSTRIES = word_set(
    "traves frente frentes camino caminos caminho caminhos especial especiales especiais calidad blanco blanca "
    "blancos blancas branco branca brancos brancas armas armado armados formas firmas firmes medidas derecha derechas "
    "direita viendo vindo vindos comercial comerciales comerciais directo directa directos direto diretos directores "
    "diretores director naturales funciones seguidores escala escalas escolha escolhas escolta carino factor factores "
    "argumento argumentos publicada publicadas piensas banda bandas bandos autonomia cantidades cantidad cualidades "
    "claridad crece ejercicios exercicios exercido apartamento apartamentos construido construidos construyo ganadora "
    "ganadores campeoes solicitar solicitou miseria remedio remedios cementerio militantes contratar contratou notar "
    "banos defensores defende solitario solitaria minoria minorias facultades tiende esenciales monasterio diarias "
    "contactar contactos fundadores revisa amores automatico automatica automaticos automaticas automated automatic "
    "automation santuario santidad informativo informativa informativos dedicacion dedication prendas presas "
    "practicos realistas atacando atacada auditorio fabricar gobierna leales seguras segurando misterios armadura "
    "incorporado facciones facilidad facilidades facilidade asentamientos impresa impresas impresion impresiones "
    "impressa impressao impressoes impressos prefectura former published leader leaders stories story ending factors "
    "payment payments properly remaining formation directors landing layer layers screaming colleagues constructed "
    "construct constructive stopping ontario transformation transform spreading backing forming exercises consisting "
    "consuming conducting mixing variations agrees instances diary frames minorities defenders fashioned clarity "
    "contracted notorious unclear underwater equations banning baking retaining banging slipping shootings sacramento "
    "tracking playstation fazendo sociais motorista edicoes andamento ensinou grana parcela parcelas crises relator "
    "escova medicao farias atores municao contar contarles telefono telefonos telefone telefones correo correio "
    "entrega entregar calidades learning consultar reportes pagamento pagamentos"
)
"""Words a letter or two away from the name of an industry that are words of their own, so no typos of it."""

LANGUAGE_NAMES: Mapping[str, Language] = MappingProxyType(
    dict.fromkeys(("english", "ingles", "inglesa", "inglese"), "en")
    | dict.fromkeys(("spanish", "espanol", "espanhol", "castellano", "espanola", "castelhano"), "es")
    | dict.fromkeys(("portuguese", "portugues", "portuguesa", "brazilian", "brasileiro"), "pt")  # type: ignore[arg-type]
)

_KNOWN = COMMON_WORDS.union(
    *FUNCTION_WORDS.values(),
    LANGUAGE_NAMES,
    OFFICE_WORDS,
    *(number_cues.THINGS, number_cues.COST_WORDS, number_cues.POLITE, number_cues.NUMBER_FILLERS),
    *(number_cues.MODEL_NAMES, number_cues.SPEAKING),
    *(answers.ANSWER_WORDS, *answers.ANSWER_PHRASES, *answers.WISH_PHRASES, *answers.CHANGE_PHRASES),
    *(industry_cues.TO_BE, industry_cues.ORDER_VERBS, industry_cues.INDUSTRY_CUES, industry_cues.CLIENT_CUES),
    *(industry_cues.LEAVE_OUT_WORDS, industry_cues.CORRECTION_WORDS),
)


def is_known(word: str) -> bool:
    """Say whether a folded word is an everyday word of ours, so neither an industry nor a typo of one."""
    return word in _KNOWN


def may_be_slip(words: Sequence[str]) -> bool:
    """Say whether folded words may be an industry with a typo: not all everyday words, none a word of its own."""
    return not all(is_known(word) for word in words) and WORDS_BESIDE_INDUSTRIES.isdisjoint(words)
