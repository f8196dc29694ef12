#!/usr/bin/env python3
"""Weight files cross between us and other programs. What torchvision, timm, pretrainedmodels and Keras write gives the same
logits here as there, and what we write loads into torchvision's and timm's models with load_state_dict(strict=True).

usage: exchange.py [--probe build/tests/backbone_probe] [--only SUBSTRING] [--python PYTHON]

All backbones at their native sizes, with weights that are a formula (tests/train/goldens/make_backbones.py). Prints a line for
each case, "ok" or "FAILED" and why, then how many; ends with 0 if all are ok. Takes ten minutes on one core.

The other programs are installed into a throw-away virtual environment unless --python names an interpreter that has them.
"""
import argparse
import functools
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "tests/train/goldens"))
import make_backbones

TOLERANCE = 1e-3  # of the largest logit
CLASSES = 1000
QUIET = {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"}
# Keras' graphs under timm's names: only the config.json beside the file tells.
PORTED = [("efficientnet_b0", "tf_efficientnet_b0", 1.05), ("mobilenet_v3_large", "tf_mobilenetv3_large_100", 0.92)]
# Backbones that timm and torchvision spell alike. Of those that they do not, ours have torchvision's names.
SAME_NAMES = ("resnet", "resnext", "densenet", "inception_v3")
SHARED = [("timm", "efficientnet_b0")]  # in make_backbones a variant of its own
# Applications whose layers Keras 2 names or nests in another way.
KERAS_2 = ("DenseNet121", "InceptionV3", "MobileNetV3Large", "NASNetMobile", "ConvNeXtTiny", "EfficientNetB0")


def models(*libraries):
    """(backbone, native size, gain, variant, library, model, whether it is the first of that variant)."""
    for backbone, size, _, gain, variants in make_backbones.parse_table():
        for variant, references in variants.items():
            for i, (library, model) in enumerate(references):
                if library in libraries:
                    yield backbone, size, gain, variant, library, model, i == 0
    if "timm" in libraries:
        for backbone, model, gain in PORTED:
            yield backbone, 224, gain, "keras", "timm", model, False


def pictures(size):
    """Two of coarse squares, which differ more than noise does to a deep network."""
    import numpy as np
    coarse = make_backbones.formula("pictures", (2, 3, 11, 11)).astype("float32")
    return np.ascontiguousarray(np.kron(coarse, np.ones((32, 32), "float32"))[:, :, :size, :size])


class Probe:
    """Our side."""

    def __init__(self, program):
        self.program = program

    def __call__(self, *words, pixels=b""):
        done = subprocess.run([self.program, *map(str, words)], input=pixels, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode().strip() or f"ended with {done.returncode}")
        return done.stdout

    def compare(self, backbone, file, size, theirs):
        import numpy as np
        text = self("logits", backbone, file, size, CLASSES, pixels=pictures(size).tobytes())
        ours = np.array(text.split(), "float64").reshape(-1, CLASSES)
        largest = np.abs(theirs).max()
        apart = np.abs(theirs[0] - theirs[1]).max() / largest
        if not apart > 10 * TOLERANCE:
            raise RuntimeError(f"proves nothing: the pictures' logits differ by {apart:.2g} of the largest")
        error = np.abs(ours - theirs).max() / largest
        if not error < TOLERANCE:
            raise RuntimeError(f"the logits differ by {error:.2g} of the largest")


class TorchModel:
    """One that is made when it is first needed."""

    def __init__(self, library, model, size, gain):
        self.library, self.model, self.size, self.gain = library, model, size, gain

    @functools.cached_property
    def module(self):
        module = make_backbones.torch_model(self.library, self.model, CLASSES)
        make_backbones.fill_torch(module, self.gain)
        return module

    state = property(lambda self: self.module.state_dict())

    def logits(self):
        import torch
        x = torch.from_numpy(pictures(self.size))
        return make_backbones.torch_forward(self.library, self.model, self.module, x)[1].numpy()

    @functools.cached_property
    def filled_logits(self):
        return self.logits()


def save_hub(file, model):
    """As timm pushes to Hugging Face."""
    import timm.models
    timm.models.save_for_hf(model.module, file.parent, safe_serialization=True)


def save_pth(file, model, **options):
    import torch
    torch.save(model.state, file, **options)


def checkpoint_parts(model):
    """What training scripts save beside the weights."""
    import torch
    import numpy
    optimizer = torch.optim.SGD(model.module.parameters(), 0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [30, 60])  # its milestones are a Counter
    return {"epoch": 3, "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
            "best_acc1": torch.tensor(71.8), "best_acc5": numpy.mean([90.1, 90.3]), "rng": torch.get_rng_state()}


def save_model_key(file, model):
    """torchvision's references/classification."""
    import torch
    args = argparse.Namespace(model="resnet18", lr=0.1, weights=None, output_dir=".")
    torch.save({"model": model.state, **checkpoint_parts(model), "args": args}, file)


def save_state_dict_key(file, model):
    """DataParallel, as in PyTorch's ImageNet example."""
    import torch
    parallel = {"module." + name: tensor for name, tensor in model.state.items()}
    torch.save({"arch": model.model, "state_dict": parallel, **checkpoint_parts(model)}, file)


def save_compiled(file, model):
    """What torch.compile wraps, in a class of Lightning's."""
    import torch
    torch.save({"state_dict": {"model._orig_mod." + name: tensor for name, tensor in model.state.items()},
                "hyper_parameters": {"lr": 0.1, "dtype": torch.float32, "path": pathlib.Path("runs")}}, file)


def save_averaged(file, model):
    import torch
    torch.save(torch.optim.swa_utils.AveragedModel(model.module).state_dict(), file)


def save_uncounted(file, model):
    """Before PyTorch 0.4.1."""
    import torch
    torch.save({name: tensor for name, tensor in model.state.items() if not name.endswith("num_batches_tracked")}, file)


def save_auxiliary(file, model):
    import torch
    import torchvision
    whole = torchvision.models.inception_v3(num_classes=CLASSES, init_weights=False)
    torch.save({**whole.state_dict(), **model.state}, file)


def save_old_names(file, model):
    """Those of torchvision's DenseNet files: norm.1 for norm1."""
    import re
    import torch
    torch.save({re.sub(r"(denselayer.*(norm|conv))(\d)", r"\1.\3", name): tensor for name, tensor in model.state.items()}, file)


def save_background(file, model):
    """A class of its own before the others, as files ported from TensorFlow have."""
    import torch

    def pad(tensor):
        return torch.cat([tensor[:1] + 1, tensor]) if tensor.shape[:1] == (CLASSES,) else tensor

    torch.save({name: pad(tensor) for name, tensor in model.state.items()}, file)


LEGACY = functools.partial(save_pth, _use_new_zipfile_serialization=False)
MORE_FILES = {
    ("torchvision", "resnet18"): {"legacy.pth": LEGACY, "model.pth": save_model_key, "state_dict.tar": save_state_dict_key,
                                  "last.ckpt": save_compiled, "averaged.pth": save_averaged, "uncounted.pth": save_uncounted},
    ("torchvision", "mobilenet_v2"): {"legacy.pth": LEGACY, "model.pth": save_model_key, "state_dict.tar": save_state_dict_key},
    ("torchvision", "inception_v3"): {"auxiliary.pth": save_auxiliary},
    **{("torchvision", f"densenet{depth}"): {"old_names.pth": save_old_names} for depth in (121, 169, 201)},
    **{("timm", model): {"background.pth": save_background} for model in ("nasnetalarge", "inception_resnet_v2")},
}


def torch_cases(probe):
    import torch
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)

    def theirs(backbone, model, file, save, folder):
        save(folder / file, model)
        probe.compare(backbone, folder / file, model.size, model.filled_logits)

    def ours(backbone, variant, model, folder):
        import safetensors.torch
        file = folder / "ours.safetensors"
        probe("save", backbone, variant, CLASSES, file)
        model.module.load_state_dict(safetensors.torch.load_file(file), strict=True)
        probe.compare(backbone, file, model.size, model.logits())

    for backbone, size, gain, variant, library, name, first in models("torchvision", "timm", "pretrainedmodels"):
        model = TorchModel(library, name, size, gain)
        files = {"model.safetensors": save_hub} if library == "timm" else {"model.pth": save_pth}
        for file, save in {**files, **MORE_FILES.get((library, name), {})}.items():
            yield f"{library} {name}: {file} -> {backbone}", functools.partial(theirs, backbone, model, file, save)
        if (first or backbone.startswith(SAME_NAMES)) and (library, name) not in SHARED:
            yield f"{backbone}, {variant} -> {library} {name}", functools.partial(ours, backbone, variant, model)


