"""What keeps GLPI's data from coming, and what to click in GLPI's own menus, in three languages."""

from collections import defaultdict
from collections.abc import Mapping

from kioskd.cli.glpi_words import LANGUAGES
from kioskd.config import Language
from kioskd.core.faults import Code, Fault

# What is wrong, in Portuguese and Spanish; in English it is the fault's own line.
_WHY: Mapping[Code, tuple[str, str]] = {
    "no_network": ("sem rede", "sin red"),
    "no_dns": ("a rede não encontra {place}", "la red no encuentra {place}"),
    "unknown_host": ("o endereço {place} não existe", "la dirección {place} no existe"),
    "unreachable": ("{place} não responde", "{place} no responde"),
    "connection_refused": ("nada atende em {place}", "nada atiende en {place}"),
    "no_answer": ("{place} não responde", "{place} no responde"),
    "went_silent": ("{place} parou de responder", "{place} dejó de responder"),
    "hung_up": ("{place} desligou sem responder", "{place} cortó sin responder"),
    "lost": ("a conexão com {place} caiu", "se perdió la conexión con {place}"),
    "certificate": (
        "o certificado de {place} não é confiável",
        "el certificado de {place} no es de confianza",
    ),
    "certificate_expired": ("o certificado de {place} venceu", "el certificado de {place} venció"),
    "certificate_name": (
        "o certificado de {place} é de outro nome",
        "el certificado de {place} es de otro nombre",
    ),
    "clock": ("o relógio desta máquina está errado", "el reloj de esta máquina está mal"),
    "no_tls": ("{place} não aceita conexão segura", "{place} no acepta una conexión segura"),
    "needs_tls": ("{place} só aceita conexão segura", "{place} solo acepta conexiones seguras"),
    "tls_failed": (
        "a conexão segura com {place} falhou",
        "la conexión segura con {place} falló",
    ),
    "not_http": ("{place} não é um servidor web", "{place} no es un servidor web"),
    "bad_url": ("o endereço não é válido", "la dirección no es válida"),
    "missing_slash": (
        "{place} manda para outro endereço, com uma barra no fim",
        "{place} manda a otra dirección, con una barra al final",
    ),
    "redirected": (
        "{place} manda para outra página: {target}",
        "{place} manda a otra página: {target}",
    ),
    "proxy_away": ("o proxy {place} não responde", "el proxy {place} no responde"),
    "proxy_refused": ("o proxy não deixa chegar a {place}", "el proxy no deja llegar a {place}"),
    "http_error": ("{place} responde com erro {status}", "{place} responde con el error {status}"),
    "refused_token": ("{place} recusa o acesso", "{place} rechaza el acceso"),
    "token_file": ("o segredo em {file} não pôde ser lido", "no se pudo leer el secreto en {file}"),
    "too_large": ("{place} manda dados demais", "{place} envía demasiados datos"),
    "glpi_maintenance": (
        "o GLPI em {place} está em manutenção",
        "el GLPI en {place} está en mantenimiento",
    ),
    "glpi_database": (
        "o GLPI em {place} está sem o banco de dados",
        "el GLPI en {place} está sin su base de datos",
    ),
    "glpi_update": (
        "o GLPI em {place} espera a atualização do banco de dados",
        "el GLPI en {place} espera la actualización de su base de datos",
    ),
    "glpi_path": (
        "{place}{path} responde com uma página ({detail}), não com a API do GLPI",
        "{place}{path} responde con una página ({detail}), no con la API de GLPI",
    ),
    "glpi_empty": ("o GLPI em {place} falhou por dentro", "el GLPI en {place} falló por dentro"),
    "glpi_error": (
        "o GLPI em {place} responde com erro: {detail}",
        "el GLPI en {place} responde con un error: {detail}",
    ),
    "glpi_garbled": (
        "o GLPI em {place} manda algo ilegível",
        "el GLPI en {place} manda algo ilegible",
    ),
    "glpi_session": (
        "o GLPI em {place} esquece o login na hora",
        "el GLPI en {place} olvida el inicio de sesión enseguida",
    ),
    "glpi_api_off": (
        "a API do GLPI em {place} está desligada",
        "la API de GLPI en {place} está apagada",
    ),
    "glpi_address": (
        "o GLPI em {place} não aceita o endereço desta máquina: {detail}",
        "el GLPI en {place} no acepta la dirección de esta máquina: {detail}",
    ),
    "glpi_app_token": (
        "o GLPI em {place} recusa o App-Token",
        "el GLPI en {place} rechaza el App-Token",
    ),
    "glpi_user_token": (
        "o GLPI em {place} recusa o token do usuário",
        "el GLPI en {place} rechaza el token del usuario",
    ),
    "glpi_no_authorization": (
        "o token do usuário não chega ao GLPI em {place}",
        "el token del usuario no llega al GLPI en {place}",
    ),
    "glpi_entity": (
        "o usuário do painel não vê a entidade {entity}",
        "el usuario del panel no ve la entidad {entity}",
    ),
    "glpi_busy": ("o GLPI em {place} pede uma pausa", "el GLPI en {place} pide una pausa"),
    "glpi_client": (
        "o GLPI em {place} não conhece o cliente OAuth, ou o segredo é outro",
        "el GLPI en {place} no conoce el cliente OAuth, o su secreto es otro",
    ),
    "glpi_grant": (
        "o cliente OAuth não pode entrar com usuário e senha",
        "el cliente OAuth no puede entrar con usuario y contraseña",
    ),
    "glpi_password": (
        "o GLPI em {place} recusa o usuário ou a senha",
        "el GLPI en {place} rechaza el usuario o la contraseña",
    ),
    "glpi_scope": (
        "o cliente OAuth não tem o escopo api",
        "al cliente OAuth le falta el alcance api",
    ),
    "glpi_oauth": (
        "o GLPI em {place} não dá um token OAuth: {detail}",
        "el GLPI en {place} no da un token OAuth: {detail}",
    ),
    "glpi_version": (
        "o GLPI em {place} serve a API {version}, antiga demais",
        "el GLPI en {place} sirve la API {version}, demasiado vieja",
    ),
}
_UNREACHED: tuple[Code, ...] = (
    "unreachable",
    "connection_refused",
    "no_answer",
    "went_silent",
    "hung_up",
    "lost",
)
_UNTRUSTED: tuple[Code, ...] = ("certificate", "certificate_expired", "certificate_name")
_MISSPELT: tuple[Code, ...] = (
    "no_tls",
    "needs_tls",
    "tls_failed",
    "not_http",
    "bad_url",
    "missing_slash",
)
_BROKEN: tuple[Code, ...] = (
    "glpi_empty",
    "glpi_error",
    "glpi_session",
    "http_error",
    "too_large",
)
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
_ADVICE: Mapping[Code, tuple[str, str, str]] = {
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
    **dict.fromkeys(_UNREACHED, _AWAY),
    **dict.fromkeys(_UNTRUSTED, _CERTIFICATE),
    **dict.fromkeys(_MISSPELT, _SCHEME),
    **dict.fromkeys(_BROKEN, _SERVER),
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
        "No GLPI, como super-admin: Configurar > Geral > API. Marque Sim em 'Habilitar API Rest' "
        "(no GLPI 11, a API legada; para api.php, a nova) e salve.",
        "In GLPI, as super-admin: Setup > General > API. Set 'Enable Rest API' to Yes (in GLPI 11 "
        "'Enable Legacy REST API'; for api.php, the new one) and save.",
        "En GLPI, como super-admin: Configuración > General > API. Marque Sí en 'Activar Rest "
        "API' (en GLPI 11, la API heredada; para api.php, la nueva) y guarde.",
    ),
    "glpi_address": (
        "No GLPI: Configurar > Geral > API, abra (ou crie) o cliente de API do painel, marque-o "
        "como ativo e inclua o endereço desta máquina em 'Intervalo de endereço IPv4'. Com "
        "api.php: Configurar > Clientes OAuth.",
        "In GLPI: Setup > General > API, open (or add) the panel's API client, make it active and "
        "include this machine's address in its 'IPv4 address range'. With api.php: Setup > OAuth "
        "clients.",
        "En GLPI: Configuración > General > API, abra (o cree) el cliente API del panel, "
        "actívelo e incluya la dirección de esta máquina en 'Intervalo de direcciones IPv4'. Con "
        "api.php: Configuración > Clientes OAuth.",
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
    "glpi_garbled": (
        "Avise quem cuida do servidor do GLPI: o PHP escreve mensagens antes dos dados. No "
        "php.ini, display_errors deve ser Off; o erro está em files/_log/php-errors.log.",
        "Tell whoever runs GLPI's server: PHP writes messages in front of the data. In php.ini, "
        "display_errors is to be Off; the error is in files/_log/php-errors.log.",
        "Avise a quien cuida del servidor de GLPI: PHP escribe mensajes antes de los datos. En "
        "php.ini, display_errors debe ser Off; el error está en files/_log/php-errors.log.",
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
    **dict.fromkeys(
        ("proxy_away", "proxy_refused"),
        (
            "Pergunte a quem cuida da rede se esta máquina pode chegar ao GLPI pelo proxy.",
            "Ask who runs the network whether this machine may reach GLPI through the proxy.",
            "Pregunte a quien cuida de la red si esta máquina puede llegar a GLPI por el proxy.",
        ),
    ),
    **dict.fromkeys(
        ("redirected", "refused_token"),
        (
            "Confira o endereço até a última letra (http ou https). Se ele está certo, algo na "
            "frente do GLPI pede login (proxy ou SSO): libere /apirest.php e /api.php.",
            "Check the address to its last letter (http or https). If it is right, something in "
            "front of GLPI asks for a login (a proxy, SSO): let /apirest.php and /api.php through.",
            "Revise la dirección hasta la última letra (http o https). Si está bien, algo delante "
            "de GLPI pide iniciar sesión (proxy o SSO): deje pasar /apirest.php y /api.php.",
        ),
    ),
    "glpi_client": (
        "No GLPI, como super-admin: Configurar > Clientes OAuth, abra (ou crie) o cliente do "
        "painel e copie o ID do cliente e o segredo do cliente.",
        "In GLPI, as super-admin: Setup > OAuth clients, open (or add) the panel's client and copy "
        "its Client ID and its Client Secret.",
        "En GLPI, como super-admin: Configuración > Clientes OAuth, abra (o cree) el cliente del "
        "panel y copie el ID y el secreto del cliente.",
    ),
    "glpi_grant": (
        "No GLPI: Configurar > Clientes OAuth, abra o cliente do painel e escolha 'Senha' "
        "(Password) nas concessões (Grants).",
        "In GLPI: Setup > OAuth clients, open the panel's client and choose 'Password' under "
        "'Grants'.",
        "En GLPI: Configuración > Clientes OAuth, abra el cliente del panel y elija 'Contraseña' "
        "(Password) en las concesiones (Grants).",
    ),
    "glpi_password": (
        "No GLPI: Administração > Usuários, abra o usuário do painel. Ele deve estar ativo, com "
        "senha própria do GLPI e uma autorização (perfil Read-Only).",
        "In GLPI: Administration > Users, open the panel's user. It must be active, with a "
        "password of GLPI's own and an authorization (profile Read-Only).",
        "En GLPI: Administración > Usuarios, abra el usuario del panel. Debe estar activo, con "
        "contraseña propia de GLPI y una autorización (perfil Read-Only).",
    ),
    "glpi_scope": (
        "No GLPI: Configurar > Clientes OAuth, abra o cliente do painel e escolha 'api' nos "
        "escopos (Scopes).",
        "In GLPI: Setup > OAuth clients, open the panel's client and choose 'api' under 'Scopes'.",
        "En GLPI: Configuración > Clientes OAuth, abra el cliente del panel y elija 'api' en los "
        "alcances (Scopes).",
    ),
    "glpi_oauth": (
        "Avise quem cuida do GLPI: Configurar > Clientes OAuth.",
        "Tell whoever runs GLPI: Setup > OAuth clients.",
        "Avise a quien cuida de GLPI: Configuración > Clientes OAuth.",
    ),
    "glpi_version": (
        "Use a API antiga, que este GLPI também serve: o endereço que termina em /apirest.php.",
        "Use the old API, which this GLPI serves too: the address that ends in /apirest.php.",
        "Use la API antigua, que este GLPI también sirve: la dirección que termina en "
        "/apirest.php.",
    ),
}


def why(language: Language, fault: Fault) -> str:
    """What is wrong, in one line."""
    if language == "en" or fault.code not in _WHY:
        return str(fault)
    text = _WHY[fault.code][0 if language == "pt-BR" else 1]
    return text.format_map(defaultdict(lambda: "?", fault.params))


def todo(language: Language, code: Code) -> str:
    """What to do about a fault; empty where its own line says all there is to say."""
    return _ADVICE[code][LANGUAGES.index(language)] if code in _ADVICE else ""
