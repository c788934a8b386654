"""Hold this process to a share of the computer: for trying what a stranger made."""

import sys
from pathlib import Path


def limit_memory(more_bytes: int) -> None:
    """Let this process take at most so much more memory than it has now.

    Asking for more then raises MemoryError or ends the process. Only Linux holds processes to it.
    """
    if sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + more_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def write_no_files() -> None:
    """Let this process write nothing to any file from now on; pipes stay open."""
    if sys.platform == "win32":
        return
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing then fails with an OSError
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