def keras_model(library, model, size, **options):
    """In the session that there is, whose automatic names count on."""
    import keras
    import tf_keras
    if "resnext" in model:
        return make_backbones.keras_model(library, model, size, **options)
    applications = {"keras": keras, "tf_keras": tf_keras}[library].applications
    return getattr(applications, model)(weights=None, input_shape=(size, size, 3), **options)


def keras_cases(probe):
    import absl.logging
    import keras
    import tf_keras
    from tensorflow import config
    absl.logging.set_verbosity(absl.logging.ERROR)  # HDF5 is "legacy"
    config.threading.set_intra_op_parallelism_threads(1)
    config.threading.set_inter_op_parallelism_threads(1)

    def clear():
        keras.backend.clear_session()
        tf_keras.backend.clear_session()

    def whole(backbone, library, model, size, gain, late, folder):
        clear()
        plain = {"include_preprocessing": False} if model in ("MobileNetV3Large", "ConvNeXtTiny") else {}
        for _ in range(2 if late else 1):
            net = keras_model(library, model, size, classes=CLASSES, classifier_activation=None, **plain)
        make_backbones.fill_keras(net, gain)
        x = pictures(size).transpose(0, 2, 3, 1)
        x = x[..., ::-1] if model.startswith(make_backbones.BGR) and not model.endswith("V2") else x
        logits = net(x * 255 if model == "EfficientNetB0" else x, training=False).numpy()  # it divides by 255 itself
        net.save(folder / "model.h5")
        probe.compare(backbone, folder / "model.h5", size, logits)

    def bottom(backbone, library, model, size, save, folder):
        clear()
        getattr(keras_model(library, model, size, include_top=False, pooling="avg"), save)(folder / "model.h5")
        probe("load", backbone, folder / "model.h5")

    for backbone, size, gain, _, library, name, _ in models("keras", "tf_keras"):
        for library in dict.fromkeys([library, "tf_keras"] if name in KERAS_2 else [library]):
            model = (backbone, library, name, size)
            yield f"{library} {name}: save -> {backbone}", functools.partial(whole, *model, gain, False)
            if name.startswith(("Inception", "Xception")):  # whose layers have automatic names
                yield f"{library} {name}: save, late in a session -> {backbone}", functools.partial(whole, *model, gain, True)
            save = "save" if library == "keras" else "save_weights"
            yield f"{library} {name}: {save}, without top -> {backbone}", functools.partial(bottom, *model, save)


