"""A service made of a policy: what the server asks, answered by the gate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from leakscan.gate.serving.settings import Known, Service, VerdictLike
from leakscan.report import rules_sha256

_TAG_LETTERS = 32


@dataclass(frozen=True, slots=True)
class ByPolicy:
    """Decides by a policy; it travels to worker processes."""

    policy: Any = field(repr=False)

    def __call__(self, file: BinaryIO, size: int | None, known: Known) -> VerdictLike:
        """The verdict of `leakscan.gate.decide`."""
        facts = import_module("leakscan.gate.policy").Facts(
            destination=known.destination, user=known.user, path=known.path, content_type=known.content_type
        )
        verdict: VerdictLike = import_module("leakscan.gate.decide").decide(file, size, facts, self.policy)
        return verdict


def service_of(path: str, file: Path | None, key: bytes = b"") -> Service:
    """The service at `path` by the policy of a file, None for the one that ships. UsageError for a bad policy.

    `key`: of the audit log; with it an id tells nobody else whether an upload holds what they guess.

    A worker decides without workers of its own unless the policy names a number: uploads share the cores by themselves.
    """
    policy = replace(import_module("leakscan.gate.policy").load_policy(file), key=key)
    if policy.workers is None:
        policy = replace(policy, workers=1)
    tag = sha256(f"{policy.digest} {rules_sha256()}".encode()).hexdigest()[:_TAG_LETTERS]
    return Service(path, ByPolicy(policy), tag, policy.failures.get("unreadable", "block"))
