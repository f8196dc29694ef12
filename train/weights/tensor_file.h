#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataset/base/enum_names.h"
#include "dataset/io/mapped_file.h"

namespace train {

enum class DType { kFloat32, kFloat16, kBFloat16, kFloat64, kInt64, kInt32, kInt16, kInt8, kUint8, kBool };
// Safetensors' spelling.
constexpr auto EnumNames(DType) {
  return dataset::NameTable<DType, 10>{{{DType::kFloat32, "F32"},
                                        {DType::kFloat16, "F16"},
                                        {DType::kBFloat16, "BF16"},
                                        {DType::kFloat64, "F64"},
                                        {DType::kInt64, "I64"},
                                        {DType::kInt32, "I32"},
                                        {DType::kInt16, "I16"},
                                        {DType::kInt8, "I8"},
                                        {DType::kUint8, "U8"},
                                        {DType::kBool, "BOOL"}}};
}

size_t DTypeBytes(DType dtype);
// Returns the size of a tensor in bytes; nullopt if a dimension is negative, or if the product of the dimensions other
// than 0 and the element size is beyond int64.
std::optional<uint64_t> TensorBytes(const std::vector<int64_t>& shape, DType dtype);

// A named tensor in a file: contiguous, row-major, little-endian. The bytes live as long as the TensorFile. They may
// have any alignment, so they must be copied; do not cast the pointer.
struct TensorView {
  std::string name;
  DType dtype = DType::kFloat32;
  std::vector<int64_t> shape;
  std::string_view bytes;  // exactly product(shape) * DTypeBytes(dtype)
};

// A file of named tensors in any of the formats. It is opened and mapped once, and stays mapped as long as the object
// lives. Immutable once it is open, hence thread-safe.
class TensorFile {
 public:
  virtual ~TensorFile() = default;
  TensorFile(TensorFile&&) = default;                                  // the tensors' bytes stay where they are
  const std::vector<TensorView>& tensors() const { return tensors_; }  // sorted by name; names are unique
  const TensorView* Find(std::string_view name) const;
  const std::map<std::string, std::string>& metadata() const { return metadata_; }  // of .safetensors
  const std::string& path() const { return path_; }
  std::string_view content() const { return file_.bytes(); }  // all bytes of the file, for its hash
  // The entry of the file that the tensors are of, such as "state_dict_ema" of a .pth; empty: of all of it.
  const std::string& entry() const { return entry_; }
  const std::vector<std::string>& other_entries() const { return other_entries_; }  // that hold a network too

 protected:
  TensorFile() = default;  // for tensors that lie in no file
  explicit TensorFile(dataset::MappedFile file) : file_(std::move(file)), path_(file_.name()) {}
  void SortByName();  // throws dataset::Error if two tensors share a name

  dataset::MappedFile file_;
  std::string path_;
  std::vector<TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
  std::string entry_;
  std::vector<std::string> other_entries_;

 private:
  friend std::unique_ptr<TensorFile> OpenTensorFile(const std::filesystem::path& path, std::string_view key);
  void TakePart(std::string_view part);
};

// Opens a file, once. Its format is recognised by its first bytes, never by its extension: u64 length + '{' is
// safetensors, 'PK' a zip .pth, 0x80 a legacy .pth, 0x89 'HDF' a Keras .h5.
//
// The file is untrusted. Every size is checked before anything is allocated, and no code from the file ever runs: a
// pickle that names a global outside the table of value.h is refused. Throws dataset::Error with the file and, where
// there is one, the offset or member. Wrappers of a .pth such as {'state_dict': ...} and prefixes such as "module." are
// removed (state_dict.h).
//
// `key` chooses one network of several: the entry of a .pth, or else the tensors whose names begin with "KEY.", which
// is removed. Empty: as state_dict.h says, with all tensors.
std::unique_ptr<TensorFile> OpenTensorFile(const std::filesystem::path& path, std::string_view key = {});

}  // namespace train
