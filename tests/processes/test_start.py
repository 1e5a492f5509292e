"""What keeps the server from starting is told in a sentence."""

import socket
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as the_settings

from dla_portal import production


def refused(check: object, *arguments: object, **options: object) -> str:
    with pytest.raises(SystemExit) as ended:
        check(*arguments, **options)  # type: ignore[operator]
    return str(ended.value.code)


def test_folder_of_files_that_cannot_be_made(settings: Any, tmp_path: Path) -> None:
    in_the_way = tmp_path / "media"
    in_the_way.write_text("")
    settings.MEDIA_ROOT = in_the_way

    said = refused(production.refuse_unwritable_folders)
    assert str(in_the_way) in said and "MEDIA_ROOT" in said and "écrire" in said


def test_folder_of_files_that_is_full(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    def full(**options: object) -> None:
        raise OSError(28, "No space left on device")

    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("tempfile.TemporaryFile", full)

    assert "No space left on device" in refused(production.refuse_unwritable_folders)


def test_folder_of_files_that_is_missing_is_made(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "new" / "media"
    production.refuse_unwritable_folders()

    assert (tmp_path / "new" / "media" / "private").is_dir()


def test_folder_of_the_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": in_the_way / "portal.sqlite3"}
    monkeypatch.setitem(the_settings.DATABASES, "default", database)

    said = refused(production.refuse_unwritable_folders)
    assert str(in_the_way) in said and "DATABASE_URL" in said


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("127.0.0.1", 70_000, "Il n’y a pas de port 70000"),
        ("192.0.2.1", 8000, "Impossible d’écouter sur 192.0.2.1"),  # it is no machine's address
        ("pas.un.hote.invalid", 8000, "Impossible d’écouter sur pas.un.hote.invalid"),
    ],
)
def test_place_where_nothing_can_listen(host: str, port: int, said: str) -> None:
    assert refused(production.refuse_taken, host, port, say="changez").startswith(said)


def test_port_that_is_taken() -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        said = refused(production.refuse_taken, "127.0.0.1", port, say="changez")

    assert said == f"Le port {port} est déjà pris\u202f: changez."
    production.refuse_taken("127.0.0.1", port, say="changez")


def test_socket_that_a_killed_server_left(tmp_path: Path) -> None:
    path = tmp_path / "portal.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        assert "sert déjà" in refused(production.refuse_taken_socket, path)
    production.refuse_taken_socket(path)

    assert not path.exists()
    path.write_text("")
    assert "n’est pas une socket" in refused(production.refuse_taken_socket, path)
