/** What keeps GLPI's data from coming, with the names of GLPI's own menus in each language. */
export const glpiPtBR = {
  whyGlpiMaintenance: 'O GLPI em {place} está em manutenção',
  doGlpiMaintenance: 'Espere: os dados voltam sozinhos quando a manutenção terminar.',
  whyGlpiDatabase: 'O GLPI em {place} está sem o banco de dados',
  doGlpiDatabase: 'Avise quem cuida do servidor do GLPI: o MariaDB ou MySQL dele parou.',
  whyGlpiUpdate: 'O GLPI em {place} espera a atualização do banco de dados',
  doGlpiUpdate:
    'Avise quem cuida do GLPI: falta terminar a atualização (php bin/console db:update).',
  whyGlpiPath: '{place} responde com uma página, não com a API do GLPI',
  doGlpiPath:
    'Corrija url no arquivo kioskd.yaml: ele termina em /apirest.php, como em '
    + 'https://glpi.exemplo/apirest.php.',
  whyGlpiEmpty: 'O GLPI em {place} falhou por dentro',
  doGlpiEmpty: 'Avise quem cuida do GLPI: o erro está em files/_log/php-errors.log, no servidor.',
  whyGlpiError: 'O GLPI em {place} responde com erro',
  doGlpiError: 'Avise quem cuida do GLPI: {detail}',
  whyGlpiGarbled: 'O GLPI em {place} manda algo ilegível',
  doGlpiGarbled:
    'Avise quem cuida do servidor do GLPI: no php.ini, display_errors deve ser Off; o erro está em '
    + 'files/_log/php-errors.log.',
  whyGlpiSession: 'O GLPI em {place} esquece o login na hora',
  doGlpiSession: 'Avise quem cuida do GLPI: o disco dele pode estar cheio (pasta files/_sessions).',
  whyGlpiApiOff: 'A API do GLPI em {place} está desligada',
  doGlpiApiOff: 'No GLPI: Configurar > Geral > API, e marque Sim em “Habilitar API Rest”.',
  whyGlpiAddress: 'O GLPI em {place} não aceita o endereço deste quiosque',
  doGlpiAddress:
    'No GLPI: Configurar > Geral > API, abra o cliente de API e inclua nele o endereço do '
    + 'quiosque: {detail}',
  whyGlpiAppToken: 'O GLPI em {place} recusa o App-Token',
  doGlpiAppToken:
    'Copie o “Token da aplicação” (GLPI: Configurar > Geral > API, no cliente de API) para o '
    + 'arquivo de app_token_file.',
  whyGlpiUserToken: 'O GLPI em {place} recusa o token do usuário',
  doGlpiUserToken:
    'No GLPI: Administração > Usuários, abra o usuário do painel (ele deve estar ativo) e copie o '
    + '“API token” para o arquivo de user_token_file. Se ele está certo: Configurar > Geral > API, '
    + '“Habilitar que se faça login com token externo”.',
  whyGlpiNoAuthorization: 'O token do usuário não chega ao GLPI em {place}',
  doGlpiNoAuthorization:
    'Avise quem cuida do servidor: ele descarta o cabeçalho Authorization (no Apache: '
    + 'CGIPassAuth On).',
  remarkGlpiPartial: 'Só uma parte: falta ao perfil {profile} do GLPI o direito {what}.',
  whyGlpiRight: 'Falta ao perfil {profile} do GLPI o direito: {what}',
  doGlpiRight:
    'No GLPI: Administração > Perfis, abra o perfil {profile} e dê a ele: {what}. O perfil '
    + 'Read-Only tem todos.',
  glpiTicket: 'Chamados, “Ver todos chamados”',
  glpiProject: 'Projetos, “Ver todos”',
  glpiDropdown: 'Listas suspensas, “Ler”',
  glpiUser: 'Usuários, “Ler”',
  glpiGroup: 'Grupos, “Ler”',
  glpiLog: 'Histórico, “Ler”',
  whyGlpiEntity: 'O usuário do painel não vê a entidade {entity} no GLPI',
  doGlpiEntity:
    'Corrija entity no arquivo kioskd.yaml, ou dê ao usuário essa entidade (GLPI: Administração > '
    + 'Usuários > Autorizações).',
  whyGlpiGroup: 'O GLPI não tem o grupo {group}',
  doGlpiGroup: 'Corrija o nome no arquivo kioskd.yaml. O usuário do painel vê: {groups}',
  whyGlpiUser: 'O GLPI não tem o usuário {user}',
  doGlpiUser: 'Corrija o login no arquivo kioskd.yaml: é o que está em Administração > Usuários.',
  whyGlpiBusy: 'O GLPI em {place} pede uma pausa',
  doGlpiBusy: 'Espere: o quiosque volta a perguntar em {seconds} s.',
  whyGlpiMoving: 'A lista do GLPI muda mais rápido do que pode ser lida',
  doGlpiMoving: 'O quiosque tenta de novo sozinho. Se demorar, avise quem cuida do GLPI.',
  whyGlpiClient: 'O GLPI em {place} não conhece o cliente OAuth',
  doGlpiClient:
    'No GLPI: Configurar > Clientes OAuth, abra o cliente do painel e copie de novo o ID e o '
    + 'segredo para os arquivos de oauth.',
  whyGlpiGrant: 'O cliente OAuth do GLPI não pode entrar com senha',
  doGlpiGrant: 'No GLPI: Configurar > Clientes OAuth, dê ao cliente do painel a concessão “Senha”.',
  whyGlpiPassword: 'O GLPI em {place} recusa o usuário ou a senha',
  doGlpiPassword:
    'Confira user_file e password_file. No GLPI, em Administração > Usuários, o usuário do painel '
    + 'deve estar ativo.',
  whyGlpiScope: 'O cliente OAuth do GLPI não tem o escopo api',
  doGlpiScope: 'No GLPI: Configurar > Clientes OAuth, dê ao cliente do painel o escopo “api”.',
  whyGlpiOauth: 'O GLPI em {place} não dá um token OAuth',
  doGlpiOauth: 'Confira os arquivos de oauth e o cliente em Configurar > Clientes OAuth: {detail}',
  whyGlpiVersion: 'O GLPI em {place} serve a API {version}, antiga demais para api: v2',
  doGlpiVersion: 'Escreva api: legacy no arquivo kioskd.yaml, ou atualize o GLPI.',
  whyGlpiWrite: 'O GLPI em {place} não deixa gravar a ciência',
  doGlpiWrite:
    'Dê ao usuário que grava o direito de acompanhar ou de se '
    + 'atribuir chamados: {detail}',
} as const

