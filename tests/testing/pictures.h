#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "dataset/image/image.h"

namespace dataset::testing {

// A deterministic picture that differs by `seed`: a gradient with shapes, so that crops and flips are visible.
Image MakePicture(int height, int width, int channels, uint32_t seed);
// A PNG of one pixel. Files of different `comment` differ.
std::string TinyPng(std::string_view comment = "");
// RAW/<class>/img_NNNN.jpg (or .png) for each class, `per_class` pictures each of about size x size.
void MakeImageFolder(const std::filesystem::path& root, int classes, int per_class, int size = 48,
                     std::string_view extension = ".jpg");

}  // namespace dataset::testing
