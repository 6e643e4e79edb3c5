"""The lines of `kioskd glpi try`, in three languages."""

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
    "api_v2": (
        "API nova ligada; o kioskd usa a {version}",
        "new API on; kioskd takes its {version}",
        "API nueva activa; kioskd usa la {version}",
    ),
    "login_v2": (
        "cliente OAuth e usuário aceitos: {user}, perfil {profile}",
        "OAuth client and user taken: {user}, profile {profile}",
        "cliente OAuth y usuario aceptados: {user}, perfil {profile}",
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
    "entities": (
        "entidades (entity: número)",
        "entities (entity: number)",
        "entidades (entity: número)",
    ),
    "groups": ("grupos", "groups", "grupos"),
    "yaml": (
        "Copie para /etc/kioskd/kioskd.yaml, em sources:",
        "Copy into /etc/kioskd/kioskd.yaml, under sources:",
        "Copie en /etc/kioskd/kioskd.yaml, en sources:",
    ),
    "files": (
        "Cada segredo fica num arquivo que só o kioskd lê (cole-o, Enter, Ctrl+D):",
        "Each secret stays in a file that only kioskd reads (paste it, Enter, Ctrl+D):",
        "Cada secreto queda en un archivo que solo kioskd lee (péguelo, Enter, Ctrl+D):",
    ),
    "rights": (
        "no GLPI: Administração > Perfis > {profile}; o perfil Read-Only tem todos",
        "in GLPI: Administration > Profiles > {profile}; the profile Read-Only has them all",
        "en GLPI: Administración > Perfiles > {profile}; el perfil Read-Only los tiene todos",
    ),
    "todo": ("O que fazer", "What to do", "Qué hacer"),
    "ask_user": (
        "Token da API do usuário (não aparece ao digitar): ",
        "API token of the user (not shown as you type): ",
        "Token de API del usuario (no se ve al escribir): ",
    ),
    "ask_client_id": (
        "ID do cliente OAuth: ",
        "ID of the OAuth client: ",
        "ID del cliente OAuth: ",
    ),
    "ask_client_secret": (
        "Segredo do cliente OAuth (não aparece ao digitar): ",
        "Secret of the OAuth client (not shown as you type): ",
        "Secreto del cliente OAuth (no se ve al escribir): ",
    ),
    "ask_login": (
        "Usuário do painel no GLPI: ",
        "The panel's user in GLPI: ",
        "Usuario del panel en GLPI: ",
    ),
    "ask_password": (
        "Senha dele (não aparece ao digitar): ",
        "Its password (not shown as you type): ",
        "Su contraseña (no se ve al escribir): ",
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


def say(language: Language, key: str, **fill: object) -> str:
    """One line."""
    return _SAID[key][LANGUAGES.index(language)].format(**fill)
