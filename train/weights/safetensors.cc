#include "train/weights/safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "train/weights/byte_reader.h"
#include "train/weights/quote.h"

namespace train {
namespace {

constexpr uint64_t kMaxHeaderBytes = 100'000'000;
constexpr uint64_t kHeaderAlignment = 8;
constexpr size_t kMaxDimensions = 16;
constexpr std::string_view kMetadata = "__metadata__";

struct Entry {
  std::string name;
  DType dtype = DType::kFloat32;
  std::vector<int64_t> shape;
  std::vector<int64_t> offsets;
};

// Receives the events of the header's JSON parser. Anything that is not in the format is refused as it comes, so that
// memory stays bounded.
class HeaderHandler : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderHandler(std::string file) : file_(std::move(file)) {}
  std::vector<Entry> TakeEntries() { return std::move(entries_); }
  std::map<std::string, std::string> TakeMetadata() { return std::move(metadata_); }

  bool start_object(size_t) override {
    if (depth_ == 2 || numbers_ != nullptr) Refuse("an object where none belongs");
    ++depth_;
    fields_.clear();
    field_.clear();
    return true;
  }

  bool end_object() override {
    if (--depth_ == 1 && !in_metadata_) {
      if (fields_.size() != 3) Refuse("dtype, shape or data_offsets is missing");
      if (entries_.back().offsets.size() != 2) Refuse("data_offsets are not two numbers");
    }
    return true;
  }

  bool key(std::string& name) override {
    if (!(depth_ == 1 ? names_ : fields_).insert(name).second) Refuse("duplicate key " + Quote(name));
    if (depth_ == 1) {
      in_metadata_ = name == kMetadata;
      if (!in_metadata_) entries_.emplace_back().name = name;
    } else if (!in_metadata_ && name != "dtype" && name != "shape" && name != "data_offsets") {
      Refuse("unknown key " + Quote(name));
    }
    field_ = name;
    return true;
  }

  bool string(std::string& value) override {
    if (depth_ == 2 && in_metadata_) {
      metadata_.emplace(field_, value);
      return true;
    }
    if (depth_ != 2 || field_ != "dtype") Refuse("a string where none belongs");
    const std::optional<DType> dtype = DTypeFromName(value);
    if (!dtype) Refuse("dtype " + Quote(value) + " is not read");
    entries_.back().dtype = *dtype;
    return true;
  }

  bool start_array(size_t) override {
    if (depth_ != 2 || in_metadata_ || numbers_ != nullptr || field_ == "dtype") Refuse("an array where none belongs");
    numbers_ = field_ == "shape" ? &entries_.back().shape : &entries_.back().offsets;
    return true;
  }

  bool end_array() override {
    numbers_ = nullptr;
    return true;
  }

  bool number_unsigned(uint64_t value) override {
    if (numbers_ == nullptr) Refuse("a number where none belongs");
    if (value > static_cast<uint64_t>(INT64_MAX)) Refuse("number " + std::to_string(value) + " is too large");
    if (numbers_->size() == kMaxDimensions) Refuse("too many dimensions");
    numbers_->push_back(static_cast<int64_t>(value));
    return true;
  }

  bool number_integer(int64_t value) override { Refuse("negative number " + std::to_string(value)); }
  bool number_float(double, const std::string& text) override { Refuse("number " + Quote(text) + " is not a count"); }
  bool null() override { Refuse("null where none belongs"); }
  bool boolean(bool) override { Refuse("a boolean where none belongs"); }
  bool binary(nlohmann::json::binary_t&) override { Refuse("binary data"); }

  bool parse_error(size_t position, const std::string&, const nlohmann::json::exception&) override {
    throw dataset::Error(dataset::Place{file_, {}, sizeof(uint64_t) + position - 1}, "the header is not JSON");
  }

 private:
  [[noreturn]] void Refuse(const std::string& cause) const {
    const std::string where = entries_.empty() || in_metadata_ ? "" : " at tensor " + Quote(entries_.back().name);
    throw dataset::Error(file_, "bad header" + where + ": " + cause);
  }

