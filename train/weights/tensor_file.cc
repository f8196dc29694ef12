#include "train/weights/tensor_file.h"

#include <algorithm>
#include <span>

#include "dataset/base/ascii.h"
#include "dataset/base/error.h"
#include "train/weights/keras_h5.h"
#include "train/weights/pth.h"
#include "train/weights/quote.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

struct Magic {
  size_t offset;
  std::string_view bytes;
  std::string_view kind;
};

using namespace std::string_view_literals;
constexpr Magic kMagics[] = {
    {0, "\x1f\x8b"sv, "a GZIP file; inflate it first"},
    {257, "ustar"sv, "a tar file; unpack it first"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "a 7z archive; unpack it first"},
    {0, "Rar!\x1a\x07"sv, "a RAR archive; unpack it first"},
    {0,
     "\xfd"
     "7zXZ"sv,
     "an XZ file; unpack it first"},
    {0, "BZh"sv, "a BZIP2 file; unpack it first"},
    {0, "\x28\xb5\x2f\xfd"sv, "a Zstandard file; unpack it first"},
    {0, "\x93NUMPY"sv, "a NumPy array, not named tensors"},
    {0, "GGUF"sv, "a GGUF model, which is not read"},
    {4, "TFL3"sv, "a TensorFlow Lite model, which is not read"},
    {0, "%PDF"sv, "a PDF document"},
    {0, "\x89PNG"sv, "a PNG picture"},
    {0, "\xff\xd8\xff"sv, "a JPEG picture"},
};

// How texts begin, behind blanks, in small letters.
constexpr Magic kTexts[] = {
    {0, "version https://git-lfs"sv, "a Git LFS pointer; `git lfs pull` brings the file itself"},
    {0, "<!doctype html"sv, "an HTML page, not the file that it was to bring; download it again"},
    {0, "<html"sv, "an HTML page, not the file that it was to bring; download it again"},
    {0, "<head"sv, "an HTML page, not the file that it was to bring; download it again"},
    {0, "<!--"sv, "an HTML page, not the file that it was to bring; download it again"},
    {0, "<"sv, "an XML text, perhaps a server's error, not the file that it was to bring; download it again"},
    {0, "{"sv, "a JSON text, not named tensors"},
    {0, "["sv, "a JSON text, not named tensors"},
};

// Without a byte order mark and blanks at the front; in small letters.
std::string PlainText(std::string_view head) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  return dataset::AsciiLower(head);
}

bool IsText(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](char c) { return (' ' <= c && c <= '~') || c == '\t' || c == '\r' || c == '\n'; });
}

// ONNX is a protobuf without a magic: its version, 1 to 15, and then mostly who made it, or the graph.
bool IsOnnx(std::string_view head) {
  return head.size() > 2 && head[0] == 8 && head[1] >= 1 && head[1] <= 15 &&
         (head[2] == 0x12 || head[2] == 0x1a || head[2] == 0x3a || head[2] == 0x42);
}

// Says what a file of an unknown format seems to be.
std::string Guess(std::string_view head) {
  constexpr size_t kShown = 40;
  if (head.empty()) return "is empty";
  const auto find = [](std::span<const Magic> magics, std::string_view bytes) -> const Magic* {
    for (const Magic& magic : magics) {
      if (bytes.size() > magic.offset && bytes.substr(magic.offset).starts_with(magic.bytes)) return &magic;
    }
    return nullptr;
  };
  const Magic* found = find(kMagics, head);
  if (found == nullptr) found = find(kTexts, PlainText(head));
  if (found != nullptr) return "seems to be " + std::string(found->kind);
  if (IsOnnx(head)) return "seems to be an ONNX model, which is not read";
  if (IsText(head)) return "is a text that begins " + Quote(head.substr(0, kShown)) + ", no file of weights";
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

// Keeps the tensors of a part of the network that holds them all, under their names within it.
void TensorFile::TakePart(std::string_view part) {
  const std::string prefix = std::string(part) + ".";
  std::vector<TensorView> taken;
  for (TensorView& view : tensors_) {
    if (view.name.size() <= prefix.size() || !view.name.starts_with(prefix)) continue;
    view.name.erase(0, prefix.size());
    taken.push_back(std::move(view));
  }
  if (taken.empty()) {
    std::string known;
    for (const std::string& entry : other_entries_) known += ", " + Quote(entry);
    if (!entry_.empty()) known += ", " + Quote(entry_);
    throw dataset::Error(path_, "has no entry " + Quote(part) + ", and no tensor's name begins with it" +
                                    (known.empty() ? "" : "; it has " + known.substr(2)));
  }
  tensors_ = std::move(taken);
  entry_ = part;
  other_entries_.clear();
}

std::unique_ptr<TensorFile> OpenTensorFile(const std::filesystem::path& path, std::string_view key) {
  dataset::MappedFile mapped(path);
  const std::string_view head = mapped.bytes().substr(0, 512);
  std::unique_ptr<TensorFile> file;
  // Safetensors comes first, since its length may happen to begin like one of the others. No length is a text.
  if (head.size() > 8 && head[8] == '{' && !IsText(head.substr(0, 8))) {
    file = OpenSafetensors(std::move(mapped));
  } else if (head.starts_with("\x89HDF\r\n\x1a\n")) {
    file = OpenKerasH5(std::move(mapped));
  } else if (head.starts_with("PK") || head.starts_with('\x80')) {
    file = OpenPth(std::move(mapped), key);
  } else {
    throw dataset::Error(path, Guess(head));
  }
  if (!key.empty() && file->entry() != key) file->TakePart(key);
  return file;
}

}  // namespace train
