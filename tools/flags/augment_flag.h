#pragma once

#include <string>

#include "dataset/augment/augmentation_options.h"
#include "dataset/load/batch_mixer.h"

namespace cli {

// The value of --augment. Sizes, channels and fit have their defaults.
struct Augment {
  dataset::AugmentationOptions options;
  dataset::MixOptions mix;
};

// Parses the value of --augment. `text` is a preset (none, crop, light, standard, strong, trivial), a comma list of
// augmentations with their usual strengths ("random-resized-crop,flip,mixup"; a preset may come first:
// "standard,mixup"), or the name of a TOML file such as this:
//
//     preset = "light"          # the augmentations to start from; default: none
//     fill = [124, 116, 104]    # also: fill-mode ("constant", "nearest", "reflect", "wrap"), warp-probability
//     [rotation]                # a table turns its augmentation on; values that it leaves out are the usual ones
//     degrees = 10
//     [erasing]
//     probability = 0.5
//     scale = [0.02, 0.2]
//
// Throws dataset::Error::Usage. The message about an unknown name names the nearest one and, for a file, the line.
Augment ParseAugment(const std::string& text);
inline constexpr char kAugmentHelp[] =
    "Random changes of the images: none, crop, light, standard, strong or trivial; or, after one of those words or "
    "alone, "
    "names such as flip,mixup (of random-resized-crop, rotation, width-shift, height-shift, shear, zoom, flip, "
    "flip-up-down, jitter, rand-augment, trivial-augment, channel-shift, lighting, grey, blur, erasing, mixup and "
    "cutmix); or a file NAME.toml with a table for each of its names";

}  // namespace cli
