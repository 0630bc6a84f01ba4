"""What stands beside a number and tells a savings target from a year, a price or a count, as data.

Every table is written without accents and in lower case, the form `typed.fold` gives.
"""

from bot.domain.reading.typed import word_set

NUMBER_FILLERS = word_set(
    "a an un una uno um uma the el la o os as de del do da of by to at en em in al ao for por para about around "
    "approximately approx roughly unos unas some cerca casi quase alrededor aproximadamente least most up down "
    "hasta ate over mas mais more than menos less que is are be es sea seria e ser it our my nuestro nuestra "
    "nosso nossa maybe perhaps quizas talvez acaso say digamos mi mis minha meu me us only just exactly mejor "
    "melhor rather it's like maximo minimo max min objective set como meta target goal savings saving ahorro "
    "ahorros economia costs cost costos costes custos custo gasto gastos spend bill factura fatura conta y and "
    "con with com"
)

AFTER_NUMBER = word_set(
    "in en em for para pra at on with con com by until hasta ate before antes because porque if si se this next when"
)
"""Words after which a number counts nothing: "save 40 in retail"."""

SAVING_STEMS = tuple(
    word_set(
        "ahorr econom sav cut reduc reduz redu bajar baj recort cort disminu diminu lower less menos cheaper barat "
        "target goal meta objetiv aim rebaj abarat slash trim shav elimin supri remov quitar sacar drop poup "
        "descuent discount desconto decreas halv spend off shrink enxug conseguir reach achiev alcanz ating lograr"
    )
)

NOT_SAVING = word_set(
    "saved metal metals cutting-edge corta cortas corto cortos bajo basic metas-analysis meta-llama offer office "
    "offers officer sava"
)

GROWTH_STEMS = tuple(
    word_set(
        "grew grow grown crecim crecio crecer crece cresc subio subiu subieron subiram uptime availab disponib "
        "margin margen margem cuota quota inflac inflat churn impuest impost increas aument accura precision "
        "precisao juros traffic trafic trafego ahorrado economizado"
    )
)

GROWTH_WORDS = word_set(
    "iva vat tax taxes rose rise rises already saved last pasado passado previous achieved went sube suben subir"
)

SPEAKING = word_set(
    "say says responda responde responder answer reply output print write pretend escribe escreva contesta diga "
    "ignore ignora olvida esquece repeat repita repite"
)
"""Words that make the number after them something to be said, not a target: "say 90%"."""

COUNT_OF = word_set(
    "of de del do da dos das our nuestro nuestra nuestros nuestras nosso nossa nossos nossas the los las os as el la"
)

THINGS = word_set(
    "employee employees people person persons staff workers headcount fte ftes users seats customers clients "
    "patients students pupils guests citizens members lawyers attorneys doctors nurses teachers developers "
    "engineers analysts agents partners advisors drivers journalists editors consultants accountants stores "
    "shops branches offices sites plants factories hospitals clinics banks schools universities campuses hotels "
    "restaurants farms warehouses trucks vehicles cars planes ships beds rooms countries cities states regions "
    "locations outlets properties buildings homes servers gpus nodes racks machines computers laptops devices "
    "sensors cores cpus tokens requests queries calls conversations chats messages tickets emails documents "
    "pages files contracts cases claims policies orders models apps applications services systems projects teams "
    "departments units years year months month weeks week days day hours hour minutes minute seconds times steps "
    "phases months' ms gb tb mw kw kwh traffic workload workloads volume employees' workforce team crew doctors' "
    "million billion thousand points vendors suppliers subsidiaries brands revenue turnover ingresos receita "
    "empleados empleadas personas "
    "trabajadores trabajadoras colaboradores plantilla usuarios usuarias clientes pacientes alumnos estudiantes "
    "huespedes ciudadanos habitantes socios abogados abogadas medicos medicas enfermeras profesores docentes "
    "desarrolladores ingenieros analistas agentes asesores conductores periodistas redactores consultores "
    "contadores tiendas locales sucursales oficinas sedes plantas fabricas hospitales clinicas bancos escuelas "
    "colegios universidades hoteles restaurantes granjas almacenes bodegas camiones vehiculos coches aviones "
    "barcos camas habitaciones paises ciudades estados regiones propiedades edificios viviendas servidores nodos "
    "maquinas equipos ordenadores computadoras dispositivos sensores consultas llamadas conversaciones mensajes "
    "correos documentos paginas archivos contratos casos siniestros polizas pedidos modelos aplicaciones "
    "servicios sistemas proyectos departamentos anos ano meses mes semanas semana dias dia horas hora minutos "
    "minuto segundos veces pasos fases trafico volumen marcas filiales proveedores supermercados farmacias obras "
    "concesionarios parques tractores hectareas hectares barriles barrels toneladas tonnes tons km kms "
    "kilometros miles millas funcionarios funcionarias pessoas trabalhadores colaboradoras alunos estudantes "
    "hospedes cidadaos advogados advogadas enfermeiros professores desenvolvedores engenheiros corretores "
    "motoristas jornalistas lojas filiais agencias escritorios usinas hospitais escolas faculdades hoteis "
    "fazendas armazens caminhoes veiculos carros avioes leitos quartos cidades regioes imoveis predios nos "
    "computadores notebooks chamadas conversas mensagens arquivos sinistros apolices aplicativos aplicacoes "
    "servicos projetos equipes vezes etapas trafego unidades concessionarias unidad unidade sistema"
)
"""What a number counts when it is no target: 40 stores, 12 clinics, 3 years."""

COST_WORDS = word_set(
    "cost costs costo costos coste costes custo custos bill bills factura facturas fatura faturas gasto gastos "
    "spend spending expense expenses budget presupuesto orcamento conta cuenta price prices savings ahorro "
    "ahorros economia what lo que o ai ia llm openai claude anthropic gpt api apis invoice outlay money dinero "
    "dinheiro despesa despesas"
)

MODEL_NAMES = word_set(
    "covid llama gpt claude gemini mistral mixtral qwen phi gemma deepseek grok opus sonnet haiku kimi glm "
    "granite command iso iec nis sox soc basel basilea basileia solvencia solvency q t trimestre fase phase "
    "fases version versao v tier level nivel ley lei law article articulo artigo art capitulo no nro num numero "
    "number tls windows office web web3 fortune top ibex ftse nasdaq s&p h100 page pagina step paso passo option "
    "opcion opcao dss pci python industry industria day dia since year room route o mi plan-b python3 grade k "
    "sala piso andar ticket meeting reunion reuniao planilha"
)

POLITE = word_set(
    "please thanks thank gracias favor obrigado obrigada pls plz thx ty porfa hola hi hello hey ola oi lang "
    "idioma language"
)
