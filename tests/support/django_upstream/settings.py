import os

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["127.0.0.1", "central.example"]
INSTALLED_APPS = ["daphne", "channels", "tests.support.django_upstream.desk"]
ROOT_URLCONF = "tests.support.django_upstream.urls"
ASGI_APPLICATION = "tests.support.django_upstream.asgi.application"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DESK_DB"]}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
