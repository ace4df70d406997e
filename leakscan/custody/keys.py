"""The key that a log is signed with: 32 secret bytes in a file of their own, and the public half beside it."""

from __future__ import annotations

import re
from pathlib import Path

from leakscan.custody.chain import public_key
from leakscan.errors import KeyFileError, UsageError
from leakscan.persons.keyfile import key_from

PUBLIC_SUFFIX = ".pub"
_PUBLIC = re.compile(rb"[0-9a-f]{64}\n?")


def signing_key(file: str, log: str, key_file: str | None) -> bytes:
    """The key in a file, which is made (0600) where it is missing, with its public half in `FILE.pub`.

    Raises KeyFileError: it must not lie beside the log, for whoever has both could write another log; nor may it be the
    key of the fingerprints.
    """
    path = Path(file)
    if key_file is not None and path.absolute().resolve() == Path(key_file).absolute().resolve():
        message = "--signing-key and --key-file name one file: a key is for one purpose; give another name"
        raise UsageError(message)
    key = key_from(path, not_beside=[Path(log)])
    public = path.with_name(path.name + PUBLIC_SUFFIX)
    if not public.exists():
        try:
            public.write_text(f"{public_key(key)}\n", encoding="ascii")
        except OSError as error:
            message = f"the public key {public} cannot be written: {(error.strerror or 'refused').lower()}"
            raise KeyFileError(message) from None
    return key


def public_key_from(file: str) -> str:
    """The public key of a file that holds it, or of a key file itself. Raises KeyFileError."""
    path = Path(file)
    try:
        with path.open("rb") as stream:
            data = stream.read(66)
    except OSError as error:
        message = f"the key file {path} cannot be read: {(error.strerror or 'refused').lower()}"
        raise KeyFileError(message) from None
    if _PUBLIC.fullmatch(data):
        return data.decode("ascii").strip()
    return public_key(key_from(path, make=False))
