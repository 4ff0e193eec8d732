"""The system's key store: used where it encrypts, never replaced by a plain file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from app import keystore
from app.errors import AppError
from app.services import Services
from app.workspace import opens_by_itself
from tests.conftest import PASSWORD


class Kept(KeyringBackend):
    """A store in memory; as trusted as `keystore.TRUSTED` says."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class Refusing(Kept):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("the store is locked")

    set_password = get_password  # type: ignore[assignment]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    kept, before = Kept(), keyring.get_keyring()
    monkeypatch.setattr(keystore, "TRUSTED", {Kept.__module__})
    keyring.set_keyring(kept)
    yield kept
    keyring.set_keyring(before)


def test_remembering_lets_this_pc_open_by_itself(store: Kept, services: Services) -> None:
    assert services.workspace is not None
    assert not opens_by_itself(services.folder)
    assert services.workspace.remember()
    archive_id = services.workspace.archive_id
    services.close()
    assert opens_by_itself(services.folder)
    assert services.open().archive_id == archive_id
    (secret,) = store.held.values()
    assert secret not in (services.folder / "keys.json").read_text()
    keystore.forget(archive_id)
    assert not opens_by_itself(services.folder)


def test_a_store_that_does_not_encrypt_is_not_used(services: Services) -> None:
    plain, before = Kept(), keyring.get_keyring()
    keyring.set_keyring(plain)
    try:
        assert services.workspace is not None
        assert not keystore.available()
        assert not services.workspace.remember()
        assert plain.held == {}
        assert "keyring" not in (services.folder / "keys.json").read_text()
    finally:
        keyring.set_keyring(before)


def test_a_store_that_refuses_is_as_none(store: Kept, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.set_keyring(Refusing())
    assert services.workspace is not None
    assert not services.workspace.remember()
    assert keystore.fetch(services.workspace.archive_id) is None


def test_a_secret_of_another_archive_opens_nothing(store: Kept, services: Services, tmp_path: Path) -> None:
    assert services.workspace is not None
    services.workspace.remember()
    key = next(iter(store.held))
    store.held[key] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    services.close()
    with pytest.raises(AppError) as error:
        services.open()
    assert error.value.code == "keys.wrong_secret"
    services.open(password=PASSWORD)
