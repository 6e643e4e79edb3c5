"""One wall among many: the link to an MQTT broker, what this kiosk tells there, and what it obeys.

Here belongs what speaks MQTT: the link, the topics, the state that goes out, the commands that
come in, and Home Assistant's discovery. It owns aiomqtt and paho, which are loaded only where
``mqtt`` is configured. What a command does is decided in ``core``; only whether a pushed
configuration stays is decided here, in ``rollout``. What another kiosk shares is a source:
``sources.mqtt`` hears it through a port.
"""
