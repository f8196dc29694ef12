"""WebDataset with torchvision's pipeline, in two worker processes. Prints images/s.

usage: webdataset_loader.py TARS SECONDS
"""

import glob
import sys

import torch
import webdataset as wds
from torchvision import transforms

import work

folder, seconds = sys.argv[1], sys.argv[2]
transform = transforms.Compose([
    transforms.RandomResizedCrop(work.SIZE, scale=work.AREA, ratio=work.RATIO),
    transforms.RandomHorizontalFlip(),
    transforms.ToTensor(),
    transforms.Normalize([m / 255 for m in work.MEAN], [s / 255 for s in work.STD]),
])
torch.set_num_threads(1)
tars = sorted(glob.glob(f"{folder}/*.tar"))
stream = (wds.WebDataset(tars, resampled=True, shardshuffle=False).shuffle(1000).decode("pil").to_tuple("jpg", "cls")
          .map_tuple(transform, lambda label: label).batched(work.BATCH, partial=False))
loader = wds.WebLoader(stream, batch_size=None, num_workers=work.THREADS)
work.report((pictures for pictures, _ in loader), seconds)
