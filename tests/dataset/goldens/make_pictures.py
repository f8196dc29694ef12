#!/usr/bin/env python3
"""Writes pictures/ and pictures.csv: small files of many formats, and what Pillow makes of them.

Run by hand in a folder's copy of this one, with Pillow 13 and pillow-heif 1.8:
    python3 make_pictures.py
A row has the upright size, the most that a byte may differ (other versions of a lossy codec), the CRC-32 of all RGB
bytes, and the RGB of the middles of the four quarters.
"""
import csv
import io
import struct
import zlib

import pillow_heif
from PIL import Image, ImageOps, PngImagePlugin

pillow_heif.register_heif_opener()
FOLDER = "pictures/"
LOSSY = 4
COLOURS = [(220, 30, 30), (30, 200, 40), (40, 60, 210), (240, 240, 230)]
QUARTERS = [(.25, .25), (.75, .25), (.25, .75), (.75, .75)]
XMP = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
EXIF = bytes.fromhex("4d4d002a00000008 0001 0112 0003 00000001 00060000 00000000")
rows = []


def quarters(width=32, height=16):
    picture = Image.new("RGB", (width, height))
    for colour, (x, y) in zip(COLOURS, QUARTERS):
        left, top = int(x * 2) * width // 2, int(y * 2) * height // 2
        picture.paste(colour, (left, top, left + width // 2, top + height // 2))
    return picture


def palette_picture(width=32, height=16):
    picture = Image.new("P", (width, height))
    picture.putpalette([byte for colour in COLOURS for byte in colour])
    for number, (x, y) in enumerate(QUARTERS):
        left, top = int(x * 2) * width // 2, int(y * 2) * height // 2
        picture.paste(number, (left, top, left + width // 2, top + height // 2))
    return picture


def add(name, data, tolerance=0, like=None):
    """`like`: what Pillow reads instead, where it cannot read the file itself."""
    with open(FOLDER + name, "wb") as file:
        file.write(data)
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(like or data))).convert("RGB")
    width, height = picture.size
    points = [picture.getpixel((int(x * width), int(y * height))) for x, y in QUARTERS]
    rows.append([name, width, height, tolerance, zlib.crc32(picture.tobytes()), *(byte for point in points for byte in point)])


def saved(picture, form, **options):
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def gifs():
    plain = saved(palette_picture(), "GIF", interlace=0)
    add("plain.gif", plain)
    add("interlaced.gif", saved(palette_picture(16, 37), "GIF", interlace=1))
    second = palette_picture().transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    add("animated.gif", saved(palette_picture(), "GIF", save_all=True, append_images=[second]))
    add("no_trailer.gif", plain[:-1])
    small = bytearray(saved(palette_picture(12, 8), "GIF", interlace=0))
    frame = small.index(b",", 13 + 12)
    small[frame + 1:frame + 5] = struct.pack("<HH", 9, 5)
    small[6:10] = struct.pack("<HH", 32, 16)
    add("small_frame.gif", bytes(small))
    control = bytes.fromhex("21f904 01 0000 02 00")
    add("small_frame_transparent.gif", bytes(small[:frame]) + control + bytes(small[frame:]))
    small[6:10] = struct.pack("<HH", 10, 6)
    add("frame_beyond_screen.gif", bytes(small))
    flags, end = plain[10], 13 + 12
    assert flags & 0x87 == 0x81
    add("no_palette.gif", plain[:10] + bytes([flags & 0x78]) + plain[11:13] + plain[end:])
    add("short_palette.gif", plain[:10] + bytes([flags & 0xf8]) + plain[11:13 + 6] + plain[end:])


def bmp(bits, compression, width, height, data, colours=COLOURS):
    palette = b"".join(bytes([b, g, r, 0]) for r, g, b in colours)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 0, 0, len(colours), 0)
    start = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + info + palette + data


def bmps():
    row = bytes([8, 2, 8, 3])
    top = bytes([8, 0, 8, 1])
    end = bytes([0, 1])
    add("rle8.bmp", bmp(8, 1, 16, 4, (row + b"\0\0") * 2 + (top + b"\0\0") * 2 + end))
    literal = bytes([0, 5, 2, 2, 3, 3, 1, 0]) + bytes([0, 4, 0, 1, 2, 3]) + bytes([7, 1])
    add("rle8_literal.bmp", bmp(8, 1, 16, 2, literal + b"\0\0" + top + end))
    moves = bytes([3, 1, 0, 2, 4, 1, 5, 2, 0, 0, 2, 3, 0, 0, 16, 1])
    add("rle8_moves.bmp", bmp(8, 1, 16, 4, moves + end))
    add("rle8_no_end.bmp", bmp(8, 1, 16, 2, row + b"\0\0" + top))
    add("rle8_wide.bmp", bmp(8, 1, 16, 2, bytes([200, 2, 0, 0, 200, 1]) + end))
    add("rle4.bmp", bmp(4, 2, 16, 4, (bytes([8, 0x22, 8, 0x33, 0, 0])) * 2 + bytes([8, 0x01, 8, 0x10, 0, 0]) * 2 + end))
    add("rle4_literal.bmp", bmp(4, 2, 15, 2, bytes([0, 5, 0x01, 0x23, 0x10, 0, 0, 4, 0x32, 0x10, 6, 0x12, 0, 0]) +
                                bytes([15, 0x31]) + end))
    add("rle8_beyond_palette.bmp", bmp(8, 1, 16, 2, bytes([8, 200, 8, 1, 0, 0, 16, 4]) + end))
    add("beyond_palette.bmp", bmp(8, 0, 4, 2, bytes([0, 1, 4, 200, 3, 2, 255, 0])))


def webps():
    small = quarters(12, 8)
    second = ImageOps.invert(quarters())
    add("animated.webp", saved(quarters(), "WEBP", lossless=True, save_all=True, append_images=[second]))
    still = saved(small, "WEBP", lossless=True)[12:]
    frame = bytes([4, 0, 0, 2, 0, 0, 11, 0, 0, 7, 0, 0, 10, 0, 0, 0]) + still  # at (8, 4)
    chunks = (b"VP8X" + struct.pack("<I", 10) + bytes([2, 0, 0, 0, 31, 0, 0, 15, 0, 0]) +
              b"ANIM" + struct.pack("<I", 6) + bytes([255, 255, 255, 255, 0, 0]) +
              b"ANMF" + struct.pack("<I", len(frame)) + frame)
    chunks += b"ANMF" + struct.pack("<I", len(frame)) + frame
    add("small_frame.webp", b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks)
    add("xmp6.webp", saved(quarters(), "WEBP", lossless=True, xmp=XMP))
    add("exif6.webp", saved(quarters(), "WEBP", lossless=True, exif=EXIF))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pngs():
    plain = saved(quarters(), "PNG")
    before = plain.index(b"IDAT") - 4

    def with_chunk(data):
        return plain[:before] + data + plain[before:]

    add("xmp6.png", with_chunk(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)))
    add("xmp6_deflated.png", with_chunk(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP))))
    add("exif6.png", with_chunk(chunk(b"eXIf", EXIF)))
    digits = (b"Exif\0\0" + EXIF).hex()
    lines = "\nexif\n%8d\n%s\n" % (len(digits) // 2, "\n".join(digits[i:i + 72] for i in range(0, len(digits), 72)))
    raw = b"Raw profile type exif\0"
    add("exif6_ztxt.png", with_chunk(chunk(b"zTXt", raw + b"\0" + zlib.compress(lines.encode()))))
    add("exif6_text.png", with_chunk(chunk(b"tEXt", raw + lines.encode())))
    add("animated.png", saved(quarters(), "PNG", save_all=True, append_images=[ImageOps.invert(quarters())]))
    pixels = b"".join(b"\0" + quarters().tobytes()[96 * y:96 * y + 96] for y in range(16))
    header, end = plain[:33], plain[-12:]

    def with_stream(stream):
        return header + chunk(b"IDAT", stream) + end

    add("extra_rows.png", with_stream(zlib.compress(pixels + pixels[:97])))
    add("extra_bytes.png", with_stream(zlib.compress(pixels) + b"more"))
    noise = b"".join(b"\0" + bytes(zlib.crc32(bytes([y, x])) & 255 for x in range(96)) for y in range(8))
    far = bytearray(zlib.compress(noise + noise))
    far[0:2] = bytes([0x08, 0x1d])  # a window of 256 bytes, though the noise is repeated behind 776
    add("small_window.png", with_stream(bytes(far)))
    add("text_behind.png", plain[:-12] + chunk(b"tEXt", b"a\0b") + end + b"more")
    indexed = saved(palette_picture(), "PNG", bits=8)
    place = indexed.index(b"PLTE") - 4
    add("beyond_palette.png", indexed[:place] + chunk(b"PLTE", indexed[place + 8:place + 14]) + indexed[place + 24:])


def jpegs():
    plain = saved(quarters(), "JPEG", quality=95, subsampling=0)

    def segment(data):
        return b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data

    xmp = segment(b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    add("xmp6.jpg", plain[:2] + xmp + plain[2:], LOSSY)
    upright = EXIF.replace(bytes.fromhex("00060000"), bytes.fromhex("00030000"))
    add("exif3_xmp6.jpg", plain[:2] + xmp + segment(b"Exif\0\0" + upright) + plain[2:], LOSSY)
    half = 12
    add("exif6_in_two.jpg",
        plain[:2] + segment(b"Exif\0\0" + EXIF[:half]) + segment(b"Exif\0\0" + EXIF[half:]) + plain[2:], LOSSY)


def tiffs():
    add("xmp6.tif", saved(quarters(), "TIFF", tiffinfo={700: XMP}))
    plain = saved(quarters(), "TIFF", tiffinfo={274: 6})
    place = plain.index(struct.pack("<HHI", 274, 3, 1))
    add("long6.tif", plain[:place] + struct.pack("<HHII", 274, 4, 1, 6) + plain[place + 12:])


def boxes(data):
    """(type, payload) of each box."""
    while data:
        size = struct.unpack(">I", data[:4])[0]
        yield data[4:8], data[8:size]
        data = data[size:]


def box(kind, *parts):
    payload = b"".join(parts)
    return struct.pack(">I", len(payload) + 8) + kind + payload


def full(kind, *parts, version=0, flags=0):
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def heic_grid():
    """As telephones write them: tiles of one size in a grid, cropped to the picture and turned."""
    tiles, config = [], None
    for colour in COLOURS:
        file = dict(boxes(saved(Image.new("RGB", (64, 64), colour), "HEIF", quality=90)))
        meta = dict(boxes(file[b"meta"][4:]))
        properties = dict(boxes(dict(boxes(meta[b"iprp"]))[b"ipco"]))
        config = box(b"hvcC", properties[b"hvcC"])
        tiles.append(file[b"mdat"])
    infos = [full(b"infe", struct.pack(">HH", i, 0) + b"hvc1\0", version=2) for i in (1, 2, 3, 4)]
    infos.append(full(b"infe", struct.pack(">HH", 5, 0) + b"grid\0", version=2))
    grid = bytes([0, 0, 1, 1]) + struct.pack(">HH", 120, 100)
    tile_size = full(b"ispe", struct.pack(">II", 64, 64))
    size = full(b"ispe", struct.pack(">II", 120, 100))
    turn = box(b"irot", bytes([3]))  # by 270 degrees, anti-clockwise
    associations = b"".join(struct.pack(">HBBB", i, 2, 0x81, 0x02) for i in (1, 2, 3, 4))
    associations += struct.pack(">HBBB", 5, 2, 0x03, 0x84)
    items = [box(b"ipco", config, tile_size, size, turn), full(b"ipma", struct.pack(">I", 5), associations)]

    def meta(start):
        places, at = b"", start
        for number, data in zip((1, 2, 3, 4, 5), [*tiles, grid]):
            places += struct.pack(">HHHII", number, 0, 1, at, len(data))
            at += len(data)
        return full(b"meta", full(b"hdlr", bytes(4) + b"pict" + bytes(13)), full(b"pitm", struct.pack(">H", 5)),
                    full(b"iloc", bytes([0x44, 0]), struct.pack(">H", 5), places),
                    full(b"iinf", struct.pack(">H", 5), *infos), box(b"iprp", *items),
                    full(b"iref", box(b"dimg", struct.pack(">HHHHHH", 5, 4, 1, 2, 3, 4))))

    first = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    start = len(first) + len(meta(0)) + 8
    return first + meta(start) + box(b"mdat", *tiles, grid)


def heifs():
    exif = Image.Exif()
    exif[274] = 6
    alpha = quarters()
    alpha.putalpha(128)
    for name, form in (("heic", "HEIF"), ("avif", "AVIF")):
        add("plain." + name, saved(quarters(), form, quality=90), LOSSY)
        add("grey." + name, saved(quarters().convert("L"), form, quality=90), LOSSY)
        add("alpha." + name, saved(alpha, form, quality=90), LOSSY)
        add("turned." + name, saved(quarters(), form, quality=90, exif=exif.tobytes()), LOSSY)
    deep = b"".join(struct.pack("<3H", *(byte * 257 for byte in pixel)) for pixel in quarters().getdata())
    out = io.BytesIO()
    pillow_heif.from_bytes(mode="RGB;16", size=(32, 16), data=deep).save(out, quality=90)
    add("ten_bits.heic", out.getvalue(), LOSSY)
    add("grid.heic", heic_grid(), LOSSY)
    add("animated.avif", saved(quarters(), "AVIF", quality=90, save_all=True, append_images=[ImageOps.invert(quarters())]),
        LOSSY)


for make in (gifs, bmps, webps, pngs, jpegs, tiffs, heifs):
    make()
with open("pictures.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["name", "width", "height", "tolerance", "crc32"] +
                    [f"{channel}{i}" for i in range(4) for channel in "rgb"])
    writer.writerows(sorted(rows))
