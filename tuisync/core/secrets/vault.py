"""The secrets of every integration: reading and changing them, one change at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from tuisync.core.errors import SchemaTooNew, StoreDamaged, StoreError
from tuisync.core.redaction import conceal
from tuisync.core.remote import Tokens
from tuisync.core.secrets.files import PrivateFile

R = TypeVar("R")

VERSION = 1
ROOM = 16 * 1024
"""Bytes put aside for a new pair, beyond the present size of the file."""


class _Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One integration's secrets; never shown."""

    options: dict[str, str] = {}
    generation: int = 0
    tokens: Tokens | None = None
    asked_at: datetime | None = None

    def __repr__(self) -> str:
        return f"_Entry(generation={self.generation})"


class _Contents(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file. Generations are counted over all integrations and never used twice."""

    version: int = VERSION
    generation: int = 0
    integrations: dict[str, _Entry] = {}

    def __repr__(self) -> str:
        return f"_Contents(integrations={list(self.integrations)})"

    def with_entry(self, integration_id: str, entry: _Entry | None) -> _Contents:
        """Return the contents with one integration's entry replaced, or removed."""
        others = {key: kept for key, kept in self.integrations.items() if key != integration_id}
        if entry is not None:
            others[integration_id] = entry
        return msgspec.structs.replace(self, integrations=others)


class Secrets:
    """The secrets of one home, in a file only its owner may read.

    Every value that passes through is masked in logs and error texts from then on.

    Args:
        path: The file; it need not exist, its directory must.
    """

    def __init__(self, path: Path) -> None:
        self._file = PrivateFile(path)

    def __repr__(self) -> str:
        return f"Secrets({str(self._file.path)!r})"

    def options(self, integration_id: str) -> dict[str, str]:
        """Return the secret options of an integration.

        Raises:
            StoreDamaged: The file does not hold what it should.
        """
        return dict(self._entry(integration_id).options)

    def store_options(self, integration_id: str, options: Mapping[str, str]) -> None:
        """Replace the secret options of an integration.

        Raises:
            HomeUnwritable: They could not be written.
        """
        conceal(*options.values())

        def change(contents: _Contents) -> tuple[_Contents, None]:
            old = contents.integrations.get(integration_id, _Entry())
            entry = msgspec.structs.replace(old, options=dict(options))
            return contents.with_entry(integration_id, entry), None

        self._change(change)

    def tokens(self, integration_id: str) -> tuple[int, Tokens] | None:
        """Return an integration's pair and its generation, or None if there is no pair."""
        entry = self._entry(integration_id)
        return None if entry.tokens is None else (entry.generation, entry.tokens)

    def generation(self, integration_id: str) -> int:
        """Return the generation of an integration's pair; 0 if there is none."""
        return self._entry(integration_id).generation

    def asked_at(self, integration_id: str) -> datetime | None:
        """Return when a new pair was asked for that never came to be stored, or None."""
        return self._entry(integration_id).asked_at

    def note_asked(self, integration_id: str, now: datetime) -> None:
        """Note that a new pair is about to be asked for; storing one takes the note back.

        Raises:
            HomeUnwritable: It could not be written; do not ask.
        """

        def change(contents: _Contents) -> tuple[_Contents, None]:
            old = contents.integrations.get(integration_id, _Entry())
            entry = msgspec.structs.replace(old, asked_at=now)
            return contents.with_entry(integration_id, entry), None

        self._change(change)

    def reserve(self, integration_id: str) -> None:
        """Put the space for a new pair aside on the disk, before it is asked for.

        Raises:
            HomeUnwritable: There is no room; do not ask for a new pair.
        """
        with self._file.locked():
            present = self._file.read() or b""
            self._file.reserve(_tag(integration_id), len(present) + ROOM)

    def release(self, integration_id: str) -> None:
        """Give the space back that was put aside and not used."""
        with suppress(StoreError), self._file.locked():
            self._file.release(_tag(integration_id))

    def store_tokens(
        self, integration_id: str, tokens: Tokens, expected_generation: int | None
    ) -> int | None:
        """Store a pair, unless another one was stored since.

        Args:
            integration_id: Whose pair it is.
            tokens: The pair.
            expected_generation: The generation it replaces; None replaces whatever is there.

        Returns:
            The new generation, or None if the stored pair is not the expected one any more:
            then nothing was written.

        Raises:
            HomeUnwritable: It could not be written; the old pair stands.
        """
        conceal(tokens.access, tokens.refresh)

        def change(contents: _Contents) -> tuple[_Contents, int | None]:
            old = contents.integrations.get(integration_id, _Entry())
            if expected_generation not in {None, old.generation}:
                return contents, None
            number = contents.generation + 1
            entry = msgspec.structs.replace(old, tokens=tokens, generation=number, asked_at=None)
            counted = msgspec.structs.replace(contents, generation=number)
            return counted.with_entry(integration_id, entry), number

        return self._change(change, _tag(integration_id))

    def forget(self, integration_id: str) -> None:
        """Remove all secrets of an integration; harmless if there are none."""
        self._change(lambda contents: (contents.with_entry(integration_id, None), None))
        self.release(integration_id)

    def _entry(self, integration_id: str) -> _Entry:
        return self._read().integrations.get(integration_id, _Entry())

    def _change(self, change: Callable[[_Contents], tuple[_Contents, R]], tag: str = "next") -> R:
        with self._file.locked():
            old = self._read()
            new, result = change(old)
            if new != old:
                encoded = msgspec.json.format(msgspec.json.encode(new), indent=1)
                self._file.replace(encoded + b"\n", tag)
        return result

    def _read(self) -> _Contents:
        contents = self._decoded(self._file.read())
        for entry in contents.integrations.values():
            conceal(*entry.options.values())
            if entry.tokens:
                conceal(entry.tokens.access, entry.tokens.refresh)
        return contents

    def _decoded(self, content: bytes | None) -> _Contents:
        if content is None:
            return _Contents()
        try:
            version = msgspec.json.decode(content, type=dict[str, msgspec.Raw]).get("version")
            if version is not None and int(bytes(version)) > VERSION:
                raise SchemaTooNew(f"{self._file.path} was written by a newer tuisync.")
            return msgspec.json.decode(content, type=_Contents)
        except (msgspec.DecodeError, ValueError):  # their texts may quote what is in there
            raise StoreDamaged(
                f"{self._file.path} is damaged; it was left as it is.",
                hint="Move it away and sign in again: `tuisync reconnect INTEGRATION`.",
            ) from None


def _tag(integration_id: str) -> str:
    """Return a part of a file name that stands for an integration."""
    return hashlib.sha256(integration_id.encode()).hexdigest()[:16]
