"""An HTTP server that tells a program whether an upload may leave: a body in, a verdict out."""

from __future__ import annotations

from leakscan.gate.http.server import Server

__all__ = ["Server"]
