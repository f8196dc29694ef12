#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// Says why a file is refused: the cause and, where there is one, the cure, without the file's name. The text may quote
// bytes of the file.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One weight of a Keras file. layer, weight and dtype are as in train/weights/h5_index.h.
struct H5Weight {
  std::string layer;
  std::string weight;
  std::string dtype;
  std::vector<uint64_t> shape;
  uint64_t bytes = 0;    // size when unpacked
  bool copied = false;   // Read returns it; otherwise it lies in the file
  uint64_t offset = 0;   // where it lies in the file, if it is not copied
  int64_t dataset = -1;  // libhdf5's id
};

// Reads the weights of a Keras file through libhdf5; must only run in the confined process. Opens no other file.
// Refuses links, virtual datasets, filters that would be plug-ins, and kernels of Theano. There may be one object per
// process.
class H5Layers {
 public:
  // `file` holds the whole file; it is neither copied nor changed, and must outlive the object. Throws Refusal.
  explicit H5Layers(std::string_view file);
  const std::vector<H5Weight>& weights() const { return weights_; }
  // Returns the bytes of a weight that is copied. Throws Refusal.
  std::string Read(const H5Weight& weight) const;

 private:
  void AddLayer(int64_t group, const std::string& layer);

  uint64_t copied_bytes_ = 0;
  uint64_t max_copied_bytes_;
  std::vector<H5Weight> weights_;
};
