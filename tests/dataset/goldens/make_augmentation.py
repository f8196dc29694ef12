#!/usr/bin/env python3
"""Writes goldens/augmentation/: what other programs make of picture.png, for warp_test, pixel_ops_test and others, and
the draws that proto/FORMAT.md, section 7, asks for, by a second implementation.

Needs Debian 12's python3-torchvision (0.14), python3-pil, python3-scipy and python3-numpy. Run it in this folder.
"""
import math

import numpy as np
import scipy.ndimage
import torch
import torchvision.transforms.functional as F
from PIL import Image, ImageOps
from torchvision.transforms import InterpolationMode, RandAugment, TrivialAugmentWide
from torchvision.transforms.autoaugment import _apply_op

SIZE = 40


def save(name, pixels):
    pixels = np.asarray(pixels)
    if pixels.dtype != np.uint8:
        pixels = np.clip(np.floor(pixels + 0.5), 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(f"augmentation/{name}.png", optimize=True)


def make_picture():
    """Smooth and sharp parts, all hues, greys, pure black and white."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(float)
    rgb = np.stack(
        [127 + 110 * np.sin(x / 5 + y / 11), 120 + 100 * np.cos(y / 6), 30 + 5 * x], axis=2)
    rgb[5:12, 20:34] = [250, 20, 20]
    rgb[22:30, 4:10] = [255, 255, 255]
    rgb[30:36, 4:16] = [0, 0, 0]
    rgb[20:26, 26:36] = [90, 90, 90]
    rgb[32:38, 24:38, 0] = 40
    return np.clip(np.floor(rgb + 0.5), 0, 255).astype(np.uint8)


# keras_preprocessing/image/affine_transformations.py, apply_affine_transform, with the centre between the pixels (as in
# Keras since 2.9) and order 1. SciPy's grid modes are what Keras' documentation describes.
def keras(pixels, theta=0, tx=0, ty=0, shear=0, zx=1, zy=1, mode="nearest", cval=0):
    matrix = np.eye(3)
    t = np.deg2rad(theta)
    matrix = matrix @ np.array([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])
    matrix = matrix @ np.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
    s = np.deg2rad(shear)
    matrix = matrix @ np.array([[1, -np.sin(s), 0], [0, np.cos(s), 0], [0, 0, 1]])
    matrix = matrix @ np.array([[zx, 0, 0], [0, zy, 0], [0, 0, 1]])
    h, w = pixels.shape[:2]
    ox, oy = h / 2 - 0.5, w / 2 - 0.5
    offset = np.array([[1, 0, ox], [0, 1, oy], [0, 0, 1]])
    reset = np.array([[1, 0, -ox], [0, 1, -oy], [0, 0, 1]])
    matrix = offset @ matrix @ reset
    mode = {"constant": "grid-constant", "wrap": "grid-wrap"}.get(mode, mode)
    cval = np.broadcast_to(cval, pixels.shape[2:])
    return np.stack([scipy.ndimage.affine_transform(pixels[..., c].astype(float), matrix[:2, :2], matrix[:2, 2],
                                                    order=1, mode=mode, cval=cval[c])
                     for c in range(pixels.shape[2])], axis=2)


def warps(picture):
    save("rotation", keras(picture, theta=25, mode="reflect"))
    save("shift", keras(picture, tx=7.25, ty=-12.5, mode="wrap"))
    save("shear", keras(picture, shear=30, mode="nearest"))
    save("zoom", keras(picture, zx=0.8, zy=1.2, mode="constant", cval=[200, 100, 50]))
    for mode in ["constant", "nearest", "reflect", "wrap"]:
        save(f"warp_{mode}", keras(picture, theta=-160, tx=9.3, ty=30.7, shear=12, zx=1.2, zy=0.7, mode=mode,
                                   cval=[200, 100, 50]))


def colours(picture):
    image = Image.fromarray(picture)
    tensor = torch.from_numpy(picture).permute(2, 0, 1).contiguous()

    def both(name, result):
        save(name, result.permute(1, 2, 0).numpy() if isinstance(result, torch.Tensor) else result)

    for factor in [0.4, 1.7]:
        both(f"brightness_{factor}", F.adjust_brightness(tensor, factor))
        both(f"contrast_{factor}", F.adjust_contrast(tensor, factor))
        both(f"saturation_{factor}", F.adjust_saturation(tensor, factor))
    for hue in [-0.4, 0.1, 0.5]:
        both(f"hue_{hue}", F.adjust_hue(tensor.float() / 255, hue) * 255)
    both("grey", F.rgb_to_grayscale(tensor, 3))
    for sigma in [0.6, 1.1, 6.0]:
        both(f"blur_{sigma}", F.gaussian_blur(tensor.float(), [2 * math.ceil(3 * sigma) + 1] * 2, [sigma, sigma]))
    for factor in [0.2, 1.9]:
        both(f"sharpness_{factor}", F.adjust_sharpness(tensor, factor))
    both("posterize_3", F.posterize(tensor, 3))
    both("solarize_100.5", F.solarize(tensor, 100.5))
    both("equalize", ImageOps.equalize(image))
    dull = Image.fromarray((picture // 3 + [10, 40, 90]).astype(np.uint8))
    both("dull", dull)
    both("autocontrast", ImageOps.autocontrast(dull))


# keras_preprocessing/image/affine_transformations.py, apply_channel_shift.
def shifts(picture):
    dull = picture.astype(float) // 3 + [10, 40, 90]
    for intensity in [-31.4, 50.0]:
        save(f"shift_{intensity}", np.clip(dull + intensity, dull.min(), dull.max()))


# The numbers of AlexNet's paper as fb.resnet.torch's datasets/imagenet.lua has them.
def lighting(picture):
    values = np.array([0.2175, 0.0188, 0.0045])
    vectors = np.array([[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]])
    save("lighting", picture + 255 * vectors @ (np.array([0.12, -0.4, 1.5]) * values))


def write_space(name, space):
    with open(f"augmentation/{name}.csv", "w") as out:
        for name, (magnitudes, signed) in space.items():
            values = magnitudes.tolist() if magnitudes.ndim else [0.0] * 31
            out.write(",".join([name, str(int(signed))] + [repr(value) for value in values]) + "\n")


def rand_augment(picture):
    write_space("rand_augment", RandAugment()._augmentation_space(31, (224, 224)))
    tensor = torch.from_numpy(picture).permute(2, 0, 1).contiguous()
    for name, (magnitudes, _) in RandAugment()._augmentation_space(31, (SIZE, SIZE)).items():
        if name.startswith(("Shear", "Translate", "Rotate")):
            # No fill colour: torchvision weighs the picture twice where it blends with one.
            result = _apply_op(tensor, name, -float(magnitudes[20]), InterpolationMode.BILINEAR, None)
            save(f"rand_augment_{name}", result.permute(1, 2, 0).numpy())


def trivial_augment(picture):
    space = TrivialAugmentWide()._augmentation_space(31)
    write_space("trivial_augment", space)
    tensor = torch.from_numpy(picture).permute(2, 0, 1).contiguous()
    for name, (magnitudes, signed) in space.items():
        if name == "Identity":
            continue
        magnitude = float(magnitudes[30]) if magnitudes.ndim else 0.0
        # Of bytes these two cut off both the grey and the result.
        cut = name in ("Color", "Contrast")
        result = _apply_op(tensor.float() / 255 if cut else tensor, name, -magnitude if signed else magnitude,
                           InterpolationMode.BILINEAR, None)
        save(f"trivial_augment_{name}", (result * 255 if cut else result).permute(1, 2, 0).numpy())


class Rng:
    """proto/FORMAT.md, section 7."""

    def __init__(self, seed, domain, epoch, number):
        self.key, self.counter, self.words = (seed & 0xFFFFFFFF, seed >> 32), [domain, epoch, number, 0], []

    def word(self):
        if not self.words:
            c, k = list(self.counter), list(self.key)
            for _ in range(10):
                a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
                c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
                k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
            self.words = c
            self.counter[3] += 1
        return self.words.pop(0)

    def double(self):
        a = self.word()
        return ((a << 32 | self.word()) >> 11) * 2.0**-53

    def uniform(self, low, high):
        return low + (high - low) * self.double()

    def below(self, n):
        while True:
            m = self.word() * n
            if m & 0xFFFFFFFF >= (2**32 - n) % n:
                return m >> 32

    def permuted(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items

    def normal(self):
        radius = math.sqrt(-2 * math.log(1 - self.double()))
        return radius * math.cos(2 * math.pi * self.double())

    def chance(self, p):
        return p >= 1 or (p > 0 and self.word() * 2.0**-32 >= 1 - p)

    def gamma(self, shape):
        d = (shape if shape >= 1 else shape + 1) - 1 / 3
        while True:
            x = self.normal()
            u = 1 - self.double()
            v = (1 + x / math.sqrt(9 * d))**3
            if v > 0 and math.log(u) < x * x / 2 + d - d * v + d * math.log(v):
                break
        return d * v if shape >= 1 else d * v * (1 - self.double())**(1 / shape)


KINDS = ["brightness", "contrast", "saturation", "hue", "sharpness", "shift", "lighting", "grey", "blur", "posterize",
         "solarize", "autocontrast", "equalize"]


def in_size(rng, width, height, scale, ratio, smaller):
    for _ in range(10):
        area = width * height * rng.uniform(*scale)
        r = math.exp(rng.uniform(math.log(ratio[0]), math.log(ratio[1])))
        w, h = round(math.sqrt(area * r)), round(math.sqrt(area / r))
        if smaller:
            w, h = h, w
        if 0 < w <= width - smaller and 0 < h <= height - smaller:
            return w, h
    raise ValueError("choose another seed")


# What augmentation_draws_test turns on, for pictures of 500 x 375; with the chance of TrivialAugment.
def draw(number, trivial, size=224):
    rng = Rng(7, 5, 3, number)
    w, h = in_size(rng, 500, 375, (0.35, 1), (3 / 4, 4 / 3), False)
    crop = [rng.below(500 - w + 1), rng.below(375 - h + 1), w, h]
    left_right = rng.chance(0.5)
    ops = []
    if rng.chance(0.8):
        jitter = [[kind, rng.uniform(1 - 0.4, 1 + 0.4)] for kind in KINDS[:3]] + [["hue", rng.uniform(-0.1, 0.1)]]
        ops += rng.permuted(jitter)
    up_down = rng.chance(0.3)
    to_shown, warped = np.eye(3), False
    centre = np.array([[1, 0, size / 2], [0, 1, size / 2], [0, 0, 1]])

    def about(linear):
        return centre @ linear @ np.linalg.inv(centre)

    if rng.chance(0.9):
        t, down, across = np.deg2rad(rng.uniform(-30, 30)), rng.uniform(-0.1, 0.1), rng.uniform(-0.2, 0.2)
        s, zy, zx = np.deg2rad(rng.uniform(-10, 10)), rng.uniform(0.8, 1.2), rng.uniform(0.8, 1.2)
        # Rows and columns, as Keras has them.
        keras_matrix = (np.array([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])
                        @ np.array([[1, 0, down * size], [0, 1, across * size], [0, 0, 1]])
                        @ np.array([[1, -np.sin(s), 0], [0, np.cos(s), 0], [0, 0, 1]]) @ np.diag([zy, zx, 1]))
        swap = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
        to_shown, warped = about(swap @ keras_matrix @ swap), True
    to_shown = to_shown @ about(np.diag([-1 if left_right else 1, -1 if up_down else 1, 1]))

    def add_op(name, magnitude, signed):
        nonlocal to_shown, warped
        m = -magnitude if signed and rng.below(2) == 1 else magnitude
        a = np.deg2rad(m)
        maps = {
            "ShearX": np.array([[1, m, 0], [0, 1, 0], [0, 0, 1]]),
            "ShearY": np.array([[1, 0, 0], [m, 1, 0], [0, 0, 1]]),
            "TranslateX": np.array([[1, 0, -int(m)], [0, 1, 0], [0, 0, 1]]),
            "TranslateY": np.array([[1, 0, 0], [0, 1, -int(m)], [0, 0, 1]]),
            "Rotate": about(np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])),
        }
        if name in maps:
            # One that moves nothing is no warp.
            to_shown, warped = to_shown @ maps[name], warped or not np.array_equal(maps[name], np.eye(3))
        elif name != "Identity":
            kind = {"Color": "saturation"}.get(name, name.lower())
            ops.append([kind, 1 + m if signed else m])

    if rng.chance(0.7):
        space = RandAugment()._augmentation_space(31, (size, size))
        for _ in range(3):
            name = list(space)[rng.below(14)]
            magnitudes, signed = space[name]
            add_op(name, float(magnitudes[9]) if magnitudes.ndim else 0.0, signed)
    if rng.chance(trivial):
        space = TrivialAugmentWide()._augmentation_space(31)
        name = list(space)[rng.below(14)]
        magnitudes, signed = space[name]
        add_op(name, float(magnitudes[rng.below(31)]) if magnitudes.ndim else 0.0, signed)
    if rng.chance(0.5):
        ops.append(["shift", rng.uniform(-20, 20)])
    weights = [0.1 * rng.normal() for _ in range(3)]
    vectors = np.array([[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]])
    ops.append(["lighting"] + list(255 * vectors @ (np.array(weights) * [0.2175, 0.0188, 0.0045])))
    if rng.chance(0.2):
        ops.append(["grey"])
    if rng.chance(0.5):
        ops.append(["blur", rng.uniform(0.1, 2)])
    erased, noise = [0, 0, 0, 0], [0, 0]
    if rng.chance(0.5):
        w, h = in_size(rng, size, size, (0.02, 0.33), (0.3, 3.3), True)
        y = rng.below(size - h + 1)
        erased = [rng.below(size - w + 1), y, w, h]
        noise = [rng.word(), rng.word()]
    line = [number] + crop + [int(left_right), int(up_down), int(warped)] + list(to_shown[:2].ravel()) + erased + noise
    line.append(len(ops))
    for op in ops:
        line += [KINDS.index(op[0])] + (op[1:] + [0, 0, 0])[:3]
    return line


def mixes(width=20, height=10):
    for first in range(0, 800, 8):
        rng = Rng(7, 10, 3, first)
        u = rng.double()
        if u < 0.4:
            kind, alpha = 1, 0.2
        elif u < 0.9:
            kind, alpha = 2, 1.5
        else:
            yield [first, 0, 1, 0, 0, 0, 0]
            continue
        a = rng.gamma(alpha)
        lam = a / (a + rng.gamma(alpha))
        if kind == 1:
            yield [first, 1, lam, 0, 0, 0, 0]
            continue
        # torchvision.transforms.v2's CutMix.make_params.
        r_x, r_y = rng.below(width), rng.below(height)
        r = 0.5 * math.sqrt(1.0 - lam)
        r_w_half, r_h_half = int(r * width), int(r * height)
        x1, y1 = max(r_x - r_w_half, 0), max(r_y - r_h_half, 0)
        x2, y2 = min(r_x + r_w_half, width), min(r_y + r_h_half, height)
        yield [first, 2, float(1.0 - (x2 - x1) * (y2 - y1) / (width * height)), x1, y1, x2 - x1, y2 - y1]


# 100 pictures of 4 x 3 RGB, as whitening_test makes them.
def small_pictures():
    state, pictures = 1, []
    for _ in range(100):
        values, previous = [], 128
        for _ in range(36):
            state = (1103515245 * state + 12345) % 2**31
            previous = (previous + (state >> 16) % 256) // 2
            values.append(previous)
        pictures.append(values)
    return np.array(pictures, dtype=float)


# keras_preprocessing/image/image_data_generator.py: fit with featurewise_center and zca_whitening, then standardize.
def whitening():
    x = small_pictures() / 255
    centred = x - x.mean(axis=0)
    sigma = centred.T @ centred / len(x)
    u, s, _ = np.linalg.svd(sigma)
    zca = (u / np.sqrt(s + 0.01)) @ u.T
    for row in (centred[:3] @ zca).reshape(3, 12, 3).transpose(0, 2, 1).reshape(3, 36):
        yield row.tolist()
    # scikit-learn's PCA(whiten=True), but for epsilon; the sign is ours.
    u = u * np.where(u[np.abs(u).argmax(axis=0), range(36)] < 0, -1, 1)
    for row in centred[:3] @ u / np.sqrt(s + 0.01):
        yield row.tolist()


def write_lines(name, lines):
    with open(f"augmentation/{name}.txt", "w") as out:
        for line in lines:
            out.write(" ".join(repr(float(v)) if isinstance(v, float) else str(v) for v in line) + "\n")


def main():
    picture = make_picture()
    save("picture", picture)
    warps(picture)
    colours(picture)
    shifts(picture)
    lighting(picture)
    rand_augment(picture)
    trivial_augment(picture)
    write_lines("draws", (draw(i, 0) for i in range(20)))
    write_lines("trivial_draws", (draw(i, 0.8) for i in range(40)))
    write_lines("mixes", mixes())
    write_lines("whitening", whitening())


if __name__ == "__main__":
    main()
