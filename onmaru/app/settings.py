"""Django's settings: the same for a desk, a server and a test; the environment says what differs."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from onmaru.app import database, home

PACKAGE = Path(__file__).resolve().parent.parent
CHECKOUT = PACKAGE.parent

DEBUG = os.environ.get("ONMARU_DEBUG") == "1"
SECRET_KEY, *SECRET_KEY_FALLBACKS = home.secret_keys()
ALLOWED_HOSTS = os.environ.get("ONMARU_HOSTS", "*").split(",")
HTTPS = os.environ.get("ONMARU_HTTPS") == "1"
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("ONMARU_ORIGINS", "").split(",") if origin]

ROOMS = [
    "onmaru.app",
    "onmaru.erp.sales",
    "onmaru.ledgers.stock",
    "onmaru.ledgers.accounting",
    "onmaru.office.forms",
    "onmaru.office.desk",
    "onmaru.office.approval",
    "onmaru.office.demands",
    "onmaru.office.signatories",
    "onmaru.office.snapshots",
    "onmaru.office.mailboxes",
    "onmaru.office.mail",
    "onmaru.office.letters",
    "onmaru.office.offering",
    "onmaru.office.processes",
    "onmaru.office.diagrams",
    "onmaru.office.automation",
    "onmaru.office.feeds",
    "onmaru.office.webhooks",
    "onmaru.office.activities",
    "onmaru.office.discussion",
    "onmaru.office.notices",
    "onmaru.office.agents",
    "onmaru.office.inquiries",
    "onmaru.office.picking",
    "onmaru.office.dashboards",
    "onmaru.office.access",
    "onmaru.office.copies",
    "onmaru.office.imports",
    "onmaru.office.batches",
    "onmaru.office.undo",
    "onmaru.office.faces",
    "onmaru.office.papers",
    "onmaru.office.numbers",
    "onmaru.office.packages",
    "onmaru.office.screens",
    "onmaru.office.shaping",
    "onmaru.office.pivot",
    "onmaru.office.palette",
    "onmaru.office.savedviews",
    "onmaru.office.pasting",
    "onmaru.office.rest",
    "onmaru.office.counts",
    "onmaru.office.upkeep",
    "onmaru.masters.organization",
    "onmaru.masters.site",
    "onmaru.masters.product",
    "onmaru.masters.party",
    "onmaru.workbench",
    "onmaru.kernel",
]
INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "onmaru.app.middleware.healthz",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "onmaru.app.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "onmaru.app.language.of_person",
    "onmaru.office.shaping.queries.live.fresh",
    "onmaru.office.upkeep.views.counted",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "onmaru.app.urls"
WSGI_APPLICATION = "onmaru.app.wsgi.application"
ASGI_APPLICATION = "onmaru.app.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": database.settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [{"NAME": "onmaru.office.access.commands.passwords.KoreanGuideline"}]
ACCOUNT_ADAPTER = "onmaru.app.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
# Five failures lock a name for five minutes, wherever they come from; counted in the database, for all processes.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,5/5m/key"}
API_PER_MINUTE = 3000  # requests of a person's session; a token says its own
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"},
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# Where mail goes out: smtp://user:password@host:587 (with a name by STARTTLS), smtps:// for TLS.
_mail = urlsplit(os.environ.get("ONMARU_SMTP", ""))
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = not EMAIL_USE_SSL and bool(EMAIL_HOST_USER)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("ONMARU_MAIL_FROM", "onmaru@localhost")
# The services of the browsers there are; a push goes to no other host. A leading dot stands for any name below.
PUSH_SERVICES = [
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
]
# host:port of a clamd that looks through every file before it is kept.
CLAMD = os.environ.get("ONMARU_CLAMD", "")
# Names of hosts inside the company's own network that webhooks may call all the same.
WEBHOOK_PRIVATE_HOSTS = [host for host in os.environ.get("ONMARU_WEBHOOK_HOSTS", "").split(",") if host]

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Seoul"  # of what belongs to no company, as kernel/calendars has it; the database keeps UTC
USE_TZ = True

STATIC_URL = "/static/"
BUILT = home.built(CHECKOUT, PACKAGE)
STATIC_ROOT = BUILT / "static"
STATICFILES_DIRS = [CHECKOUT / "build" / "web"]
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "onmaru.app.assets.Storage"},
}
WHITENOISE_USE_FINDERS = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
PRINT_FONTS = BUILT / "print"
MEDIA_ROOT = home.directory() / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
# An order of a thousand lines is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if HTTPS else None
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "onmaru.app.errors.forged"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"named": {"()": "onmaru.app.references.Named"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["named"]}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ONMARU_LOG", "WARNING")},
}
