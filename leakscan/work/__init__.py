"""Units of work: worker processes that may die without the scan dying with them."""

from leakscan.work.checkpoint import Checkpoint
from leakscan.work.cluster import Cluster
from leakscan.work.heap import give_back
from leakscan.work.pool import WHOLE_BYTES, Lost, Pool, Task, available_cores
from leakscan.work.workers import Workers

__all__ = [
    "WHOLE_BYTES",
    "Checkpoint",
    "Cluster",
    "Lost",
    "Pool",
    "Task",
    "Workers",
    "available_cores",
    "give_back",
]