def run_family(family, probe, only):
    for name, check in {"torch": torch_cases, "keras": keras_cases}[family](probe):
        if only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(pathlib.Path(folder))
                print(f"ok      {name}", flush=True)
            except Exception as error:  # of one case, which is not to end the others
                reason = " ".join(str(error).replace(folder + "/", "").split())
                print(f"FAILED  {name}: {type(error).__name__}: {reason[:800]}", flush=True)


def run_all(python, args):
    counts = {"ok": 0, "FAILED": 0}
    for family in ("torch", "keras"):  # in processes of their own: PyTorch's and TensorFlow's LLVM collide
        command = [python, __file__, "--family", family, "--probe", args.probe, "--only", args.only]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **QUIET}) as process:
            for line in process.stdout:
                print(line, end="", flush=True)
                counts[line.split()[0]] += 1
        if process.returncode != 0:
            print(f"FAILED  {family}: its process ended with {process.returncode}")
            counts["FAILED"] += 1
    print(f"{counts['ok']} ok, {counts['FAILED']} failed")
    sys.exit(0 if counts["ok"] and not counts["FAILED"] else 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", type=pathlib.Path, default=HERE.parent / "build/tests/backbone_probe")
    parser.add_argument("--only", default="", metavar="SUBSTRING")
    parser.add_argument("--python")
    parser.add_argument("--family", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.family:
        return run_family(args.family, Probe(args.probe), args.only)
    if args.python:
        run_all(args.python, args)
    with tempfile.TemporaryDirectory() as venv:
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        for packages in make_backbones.PACKAGES:
            subprocess.run([f"{venv}/bin/python", "-m", "pip", "install", "-q", *packages], check=True)
        run_all(f"{venv}/bin/python", args)


if __name__ == "__main__":
    main()
