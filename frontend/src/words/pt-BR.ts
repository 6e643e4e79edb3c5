import { glpiPtBR } from './glpi'

/** Portuguese of Brazil: the default, and the list of keys that the others must have. */
export const ptBR = {
  ...glpiPtBR,
  tickets: 'Chamados',
  projects: 'Projetos',
  dashboard: 'Indicadores',
  remote: 'Controle',
  screens: 'Telas',
  test: 'Painel de teste',
  close: 'Fechar',

  critical: 'Crítico',
  high: 'Alto',
  medium: 'Médio',
  low: 'Baixo',
  total: 'Total',
  criticalCount: { one: '{n} crítico', other: '{n} críticos' },
  nothingCritical: 'Nada crítico',

  id: 'Nº',
  title: 'Título',
  entity: 'Entidade',
  assignedTo: 'Responsável',
  priority: 'Prioridade',
  status: 'Situação',
  elapsed: 'Aberto há',
  unassigned: 'Sem responsável',
  unassignedCount: '{n} sem responsável',
  untitled: 'Sem título',
  new: 'Novo',
  justNow: 'agora',
  ofTotal: '{span} de {total}',
  page: 'Página {page} de {pages}',
  noTickets: 'Nenhum chamado aberto',
  noTicketsMore: 'Tudo resolvido por aqui.',
  noProjects: 'Nenhum projeto em andamento',
  noPeople: 'Ninguém informado',
  noActivity: 'Nenhuma atividade recente',
  waiting: 'Aguardando os primeiros dados',

  open: 'Aberto',
  statusNew: 'Novo',
  assigned: 'Atribuído',
  planned: 'Planejado',
  in_progress: 'Em andamento',
  pending: 'Pendente',
  solved: 'Resolvido',
  closed: 'Fechado',
  planning: 'Planejamento',
  testing: 'Em testes',
  on_hold: 'Em espera',
  done: 'Concluído',
  cancelled: 'Cancelado',

  completedCount: 'Concluídas',
  inProgressCount: 'Em andamento',
  pendingCount: 'Pendentes',
  progress: 'Progresso',
  late: { one: 'Atrasado em {n} dia', other: 'Atrasado em {n} dias' },
  slaSoon: 'vence em {time}',
  slaLate: 'atrasado há {time}',
  dueToday: 'Entrega hoje',
  dueIn: { one: 'Entrega em {n} dia', other: 'Entrega em {n} dias' },
  noDue: 'Sem data de entrega',
  delivered: 'Concluído',

  openTickets: 'Chamados abertos',
  avgResponseTime: 'Tempo de resposta',
  resolutionRate: 'Taxa de resolução',
  customerSatisfaction: 'Satisfação do cliente',
  surveyCount: 'Pesquisas respondidas',
  technicians: 'Técnicos',
  analysts: 'Analistas',
  recentActivity: 'Atividade recente',
  available: 'Disponível',
  busy: 'Ocupado',
  unknown: 'Sem informação',
  assignedWord: { one: 'chamado', other: 'chamados' },
  availableOf: { one: '{n} de {total} disponível', other: '{n} de {total} disponíveis' },
  activityAssignment: 'Atribuição',
  activityProgress: 'Andamento',
  activityClosed: 'Fechado',
  activityNew: 'Novo',
  activityEscalation: 'Escalação',

  live: 'Ao vivo',
  connecting: 'Conectando',
  lost: 'Sem conexão {ago}',
  lostNow: 'Sem conexão',
  stale: 'Atualizado {ago}',
  staleUnknown: 'Dados antigos',
  muted: 'Mudo por {left}',
  noData: 'Sem dados',
  quiet: 'Horário de silêncio',
  soundFailed: 'Som com falha',
  soundOff: 'Som desligado',
  soundOk: 'Som funcionando',
  soundOpening: 'Preparando o som',
  buttonsFailed: 'Botões com falha',
  displayOff: 'Tela desligada',
  displayFailed: 'Controle da tela com falha',
  rotationNext: 'A seguir: {screen}',
  rotationNextIn: 'A seguir: {screen} em {left}',
  rotationPaused: 'Rotação pausada',
  rotationPausedFor: 'Rotação pausada por {left}',
  rotationAlone: 'Só esta tela tem novidades',
  sourceTrouble: '{name}: {state} {ago}',
  oldBuild: 'Versão {build} disponível, mas a página antiga foi servida de novo',
  browserSilent: 'O navegador não tocou o som: toque na tela uma vez',

  criticalAlert: 'Alerta crítico',
  newTicket: 'Novo chamado',
  projectUpdate: 'Projeto atualizado',
  acknowledge: 'Ciente',
  acknowledgeAll: 'Ciente de todos ({n})',
  alsoActive: 'Também ativos',
  moreAlerts: { one: '+{n} alerta na fila', other: '+{n} alertas na fila' },
  timesSeen: '{n}×',
  acknowledged: 'Ciente: {who}, {time}',
  snooze: 'Adiar',
  snoozeMinutes: '{minutes} min',
  snoozeTomorrow: 'até amanhã, 8h',
  snoozed: 'Adiado, volta em {left}',
  snoozedCount: { one: '{n} alerta adiado', other: '{n} alertas adiados' },
  notHeard: 'Não soou: a sala está em silêncio',
  unheard: { one: '{n} alerta não soou', other: '{n} alertas não soaram' },
  muteBroken: 'O silêncio acabou: um alerta crítico ficou sem resposta',
  escalated: 'Escalado: ninguém respondeu',
  toldSource: 'origem avisada',
  tellingSource: 'avisando a origem',
  sourceNotTold: 'origem não avisada',
  wasResolved: 'resolvido',
  wasExpired: 'ficou sem resposta',
  history: 'Últimos alertas',
  showHistory: 'Ver os últimos alertas',
  noHistory: 'Nenhum alerta ainda',
  yourName: 'Seu nome, para o “Ciente”',
  byButton: 'botão',
  byPhone: 'celular',
  byPanel: 'painel',
  byHttp: 'outro programa',
  byCli: 'linha de comando',
  byMqtt: 'MQTT',
  byUpstream: 'central',
  oneOf: '{n} de {total}',

  whyNoNetwork: 'Sem rede',
  doNoNetwork: 'Ligue o cabo de rede. O quiosque continua sozinho assim que houver rede.',
  doNoNetworkCard:
    'Ligue o cabo de rede, ou escreva o nome e a senha do Wi-Fi em wifi_name e wifi_password, '
    + 'no arquivo system.txt do cartão.',
  whyNoDns: 'A rede não encontra {place}',
  doNoDns:
    'O roteador ou o serviço de nomes (DNS) não responde: reinicie o roteador ou avise quem '
    + 'cuida da rede.',
  whyUnknownHost: 'O endereço {place} não existe',
  doUnknownHost:
    'Corrija o nome do servidor em url, no arquivo kioskd.yaml: confira letra por letra.',
  whyUnreachable: '{place} não responde',
  doUnreachable:
    'Veja se o servidor do helpdesk está ligado e se esta rede chega até ele; depois confira '
    + 'url no arquivo kioskd.yaml.',
  whyConnectionRefused: 'Nada atende em {place}',
  doConnectionRefused:
    'Confira o servidor e a porta em url, no arquivo kioskd.yaml, e se o helpdesk está '
    + 'ligado.',
  whyNoTls: '{place} não aceita conexão segura',
  doNoTls:
    'Em url, no arquivo kioskd.yaml, confira a porta, ou comece o endereço com {use}.',
  whyCertificate: 'O certificado de {place} não é confiável',
  doCertificate:
    'Peça o certificado da empresa a quem cuida da rede e indique o arquivo em ca_file, no '
    + 'kioskd.yaml.',
  whyClock: 'O relógio do quiosque está errado',
  doClock:
    'Ele se acerta pela rede em alguns minutos. Se não acertar, avise quem cuida da rede '
    + '(NTP).',
  whyBadUrl: 'O endereço do helpdesk não é válido',
  doBadUrl: 'Corrija url no arquivo kioskd.yaml.',
  whyNotFound: 'Endereço errado em {place}',
  doNotFound:
    'O servidor existe, mas não tem essa página: corrija o caminho em url, no arquivo '
    + 'kioskd.yaml.',
  whyHttpError: '{place} responde com erro',
  doHttpError:
    'Confira url no arquivo kioskd.yaml; se estiver certo, avise quem cuida do helpdesk.',
  whyRedirected: '{place} manda para outra página',
  doRedirected:
    'Confira url no arquivo kioskd.yaml até a última letra (http ou https, a barra no fim), e '
    + 'depois o token.',
  whyNotAHelpdesk: '{place} não responde como helpdesk',
  doNotAHelpdesk:
    'O endereço em url, no arquivo kioskd.yaml, é de outra página: use o dos dados do '
    + 'helpdesk. Se ele estiver certo, confira o token.',
  whyRefusedToken: '{place} recusa o token',
  doRefusedToken: 'Grave o token certo no arquivo {file}, em uma linha só.',
  doRefusedTokenNone:
    'O helpdesk pede um token: grave-o em um arquivo e indique esse arquivo em auth, no '
    + 'kioskd.yaml.',
  whyTokenFile: 'O token do helpdesk não pôde ser lido',
  doTokenFile: 'O arquivo {file} falta ou está vazio: grave nele o token, em uma linha só.',
  whyLost: 'A conexão com {place} caiu',
  doLost: 'O quiosque tenta de novo sozinho. Se demorar, avise quem cuida do helpdesk.',
  whyInternal: 'Erro interno ao buscar os dados',
  doInternal: 'Desligue e ligue o quiosque; se o erro voltar, avise quem cuida dele.',
  whyBadMessage: 'O helpdesk manda dados com erro',
  doBadMessage: 'Avise quem cuida do helpdesk: {detail}',
  whyFieldsMissing: 'Faltam campos nos dados do helpdesk: {missing}',
  doFieldsMissing:
    'Escreva na fonte, no arquivo kioskd.yaml: fields: {fields} (o helpdesk manda {present}).',
  remarkCounters: 'O helpdesk conta {said}, e as linhas dizem {counted}: valem as linhas.',
  remarkWord:
    '{field}: {count} em palavra desconhecida ({examples}); indique em words, no kioskd.yaml.',
  remarkUnreadable: '{field}: {count} que não se pôde ler ({examples}).',
  remarkNoObject: '{field}: {count} que não são objetos, deixados de fora.',
  whyNoUpdate: '{place} não responde com {message}',
  doNoUpdate:
    'Confira o endereço desta tela em url ou urls, no arquivo kioskd.yaml, e avise quem cuida '
    + 'do helpdesk.',
  whyCaFile: 'O certificado da empresa não pôde ser lido',
  doCaFile:
    'O arquivo {file}, de ca_file no kioskd.yaml, falta ou não é um certificado (PEM): copie-o de '
    + 'novo.',
  whyTooLarge: '{place} manda dados demais',
  doTooLarge: 'Aumente max_message da fonte no arquivo kioskd.yaml, ou mande menos chamados.',
  whyTooManyFiles: 'O quiosque abriu arquivos demais',
  doTooManyFiles: 'Desligue e ligue o quiosque; se o erro voltar, avise quem cuida dele.',
  whyProxyAway: 'O proxy {place} não responde',
  doProxyAway: 'Confira proxy no arquivo kioskd.yaml, ou avise quem cuida da rede.',
  whyProxyRefused: 'O proxy não deixa chegar a {place}',
  doProxyRefused:
    'Peça a quem cuida da rede que libere {place} no proxy, ou escreva proxy: direct na fonte, no '
    + 'arquivo kioskd.yaml.',
  whyNeedsTls: '{place} só aceita conexão segura',
  doNeedsTls: 'Em url, no arquivo kioskd.yaml, comece o endereço com {use}.',
  whyTlsFailed: 'A conexão segura com {place} falhou',
  doTlsFailed: 'Avise quem cuida do helpdesk: {detail}',
  whyCertificateExpired: 'O certificado de {place} venceu',
  doCertificateExpired:
    'Peça a quem cuida do helpdesk que o renove. O quiosque está em {today}: se essa data estiver '
    + 'errada, acerte o relógio.',
  whyCertificateName: 'O certificado de {place} é de outro nome',
  doCertificateName:
    'Em url, no arquivo kioskd.yaml, use o nome que está no certificado em vez de {host}, ou peça '
    + 'um certificado para {host}.',
  whyMissingSlash: 'Falta uma barra no fim do endereço',
  doMissingSlash: 'Em url, no arquivo kioskd.yaml, acrescente / no fim.',
  whyBadRequest: '{place} não entende o pedido (400)',
  doBadRequest:
    'Se o servidor é Django, inclua {host} em ALLOWED_HOSTS. Senão, confira url no arquivo '
    + 'kioskd.yaml.',
  whyNotHttp: '{place} não é um servidor web',
  doNotHttp: 'Confira a porta em url, no arquivo kioskd.yaml.',
  whyOriginRefused: '{place} não aceita a origem {origin}',
  doOriginRefused:
    'No servidor, permita esse nome (no Django: ALLOWED_HOSTS), ou indique em origin, no arquivo '
    + 'kioskd.yaml, uma origem que ele aceita.',
  whyForbidden: '{place} recusa o acesso (403)',
  doForbidden:
    'Confira o token no arquivo {file}. Se estiver certo, o servidor não aceita a origem {origin} '
    + '(no Django: ALLOWED_HOSTS).',
  whySilent: '{place} aceita a conexão, mas não manda dados',
  doSilent:
    'Se demorar, confira url no arquivo kioskd.yaml e avise quem cuida do helpdesk: o serviço ou '
    + 'o banco de dados pode estar parado.',
  whyWentSilent: '{place} parou de responder',
  doWentSilent:
    'O quiosque tenta de novo sozinho. Se demorar, veja se o helpdesk e a rede estão funcionando.',
  whyHungUp: '{place} desligou sem dizer por quê',
  doHungUp:
    'O quiosque tenta de novo sozinho. Se demorar, avise quem cuida do helpdesk ou do proxy que '
    + 'fica na frente dele.',
  whyServerFailed: 'Erro no servidor do helpdesk ({status})',
  doServerFailed:
    'Avise quem cuida do helpdesk: o programa ou o banco de dados dele falhou. O quiosque tenta '
    + 'de novo sozinho.',
  whyRestarting: '{place} está reiniciando',
  doRestarting: 'O quiosque tenta de novo sozinho. Se demorar, avise quem cuida do helpdesk.',
  whyWifiPassword: 'O Wi-Fi {about} recusa a senha',
  doWifiPassword: 'Corrija wifi_password no arquivo system.txt do cartão.',
  whyWifiNotFound: 'O Wi-Fi {about} não foi encontrado',
  doWifiNotFound:
    'Corrija wifi_name no arquivo system.txt do cartão (maiúsculas contam), ou aproxime o '
    + 'quiosque do roteador.',
  whyWifiUnsuitable: 'O Wi-Fi {about} pede outro tipo de acesso',
  doWifiUnsuitable:
    'Só redes com uma senha comum (WPA2 ou WPA3) servem. Confira wifi_password no arquivo '
    + 'system.txt do cartão, ou use o cabo.',
  whyWifiRefused: 'O Wi-Fi {about} não deixa entrar',
  doWifiRefused:
    'Avise quem cuida da rede: o quiosque pode estar bloqueado. Até lá, use o cabo de rede.',
  whyNoWifi: 'Este aparelho não tem Wi-Fi',
  doNoWifi: 'Use o cabo de rede.',
  whySystemLine: 'Erro no arquivo system.txt, linha {about}',
  doSystemLine: 'Corrija essa linha no arquivo system.txt do cartão; as outras valem.',
  whySystemMissing: 'O arquivo system.txt não pôde ser lido',
  doSystemMissing:
    'Copie de novo o arquivo system.txt para o cartão; até lá valem os valores de fábrica.',
  whyConfiguration: 'Erro no arquivo kioskd.yaml',
  doConfiguration: 'Corrija a linha indicada: {detail}',
  whyHostMissing: 'Este quiosque não tem o endereço {about}: celulares não chegam a ele',
  doHostMissing:
    'O roteador deu outro. No kioskd.yaml, escreva server.host: 0.0.0.0 e reinicie o kioskd.',
  whyHostUnknown: 'Ninguém conhece o nome {about} em server.host',
  doHostUnknown: 'No kioskd.yaml, escreva um endereço, como 0.0.0.0, e reinicie o kioskd.',
  whyPortTaken: 'Outro programa já usa {about}: celulares não chegam a este quiosque',
  doPortTaken: 'Pare esse programa ou mude server.port no kioskd.yaml.',
  whyPortForbidden: 'A porta {about} é proibida ao kioskd',
  doPortForbidden: 'No kioskd.yaml, escreva server.port: 8080 e reinicie o kioskd.',
  whyToken: 'O arquivo de token_file não pode ser usado: celulares não entram',
  doToken: '{detail}',
  whyRestart: 'Uma mudança no kioskd.yaml só vale depois de reiniciar o kioskd',
  doRestart: 'sudo systemctl restart kioskd',
  whyState: 'O último estado não pode ser guardado',
  doState: '{detail}',
  phone: 'Celular',
  phoneToken: '{url} (pede a senha do arquivo de token_file)',
  phoneLocal: 'desligado; para ligar: server, no arquivo kioskd.yaml',

  panels: 'Painéis',
  thisDevice: 'este aparelho',
  painted: 'imagem confirmada',
  paintedLate: 'última imagem {ago}',
  notPainting: 'sem imagem confirmada',
  noPanels: 'Nenhum painel conectado',
  everyPanel: 'Todos os painéis',
  showOn: 'Mostrar em',
  sound: 'Som',
  testSound: 'Testar som',
  mute: 'Silenciar {minutes} min',
  unmute: 'Voltar o som',
  sources: 'Fontes de dados',
  kioskParts: 'Quiosque',
  noSources: 'Nenhuma fonte informada',
  connected: 'conectada',
  sourceConnecting: 'conectando',
  offline: 'sem conexão',
  refused: 'não autorizada',
  buttons: 'Botões',
  display: 'Tela',
  rotation: 'Rotação',
  failed: 'Falha',
  buttonsCount: { one: '{n} botão', other: '{n} botões' },
  buttonsNone: 'Nenhum configurado',
  displayIsOn: 'Ligada',
  displayIsOff: 'Desligada',
  faults: 'Avisos',
  alerts: 'Alertas',
  noAlerts: 'Nenhum alerta ativo',
  noDaemon: 'Sem conexão com o kiosk: os comandos não chegam agora',

  testTicket: 'Novo chamado',
  testProject: 'Atualização de projeto',
  testPlay: 'Som',
  testCommand: 'Comando remoto',
  name: 'Nome',
  url: 'Endereço (URL)',
  soundUrl: 'Som (URL, opcional)',
  screen: 'Tela',
  sendTicket: 'Enviar novo chamado',
  sendProject: 'Enviar atualização',
  playSound: 'Tocar som',
  sendCommand: 'Enviar comando',
  sent: 'Enviado',
  notSent: 'Não enviado: sem conexão',
  exampleTicket: 'Servidor de arquivos fora do ar',
  exampleProject: 'Migração para a nuvem',
} as const

type Plural = { readonly one: string; readonly other: string }
export type Key = keyof typeof ptBR
export type Words = { readonly [K in Key]: (typeof ptBR)[K] extends Plural ? Plural : string }
