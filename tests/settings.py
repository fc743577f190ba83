"""The product's settings with a home of their own, so that a test never touches somebody's data."""

import os
import tempfile
from pathlib import Path

from onmaru.app import catalogue, home

_name = f"onmaru-test-{os.geteuid()}-{home.short_name(Path(__file__).resolve())}"
os.environ["ONMARU_HOME"] = os.environ.get("ONMARU_TEST_HOME") or str(Path(tempfile.gettempdir()) / _name)

catalogue.require()  # before Django reads it: a test speaks the Korean that stands in the parts now

from onmaru.app.settings import *  # noqa: E402, F403

# Each client of a test makes the middleware anew: let it look for files when they are asked for.
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405

# A room with one of everything, on which the workbench is tried.
INSTALLED_APPS = ["tests.scratch", *INSTALLED_APPS]  # noqa: F405
