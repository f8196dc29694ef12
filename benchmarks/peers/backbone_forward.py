"""Builds a model of torchvision or timm and passes a batch through it. Prints the medians "build_seconds forward_seconds".

usage: backbone_forward.py LIBRARY MODEL SIZE BATCH PRECISION

Three builds of 1000 classes with random weights; then forward passes without gradients: three to warm up, then for two seconds
and five at least.
"""

import statistics
import sys
import time
import warnings

import torch

warnings.simplefilter("ignore")
library, model, size, batch, precision = sys.argv[1:]
torch.set_num_threads(2)


def build():
    if library == "torchvision":
        import torchvision
        options = {"aux_logits": False, "init_weights": True} if model == "inception_v3" else {}
        return torchvision.models.get_model(model, **options)
    import timm
    return timm.create_model(model)


def seconds(action):
    begin = time.monotonic()
    action()
    return time.monotonic() - begin


network = build().eval().to(memory_format=torch.channels_last)  # the first one also imports the library
builds = [seconds(build) for _ in range(3)]
pictures = torch.rand(int(batch), 3, int(size), int(size)).contiguous(memory_format=torch.channels_last)
with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
    for _ in range(3):
        network(pictures)
    forwards = []
    while len(forwards) < 5 or sum(forwards) < 2:
        forwards.append(seconds(lambda: network(pictures)))
print(statistics.median(builds), statistics.median(forwards))
