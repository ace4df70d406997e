"""Units of work: worker processes that may die without the scan dying with them."""

from leakscan.work.checkpoint import Checkpoint
from leakscan.work.heap import give_back
from leakscan.work.pool import Lost, Pool, Task, available_cores

__all__ = ["Checkpoint", "Lost", "Pool", "Task", "available_cores", "give_back"]