type GlpiWords = { readonly [K in keyof typeof glpiPtBR]: string }

export const glpiEn: GlpiWords = {
  whyGlpiMaintenance: 'GLPI at {place} is in maintenance mode',
  doGlpiMaintenance: 'Wait: the data comes back by itself when the maintenance ends.',
  whyGlpiDatabase: 'GLPI at {place} has lost its database',
  doGlpiDatabase: 'Tell whoever runs the GLPI server: its MariaDB or MySQL has stopped.',
  whyGlpiUpdate: 'GLPI at {place} waits for its database to be updated',
  doGlpiUpdate: 'Tell whoever runs GLPI: the update is not finished (php bin/console db:update).',
  whyGlpiPath: '{place} answers a web page, not GLPI\'s API',
  doGlpiPath:
    'Correct url in the file kioskd.yaml: it ends in /apirest.php, as in '
    + 'https://glpi.example/apirest.php.',
  whyGlpiEmpty: 'GLPI at {place} failed inside',
  doGlpiEmpty: 'Tell whoever runs GLPI: the error is in files/_log/php-errors.log on its server.',
  whyGlpiError: 'GLPI at {place} answers with an error',
  doGlpiError: 'Tell whoever runs GLPI: {detail}',
  whyGlpiGarbled: 'GLPI at {place} sends something unreadable',
  doGlpiGarbled:
    'Tell whoever runs GLPI\'s server: in php.ini, display_errors is to be Off; the error is in '
    + 'files/_log/php-errors.log.',
  whyGlpiSession: 'GLPI at {place} forgets the login at once',
  doGlpiSession: 'Tell whoever runs GLPI: its disk may be full (folder files/_sessions).',
  whyGlpiApiOff: 'The API of GLPI at {place} is switched off',
  doGlpiApiOff: 'In GLPI: Setup > General > API, and set “Enable Rest API” to Yes.',
  whyGlpiAddress: 'GLPI at {place} doesn\'t take this kiosk\'s address',
  doGlpiAddress:
    'In GLPI: Setup > General > API, open the API client and add the kiosk\'s address: {detail}',
  whyGlpiAppToken: 'GLPI at {place} refuses the App-Token',
  doGlpiAppToken:
    'Copy the application token (GLPI: Setup > General > API, in the API client) into the file '
    + 'of app_token_file.',
  whyGlpiUserToken: 'GLPI at {place} refuses the user\'s token',
  doGlpiUserToken:
    'In GLPI: Administration > Users, open the panel\'s user (it must be active) and copy its API '
    + 'token into the file of user_token_file. If it is right: Setup > General > API, “Enable '
    + 'login with external token”.',
  whyGlpiNoAuthorization: 'The user\'s token doesn\'t reach GLPI at {place}',
  doGlpiNoAuthorization:
    'Tell whoever runs the server: it drops the Authorization header (in Apache: CGIPassAuth On).',
  remarkGlpiPartial: 'A part only: the profile {profile} in GLPI lacks the right {what}.',
  whyGlpiRight: 'The profile {profile} in GLPI lacks the right: {what}',
  doGlpiRight:
    'In GLPI: Administration > Profiles, open the profile {profile} and give it: {what}. The '
    + 'profile Read-Only has them all.',
  glpiTicket: 'Tickets, “See all tickets”',
  glpiProject: 'Projects, “See all”',
  glpiDropdown: 'Dropdowns, “Read”',
  glpiUser: 'Users, “Read”',
  glpiGroup: 'Groups, “Read”',
  glpiLog: 'Historical, “Read”',
  whyGlpiEntity: 'The panel\'s user doesn\'t see the entity {entity} in GLPI',
  doGlpiEntity:
    'Correct entity in the file kioskd.yaml, or give the user that entity (GLPI: Administration > '
    + 'Users > Authorizations).',
  whyGlpiGroup: 'GLPI has no group {group}',
  doGlpiGroup: 'Correct the name in the file kioskd.yaml. The panel\'s user sees: {groups}',
  whyGlpiUser: 'GLPI has no user {user}',
  doGlpiUser: 'Correct the login in the file kioskd.yaml: it is the one in Administration > Users.',
  whyGlpiBusy: 'GLPI at {place} asks for a pause',
  doGlpiBusy: 'Wait: the kiosk asks again in {seconds} s.',
  whyGlpiMoving: 'GLPI\'s list changes faster than it can be read',
  doGlpiMoving: 'The kiosk tries again by itself. If it takes long, tell whoever runs GLPI.',
  whyGlpiClient: 'GLPI at {place} doesn\'t know the OAuth client',
  doGlpiClient:
    'In GLPI: Setup > OAuth clients, open the panel\'s client and copy its ID and its secret '
    + 'again, into the files of oauth.',
  whyGlpiGrant: 'GLPI\'s OAuth client may not log in with a password',
  doGlpiGrant: 'In GLPI: Setup > OAuth clients, give the panel\'s client the grant “Password”.',
  whyGlpiPassword: 'GLPI at {place} refuses the login or the password',
  doGlpiPassword:
    'Check user_file and password_file. In GLPI, under Administration > Users, the panel\'s user '
    + 'must be active.',
  whyGlpiScope: 'GLPI\'s OAuth client lacks the scope api',
  doGlpiScope: 'In GLPI: Setup > OAuth clients, give the panel\'s client the scope “api”.',
  whyGlpiOauth: 'GLPI at {place} gives no OAuth token',
  doGlpiOauth: 'Check the files of oauth, and the client in Setup > OAuth clients: {detail}',
  whyGlpiVersion: 'GLPI at {place} serves the API {version}, too old for api: v2',
  doGlpiVersion: 'Write api: legacy in the file kioskd.yaml, or update GLPI.',
  whyGlpiWrite: 'GLPI at {place} doesn\'t let the acknowledgement be written',
  doGlpiWrite:
    'Give the user that writes the right to follow up or to '
    + 'assign tickets: {detail}',
}

