#pragma once

#include <string>

#include "dataset/codec/decoder.h"
#include "dataset/image/image.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset::testing {

// Reads NAME.png of goldens/augmentation, which goldens/make_augmentation.py wrote. The others were made from
// "picture".
inline Image Golden(const std::string& name) {
  Image image;
  DecodeImage(ReadFile(SourceDir() / "tests/dataset/goldens/augmentation" / (name + ".png")), {}, &image);
  return image;
}

}  // namespace dataset::testing
