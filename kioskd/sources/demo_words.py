"""What the made-up helpdesk says, in each language; the same story can be told in any of them."""

from typing import NamedTuple

from kioskd.config import Language, Severity


class Words(NamedTuple):
    """Every language has as many of each as the others, so that one seed tells one story."""

    problems: tuple[tuple[str, str], ...]
    """Title and description of a ticket."""
    places: tuple[str, ...]
    skills: tuple[str, ...]
    """Of the technicians, then of the analysts."""
    projects: tuple[str, ...]
    urgency: dict[Severity, str]
    new: str
    assigned: str
    closed: str
    escalated: str
    started: str
    progress: str


PT_BR = Words(
    problems=(
        ("Impressora não imprime", "A fila aceita o trabalho, mas nada sai; a luz laranja pisca."),
        ("Sem acesso ao e-mail", "O programa pede a senha de novo a cada minuto."),
        ("Servidor de arquivos lento", "Abrir uma planilha da pasta comum leva mais de um minuto."),
        ("VPN não conecta", 'Fica em "conectando" e desiste; começou depois da atualização.'),
        ("Computador não liga", "Nenhuma luz acende; já foi testado em outra tomada."),
        ("Senha expirada", "O usuário voltou de férias e não consegue entrar."),
        ("Sistema fiscal fora do ar", "Erro 503 ao emitir notas; ninguém do setor consegue."),
        ("Ramal mudo", "Recebe chamadas, mas quem liga não ouve nada."),
        ("Tela azul ao iniciar", "Reinicia sozinho três vezes e para na recuperação."),
        ("Wi-Fi instável", "A conexão cai a cada dez minutos em todos os aparelhos da sala."),
        ("Backup noturno falhou", "O relatório das 3h acusa falta de espaço no destino."),
        ("Leitor de código de barras parado", "Acende, mas não envia nada ao sistema."),
        ("Disco quase cheio", "O aviso de pouco espaço aparece desde ontem."),
        ("Projetor sem imagem", 'Liga e mostra "sem sinal" com qualquer cabo.'),
        ("Instalar pacote de escritório", "Máquina nova, entregue sem os programas do setor."),
        ("Novo usuário para cadastrar", "Começa na segunda-feira; precisa de e-mail e ramal."),
    ),
    places=(
        *("Recepção", "Financeiro", "Almoxarifado", "Diretoria", "Laboratório"),
        "Filial Norte",
    ),
    skills=(
        *("Hardware", "Redes", "Impressão", "Telefonia"),
        *("Infraestrutura", "Sistemas", "Segurança"),
    ),
    projects=(
        "Migração para a nuvem",
        "Troca dos switches",
        "Inventário de equipamentos",
        "Novo portal do aluno",
        "Telefonia IP na filial",
    ),
    urgency={"critical": "Muito Alta", "high": "Alta", "medium": "Média", "low": "Baixa"},
    new="Chamado #{id} aberto: {title}",
    assigned="Chamado #{id} atribuído a {who}",
    closed="Chamado #{id} resolvido por {who}",
    escalated="Chamado #{id} escalado para urgência {urgency}",
    started="{name}: tarefa iniciada",
    progress="{name}: {progress}% concluído",
)
EN = Words(
    problems=(
        ("Printer does not print", "The queue takes the job and nothing comes; an orange light."),
        ("No access to e-mail", "The program asks for the password again every minute."),
        ("File server is slow", "Opening a spreadsheet in the shared folder takes over a minute."),
        ("VPN does not connect", 'It stays at "connecting" and gives up; since the last update.'),
        ("Computer does not start", "No light comes on; another socket was tried."),
        ("Password expired", "The user is back from holidays and cannot sign in."),
        ("Tax system is down", "Error 503 when issuing invoices; nobody in the department can."),
        ("Extension is mute", "Calls arrive, but callers hear nothing."),
        ("Blue screen at start", "It restarts three times by itself and stops at the recovery."),
        ("Wi-Fi is unstable", "Every device in the room loses the connection every ten minutes."),
        ("Nightly backup failed", "The report of 3 a.m. says that the target is full."),
        ("Barcode reader stopped", "It lights up, but sends nothing to the system."),
        ("Disk is almost full", "The warning has been there since yesterday."),
        ("Projector without picture", 'It starts and shows "no signal" with any cable.'),
        ("Install the office suite", "A new machine, delivered without the department's programs."),
        ("New user to set up", "Starts on Monday; needs e-mail and an extension."),
    ),
    places=("Reception", "Accounting", "Warehouse", "Management", "Laboratory", "North branch"),
    skills=(
        *("Hardware", "Networks", "Printing", "Telephony"),
        *("Infrastructure", "Systems", "Security"),
    ),
    projects=(
        "Migration to the cloud",
        "Replacing the switches",
        "Equipment inventory",
        "New student portal",
        "IP telephony at the branch",
    ),
    urgency={"critical": "Very high", "high": "High", "medium": "Medium", "low": "Low"},
    new="Ticket #{id} opened: {title}",
    assigned="Ticket #{id} assigned to {who}",
    closed="Ticket #{id} resolved by {who}",
    escalated="Ticket #{id} escalated to urgency {urgency}",
    started="{name}: task started",
    progress="{name}: {progress}% done",
)
ES = Words(
    problems=(
        ("La impresora no imprime", "La cola acepta el trabajo, pero no sale nada; luz naranja."),
        ("Sin acceso al correo", "El programa pide la contraseña de nuevo cada minuto."),
        ("Servidor de archivos lento", "Abrir una planilla de la carpeta común tarda un minuto."),
        ("La VPN no conecta", 'Se queda en "conectando" y desiste; desde la actualización.'),
        ("La computadora no enciende", "Ninguna luz se prende; ya se probó otro enchufe."),
        ("Contraseña vencida", "El usuario volvió de vacaciones y no puede entrar."),
        ("Sistema fiscal caído", "Error 503 al emitir facturas; nadie del sector puede."),
        ("Interno mudo", "Recibe llamadas, pero quien llama no oye nada."),
        ("Pantalla azul al iniciar", "Se reinicia sola tres veces y queda en la recuperación."),
        ("Wi-Fi inestable", "La conexión se cae cada diez minutos en todos los equipos."),
        ("Falló el respaldo nocturno", "El informe de las 3 acusa falta de espacio en el destino."),
        ("Lector de códigos de barras parado", "Enciende, pero no envía nada al sistema."),
        ("Disco casi lleno", "El aviso de poco espacio aparece desde ayer."),
        ("Proyector sin imagen", 'Enciende y muestra "sin señal" con cualquier cable.'),
        ("Instalar el paquete de oficina", "Equipo nuevo, entregado sin los programas del sector."),
        ("Nuevo usuario por registrar", "Empieza el lunes; necesita correo e interno."),
    ),
    places=("Recepción", "Finanzas", "Depósito", "Dirección", "Laboratorio", "Sucursal Norte"),
    skills=(
        *("Hardware", "Redes", "Impresión", "Telefonía"),
        *("Infraestructura", "Sistemas", "Seguridad"),
    ),
    projects=(
        "Migración a la nube",
        "Cambio de los switches",
        "Inventario de equipos",
        "Nuevo portal del alumno",
        "Telefonía IP en la sucursal",
    ),
    urgency={"critical": "Muy alta", "high": "Alta", "medium": "Media", "low": "Baja"},
    new="Ticket #{id} abierto: {title}",
    assigned="Ticket #{id} asignado a {who}",
    closed="Ticket #{id} resuelto por {who}",
    escalated="Ticket #{id} escalado a urgencia {urgency}",
    started="{name}: tarea iniciada",
    progress="{name}: {progress}% completado",
)
WORDS: dict[Language, Words] = {"pt-BR": PT_BR, "en": EN, "es": ES}
