"""Imported before anything else imports polars: tests run beside each other, so it has one thread in each of them.

Processes that tests start have its own number. POLARS_MAX_THREADS set from outside holds for all.
"""

from __future__ import annotations

import os

import pytest

with pytest.MonkeyPatch.context() as _patch:
    _patch.setenv("POLARS_MAX_THREADS", os.environ.get("POLARS_MAX_THREADS", "1"))
    import polars as pl

    pl.thread_pool_size()
