"""A Django site with nothing but django-cookie-consent, as its documentation sets it up.

It is on the database that DATABASE_URL names. benches/peers/peer copies it to where the packages
are: run by itself it makes the tables, and gunicorn serves its `application`.
"""

import os
from urllib.parse import urlsplit

from django.conf import settings

url = urlsplit(os.environ["DATABASE_URL"])
if url.scheme == "sqlite":
    database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": url.path,
        # As durable as what it is compared with: write-ahead logging, and an fsync for each commit.
        "OPTIONS": {
            "init_command": "pragma journal_mode = wal; pragma synchronous = full",
            "transaction_mode": "IMMEDIATE",
        },
    }
else:
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": url.hostname,
        "PORT": url.port,
        "USER": url.username,
        "NAME": url.path.lstrip("/"),
    }
database["CONN_MAX_AGE"] = None

settings.configure(
    SECRET_KEY="of-the-bench-alone",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="cookie_consent.urls",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "cookie_consent",
    ],
    DATABASES={"default": database},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    MIDDLEWARE=[
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
    USE_TZ=True,
)

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

if __name__ == "__main__":
    from cookie_consent.models import Cookie, CookieGroup
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for name in ["necessary", "measurement", "marketing"]:
        group = CookieGroup.objects.create(varname=name, name=name.title(), description="What it is for.")
        Cookie.objects.create(
            cookiegroup=group, name=f"{name}_id", domain="example.com", description="A cookie."
        )
