#!/usr/bin/env python3
"""Writes resized.csv: what Pillow's BILINEAR makes of parts of noise.

Run by hand where python3-pil is installed (Debian 12: 9.4.0):
    python3 make_resized.py > resized.csv
The noise is a formula of the byte's place, so resampler_test.cc makes the same one without a file.
"""
from PIL import Image

CASES = [  # source width, height, channels; box x, y, width, height; width, height
    (1, 1, 3, (0, 0, 1, 1), (5, 4)),
    (7, 1, 3, (0, 0, 7, 1), (3, 6)),
    (1, 9, 1, (0, 0, 1, 9), (4, 2)),
    (40, 30, 3, (0, 0, 40, 30), (17, 13)),
    (40, 30, 1, (3, 2, 29, 27), (28, 11)),
    (40, 30, 3, (5, 1, 11, 25), (31, 12)),
    (12, 9, 3, (0, 0, 12, 9), (31, 23)),
    (12, 9, 1, (1, 1, 10, 7), (10, 29)),
    (300, 200, 3, (10, 20, 280, 170), (3, 2)),
    (400, 3, 3, (0, 0, 400, 3), (4, 3)),
]


def noise(width, height, channels):
    data = bytearray()
    for i in range(width * height * channels):
        word = i * 2654435761 % 2**32
        word = (word ^ (word >> 15)) * 2246822519 % 2**32
        data.append(word >> 24)
    return Image.frombytes("RGB" if channels == 3 else "L", (width, height), bytes(data))


print("width,height,channels,x,y,box_width,box_height,to_width,to_height,bytes")
for width, height, channels, box, size in CASES:
    part = noise(width, height, channels).crop((box[0], box[1], box[0] + box[2], box[1] + box[3]))
    resized = part.resize(size, Image.BILINEAR)
    print(*(width, height, channels, *box, *size), resized.tobytes().hex(), sep=",")
