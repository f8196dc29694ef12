"""PyPI's `tfrecord` reads store raw, by our .idx as well."""

import glob
import sys

import numpy as np
import truth
from tfrecord.reader import tfrecord_loader

work = sys.argv[1]
KINDS = {"image/raw": "byte", "image/class/label": "int", "image/filename": "byte", "image/height": "int",
         "image/width": "int", "image/channels": "int"}
for split, wanted in truth.load(work).items():
    check = truth.Check("tfrecord", f"raw {split}", wanted)
    count = 0
    for file in sorted(f for f in glob.glob(f"{work}/raw/photos-{split}.tfrecord-*") if not f.endswith(".idx")):
        index = np.loadtxt(file + ".idx", dtype=np.int64, ndmin=2)
        for record in tfrecord_loader(file, file + ".idx" if len(index) > 1 else None, KINDS):
            shape = [int(record[k][0]) for k in ("image/height", "image/width", "image/channels")]
            pixels = np.frombuffer(bytes(record["image/raw"]), np.uint8).reshape(shape)
            check(bytes(record["image/filename"]), record["image/class/label"][0], pixels)
            count += 1
    check.done(count)
