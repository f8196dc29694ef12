#include "train/weights/tensor_file.h"

#include <algorithm>
#include <array>

#include "dataset/base/error.h"
#include "train/weights/keras_h5.h"
#include "train/weights/pth.h"
#include "train/weights/quote.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

// Says what a file of an unknown format seems to be.
std::string Guess(std::string_view head) {
  struct Magic {
    size_t offset;
    std::string_view bytes;
    std::string_view kind;
  };
  using namespace std::string_view_literals;
  static constexpr Magic kMagics[] = {
      {0, "\x1f\x8b"sv, "a GZIP file; inflate it first"},
      {257, "ustar"sv, "a tar file; unpack it first"},
      {0, "\x93NUMPY"sv, "a NumPy array, not named tensors"},
      {4, "TFL3"sv, "a TensorFlow Lite model, which is not read"},
      {0, "\x89PNG"sv, "a PNG picture"},
      {0, "\xff\xd8\xff"sv, "a JPEG picture"},
      {0, "version https://git-lfs"sv, "a Git LFS pointer; `git lfs pull` brings the file itself"},
      {0, "<!DOCTYPE"sv, "an HTML page, not the file that it was to bring; download it again"},
      {0, "<!doctype"sv, "an HTML page, not the file that it was to bring; download it again"},
      {0, "<html"sv, "an HTML page, not the file that it was to bring; download it again"},
  };
  if (head.empty()) return "is empty";
  for (const Magic& magic : kMagics) {
    if (head.size() > magic.offset && head.substr(magic.offset).starts_with(magic.bytes)) {
      return "seems to be " + std::string(magic.kind);
    }
  }
  return "is no file of weights; .pth, .safetensors and Keras' .h5 are read";
}

}  // namespace

size_t DTypeBytes(DType dtype) {
  switch (dtype) {
    case DType::kFloat64:
    case DType::kInt64:
      return 8;
    case DType::kFloat32:
    case DType::kInt32:
      return 4;
    case DType::kFloat16:
    case DType::kBFloat16:
    case DType::kInt16:
      return 2;
    case DType::kInt8:
    case DType::kUint8:
    case DType::kBool:
      return 1;
  }
  return 0;
}

std::optional<uint64_t> TensorBytes(const std::vector<int64_t>& shape, DType dtype) {
  // Zeros are left out, so that code that multiplies only some of the dimensions cannot overflow either.
  uint64_t product = DTypeBytes(dtype);
  bool empty = false;
  for (const int64_t size : shape) {
    if (size < 0) return std::nullopt;
    empty |= size == 0;
    if (size > 0 && __builtin_mul_overflow(product, static_cast<uint64_t>(size), &product)) return std::nullopt;
  }
  if (product > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
  return empty ? 0 : product;
}

const TensorView* TensorFile::Find(std::string_view name) const {
  const auto found = std::lower_bound(tensors_.begin(), tensors_.end(), name,
                                      [](const TensorView& tensor, std::string_view key) { return tensor.name < key; });
  return found != tensors_.end() && found->name == name ? &*found : nullptr;
}

void TensorFile::SortByName() {
  std::sort(tensors_.begin(), tensors_.end(), [](const TensorView& a, const TensorView& b) { return a.name < b.name; });
  const auto twin = std::adjacent_find(tensors_.begin(), tensors_.end(),
                                       [](const TensorView& a, const TensorView& b) { return a.name == b.name; });
  if (twin != tensors_.end()) throw dataset::Error(path_, "two tensors are named " + Quote(twin->name));
}

std::unique_ptr<TensorFile> OpenTensorFile(const std::filesystem::path& path) {
  dataset::MappedFile file(path);
  const std::string_view head = file.bytes().substr(0, 512);
  // Safetensors comes first, since its length may happen to begin like one of the others.
  if (head.size() > 8 && head[8] == '{') return OpenSafetensors(std::move(file));
  if (head.starts_with("\x89HDF\r\n\x1a\n")) return OpenKerasH5(std::move(file));
  if (head.starts_with("PK") || head.starts_with("\x80")) return OpenPth(std::move(file));
  throw dataset::Error(path, Guess(head));
}

}  // namespace train
