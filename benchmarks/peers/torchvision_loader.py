"""torchvision's usual pipeline on the photos themselves, in two worker processes. Prints images/s.

usage: torchvision_loader.py PHOTOS SECONDS
"""

import sys

import torch
from torchvision import datasets, transforms

import work

folder, seconds = sys.argv[1], sys.argv[2]
transform = transforms.Compose([
    transforms.RandomResizedCrop(work.SIZE, scale=work.AREA, ratio=work.RATIO),
    transforms.RandomHorizontalFlip(),
    transforms.ToTensor(),
    transforms.Normalize([m / 255 for m in work.MEAN], [s / 255 for s in work.STD]),
])
torch.set_num_threads(1)
photos = torch.utils.data.ConcatDataset([datasets.ImageFolder(folder, transform)] * 50)
loader = torch.utils.data.DataLoader(photos, work.BATCH, shuffle=True, num_workers=work.THREADS, drop_last=True,
                                     prefetch_factor=2, persistent_workers=True)


def batches():
    while True:
        for pictures, _ in loader:
            yield pictures


work.report(batches(), seconds)
