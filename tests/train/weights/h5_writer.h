#pragma once

#include <hdf5.h>

#include <filesystem>
#include <string>
#include <vector>

namespace train::testing {

// Writes HDF5 files through libhdf5, those of Keras and others. The ids that it returns are closed with the file.
class H5Writer {
 public:
  enum class Format { kOldest, kNewest };  // h5py writes the oldest
  explicit H5Writer(const std::filesystem::path& path, Format format = Format::kOldest);
  ~H5Writer();
  H5Writer(const H5Writer&) = delete;
  H5Writer& operator=(const H5Writer&) = delete;
  hid_t file() const { return file_; }

  enum class Strings { kFixed, kPadded, kVariable };
  void Names(hid_t object, const std::string& attribute, const std::vector<std::string>& names,
             Strings strings = Strings::kFixed);
  // Makes a group, and the groups above it.
  hid_t Group(hid_t above, const std::string& path);
  // Makes a dataset and writes `data`, whose type is `type`; if `data` is nullptr, writes nothing.
  hid_t Dataset(hid_t group, const std::string& path, hid_t type, const std::vector<hsize_t>& sizes, const void* data,
                hid_t properties = H5P_DEFAULT);
  // Makes a group below `above` with the attribute weight_names.
  hid_t Layer(hid_t above, const std::string& name, const std::vector<std::string>& weights);

 private:
  hid_t file_;
};

// Returns the creation properties of a dataset in chunks. `deflate` is 0 (not packed) to 9.
hid_t Chunked(const std::vector<hsize_t>& sizes, unsigned deflate = 0);

}  // namespace train::testing
