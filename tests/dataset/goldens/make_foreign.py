#!/usr/bin/env python3
"""Writes the TFRecord files of this folder: small ones, as other programs write them.

    python3 make_foreign.py

Framing, CRC-32C and protocol buffers are written here from their specifications, without any library, so that the
C++ reader is compared with something else than its own writer. The files are
  pixels_train-00000-of-00002, -00001-of-00002   `image` (uint8), `label`, `shape`; odd but valid encodings
  floats_validation.tfrecord                     `values` (FloatList, CHW, packed, unpacked and in parts), `label`, `shape`
Pixel i of record r is (37 * r + 11 * i) % 256, a float of it x / 255. Labels are 1 + r % 3.
"""
import os
import struct

HEIGHT, WIDTH, CHANNELS = 2, 4, 3


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def framed(payload):
    length = struct.pack("<Q", len(payload))
    return length + masked(length) + payload + masked(payload)


def varint(value):
    value %= 2**64
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def bytes_feature(*values):
    return field(1, b"".join(field(1, value) for value in values))


def integers(*values, packed=True):
    if packed:
        return field(3, field(1, b"".join(varint(v) for v in values)))
    return field(3, b"".join(varint(1 << 3 | 0) + varint(v) for v in values))


def floats(values, packed=True):
    if packed:
        return field(2, field(1, struct.pack("<%df" % len(values), *values)))
    return field(2, b"".join(varint(1 << 3 | 5) + struct.pack("<f", v) for v in values))


def entry(key, feature, value_first=False):
    parts = [field(1, key.encode()), field(2, feature)]
    return field(1, b"".join(reversed(parts) if value_first else parts))


def example(*entries, split=False):
    """split: the Features come in several parts, which a reader must merge."""
    if split:
        return b"".join(field(1, e) for e in entries)
    return field(1, b"".join(entries))


def pixels(record):
    return bytes((37 * record + 11 * i) % 256 for i in range(HEIGHT * WIDTH * CHANNELS))


def pixel_record(record):
    image = entry("image", bytes_feature(pixels(record)))
    label = entry("label", integers(1 + record % 3))
    shape = entry("shape", integers(HEIGHT, WIDTH, CHANNELS))
    if record == 0:
        return example(image, label, shape)
    if record == 1:  # lists unpacked, another order, values before keys
        return example(entry("shape", integers(HEIGHT, WIDTH, CHANNELS, packed=False), value_first=True),
                       entry("label", integers(1 + record % 3, packed=False)), image)
    if record == 2:  # an older value of the same key, a feature nobody asked for, fields nobody knows
        return example(entry("shape", integers(9)), entry("other", bytes_feature(b"x" * 3000)), image, label,
                       shape) + varint(9 << 3 | 0) + varint(5)
    return example(label, image, shape, split=True)  # record 3: Features in parts


def float_record(record):
    planes = [p / 255 for c in range(CHANNELS) for p in pixels(record)[c::CHANNELS]]
    shape = entry("shape", integers(CHANNELS, HEIGHT, WIDTH))
    label = entry("label", integers(1 + record % 3))
    if record == 0:
        return example(label, shape, entry("values", floats(planes)))
    if record == 1:
        return example(entry("values", floats(planes, packed=False)), label, shape)
    return example(label, entry("values", floats(planes[:5]) + floats(planes[5:])), shape)  # record 2: in parts


def write(name, records):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "wb") as file:
        for record in records:
            file.write(framed(record))


write("pixels_train-00000-of-00002", [pixel_record(r) for r in (0, 1)])
write("pixels_train-00001-of-00002", [pixel_record(r) for r in (2, 3)])
write("floats_validation.tfrecord", [float_record(r) for r in range(3)])
