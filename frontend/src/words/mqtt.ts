/** What is wrong with the link to the MQTT broker, in every language. */

export const mqttEn = {
  whyMqttAway: 'The MQTT broker {place} can\'t be reached',
  doMqttAway:
    'The wall itself goes on without it. Is the broker on, and are the network and the '
    + 'key mqtt.url right?',
  whyMqttTls: 'No secure connection to the MQTT broker {place}',
  doMqttTls: 'Renew its certificate, or write the company\'s certificate into mqtt.ca_file.',
  whyMqttProtocol: '{place} is no MQTT broker that the wall can use',
  doMqttProtocol: 'Check the port in mqtt.url: 8883 with mqtts://, 1883 with mqtt://.',
  whyMqttSecret: 'The password for the MQTT broker could not be read',
  doMqttSecret: 'Check the file {file}: kioskd doctor says what is wrong with it.',
  whyMqttRefused: 'The MQTT broker {place} does not let this wall in',
  doMqttRefused: 'Check the user and the password under mqtt.auth; the broker must know them.',
  whyMqttDenied: 'The MQTT broker {place} gives this wall no rights',
  doMqttDenied: 'The user must be the kiosk\'s id; give it its rights on the broker.',
  whyMqttTwin: 'Another wall has the same id at the MQTT broker {place}',
  doMqttTwin: 'Give one of the two another kiosk.id, and a user of its own.',
  whyMqttLost: 'The link to the MQTT broker {place} was lost',
  doMqttLost: 'The wall itself goes on without it, and tries again by itself.',
}

export const mqttPtBR = {
  whyMqttAway: 'Não dá para chegar ao broker MQTT {place}',
  doMqttAway:
    'A parede continua sem ele. O broker está ligado, e a rede e a chave mqtt.url estão certas?',
  whyMqttTls: 'Sem conexão segura com o broker MQTT {place}',
  doMqttTls: 'Renove o certificado dele, ou indique o certificado da empresa em mqtt.ca_file.',
  whyMqttProtocol: '{place} não é um broker MQTT que a parede possa usar',
  doMqttProtocol: 'Confira a porta em mqtt.url: 8883 com mqtts://, 1883 com mqtt://.',
  whyMqttSecret: 'A senha do broker MQTT não pôde ser lida',
  doMqttSecret: 'Confira o arquivo {file}: kioskd doctor diz o que há de errado.',
  whyMqttRefused: 'O broker MQTT {place} não deixa esta parede entrar',
  doMqttRefused: 'Confira o usuário e a senha em mqtt.auth; o broker precisa conhecê-los.',
  whyMqttDenied: 'O broker MQTT {place} não dá permissão a esta parede',
  doMqttDenied: 'O usuário deve ser o id do quiosque; dê a ele as permissões no broker.',
  whyMqttTwin: 'Outra parede usa o mesmo id no broker MQTT {place}',
  doMqttTwin: 'Dê a uma das duas outro kiosk.id, e um usuário próprio.',
  whyMqttLost: 'A conexão com o broker MQTT {place} caiu',
  doMqttLost: 'A parede continua sem ele, e tenta de novo sozinha.',
}

export const mqttEs = {
  whyMqttAway: 'No se llega al broker MQTT {place}',
  doMqttAway:
    'La pared sigue sin él. ¿Está encendido el broker, y están bien la red y la clave mqtt.url?',
  whyMqttTls: 'Sin conexión segura con el broker MQTT {place}',
  doMqttTls: 'Renueve su certificado, o indique el certificado de la empresa en mqtt.ca_file.',
  whyMqttProtocol: '{place} no es un broker MQTT que la pared pueda usar',
  doMqttProtocol: 'Compruebe el puerto en mqtt.url: 8883 con mqtts://, 1883 con mqtt://.',
  whyMqttSecret: 'No se pudo leer la contraseña del broker MQTT',
  doMqttSecret: 'Compruebe el archivo {file}: kioskd doctor dice qué está mal.',
  whyMqttRefused: 'El broker MQTT {place} no deja entrar a esta pared',
  doMqttRefused: 'Compruebe el usuario y la contraseña en mqtt.auth; el broker debe conocerlos.',
  whyMqttDenied: 'El broker MQTT {place} no da permisos a esta pared',
  doMqttDenied: 'El usuario debe ser el id del quiosco; dele sus permisos en el broker.',
  whyMqttTwin: 'Otra pared tiene el mismo id en el broker MQTT {place}',
  doMqttTwin: 'Dé a una de las dos otro kiosk.id, y un usuario propio.',
  whyMqttLost: 'Se perdió el enlace con el broker MQTT {place}',
  doMqttLost: 'La pared sigue sin él, y lo intenta de nuevo sola.',
}
