#pragma once

#include <string>

#include "dataset/augment/augmentation_options.h"
#include "dataset/load/batch_mixer.h"

namespace cli {

// What --augment says. Sizes, channels and fit are left at their defaults.
struct Augment {
  dataset::AugmentationOptions options;
  dataset::MixOptions mix;
};

// Of `text`: a preset (none, light, standard, strong), a comma list of augmentations at their usual strength
// ("random-resized-crop,flip,mixup"; a preset may come first: "standard,mixup"), or a file NAME.toml:
//
//     preset = "light"          # what it starts from; without: none
//     fill = [124, 116, 104]    # fill-mode ("constant", "nearest", "reflect", "wrap"), warp-probability
//     [rotation]                # a table turns its augmentation on, at the usual strength where it does not say more
//     degrees = 10
//     [erasing]
//     probability = 0.5
//     scale = [0.02, 0.2]
//
// Throws dataset::Error::Usage naming the nearest where a name is unknown, in a file also the line.
Augment ParseAugment(const std::string& text);
inline constexpr char kAugmentHelp[] =
    "Random changes of the images: none, light, standard or strong; or names such as random-resized-crop,flip,mixup, "
    "after one of those words or alone; or a file NAME.toml";

}  // namespace cli
