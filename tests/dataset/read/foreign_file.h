#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/codec/encoder.h"
#include "dataset/io/sync.h"
#include "dataset/record/example.h"
#include "dataset/record/record_writer.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset::testing {

inline std::string Jpeg(uint32_t seed, int height = 20, int width = 30) {
  std::string bytes;
  EncodeJpeg(MakePicture(height, width, 3, seed), 90, &bytes);
  return bytes;
}

inline std::string Png(uint32_t seed, int height = 20, int width = 30) {
  std::string bytes;
  EncodePng(MakePicture(height, width, 3, seed), &bytes);
  return bytes;
}

// A record much as TF-Slim writes it.
inline Example ForeignExample(const std::string& encoded, int64_t label) {
  return {{"image/encoded", std::vector<std::string>{encoded}}, {"image/class/label", std::vector<int64_t>{label}}};
}

inline Feature Text(const std::string& text) { return std::vector<std::string>{text}; }

inline void WriteExamples(const std::filesystem::path& path, const std::vector<Example>& examples) {
  RecordWriter writer(path);
  for (const Example& example : examples) writer.Write(SerializeExample(example));
  writer.Close(Sync::kNo);
}

}  // namespace dataset::testing
