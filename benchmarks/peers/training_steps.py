"""Trains a model of torchvision: first its last layer, then all of it with frozen norms. Prints "head finetune", in images/s.

usage: training_steps.py MODEL SIZE BATCH STEPS PRECISION [cpu|cuda]

Pictures are uint8 in memory, the device's, and are normalised in each step. Of each phase the second of two epochs counts.
"""

import sys
import time

import torch
import torchvision

model, size, batch, steps, precision = sys.argv[1:6]
device = sys.argv[6] if len(sys.argv) > 6 else "cpu"
size, batch, steps = int(size), int(batch), int(steps)
torch.set_num_threads(2)
torch.backends.cudnn.benchmark = True
torch.manual_seed(1)

network = torchvision.models.get_model(model)
if model == "resnet50":
    head = network.fc = torch.nn.Linear(network.fc.in_features, 2)
else:
    head = network.classifier[-1] = torch.nn.Linear(network.classifier[-1].in_features, 2)
network = network.to(device, memory_format=torch.channels_last)
pictures = torch.randint(0, 256, (2 * batch, size, size, 3), dtype=torch.uint8).to(device)
labels = torch.randint(0, 2, (2 * batch,)).to(device)
loss_of = torch.nn.CrossEntropyLoss(label_smoothing=0.1)


def epoch(optimizer):
    """Images/s."""
    begin = time.monotonic()
    for step in range(steps):
        part = slice(step % 2 * batch, (step % 2 + 1) * batch)
        pixels = (pictures[part].permute(0, 3, 1, 2).float() - 127.5) / 127.5
        with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
            logits = network(pixels)
        loss = loss_of(logits.float(), labels[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if device == "cpu":
            loss.item()
    loss.item()
    return steps * batch / (time.monotonic() - begin)


def train(parameters):
    network.train()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eval()
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimizer = torch.optim.Adam(parameters, lr=1e-5)
    return [epoch(optimizer) for _ in range(2)][1]


print(train(list(head.parameters())), train(list(network.parameters())))
