"""How the benchmark scripts time a command."""

import subprocess
import time


def timed(command):
    """Seconds that it takes."""
    begin = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begin


def reported(command):
    """Seconds that a peer's script prints last."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return float(done.stdout.split()[-1])
