"""An ICAP server (RFC 3507) that has each upload decided before a proxy lets it out."""

from __future__ import annotations

from leakscan.gate.icap.server import Server
from leakscan.gate.serving.settings import Service, Settings

__all__ = ["Server", "Service", "Settings"]
