#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/testing/testing.h"
#include "tests/train/weights/h5_writer.h"
#include "train/weights/keras_h5.h"

namespace train::testing {

inline constexpr float kNumbers[] = {1, 2, 3, 4};

inline std::filesystem::path H5Goldens() { return dataset::testing::SourceDir() / "tests/train/goldens/h5"; }

// Returns the content of a file that Keras wrote; the golden is compressed.
inline std::string H5Golden(const std::string& name) {
  const gzFile file = gzopen((H5Goldens() / (name + ".gz")).c_str(), "rb");
  std::string content(1 << 20, '\0');
  const int size = gzread(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
  content.resize(static_cast<size_t>(std::max(size, 0)));
  return content;
}

class WrittenH5Test : public ::testing::Test {
 protected:
  // Opens a file with one layer "conv". `fill` writes its weights, whose names are `names`.
  using Fill = std::function<void(H5Writer*, hid_t layer)>;
  std::unique_ptr<TensorFile> Open(const std::vector<std::string>& names, const Fill& fill,
                                   H5Writer::Format format = H5Writer::Format::kOldest) {
    {
      H5Writer writer(path_, format);
      writer.Names(writer.file(), "layer_names", {"conv"});
      fill(&writer, writer.Layer(writer.file(), "conv", names));
    }
    return OpenKerasH5(dataset::MappedFile(path_));
  }
  // Opens a file that `fill` writes completely.
  std::unique_ptr<TensorFile> OpenAll(const std::function<void(H5Writer*)>& fill,
                                      H5Writer::Format format = H5Writer::Format::kOldest) {
    {
      H5Writer writer(path_, format);
      fill(&writer);
    }
    return OpenKerasH5(dataset::MappedFile(path_));
  }

  dataset::testing::TempDir dir_;
  std::filesystem::path path_ = dir_ / "x.h5";
};

inline void WriteKernel(H5Writer* writer, hid_t layer) {
  writer->Dataset(layer, "conv/kernel:0", H5T_IEEE_F32LE, {2, 2}, kNumbers);
}

}  // namespace train::testing