export const glpiEs: GlpiWords = {
  whyGlpiMaintenance: 'El GLPI en {place} está en mantenimiento',
  doGlpiMaintenance: 'Espere: los datos vuelven solos cuando termine el mantenimiento.',
  whyGlpiDatabase: 'El GLPI en {place} está sin su base de datos',
  doGlpiDatabase: 'Avise a quien cuida del servidor de GLPI: su MariaDB o MySQL se detuvo.',
  whyGlpiUpdate: 'El GLPI en {place} espera la actualización de su base de datos',
  doGlpiUpdate: 'Avise a quien cuida de GLPI: falta la actualización (php bin/console db:update).',
  whyGlpiPath: '{place} responde con una página, no con la API de GLPI',
  doGlpiPath:
    'Corrija url en el archivo kioskd.yaml: termina en /apirest.php, como en '
    + 'https://glpi.ejemplo/apirest.php.',
  whyGlpiEmpty: 'El GLPI en {place} falló por dentro',
  doGlpiEmpty: 'Avise a quien cuida de GLPI: el error está en files/_log/php-errors.log.',
  whyGlpiError: 'El GLPI en {place} responde con un error',
  doGlpiError: 'Avise a quien cuida de GLPI: {detail}',
  whyGlpiGarbled: 'El GLPI en {place} manda algo ilegible',
  doGlpiGarbled:
    'Avise a quien cuida del servidor de GLPI: en php.ini, display_errors debe ser Off; el error '
    + 'está en files/_log/php-errors.log.',
  whyGlpiSession: 'El GLPI en {place} olvida el inicio de sesión enseguida',
  doGlpiSession: 'Avise a quien cuida de GLPI: su disco puede estar lleno (files/_sessions).',
  whyGlpiApiOff: 'La API de GLPI en {place} está apagada',
  doGlpiApiOff: 'En GLPI: Configuración > General > API, y ponga Sí en “Activar Rest API”.',
  whyGlpiAddress: 'El GLPI en {place} no acepta la dirección de este quiosco',
  doGlpiAddress:
    'En GLPI: Configuración > General > API, abra el cliente API y añada la dirección del '
    + 'quiosco: {detail}',
  whyGlpiAppToken: 'El GLPI en {place} rechaza el App-Token',
  doGlpiAppToken:
    'Copie el token de la aplicación (GLPI: Configuración > General > API, en el cliente API) '
    + 'al archivo de app_token_file.',
  whyGlpiUserToken: 'El GLPI en {place} rechaza el token del usuario',
  doGlpiUserToken:
    'En GLPI: Administración > Usuarios, abra el usuario del panel (debe estar activo) y copie su '
    + '“API token” al archivo de user_token_file. Si es correcto: Configuración > General > API, '
    + '“Habilitar acceso con token externo”.',
  whyGlpiNoAuthorization: 'El token del usuario no llega al GLPI en {place}',
  doGlpiNoAuthorization:
    'Avise a quien cuida del servidor: descarta la cabecera Authorization (en Apache: '
    + 'CGIPassAuth On).',
  remarkGlpiPartial: 'Solo una parte: al perfil {profile} de GLPI le falta el permiso {what}.',
  whyGlpiRight: 'Al perfil {profile} de GLPI le falta el permiso: {what}',
  doGlpiRight:
    'En GLPI: Administración > Perfiles, abra el perfil {profile} y dele: {what}. El perfil '
    + 'Read-Only los tiene todos.',
  glpiTicket: 'Peticiones, “Ver todas las peticiones”',
  glpiProject: 'Proyectos, “Ver todo”',
  glpiDropdown: 'Desplegables, “Lectura”',
  glpiUser: 'Usuarios, “Lectura”',
  glpiGroup: 'Grupos, “Lectura”',
  glpiLog: 'Histórico, “Lectura”',
  whyGlpiEntity: 'El usuario del panel no ve la entidad {entity} en GLPI',
  doGlpiEntity:
    'Corrija entity en el archivo kioskd.yaml, o dé esa entidad al usuario (GLPI: Administración '
    + '> Usuarios > Autorizaciones).',
  whyGlpiGroup: 'GLPI no tiene el grupo {group}',
  doGlpiGroup: 'Corrija el nombre en el archivo kioskd.yaml. El usuario del panel ve: {groups}',
  whyGlpiUser: 'GLPI no tiene el usuario {user}',
  doGlpiUser: 'Corrija el usuario en el archivo kioskd.yaml: el de Administración > Usuarios.',
  whyGlpiBusy: 'El GLPI en {place} pide una pausa',
  doGlpiBusy: 'Espere: el quiosco pregunta de nuevo en {seconds} s.',
  whyGlpiMoving: 'La lista de GLPI cambia más rápido de lo que puede leerse',
  doGlpiMoving: 'El quiosco lo intenta de nuevo solo. Si tarda, avise a quien cuida de GLPI.',
  whyGlpiClient: 'El GLPI en {place} no conoce el cliente OAuth',
  doGlpiClient:
    'En GLPI: Configuración > Clientes OAuth, abra el cliente del panel y copie de nuevo su ID y '
    + 'su secreto en los archivos de oauth.',
  whyGlpiGrant: 'El cliente OAuth de GLPI no puede entrar con contraseña',
  doGlpiGrant:
    'En GLPI: Configuración > Clientes OAuth, dé al cliente del panel la concesión “Contraseña”.',
  whyGlpiPassword: 'El GLPI en {place} rechaza el usuario o la contraseña',
  doGlpiPassword:
    'Revise user_file y password_file. En GLPI, en Administración > Usuarios, el usuario del '
    + 'panel debe estar activo.',
  whyGlpiScope: 'Al cliente OAuth de GLPI le falta el alcance api',
  doGlpiScope: 'En GLPI: Configuración > Clientes OAuth, dé al cliente del panel el alcance “api”.',
  whyGlpiOauth: 'El GLPI en {place} no da un token OAuth',
  doGlpiOauth:
    'Revise los archivos de oauth y el cliente en Configuración > Clientes OAuth: {detail}',
  whyGlpiVersion: 'El GLPI en {place} sirve la API {version}, demasiado vieja para api: v2',
  doGlpiVersion: 'Escriba api: legacy en el archivo kioskd.yaml, o actualice GLPI.',
  whyGlpiWrite: 'El GLPI en {place} no deja grabar el aviso de visto',
  doGlpiWrite:
    'Dé al usuario que escribe el derecho de seguir o de '
    + 'asignarse tickets: {detail}',
}
