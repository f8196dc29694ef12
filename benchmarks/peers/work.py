"""What each loader does (random resized crop, flip, normalise, float NCHW), with two threads, and how its pace is taken."""

import time

BATCH, SIZE, THREADS = 64, 224, 2
AREA, RATIO = (0.08, 1.0), (3 / 4, 4 / 3)
MEAN = [0.485 * 255, 0.456 * 255, 0.406 * 255]
STD = [0.229 * 255, 0.224 * 255, 0.225 * 255]


def report(batches, seconds):
    """Prints images/s of an endless iterator of batches: a second to warm up after the first, then so many seconds, as
    dsbench measures."""
    next(batches)
    first = time.monotonic()
    while time.monotonic() - first < 1:
        next(batches)
    begin, count = time.monotonic(), 0
    while time.monotonic() - begin < float(seconds):
        batch = next(batches)
        count += 1
    elapsed = time.monotonic() - begin
    assert tuple(batch.shape) == (BATCH, 3, SIZE, SIZE) and "float32" in str(batch.dtype), (batch.shape, batch.dtype)
    print(count * BATCH / elapsed)
