"""The description of the server for programs that make clients of it: OpenAPI 3.1."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from leakscan.gate.http.asked import FACTS
from leakscan.gate.verdict import ACTIONS

VERDICT: dict[str, Any] = {
    "type": "object",
    "description": "What is to become of an upload, and why. It holds no value of the upload.",
    "additionalProperties": False,
    "required": ["schema", "action", "rule", "reasons", "counts", "id", "sentence"],
    "properties": {
        "schema": {"const": "leakscan-verdict/1"},
        "action": {"enum": list(ACTIONS)},
        "rule": {"type": "string", "description": "the rule that decided, or what went wrong"},
        "reasons": {"type": "array", "items": {"type": "string"}},
        "counts": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
        "id": {"type": "string", "description": "the reference of the verdict"},
        "sentence": {
            "type": "object",
            "additionalProperties": False,
            "required": ["fr", "en"],
            "properties": {"fr": {"type": "string"}, "en": {"type": "string"}},
        },
    },
}
"""The JSON schema of every answer about an upload."""
STATUSES: dict[int, str] = {
    200: "allow",
    400: "block: the request can be read in two ways, or in none",
    401: "block: no token, or a wrong one",
    403: "block",
    408: "block: the body did not come in time",
    409: "review: somebody must look at it first",
    413: "block: the upload is too large to be checked",
    500: "block: a defect of the server",
    503: "block: the check failed, took too long, or there was no room or no worker for it",
}
"""What each status of an upload means."""
_TOLD = {
    "destination": "where the upload goes",
    "user": "who sends it",
    "path": "its path",
    "filename": "its name, where it has no path",
}


def description(paths: tuple[str, ...]) -> dict[str, Any]:
    """The description of a server with these service paths."""
    text = {"content": {"text/plain": {"schema": {"type": "string"}}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "leakscan gate",
            "version": version("leakscan"),
            "description": "Send an upload, learn whether it may leave. Only 200 is a permission.",
        },
        "components": {
            "schemas": {"Verdict": VERDICT},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}, {}],
        "paths": {
            **{path: {method: _upload(path, method) for method in ("put", "post")} for path in paths},
            "/healthz": {"get": {"security": [], "responses": {"200": {"description": "it takes uploads", **text}}}},
            "/metrics": {"get": {"responses": {"200": {"description": "figures for Prometheus", **text}}}},
            "/openapi.json": {"get": {"security": [], "responses": {"200": {"description": "this page"}}}},
        },
    }


def _upload(path: str, method: str) -> dict[str, Any]:
    verdict = {"application/json": {"schema": {"$ref": "#/components/schemas/Verdict"}}}
    text = {"type": "string"}
    return {
        "operationId": f"{method}{path.replace('/', '_')}",
        "summary": "Decide about an upload",
        "parameters": [
            *({"name": name, "in": "query", "description": _TOLD[name], "schema": text} for name in FACTS),
            *(
                {"name": f"X-Leakscan-{name.title()}", "in": "header", "schema": text,
                 "description": f"{_TOLD[name]}, percent-encoded; instead of the query"}
                for name in FACTS
            ),
            {"name": "Content-Encoding", "in": "header", "schema": text, "description": "gzip, deflate, br, zstd"},
        ],
        "requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
        "responses": {
            str(status): {"description": said, "content": verdict} for status, said in sorted(STATUSES.items())
        },
    }  # fmt: skip
