"""Sixty small PNGs in three classes, so that every reader must get the very pixels."""

import pathlib
import random
import sys

from PIL import Image

root = pathlib.Path(sys.argv[1])
rng = random.Random(1)
for label, name in enumerate(["cat", "dog", "eel"]):
    (root / name).mkdir(parents=True)
    for i in range(20):
        width, height = rng.randint(8, 40), rng.randint(8, 40)
        picture = Image.frombytes("RGB", (width, height), rng.randbytes(width * height * 3))
        picture.save(root / name / f"{i:03}.png")
