#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace train {

enum class DType { kFloat32, kFloat16, kBFloat16, kFloat64, kInt64, kInt32, kInt16, kInt8, kUint8, kBool };

size_t DTypeBytes(DType dtype);
std::string_view DTypeName(DType dtype);  // safetensors' spelling: F32, F16, BF16, F64, I64, I32, I16, I8, U8, BOOL

// A named tensor in a file: contiguous, row-major, little-endian. The bytes belong to the TensorFile.
struct TensorView {
  std::string name;
  DType dtype = DType::kFloat32;
  std::vector<int64_t> shape;
  std::string_view bytes;  // exactly product(shape) * DTypeBytes(dtype)
};

// A file of named tensors, whatever its container. Immutable after it is opened, hence thread-safe.
class TensorFile {
 public:
  virtual ~TensorFile() = default;
  const std::vector<TensorView>& tensors() const { return tensors_; }  // sorted by name; names are unique
  const TensorView* Find(std::string_view name) const;
  const std::string& path() const { return path_; }

 protected:
  std::vector<TensorView> tensors_;
  std::string path_;
};

// Opens by magic bytes, never by extension: 'PK' = zip .pth, 0x80 = legacy .pth, u64 length + '{' = safetensors. No code
// from the file ever runs. Untrusted: every size is checked before anything is allocated; throws dataset::Error with file
// and offset or member. A pickle that names a global outside the whitelist is refused with that name. The wrappers
// {'model': ...}, {'state_dict': ...} and the prefix "module." are taken off.
std::unique_ptr<TensorFile> OpenTensorFile(const std::filesystem::path& path);

}  // namespace train
