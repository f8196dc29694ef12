#pragma once

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "dataset/augment/affine.h"
#include "dataset/augment/augment_op.h"
#include "dataset/augment/pixel_ops.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset::testing {

struct DrawnOps {
  Affine map;
  PixelOpList ops;
};

// An op of torchvision's.
struct OpRow {
  std::string name;
  bool has_sign;
  std::vector<double> magnitudes;  // kMagnitudes
};

// Reads NAME.csv of goldens/augmentation, which goldens/make_augmentation.py wrote: the ops in torchvision's order.
inline std::vector<OpRow> GoldenOps(const std::string& name) {
  std::istringstream lines(ReadFile(SourceDir() / "tests/dataset/goldens/augmentation" / (name + ".csv")));
  std::vector<OpRow> rows;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    OpRow& row = rows.emplace_back();
    std::string field;
    std::getline(fields, row.name, ',');
    std::getline(fields, field, ',');
    row.has_sign = field == "1";
    while (std::getline(fields, field, ',')) row.magnitudes.push_back(std::stod(field));
  }
  return rows;
}

// The number that torchvision's op gets for that magnitude and sign. Translations are cut to whole pixels.
inline double MagnitudeOf(const OpRow& row, int magnitude, bool negative) {
  const double value = row.magnitudes[static_cast<size_t>(magnitude)];
  return (row.has_sign && negative ? -1 : 1) * (row.name.starts_with("Translate") ? std::trunc(value) : value);
}

// The same number of what was drawn.
inline double MagnitudeOf(const OpRow& row, const DrawnOps& drawn) {
  const std::string& name = row.name;
  if (name == "ShearX") return drawn.map.xy;
  if (name == "ShearY") return drawn.map.yx;
  if (name == "TranslateX") return -drawn.map.dx;
  if (name == "TranslateY") return -drawn.map.dy;
  if (name == "Rotate") return std::atan2(drawn.map.yx, drawn.map.xx) * 180 / 3.141592653589793;
  if (drawn.ops.size() == 0) return 0;
  const bool by_factor = name == "Brightness" || name == "Color" || name == "Contrast" || name == "Sharpness";
  return drawn.ops[0].value[0] - (by_factor ? 1 : 0);
}

}  // namespace dataset::testing
