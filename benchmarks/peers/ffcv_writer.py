"""FFCV's writer with two workers. Prints the writer's seconds.

usage: ffcv_writer.py PHOTOS BETON jpg|raw [SHORT_SIDE]

FFCV bounds the long side. With SHORT_SIDE the bound is such that the pictures have as many pixels in all as a short side of
that length gives; else they keep their size. JPEGs are written at q90.
"""

import pathlib
import sys
import time

from ffcv.fields import IntField, RGBImageField
from ffcv.writer import DatasetWriter
from PIL import Image

raw, out, mode = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
photos = sorted(raw.rglob("*.jpg"))
labels = {name: i for i, name in enumerate(sorted(p.name for p in raw.iterdir()))}


def size_of(photo):
    with Image.open(photo) as image:
        return image.size


def equal_bound(short_side):
    """The long side for as many pixels as `short_side` gives; neither enlarges."""
    sizes = [size_of(photo) for photo in photos]
    wanted = sum(w * h * min(1, short_side / min(w, h)) ** 2 for w, h in sizes)
    return min(range(1, 4096), key=lambda bound: abs(sum(w * h * min(1, bound / max(w, h)) ** 2 for w, h in sizes) - wanted))


class Photos:
    def __len__(self):
        return len(photos)

    def __getitem__(self, i):
        return Image.open(photos[i]).convert("RGB"), labels[photos[i].parent.name]


bound = equal_bound(int(sys.argv[4])) if len(sys.argv) > 4 else None
fields = {"image": RGBImageField(write_mode=mode, max_resolution=bound, jpeg_quality=90), "label": IntField()}
begin = time.monotonic()
DatasetWriter(out, fields, num_workers=2).from_indexed_dataset(Photos())
print(time.monotonic() - begin)
