import pytest
from django.db import connection
from django.test import Client


@pytest.mark.django_db
def test_healthz_answers_with_database_and_migration_state(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == answer.json()["database"] == answer.json()["migrations"] == "ok"


@pytest.mark.django_db
def test_healthz_says_503_when_a_migration_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'kernel'")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "pending" in answer.json()["migrations"]


@pytest.mark.django_db
def test_the_application_role_is_no_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False,)
