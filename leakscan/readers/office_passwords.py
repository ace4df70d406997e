"""Office documents without their passwords, by msoffcrypto-tool (`pip install leakscan[office-passwords]`)."""

from __future__ import annotations

import io
from typing import BinaryIO

from leakscan.readers.guarded import BrokenInput
from leakscan.readers.parts import ENCRYPTED

INSIDE = "decrypted"
"""Name of what comes out."""


def decrypted(file: BinaryIO, passwords: tuple[str, ...]) -> bytes:
    """A document without its password; BrokenInput where none of those given is right."""
    if not passwords:
        raise BrokenInput(ENCRYPTED)
    try:
        import msoffcrypto
    except ImportError:
        message = "encrypted: install leakscan[office-passwords] to read it with its password"
        raise BrokenInput(message) from None
    for password in passwords:
        out = io.BytesIO()
        file.seek(0)
        try:
            document = msoffcrypto.OfficeFile(file)
            document.load_key(password=password)
            document.decrypt(out)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112 - every cipher of it has errors of its own
            continue
        return out.getvalue()
    message = "encrypted: none of the passwords given is right"
    raise BrokenInput(message)
