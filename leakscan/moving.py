"""A binary file that is moved about in: the part of the protocol that is the same wherever its bytes come from."""

from __future__ import annotations

import io


class Moving(io.RawIOBase):
    """A readable file with a place in it. Whoever derives from it has `size` and `readinto`, which moves `_at` on."""

    _at = 0

    @property
    def size(self) -> int:
        """Bytes in it."""
        raise NotImplementedError

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place; ValueError before the beginning."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            message = "negative seek position"
            raise ValueError(message)
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at
