"""FFCV's loader. Its epochs are made long, since each begins with some work of its own; the planes are split here, since its own
ToTorchImage(channels_last=False) copies twice. Prints images/s.

usage: ffcv_loader.py BETON SECONDS
"""

import sys

import numpy as np
import torch
from ffcv.fields.decoders import IntDecoder, RandomResizedCropRGBImageDecoder
from ffcv.loader import Loader, OrderOption
from ffcv.reader import Reader
from ffcv.transforms import NormalizeImage, RandomHorizontalFlip, ToTensor, ToTorchImage

import work

beton, seconds = sys.argv[1], sys.argv[2]
torch.set_num_threads(1)
samples = Reader(beton).num_samples
loader = Loader(
    beton, batch_size=work.BATCH, num_workers=work.THREADS, order=OrderOption.RANDOM, os_cache=True, drop_last=True,
    indices=np.tile(np.arange(samples, dtype=np.uint64), 200),
    pipelines={
        "image": [RandomResizedCropRGBImageDecoder((work.SIZE, work.SIZE), scale=work.AREA, ratio=work.RATIO),
                  RandomHorizontalFlip(),
                  NormalizeImage(np.array(work.MEAN), np.array(work.STD), np.float32),
                  ToTensor(),
                  ToTorchImage(channels_last=True)],
        "label": [IntDecoder(), ToTensor()],
    })


def batches():
    while True:
        for pictures, _ in loader:
            yield pictures.contiguous()


work.report(batches(), seconds)
