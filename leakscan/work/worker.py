"""A worker process: takes tasks out of its slots one by one, until the other side closes the socket.

Started as `python -P -m leakscan.work.worker MEMORY SOCKET SLOT...` with the descriptors inherited.
"""

from __future__ import annotations

import resource
import signal
import socket
import sys
import traceback

from leakscan.work.slots import read_slot, write_slot

TOO_LARGE = "it wanted more memory than a worker may take (--worker-memory)"
"""What is said of a task that met the limit of memory."""


def main(memory: int, socket_number: int, slots: list[int]) -> None:
    """Serve until the socket closes. An exception goes back as its type and place: its message may hold a cell."""
    if memory:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold what was read, in clear
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that keeps what was found
    with socket.socket(fileno=socket_number) as control:
        while message := control.recv(1):
            slot = slots[message[0]]
            (function, given), data, end = read_slot(slot)
            try:
                answer = (True, function(data, *given))
            except MemoryError:
                answer = (False, TOO_LARGE)
            except Exception as error:  # noqa: BLE001 - whatever it is, the scan must hear of it
                frames = traceback.extract_tb(error.__traceback__)
                place = f"{frames[-1].name}, line {frames[-1].lineno}" if frames else "?"
                answer = (False, f"{type(error).__name__} in {place}")
            del data, given
            write_slot(slot, answer, at=end)
            del answer
            control.sendall(message)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), [int(number) for number in sys.argv[3:]])
