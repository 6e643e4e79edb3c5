"""What `kioskd glpi try` says, with the names of GLPI's own menus, in three languages."""

from collections.abc import Mapping

from kioskd.config import Language

LANGUAGES: tuple[Language, ...] = ("pt-BR", "en", "es")
# Portuguese, English, Spanish.
_SAID: Mapping[str, tuple[str, str, str]] = {
    "reachable": ("GLPI responde", "GLPI answers", "GLPI responde"),
    "api": (
        "API ligada, e aberta para esta máquina",
        "API on, and open to this machine",
        "API activa, y abierta para esta máquina",
    ),
    "login": (
        "token do usuário aceito: {user}, perfil {profile}, GLPI {version}",
        "user token taken: {user}, profile {profile}, GLPI {version}",
        "token del usuario aceptado: {user}, perfil {profile}, GLPI {version}",
    ),
    "reads": ("pode ler {what}: {count}", "may read {what}: {count}", "puede leer {what}: {count}"),
    "reads_not": (
        "NÃO pode ler {what}: {cost}",
        "may NOT read {what}: {cost}",
        "NO puede leer {what}: {cost}",
    ),
    "reads_some": (
        "só vê uma parte: {what}; {cost}",
        "sees some only: {what}; {cost}",
        "solo ve una parte: {what}; {cost}",
    ),
    "zone": (
        "relógio do GLPI: {now}, fuso {zone}",
        "GLPI's clock: {now}, zone {zone}",
        "reloj de GLPI: {now}, huso {zone}",
    ),
    "entities": ("entidades (entity: número)", "entities (entity: number)", "entidades"),
    "groups": ("grupos", "groups", "grupos"),
    "yaml": (
        "Copie para /etc/kioskd/kioskd.yaml, em sources:",
        "Copy into /etc/kioskd/kioskd.yaml, under sources:",
        "Copie en /etc/kioskd/kioskd.yaml, en sources:",
    ),
    "files": (
        "Os tokens ficam em arquivos que só o kioskd lê (cole o token, Enter, Ctrl+D):",
        "The tokens stay in files that only kioskd reads (paste the token, Enter, Ctrl+D):",
        "Los tokens quedan en archivos que solo kioskd lee (pegue el token, Enter, Ctrl+D):",
    ),
    "todo": ("O que fazer", "What to do", "Qué hacer"),
    "ask_user": (
        "Token da API do usuário (não aparece ao digitar): ",
        "API token of the user (not shown as you type): ",
        "Token de API del usuario (no se ve al escribir): ",
    ),
    "ask_app": (
        "App-Token do cliente de API (vazio se não tem): ",
        "App-Token of the API client (empty if it has none): ",
        "App-Token del cliente de API (vacío si no tiene): ",
    ),
    "Ticket": ("os chamados", "tickets", "los tickets"),
    "Project": ("os projetos", "projects", "los proyectos"),
    "ProjectState": ("os estados dos projetos", "project states", "los estados de proyectos"),
    "User": ("os usuários", "users", "los usuarios"),
    "Group": ("os grupos", "groups", "los grupos"),
    "Log": ("o histórico", "the history", "el historial"),
    "cost_Ticket": (
        "na parede faltam chamados (direito: Chamados, Ver todos chamados)",
        "the wall lacks tickets (right: Tickets, See all tickets)",
        "en la pared faltan tickets (permiso: Peticiones, Ver todas las peticiones)",
    ),
    "cost_Project": (
        "na parede faltam projetos (direito: Projetos, Ver todos)",
        "the wall lacks projects (right: Projects, See all)",
        "en la pared faltan proyectos (permiso: Proyectos, Ver todo)",
    ),
    "cost_ProjectState": (
        "um projeto terminado só sai se o nome do estado diz isso (direito: Listas suspensas, Ler)",
        "a finished project leaves only if its state's name says so (right: Dropdowns, Read)",
        "un proyecto terminado solo sale si el nombre de su estado lo dice (permiso: "
        "Desplegables, Lectura)",
    ),
    "cost_User": (
        "números em vez de nomes (direito: Usuários, Ler)",
        "numbers instead of names (right: Users, Read)",
        "números en vez de nombres (permiso: Usuarios, Lectura)",
    ),
    "cost_Group": (
        "sem listas de técnicos e analistas (direito: Grupos, Ler)",
        "no lists of technicians and analysts (right: Groups, Read)",
        "sin listas de técnicos y analistas (permiso: Grupos, Lectura)",
    ),
    "cost_Log": (
        "a atividade recente só mostra o que o quiosque viu mudar (direito: Histórico, Ler)",
        "recent activity shows only what the kiosk saw change (right: Historical, Read)",
        "la actividad reciente solo muestra lo que el quiosco vio cambiar (permiso: Histórico)",
    ),
}
_AWAY = (
    "O GLPI não responde nesse endereço: confira o servidor e a porta, se ele está ligado, e se "
    "esta rede chega até ele.",
    "GLPI doesn't answer at that address: check the server and the port, whether it is on, and "
    "whether this network reaches it.",
    "GLPI no responde en esa dirección: revise el servidor y el puerto, si está encendido, y si "
    "esta red llega hasta él.",
)
_CERTIFICATE = (
    "O certificado do GLPI não é aceito: venceu, é de outro nome, ou é de uma autoridade da "
    "empresa. Nesse caso, peça o arquivo dela a quem cuida da rede e indique-o em ca_file.",
    "GLPI's certificate is not accepted: it has expired, is for another name, or is of a company's "
    "own authority. If so, ask who runs the network for its file, and name that in ca_file.",
    "El certificado de GLPI no se acepta: venció, es de otro nombre, o es de una autoridad de la "
    "empresa. En ese caso, pida su archivo a quien cuida de la red e indíquelo en ca_file.",
)
_SCHEME = (
    "Confira se o endereço começa com http:// ou https://, e a porta.",
    "Check whether the address begins with http:// or https://, and the port.",
    "Revise si la dirección empieza con http:// o https://, y el puerto.",
)
_SERVER = (
    "O GLPI falhou por dentro: avise quem cuida do servidor (files/_log/php-errors.log).",
    "GLPI failed inside: tell whoever runs the server (files/_log/php-errors.log).",
    "GLPI falló por dentro: avise a quien cuida del servidor (files/_log/php-errors.log).",
)
# What to do, or what to click, for each fault.
_ADVICE: Mapping[str, tuple[str, str, str]] = {
    "no_network": (
        "Esta máquina está sem rede: ligue o cabo ou o Wi-Fi.",
        "This machine has no network: plug in the cable, or set up the Wi-Fi.",
        "Esta máquina no tiene red: conecte el cable o el Wi-Fi.",
    ),
    "no_dns": (
        "O serviço de nomes (DNS) da rede não responde: avise quem cuida da rede.",
        "The network's name server (DNS) doesn't answer: tell whoever runs the network.",
        "El servicio de nombres (DNS) de la red no responde: avise a quien cuida de la red.",
    ),
    "unknown_host": (
        "Esse nome de servidor não existe: confira o endereço letra por letra.",
        "There is no server of that name: check the address letter by letter.",
        "Ese nombre de servidor no existe: revise la dirección letra por letra.",
    ),
    **dict.fromkeys(("unreachable", "connection_refused", "no_answer", "went_silent"), _AWAY),
    **dict.fromkeys(("certificate", "certificate_expired", "certificate_name"), _CERTIFICATE),
    **dict.fromkeys(("no_tls", "needs_tls", "tls_failed", "not_http", "bad_url"), _SCHEME),
    **dict.fromkeys(("glpi_empty", "glpi_error", "glpi_session", "http_error"), _SERVER),
    "clock": (
        "O relógio desta máquina está errado: espere que ele se acerte pela rede.",
        "This machine's clock is wrong: wait until the network has set it.",
        "El reloj de esta máquina está mal: espere a que se ajuste por la red.",
    ),
    "token_file": (
        "O arquivo do token falta, está vazio ou não pode ser lido por este usuário.",
        "The file of the token is missing or empty, or this user may not read it.",
        "El archivo del token falta, está vacío o este usuario no puede leerlo.",
    ),
    "glpi_busy": (
        "O GLPI pede uma pausa: espere um minuto e tente de novo.",
        "GLPI asks for a pause: wait a minute and try again.",
        "GLPI pide una pausa: espere un minuto e inténtelo de nuevo.",
    ),
    "glpi_path": (
        "Use o endereço que termina em /apirest.php, como https://glpi.exemplo/apirest.php; o GLPI "
        "o mostra em Configurar > Geral > API (URL da API).",
        "Use the address that ends in /apirest.php, as in https://glpi.example/apirest.php; GLPI "
        "shows it in Setup > General > API (URL of the API).",
        "Use la dirección que termina en /apirest.php, como https://glpi.ejemplo/apirest.php; GLPI "
        "la muestra en Configuración > General > API (URL de la API).",
    ),
    "glpi_api_off": (
        "No GLPI, como super-admin: Configurar > Geral > API. Marque Sim em 'Habilitar API Rest' e "
        "salve.",
        "In GLPI, as super-admin: Setup > General > API. Set 'Enable Rest API' to Yes and save.",
        "En GLPI, como super-admin: Configuración > General > API. Marque Sí en 'Activar Rest "
        "API' y guarde.",
    ),
    "glpi_address": (
        "No GLPI: Configurar > Geral > API, abra (ou crie) o cliente de API do painel, marque-o "
        "como ativo e inclua o endereço desta máquina em 'Intervalo de endereço IPv4'.",
        "In GLPI: Setup > General > API, open (or add) the panel's API client, make it active and "
        "include this machine's address in its 'IPv4 address range'.",
        "En GLPI: Configuración > General > API, abra (o cree) el cliente API del panel, "
        "actívelo e incluya la dirección de esta máquina en 'Intervalo de direcciones IPv4'.",
    ),
    "glpi_app_token": (
        "No GLPI: Configurar > Geral > API, abra o cliente de API e copie o 'Token da aplicação'; "
        "aqui: --app-token-file ARQUIVO.",
        "In GLPI: Setup > General > API, open the API client and copy the 'Application token'; "
        "here: --app-token-file FILE.",
        "En GLPI: Configuración > General > API, abra el cliente API y copie el 'Token de "
        "aplicación'; aquí: --app-token-file ARCHIVO.",
    ),
    "glpi_user_token": (
        "No GLPI: Administração > Usuários, abra o usuário do painel (ativo). Em 'Chaves de acesso "
        "remoto', marque 'Re-gerar' ao lado de 'API token', salve e copie o token; aqui: "
        "--user-token-file ARQUIVO. Se ele está certo: Configurar > Geral > API, 'Habilitar que "
        "se faça login com token externo': Sim.",
        "In GLPI: Administration > Users, open the panel's user (active). Under 'Remote access "
        "keys' tick 'Regenerate' beside 'API token', save and copy the token; here: "
        "--user-token-file FILE. If it is right: Setup > General > API, 'Enable login with "
        "external token': Yes.",
        "En GLPI: Administración > Usuarios, abra el usuario del panel (activo). En 'Claves de "
        "acceso remoto' marque 'Regenerar' junto a 'API token', guarde y copie el token; aquí: "
        "--user-token-file ARCHIVO. Si es correcto: Configuración > General > API, 'Habilitar "
        "acceso con token externo': Sí.",
    ),
    "glpi_no_authorization": (
        "O servidor web descarta o cabeçalho Authorization. No Apache com PHP-FPM: 'CGIPassAuth "
        "On' no bloco do GLPI.",
        "The web server drops the Authorization header. In Apache with PHP-FPM: 'CGIPassAuth On' "
        "in GLPI's block.",
        "El servidor web descarta la cabecera Authorization. En Apache con PHP-FPM: 'CGIPassAuth "
        "On' en el bloque de GLPI.",
    ),
    "glpi_entity": (
        "No GLPI: Administração > Usuários, aba Autorizações: dê ao usuário essa entidade, "
        "recursiva.",
        "In GLPI: Administration > Users, tab Authorizations: give the user that entity, "
        "recursive.",
        "En GLPI: Administración > Usuarios, pestaña Autorizaciones: dé al usuario esa entidad, "
        "recursiva.",
    ),
    "glpi_maintenance": (
        "Espere o fim da manutenção (Configurar > Geral > Sistema, modo de manutenção).",
        "Wait for the maintenance to end (php bin/console maintenance:disable).",
        "Espere el fin del mantenimiento (php bin/console maintenance:disable).",
    ),
    "glpi_database": (
        "O MariaDB ou MySQL do GLPI parou: avise quem cuida do servidor.",
        "GLPI's MariaDB or MySQL has stopped: tell whoever runs the server.",
        "El MariaDB o MySQL de GLPI se detuvo: avise a quien cuida del servidor.",
    ),
    "glpi_update": (
        "Falta terminar a atualização do GLPI: php bin/console db:update.",
        "GLPI's update is not finished: php bin/console db:update.",
        "Falta terminar la actualización de GLPI: php bin/console db:update.",
    ),
}


def say(language: Language, key: str, **fill: object) -> str:
    """One line."""
    return _SAID[key][LANGUAGES.index(language)].format(**fill)


def todo(language: Language, code: str) -> str:
    """What to do about a fault; empty where its own line says all there is to say."""
    return _ADVICE[code][LANGUAGES.index(language)] if code in _ADVICE else ""
