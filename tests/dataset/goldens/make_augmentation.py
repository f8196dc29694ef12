#!/usr/bin/env python3
"""Writes goldens/augmentation/*.png: what other programs make of picture.png, for warp_test, pixel_ops_test and others.

Needs Debian 12's python3-torchvision (0.14), python3-pil, python3-scipy and python3-numpy. Run it in this folder.
"""
import math

import numpy as np
import scipy.ndimage
import torch
import torchvision.transforms.functional as F
from PIL import Image, ImageOps
from torchvision.transforms import InterpolationMode, RandAugment
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


def rand_augment(picture):
    space = RandAugment()._augmentation_space(31, (224, 224))
    with open("augmentation/rand_augment.csv", "w") as out:
        for name, (magnitudes, signed) in space.items():
            values = magnitudes.tolist() if magnitudes.ndim else [0.0] * 31
            out.write(",".join([name, str(int(signed))] + [repr(value) for value in values]) + "\n")
    tensor = torch.from_numpy(picture).permute(2, 0, 1).contiguous()
    for name, (magnitudes, _) in RandAugment()._augmentation_space(31, (SIZE, SIZE)).items():
        if name.startswith(("Shear", "Translate", "Rotate")):
            # No fill colour: torchvision weighs the picture twice where it blends with one.
            result = _apply_op(tensor, name, -float(magnitudes[20]), InterpolationMode.BILINEAR, None)
            save(f"rand_augment_{name}", result.permute(1, 2, 0).numpy())


def main():
    picture = make_picture()
    save("picture", picture)
    warps(picture)
    colours(picture)
    shifts(picture)
    lighting(picture)
    rand_augment(picture)


if __name__ == "__main__":
    main()
