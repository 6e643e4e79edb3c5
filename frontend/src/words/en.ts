import { glpiEn } from './glpi'
import type { Words } from './pt-BR'

export const en: Words = {
  ...glpiEn,
  tickets: 'Tickets',
  projects: 'Projects',
  dashboard: 'Dashboard',
  remote: 'Remote',
  screens: 'Screens',
  test: 'Test panel',
  close: 'Close',

  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  total: 'Total',
  criticalCount: { one: '{n} critical', other: '{n} critical' },
  nothingCritical: 'Nothing critical',

  id: 'No.',
  title: 'Title',
  entity: 'Entity',
  assignedTo: 'Assigned to',
  priority: 'Priority',
  status: 'Status',
  elapsed: 'Open for',
  unassigned: 'Unassigned',
  unassignedCount: '{n} unassigned',
  untitled: 'Untitled',
  new: 'New',
  justNow: 'now',
  ofTotal: '{span} of {total}',
  page: 'Page {page} of {pages}',
  noTickets: 'No open tickets',
  noTicketsMore: 'All clear here.',
  noProjects: 'No projects under way',
  noPeople: 'Nobody listed',
  noActivity: 'No recent activity',
  waiting: 'Waiting for the first data',

  open: 'Open',
  statusNew: 'New',
  assigned: 'Assigned',
  planned: 'Planned',
  in_progress: 'In progress',
  pending: 'Pending',
  solved: 'Solved',
  closed: 'Closed',
  planning: 'Planning',
  testing: 'Testing',
  on_hold: 'On hold',
  done: 'Done',
  cancelled: 'Cancelled',

  completedCount: 'Completed',
  inProgressCount: 'In progress',
  pendingCount: 'Pending',
  progress: 'Progress',
  late: { one: '{n} day late', other: '{n} days late' },
  slaSoon: 'due in {time}',
  slaLate: 'late by {time}',
  dueToday: 'Due today',
  dueIn: { one: 'Due in {n} day', other: 'Due in {n} days' },
  noDue: 'No due date',
  delivered: 'Completed',

  openTickets: 'Open tickets',
  avgResponseTime: 'Response time',
  resolutionRate: 'Resolution rate',
  customerSatisfaction: 'Customer satisfaction',
  surveyCount: 'Surveys answered',
  technicians: 'Technicians',
  analysts: 'Analysts',
  recentActivity: 'Recent activity',
  available: 'Available',
  busy: 'Busy',
  unknown: 'Unknown',
  assignedWord: { one: 'ticket', other: 'tickets' },
  availableOf: { one: '{n} of {total} available', other: '{n} of {total} available' },
  activityAssignment: 'Assignment',
  activityProgress: 'Progress',
  activityClosed: 'Closed',
  activityNew: 'New',
  activityEscalation: 'Escalation',

  live: 'Live',
  connecting: 'Connecting',
  lost: 'Connection lost {ago}',
  lostNow: 'No connection',
  stale: 'Updated {ago}',
  staleUnknown: 'Old data',
  muted: 'Muted for {left}',
  noData: 'No data',
  quiet: 'Quiet hours',
  soundFailed: 'Sound failed',
  soundOff: 'Sound off',
  soundOk: 'Sound works',
  soundOpening: 'Preparing the sound',
  buttonsFailed: 'Buttons failed',
  displayOff: 'Display off',
  displayFailed: 'Display control failed',
  rotationNext: 'Next: {screen}',
  rotationNextIn: 'Next: {screen} in {left}',
  rotationPaused: 'Rotation paused',
  rotationPausedFor: 'Rotation paused for {left}',
  rotationAlone: 'Only this screen has anything to say',
  sourceTrouble: '{name}: {state} ({ago})',
  oldBuild: 'Version {build} is out, but the old page was served again',
  browserSilent: 'The browser kept silent: touch the screen once',

  criticalAlert: 'Critical alert',
  newTicket: 'New ticket',
  projectUpdate: 'Project updated',
  acknowledge: 'Acknowledge',
  acknowledgeAll: 'Acknowledge all ({n})',
  alsoActive: 'Also active',
  moreAlerts: { one: '+{n} alert waiting', other: '+{n} alerts waiting' },
  timesSeen: '{n}×',
  acknowledged: 'Seen by {who}, {time}',
  snooze: 'Snooze',
  snoozeMinutes: '{minutes} min',
  snoozeTomorrow: 'until tomorrow, 8:00',
  snoozed: 'Snoozed, back in {left}',
  snoozedCount: { one: '{n} alert snoozed', other: '{n} alerts snoozed' },
  notHeard: 'It made no sound: the room is silenced',
  unheard: { one: '{n} alert made no sound', other: '{n} alerts made no sound' },
  muteBroken: 'The mute has ended: nobody answered a critical alert',
  escalated: 'Escalated: nobody answered',
  toldSource: 'its source was told',
  tellingSource: 'telling its source',
  sourceNotTold: 'its source was not told',
  wasResolved: 'resolved',
  wasExpired: 'nobody answered',
  history: 'Latest alerts',
  showHistory: 'Show the latest alerts',
  noHistory: 'No alert yet',
  yourName: 'Your name, for “Seen by”',
  byButton: 'button',
  byPhone: 'phone',
  byPanel: 'panel',
  byHttp: 'another program',
  byCli: 'command line',
  byMqtt: 'MQTT',
  byUpstream: 'central server',
  oneOf: '{n} of {total}',

  whyNoNetwork: 'No network',
  doNoNetwork:
    'Plug in the network cable. The kiosk goes on by itself as soon as there is a network.',
  doNoNetworkCard:
    'Plug in the network cable, or write the name and password of the Wi-Fi as wifi_name and '
    + 'wifi_password into the file system.txt on the card.',
  whyNoDns: 'The network does not find {place}',
  doNoDns:
    'The router or the name service (DNS) does not answer: restart the router, or tell '
    + 'whoever runs the network.',
  whyUnknownHost: 'There is no {place}',
  doUnknownHost:
    'Correct the name of the server in url, in the file kioskd.yaml: compare every letter.',
  whyUnreachable: '{place} does not answer',
  doUnreachable:
    'See that the helpdesk\'s server is on and that this network leads to it; then check url '
    + 'in the file kioskd.yaml.',
  whyConnectionRefused: 'Nothing answers at {place}',
  doConnectionRefused:
    'Check the server and the port in url, in the file kioskd.yaml, and that the helpdesk '
    + 'runs.',
  whyNoTls: '{place} takes no secure connection',
  doNoTls:
    'In url, in the file kioskd.yaml, check the port, or begin the address with {use}.',
  whyCertificate: 'The certificate of {place} is not trusted',
  doCertificate:
    'Ask whoever runs the network for the company\'s certificate, and name its file as '
    + 'ca_file in kioskd.yaml.',
  whyClock: 'The kiosk\'s clock is wrong',
  doClock:
    'It sets itself over the network within minutes. If it does not, tell whoever runs the '
    + 'network (NTP).',
  whyBadUrl: 'The address of the helpdesk is not valid',
  doBadUrl: 'Correct url in the file kioskd.yaml.',
  whyNotFound: 'Wrong address at {place}',
  doNotFound:
    'The server is there, but has no such page: correct the path in url, in the file '
    + 'kioskd.yaml.',
  whyHttpError: '{place} answers with an error',
  doHttpError: 'Check url in the file kioskd.yaml; if it is right, tell whoever runs the helpdesk.',
  whyRedirected: '{place} sends to another page',
  doRedirected:
    'Check url in the file kioskd.yaml to its last letter (http or https, the slash at the '
    + 'end), then the token.',
  whyNotAHelpdesk: '{place} does not answer as a helpdesk',
  doNotAHelpdesk:
    'The url in the file kioskd.yaml is that of another page: use the one of the helpdesk\'s '
    + 'data. If it is right, check the token.',
  whyRefusedToken: '{place} refuses the token',
  doRefusedToken: 'Write the right token into the file {file}, as one line.',
  doRefusedTokenNone:
    'The helpdesk wants a token: write it into a file, and name that file under auth in '
    + 'kioskd.yaml.',
  whyTokenFile: 'The token for the helpdesk could not be read',
  doTokenFile: 'The file {file} is missing or empty: write the token into it, as one line.',
  whyLost: 'The connection to {place} was lost',
  doLost: 'The kiosk tries again by itself. If it takes long, tell whoever runs the helpdesk.',
  whyInternal: 'An internal error while fetching the data',
  doInternal: 'Switch the kiosk off and on; if the error comes back, tell whoever looks after it.',
  whyBadMessage: 'The helpdesk sends data with an error',
  doBadMessage: 'Tell whoever runs the helpdesk: {detail}',
  whyFieldsMissing: 'Fields are missing in the helpdesk\'s data: {missing}',
  doFieldsMissing:
    'Write into the source, in the file kioskd.yaml: fields: {fields} (the helpdesk sends '
    + '{present}).',
  remarkCounters: 'The helpdesk counts {said}, its rows say {counted}: the rows are shown.',
  remarkWord:
    '{field}: {count} in a word that is not known ({examples}); say in words, in kioskd.yaml.',
  remarkUnreadable: '{field}: {count} that can not be read ({examples}).',
  remarkNoObject: '{field}: {count} that are no objects, left out.',
  whyNoUpdate: '{place} answers no {message}',
  doNoUpdate:
    'Check this screen\'s address in url or urls, in the file kioskd.yaml, and tell whoever runs '
    + 'the helpdesk.',
  whyCaFile: 'The company\'s certificate can\'t be read',
  doCaFile:
    'The file {file}, ca_file in kioskd.yaml, is missing or is no certificate (PEM): copy it '
    + 'again.',
  whyTooLarge: '{place} sends too much data',
  doTooLarge: 'Raise the source\'s max_message in the file kioskd.yaml, or send fewer tickets.',
  whyTooManyFiles: 'The kiosk has opened too many files',
  doTooManyFiles:
    'Switch the kiosk off and on; if the error comes back, tell whoever looks after it.',
  whyProxyAway: 'The proxy {place} does not answer',
  doProxyAway: 'Check proxy in the file kioskd.yaml, or tell whoever runs the network.',
  whyProxyRefused: 'The proxy does not let through to {place}',
  doProxyRefused:
    'Ask whoever runs the network to allow {place} in the proxy, or write proxy: direct for the '
    + 'source in the file kioskd.yaml.',
  whyNeedsTls: '{place} takes secure connections only',
  doNeedsTls: 'In url, in the file kioskd.yaml, begin the address with {use}.',
  whyTlsFailed: 'The secure connection to {place} failed',
  doTlsFailed: 'Tell whoever runs the helpdesk: {detail}',
  whyCertificateExpired: 'The certificate of {place} has expired',
  doCertificateExpired:
    'Ask whoever runs the helpdesk to renew it. For the kiosk today is {today}: if that is wrong, '
    + 'set its clock.',
  whyCertificateName: 'The certificate of {place} is for another name',
  doCertificateName:
    'In url, in the file kioskd.yaml, write the name that is in the certificate instead of '
    + '{host}, or ask for a certificate for {host}.',
  whyMissingSlash: 'The address lacks a slash at its end',
  doMissingSlash: 'In url, in the file kioskd.yaml, add a / at the end.',
  whyBadRequest: '{place} does not understand the request (400)',
  doBadRequest:
    'If the server is Django, add {host} to ALLOWED_HOSTS. Otherwise check url in the file '
    + 'kioskd.yaml.',
  whyNotHttp: '{place} is no web server',
  doNotHttp: 'Check the port in url, in the file kioskd.yaml.',
  whyOriginRefused: '{place} does not accept the origin {origin}',
  doOriginRefused:
    'Allow that name on the server (Django: ALLOWED_HOSTS), or name an origin that it accepts as '
    + 'origin in the file kioskd.yaml.',
  whyForbidden: '{place} refuses access (403)',
  doForbidden:
    'Check the token in the file {file}. If it is right, the server does not accept the origin '
    + '{origin} (Django: ALLOWED_HOSTS).',
  whySilent: '{place} takes the connection, but sends no data',
  doSilent:
    'If it takes long, check url in the file kioskd.yaml and tell whoever runs the helpdesk: its '
    + 'service or its database may be down.',
  whyWentSilent: '{place} stopped answering',
  doWentSilent:
    'The kiosk tries again by itself. If it takes long, see whether the helpdesk and the network '
    + 'work.',
  whyHungUp: '{place} hung up without saying why',
  doHungUp:
    'The kiosk tries again by itself. If it takes long, tell whoever runs the helpdesk, or the '
    + 'proxy in front of it.',
  whyServerFailed: 'An error in the helpdesk\'s server ({status})',
  doServerFailed:
    'Tell whoever runs the helpdesk: its program or its database failed. The kiosk tries again by '
    + 'itself.',
  whyRestarting: '{place} is restarting',
  doRestarting:
    'The kiosk tries again by itself. If it takes long, tell whoever runs the helpdesk.',
  whyWifiPassword: 'The Wi-Fi {about} refuses the password',
  doWifiPassword: 'Correct wifi_password in the file system.txt on the card.',
  whyWifiNotFound: 'The Wi-Fi {about} was not found',
  doWifiNotFound:
    'Correct wifi_name in the file system.txt on the card (capitals count), or bring the '
    + 'kiosk closer to the router.',
  whyWifiUnsuitable: 'The Wi-Fi {about} wants another kind of access',
  doWifiUnsuitable:
    'Only networks with one ordinary password (WPA2 or WPA3) will do. Check wifi_password in '
    + 'the file system.txt on the card, or use the cable.',
  whyWifiRefused: 'The Wi-Fi {about} lets nobody in',
  doWifiRefused:
    'Tell whoever runs the network: the kiosk may be blocked. Until then, use the network '
    + 'cable.',
  whyNoWifi: 'This device has no Wi-Fi',
  doNoWifi: 'Use the network cable.',
  whySystemLine: 'Error in the file system.txt, line {about}',
  doSystemLine: 'Correct that line in the file system.txt on the card; the others are in force.',
  whySystemMissing: 'The file system.txt could not be read',
  doSystemMissing:
    'Copy the file system.txt to the card again; until then the defaults are in force.',
  whyConfiguration: 'Error in the file kioskd.yaml',
  doConfiguration: 'Correct the line that is named: {detail}',
  whyHostMissing: 'This kiosk does not have the address {about}: phones cannot reach it',
  doHostMissing:
    'The router gave it another. Write server.host: 0.0.0.0 in kioskd.yaml and restart kioskd.',
  whyHostUnknown: 'Nobody knows the name {about} in server.host',
  doHostUnknown: 'Write an address such as 0.0.0.0 in kioskd.yaml and restart kioskd.',
  whyPortTaken: 'Another program has {about}: phones cannot reach this kiosk',
  doPortTaken: 'Stop that program, or change server.port in kioskd.yaml.',
  whyPortForbidden: 'Port {about} is forbidden to kioskd',
  doPortForbidden: 'Write server.port: 8080 in kioskd.yaml and restart kioskd.',
  whyToken: 'The file of token_file cannot be used: no phone is let in',
  doToken: '{detail}',
  whyRestart: 'A change in kioskd.yaml takes effect only after a restart of kioskd',
  doRestart: 'sudo systemctl restart kioskd',
  whyState: 'The last state cannot be saved',
  doState: '{detail}',
  phone: 'Phone',
  phoneToken: '{url} (asks for the word in the file of token_file)',
  phoneLocal: 'off; to allow it: server, in the file kioskd.yaml',

  panels: 'Panels',
  thisDevice: 'this device',
  painted: 'picture confirmed',
  paintedLate: 'last picture {ago}',
  notPainting: 'no picture confirmed',
  noPanels: 'No panel connected',
  everyPanel: 'Every panel',
  showOn: 'Show on',
  sound: 'Sound',
  testSound: 'Test sound',
  mute: 'Mute {minutes} min',
  unmute: 'Sound on again',
  sources: 'Data sources',
  kioskParts: 'Kiosk',
  noSources: 'No source reported',
  connected: 'connected',
  sourceConnecting: 'connecting',
  offline: 'no connection',
  refused: 'not authorised',
  buttons: 'Buttons',
  display: 'Display',
  rotation: 'Rotation',
  failed: 'Failed',
  buttonsCount: { one: '{n} button', other: '{n} buttons' },
  buttonsNone: 'None configured',
  displayIsOn: 'On',
  displayIsOff: 'Off',
  faults: 'Notices',
  alerts: 'Alerts',
  noAlerts: 'No active alert',
  noDaemon: 'No connection to the kiosk: commands do not arrive now',

  testTicket: 'New ticket',
  testProject: 'Project update',
  testPlay: 'Sound',
  testCommand: 'Remote command',
  name: 'Name',
  url: 'Address (URL)',
  soundUrl: 'Sound (URL, optional)',
  screen: 'Screen',
  sendTicket: 'Send new ticket',
  sendProject: 'Send update',
  playSound: 'Play sound',
  sendCommand: 'Send command',
  sent: 'Sent',
  notSent: 'Not sent: no connection',
  exampleTicket: 'File server is down',
  exampleProject: 'Move to the cloud',
}