  std::string file_;
  std::vector<Entry> entries_;
  std::map<std::string, std::string> metadata_;
  std::set<std::string> names_;   // keys of the header so far
  std::set<std::string> fields_;  // keys of the open entry so far
  std::string field_;
  std::vector<int64_t>* numbers_ = nullptr;  // where the numbers of the open array go
  int depth_ = 0;
  bool in_metadata_ = false;
};

class SafetensorsFile : public TensorFile {
 public:
  explicit SafetensorsFile(dataset::MappedFile file) : TensorFile(std::move(file)) {
    ByteReader reader(file_.bytes(), path_);
    const uint64_t header_bytes = reader.Read<uint64_t>();
    if (header_bytes > kMaxHeaderBytes) {
      reader.Fail(0, "a header of " + std::to_string(header_bytes) + " bytes is above the limit of 100 MB");
    }
    const std::string_view header = reader.Take(header_bytes);
    if (!header.starts_with('{')) reader.Fail(sizeof(uint64_t), "the header does not begin with '{'");
    HeaderHandler handler(path_);
    nlohmann::json::sax_parse(header, &handler);
    metadata_ = handler.TakeMetadata();
    AddTensors(handler.TakeEntries(), reader.Take(reader.remaining()));
    SortByName();
  }

 private:
  void AddTensors(std::vector<Entry> entries, std::string_view data) {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.offsets < b.offsets; });
    const uint64_t data_at = static_cast<uint64_t>(data.data() - file_.bytes().data());
    uint64_t end = 0;
    for (Entry& entry : entries) {
      const uint64_t begin = static_cast<uint64_t>(entry.offsets.front());
      const std::string name = Quote(entry.name);
      if (begin != end) {
        Fail(data_at + end, "tensor " + name + (begin < end ? " overlaps the one before it" : " begins behind a hole"));
      }
      end = static_cast<uint64_t>(entry.offsets.back());
      const std::optional<uint64_t> bytes = TensorBytes(entry.shape, entry.dtype);
      if (end < begin || !bytes || *bytes != end - begin) {
        Fail(data_at + begin, "tensor " + name + " has a shape that does not match its data_offsets");
      }
      if (end > data.size()) Fail(data_at + begin, "tensor " + name + " is cut off; the file is truncated");
      tensors_.push_back({std::move(entry.name), entry.dtype, std::move(entry.shape), data.substr(begin, end - begin)});
    }
    if (end != data.size()) Fail(data_at + end, "has bytes behind the last tensor");
  }

  [[noreturn]] void Fail(uint64_t offset, const std::string& cause) const {
    throw dataset::Error(dataset::Place{path_, {}, offset}, cause);
  }
};

}  // namespace

std::unique_ptr<TensorFile> OpenSafetensors(dataset::MappedFile file) {
  return std::make_unique<SafetensorsFile>(std::move(file));
}

void WriteSafetensors(const std::filesystem::path& path, const std::vector<TensorView>& tensors,
                      const std::map<std::string, std::string>& metadata, dataset::Sync sync) {
  const auto fail = [&](const std::string& cause) { throw dataset::Error(path, cause); };
  std::vector<const TensorView*> order;
  for (const TensorView& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const TensorView* a, const TensorView* b) {
    return std::pair(DTypeBytes(b->dtype), std::string_view(a->name)) <
           std::pair(DTypeBytes(a->dtype), std::string_view(b->name));
  });

  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[std::string(kMetadata)] = metadata;
  std::set<std::string_view> names = {kMetadata};
  uint64_t end = 0;
  for (const TensorView* tensor : order) {
    if (!names.insert(tensor->name).second) fail("the name " + Quote(tensor->name) + " is taken");
    if (TensorBytes(tensor->shape, tensor->dtype) != tensor->bytes.size()) {
      fail("tensor " + Quote(tensor->name) + " has a shape that does not match its bytes");
    }
    const uint64_t begin = std::exchange(end, end + tensor->bytes.size());
    header[tensor->name] = {
        {"dtype", DTypeName(tensor->dtype)}, {"shape", tensor->shape}, {"data_offsets", {begin, end}}};
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::exception&) {
    fail("a name or metadata is not UTF-8");
  }
  text.resize((text.size() + kHeaderAlignment - 1) / kHeaderAlignment * kHeaderAlignment, ' ');
  if (text.size() > kMaxHeaderBytes) fail("the header is above the limit of 100 MB");

  const uint64_t header_bytes = text.size();
  std::string content(sizeof(header_bytes), '\0');
  content.reserve(sizeof(header_bytes) + header_bytes + end);
  std::memcpy(content.data(), &header_bytes, sizeof(header_bytes));
  content += text;
  for (const TensorView* tensor : order) content += tensor->bytes;
  dataset::PublishFile(path, content, sync);
}

}  // namespace train
