import { glpiEs } from './glpi'
import type { Words } from './pt-BR'

export const es: Words = {
  ...glpiEs,
  tickets: 'Tickets',
  projects: 'Proyectos',
  dashboard: 'Indicadores',
  remote: 'Control',
  screens: 'Pantallas',
  test: 'Panel de pruebas',
  close: 'Cerrar',

  critical: 'Crítico',
  high: 'Alto',
  medium: 'Medio',
  low: 'Bajo',
  total: 'Total',
  criticalCount: { one: '{n} crítico', other: '{n} críticos' },
  nothingCritical: 'Nada crítico',

  id: 'N.º',
  title: 'Título',
  entity: 'Entidad',
  assignedTo: 'Responsable',
  priority: 'Prioridad',
  status: 'Estado',
  elapsed: 'Abierto hace',
  unassigned: 'Sin responsable',
  unassignedCount: '{n} sin responsable',
  untitled: 'Sin título',
  new: 'Nuevo',
  justNow: 'ahora',
  ofTotal: '{span} de {total}',
  page: 'Página {page} de {pages}',
  noTickets: 'Ningún ticket abierto',
  noTicketsMore: 'Todo resuelto por aquí.',
  noProjects: 'Ningún proyecto en curso',
  noPeople: 'Nadie informado',
  noActivity: 'Sin actividad reciente',
  waiting: 'Esperando los primeros datos',

  open: 'Abierto',
  statusNew: 'Nuevo',
  assigned: 'Asignado',
  planned: 'Planificado',
  in_progress: 'En curso',
  pending: 'Pendiente',
  solved: 'Resuelto',
  closed: 'Cerrado',
  planning: 'Planificación',
  testing: 'En pruebas',
  on_hold: 'En espera',
  done: 'Terminado',
  cancelled: 'Cancelado',

  completedCount: 'Terminadas',
  inProgressCount: 'En curso',
  pendingCount: 'Pendientes',
  progress: 'Progreso',
  late: { one: 'Atrasado {n} día', other: 'Atrasado {n} días' },
  slaSoon: 'vence en {time}',
  slaLate: 'atrasado hace {time}',
  dueToday: 'Entrega hoy',
  dueIn: { one: 'Entrega en {n} día', other: 'Entrega en {n} días' },
  noDue: 'Sin fecha de entrega',
  delivered: 'Terminado',

  openTickets: 'Tickets abiertos',
  avgResponseTime: 'Tiempo de respuesta',
  resolutionRate: 'Tasa de resolución',
  customerSatisfaction: 'Satisfacción del cliente',
  surveyCount: 'Encuestas respondidas',
  technicians: 'Técnicos',
  analysts: 'Analistas',
  recentActivity: 'Actividad reciente',
  available: 'Disponible',
  busy: 'Ocupado',
  unknown: 'Sin información',
  assignedWord: { one: 'ticket', other: 'tickets' },
  availableOf: { one: '{n} de {total} disponible', other: '{n} de {total} disponibles' },
  activityAssignment: 'Asignación',
  activityProgress: 'Avance',
  activityClosed: 'Cerrado',
  activityNew: 'Nuevo',
  activityEscalation: 'Escalado',

  live: 'En vivo',
  connecting: 'Conectando',
  lost: 'Sin conexión {ago}',
  lostNow: 'Sin conexión',
  stale: 'Actualizado {ago}',
  staleUnknown: 'Datos antiguos',
  muted: 'En silencio por {left}',
  noData: 'Sin datos',
  quiet: 'Horario de silencio',
  soundFailed: 'Fallo del sonido',
  soundOff: 'Sonido apagado',
  soundOk: 'El sonido funciona',
  soundOpening: 'Preparando el sonido',
  buttonsFailed: 'Fallo de los botones',
  displayOff: 'Pantalla apagada',
  displayFailed: 'Fallo del control de pantalla',
  rotationNext: 'Sigue: {screen}',
  rotationNextIn: 'Sigue: {screen} en {left}',
  rotationPaused: 'Rotación en pausa',
  rotationPausedFor: 'Rotación en pausa por {left}',
  rotationAlone: 'Solo esta pantalla tiene novedades',
  sourceTrouble: '{name}: {state} {ago}',
  oldBuild: 'Hay una versión {build}, pero se sirvió otra vez la página antigua',
  browserSilent: 'El navegador no sonó: toque la pantalla una vez',

  criticalAlert: 'Alerta crítica',
  newTicket: 'Nuevo ticket',
  projectUpdate: 'Proyecto actualizado',
  acknowledge: 'Enterado',
  acknowledgeAll: 'Enterado de todas ({n})',
  alsoActive: 'También activas',
  moreAlerts: { one: '+{n} alerta en cola', other: '+{n} alertas en cola' },
  timesSeen: '{n}×',
  oneOf: '{n} de {total}',

  whyNoNetwork: 'Sin red',
  doNoNetwork: 'Conecte el cable de red. El kiosco sigue solo en cuanto haya red.',
  doNoNetworkCard:
    'Conecte el cable de red, o escriba el nombre y la clave del Wi-Fi en wifi_name y '
    + 'wifi_password, en el archivo system.txt de la tarjeta.',
  whyNoDns: 'La red no encuentra {place}',
  doNoDns:
    'El router o el servicio de nombres (DNS) no responde: reinicie el router o avise a quien '
    + 'cuida la red.',
  whyUnknownHost: 'La dirección {place} no existe',
  doUnknownHost:
    'Corrija el nombre del servidor en url, en el archivo kioskd.yaml: compare letra por '
    + 'letra.',
  whyUnreachable: '{place} no responde',
  doUnreachable:
    'Vea si el servidor del helpdesk está encendido y si esta red llega a él; después revise '
    + 'url en el archivo kioskd.yaml.',
  whyConnectionRefused: 'Nada atiende en {place}',
  doConnectionRefused:
    'Revise el servidor y el puerto en url, en el archivo kioskd.yaml, y si el helpdesk está '
    + 'encendido.',
  whyNoTls: '{place} no acepta una conexión segura',
  doNoTls:
    'En url, en el archivo kioskd.yaml, revise el puerto, o empiece la dirección con {use}.',
  whyCertificate: 'El certificado de {place} no es de confianza',
  doCertificate:
    'Pida el certificado de la empresa a quien cuida la red e indique el archivo en ca_file, '
    + 'en kioskd.yaml.',
  whyClock: 'El reloj del kiosco está mal',
  doClock: 'Se ajusta por la red en unos minutos. Si no lo hace, avise a quien cuida la red (NTP).',
  whyBadUrl: 'La dirección del helpdesk no es válida',
  doBadUrl: 'Corrija url en el archivo kioskd.yaml.',
  whyNotFound: 'Dirección equivocada en {place}',
  doNotFound:
    'El servidor existe, pero no tiene esa página: corrija la ruta en url, en el archivo '
    + 'kioskd.yaml.',
  whyHttpError: '{place} responde con un error',
  doHttpError:
    'Revise url en el archivo kioskd.yaml; si está bien, avise a quien cuida el helpdesk.',
  whyRedirected: '{place} manda a otra página',
  doRedirected:
    'Revise url en el archivo kioskd.yaml hasta la última letra (http o https, la barra '
    + 'final), y después el token.',
  whyNotAHelpdesk: '{place} no responde como helpdesk',
  doNotAHelpdesk:
    'La dirección en url, en el archivo kioskd.yaml, es de otra página: use la de los datos '
    + 'del helpdesk. Si está bien, revise el token.',
  whyRefusedToken: '{place} rechaza el token',
  doRefusedToken: 'Escriba el token correcto en el archivo {file}, en una sola línea.',
  doRefusedTokenNone:
    'El helpdesk pide un token: escríbalo en un archivo e indique ese archivo en auth, en '
    + 'kioskd.yaml.',
  whyTokenFile: 'No se pudo leer el token del helpdesk',
  doTokenFile: 'El archivo {file} falta o está vacío: escriba en él el token, en una sola línea.',
  whyLost: 'Se perdió la conexión con {place}',
  doLost: 'El kiosco lo intenta de nuevo solo. Si tarda, avise a quien cuida el helpdesk.',
  whyInternal: 'Error interno al buscar los datos',
  doInternal: 'Apague y encienda el kiosco; si el error vuelve, avise a quien lo cuida.',
  whyBadMessage: 'El helpdesk envía datos con errores',
  doBadMessage: 'Avise a quien cuida el helpdesk: {detail}',
  whyFieldsMissing: 'Faltan campos en los datos del helpdesk: {missing}',
  doFieldsMissing:
    'Escriba en la fuente, en el archivo kioskd.yaml: fields: {fields} (el helpdesk envía '
    + '{present}).',
  remarkCounters: 'El helpdesk cuenta {said}, y las filas dicen {counted}: valen las filas.',
  remarkWord:
    '{field}: {count} en una palabra desconocida ({examples}); indíquela en words, en kioskd.yaml.',
  remarkUnreadable: '{field}: {count} que no se pudieron leer ({examples}).',
  remarkNoObject: '{field}: {count} que no son objetos, omitidos.',
  whyNoUpdate: '{place} no responde con {message}',
  doNoUpdate:
    'Revise la dirección de esta pantalla en url o urls, en el archivo kioskd.yaml, y avise a '
    + 'quien cuida el helpdesk.',
  whyCaFile: 'No se pudo leer el certificado de la empresa',
  doCaFile:
    'El archivo {file}, de ca_file en kioskd.yaml, falta o no es un certificado (PEM): cópielo '
    + 'de nuevo.',
  whyTooLarge: '{place} envía demasiados datos',
  doTooLarge: 'Aumente max_message de la fuente en el archivo kioskd.yaml, o envíe menos tickets.',
  whyTooManyFiles: 'El kiosco abrió demasiados archivos',
  doTooManyFiles: 'Apague y encienda el kiosco; si el error vuelve, avise a quien lo cuida.',
  whyProxyAway: 'El proxy {place} no responde',
  doProxyAway: 'Revise proxy en el archivo kioskd.yaml, o avise a quien cuida la red.',
  whyProxyRefused: 'El proxy no deja llegar a {place}',
  doProxyRefused:
    'Pida a quien cuida la red que permita {place} en el proxy, o escriba proxy: direct en la '
    + 'fuente, en el archivo kioskd.yaml.',
  whyNeedsTls: '{place} solo acepta conexiones seguras',
  doNeedsTls: 'En url, en el archivo kioskd.yaml, empiece la dirección con {use}.',
  whyTlsFailed: 'La conexión segura con {place} falló',
  doTlsFailed: 'Avise a quien cuida el helpdesk: {detail}',
  whyCertificateExpired: 'El certificado de {place} venció',
  doCertificateExpired:
    'Pida a quien cuida el helpdesk que lo renueve. Para el kiosco hoy es {today}: si esa fecha '
    + 'está mal, ajuste el reloj.',
  whyCertificateName: 'El certificado de {place} es de otro nombre',
  doCertificateName:
    'En url, en el archivo kioskd.yaml, use el nombre que está en el certificado en vez de '
    + '{host}, o pida un certificado para {host}.',
  whyMissingSlash: 'Falta una barra al final de la dirección',
  doMissingSlash: 'En url, en el archivo kioskd.yaml, agregue / al final.',
  whyBadRequest: '{place} no entiende el pedido (400)',
  doBadRequest:
    'Si el servidor es Django, agregue {host} en ALLOWED_HOSTS. Si no, revise url en el archivo '
    + 'kioskd.yaml.',
  whyNotHttp: '{place} no es un servidor web',
  doNotHttp: 'Revise el puerto en url, en el archivo kioskd.yaml.',
  whyOriginRefused: '{place} no acepta el origen {origin}',
  doOriginRefused:
    'Permita ese nombre en el servidor (en Django: ALLOWED_HOSTS), o indique en origin, en el '
    + 'archivo kioskd.yaml, un origen que acepte.',
  whyForbidden: '{place} rechaza el acceso (403)',
  doForbidden:
    'Revise el token en el archivo {file}. Si está bien, el servidor no acepta el origen {origin} '
    + '(en Django: ALLOWED_HOSTS).',
  whySilent: '{place} acepta la conexión, pero no envía datos',
  doSilent:
    'Si tarda, revise url en el archivo kioskd.yaml y avise a quien cuida el helpdesk: el servicio '
    + 'o la base de datos puede estar parada.',
  whyWentSilent: '{place} dejó de responder',
  doWentSilent:
    'El kiosco lo intenta de nuevo solo. Si tarda, vea si el helpdesk y la red funcionan.',
  whyHungUp: '{place} cortó sin decir por qué',
  doHungUp:
    'El kiosco lo intenta de nuevo solo. Si tarda, avise a quien cuida el helpdesk o el proxy que '
    + 'está delante.',
  whyServerFailed: 'Error en el servidor del helpdesk ({status})',
  doServerFailed:
    'Avise a quien cuida el helpdesk: su programa o su base de datos falló. El kiosco lo intenta '
    + 'de nuevo solo.',
  whyRestarting: '{place} se está reiniciando',
  doRestarting: 'El kiosco lo intenta de nuevo solo. Si tarda, avise a quien cuida el helpdesk.',
  whyWifiPassword: 'El Wi-Fi {about} rechaza la clave',
  doWifiPassword: 'Corrija wifi_password en el archivo system.txt de la tarjeta.',
  whyWifiNotFound: 'El Wi-Fi {about} no fue encontrado',
  doWifiNotFound:
    'Corrija wifi_name en el archivo system.txt de la tarjeta (las mayúsculas cuentan), o '
    + 'acerque el kiosco al router.',
  whyWifiUnsuitable: 'El Wi-Fi {about} pide otro tipo de acceso',
  doWifiUnsuitable:
    'Solo sirven redes con una clave común (WPA2 o WPA3). Revise wifi_password en el archivo '
    + 'system.txt de la tarjeta, o use el cable.',
  whyWifiRefused: 'El Wi-Fi {about} no deja entrar',
  doWifiRefused:
    'Avise a quien cuida la red: el kiosco puede estar bloqueado. Mientras tanto, use el '
    + 'cable de red.',
  whyNoWifi: 'Este aparato no tiene Wi-Fi',
  doNoWifi: 'Use el cable de red.',
  whySystemLine: 'Error en el archivo system.txt, línea {about}',
  doSystemLine: 'Corrija esa línea en el archivo system.txt de la tarjeta; las demás valen.',
  whySystemMissing: 'No se pudo leer el archivo system.txt',
  doSystemMissing:
    'Copie de nuevo el archivo system.txt a la tarjeta; mientras tanto valen los valores de '
    + 'fábrica.',
  whyConfiguration: 'Error en el archivo kioskd.yaml',
  doConfiguration: 'Corrija la línea indicada: {detail}',
  whyHostMissing: 'Este kiosco no tiene la dirección {about}: los celulares no llegan a él',
  doHostMissing:
    'El router le dio otra. En kioskd.yaml, escriba server.host: 0.0.0.0 y reinicie kioskd.',
  whyHostUnknown: 'Nadie conoce el nombre {about} en server.host',
  doHostUnknown: 'En kioskd.yaml, escriba una dirección, como 0.0.0.0, y reinicie kioskd.',
  whyPortTaken: 'Otro programa ya usa {about}: los celulares no llegan a este kiosco',
  doPortTaken: 'Detenga ese programa o cambie server.port en kioskd.yaml.',
  whyPortForbidden: 'El puerto {about} está prohibido para kioskd',
  doPortForbidden: 'En kioskd.yaml, escriba server.port: 8080 y reinicie kioskd.',
  whyToken: 'El archivo de token_file no se puede usar: ningún celular entra',
  doToken: '{detail}',
  whyRestart: 'Un cambio en kioskd.yaml solo vale después de reiniciar kioskd',
  doRestart: 'sudo systemctl restart kioskd',
  whyState: 'El último estado no se puede guardar',
  doState: '{detail}',
  phone: 'Celular',
  phoneToken: '{url} (pide la clave del archivo de token_file)',
  phoneLocal: 'apagado; para permitirlo: server, en el archivo kioskd.yaml',

  panels: 'Paneles',
  thisDevice: 'este aparato',
  painted: 'imagen confirmada',
  paintedLate: 'última imagen {ago}',
  notPainting: 'sin imagen confirmada',
  noPanels: 'Ningún panel conectado',
  everyPanel: 'Todos los paneles',
  showOn: 'Mostrar en',
  sound: 'Sonido',
  testSound: 'Probar sonido',
  mute: 'Silenciar {minutes} min',
  unmute: 'Volver al sonido',
  sources: 'Fuentes de datos',
  kioskParts: 'Quiosco',
  noSources: 'Ninguna fuente informada',
  connected: 'conectada',
  sourceConnecting: 'conectando',
  offline: 'sin conexión',
  refused: 'no autorizada',
  buttons: 'Botones',
  display: 'Pantalla',
  rotation: 'Rotación',
  failed: 'Fallo',
  buttonsCount: { one: '{n} botón', other: '{n} botones' },
  buttonsNone: 'Ninguno configurado',
  displayIsOn: 'Encendida',
  displayIsOff: 'Apagada',
  faults: 'Avisos',
  alerts: 'Alertas',
  noAlerts: 'Ninguna alerta activa',
  noDaemon: 'Sin conexión con el kiosk: las órdenes no llegan ahora',

  testTicket: 'Nuevo ticket',
  testProject: 'Actualización de proyecto',
  testPlay: 'Sonido',
  testCommand: 'Orden remota',
  name: 'Nombre',
  url: 'Dirección (URL)',
  soundUrl: 'Sonido (URL, opcional)',
  screen: 'Pantalla',
  sendTicket: 'Enviar nuevo ticket',
  sendProject: 'Enviar actualización',
  playSound: 'Tocar sonido',
  sendCommand: 'Enviar orden',
  sent: 'Enviado',
  notSent: 'No enviado: sin conexión',
  exampleTicket: 'Servidor de archivos caído',
  exampleProject: 'Migración a la nube',
}
