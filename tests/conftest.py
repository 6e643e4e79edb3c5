import signal

from hypothesis import HealthCheck, settings

# A busy machine is slow, not wrong.
settings.register_profile("kioskd", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kioskd")

# A shell ignores Ctrl+C for what it runs in the background, and so would every program that the
# tests start from there.
signal.signal(signal.SIGINT, signal.default_int_handler)
