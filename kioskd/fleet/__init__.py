"""One wall among many: the link to an MQTT broker, what this kiosk tells there, and what it obeys.

Here belongs whatever speaks MQTT: the link, the topics, the state that goes out, the commands that
come in, and Home Assistant's discovery. It owns aiomqtt and paho, which are loaded only where
``mqtt`` is configured. Nothing here decides what a kiosk does: ``core`` does.
"""
