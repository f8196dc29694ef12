"""What the readers must find: {path: (label, pixels as an HWC uint8 array)} for each split."""

import csv
import pathlib

import numpy as np
from PIL import Image


def load(work):
    work = pathlib.Path(work)
    truth = {}
    classes = (work / "splits/classes.txt").read_text().split()
    with open(work / "splits/manifest.csv", newline="") as file:
        for row in csv.DictReader(file):
            pixels = np.asarray(Image.open(work / "photos" / row["path"]).convert("RGB"))
            truth.setdefault(row["split"], {})[row["path"]] = (classes.index(row["label"]), pixels)
    return truth


class Check:
    """Ticks records off; at the end all must have come, once."""

    def __init__(self, reader, what, truth):
        self.reader, self.what, self.left = reader, what, dict(truth)

    def __call__(self, path, label, pixels):
        if isinstance(path, bytes):
            path = path.decode()
        wanted_label, wanted = self.left.pop(path)
        assert int(label) == wanted_label, f"{path}: label {label}, not {wanted_label}"
        assert pixels.shape == wanted.shape and np.array_equal(pixels, wanted), f"{path}: other pixels"

    def done(self, records):
        assert not self.left, f"missing: {sorted(self.left)[:3]}"
        print(f"{self.reader}: {self.what}, {records} records")
