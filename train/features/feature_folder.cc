#include "train/features/feature_folder.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <span>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/io/removal.h"
#include "train/features/feature_file.h"
#include "train/network/tensors.h"

namespace train {

namespace fs = std::filesystem;
using torch::Tensor;

namespace {

constexpr char kSuffix[] = ".features.safetensors";
constexpr char kIncomplete[] = ".incomplete";
constexpr size_t kKeyDigits = 64;
constexpr auto kLongestWrite = std::chrono::hours(24);

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// "KEY.features.safetensors".
bool IsTable(const std::string& name) {
  return name.size() == kKeyDigits + sizeof(kSuffix) - 1 && name.ends_with(kSuffix) &&
         IsHex(std::string_view(name).substr(0, kKeyDigits));
}

// ".KEY.PROCESS.NUMBER.incomplete".
bool IsIncomplete(const std::string& name) {
  return name.size() > kKeyDigits + 2 && name.starts_with('.') && name.ends_with(kIncomplete) &&
         IsHex(std::string_view(name).substr(1, kKeyDigits)) && name[kKeyDigits + 1] == '.';
}

struct OwnFile {
  fs::path path;
  uint64_t bytes = 0;
  fs::file_time_type used;
};

// Tables in the order of their last use, without `kept`. Removes what killed writers have left.
std::vector<OwnFile> TablesOf(const fs::path& folder, const fs::path& kept) {
  std::vector<OwnFile> tables;
  std::error_code gone;  // another run may remove files at the same time
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, gone)) {
    const std::string name = entry.path().filename().string();
    const fs::file_time_type used = entry.last_write_time(gone);
    if (gone || entry.path() == kept) continue;
    if (IsIncomplete(name) && used + kLongestWrite < fs::file_time_type::clock::now()) {
      dataset::RemoveFile(entry.path());
    }
    if (!IsTable(name)) continue;
    const uint64_t bytes = entry.file_size(gone);
    if (!gone) tables.push_back({entry.path(), bytes, used});
  }
  std::sort(tables.begin(), tables.end(), [](const OwnFile& a, const OwnFile& b) { return a.used < b.used; });
  return tables;
}

void MakeRoom(const fs::path& folder, const fs::path& kept, uint64_t bytes, uint64_t most) {
  const std::vector<OwnFile> tables = TablesOf(folder, kept);
  for (const OwnFile& table : tables) bytes += table.bytes;
  for (const OwnFile& table : tables) {
    if (bytes <= most) return;
    dataset::RemoveFile(table.path);
    bytes -= table.bytes;
  }
}

std::string_view BytesOf(const Tensor& rows) { return {static_cast<const char*>(rows.data_ptr()), rows.nbytes()}; }

class FolderWriter : public FeatureStore::Writer {
 public:
  FolderWriter(const FeatureFolderOptions& options, fs::path path, const std::string& key,
               const FeatureFileShape& shape)
      : options_(options), path_(std::move(path)), temporary_(TemporaryOf(path_, key)) {
    Try([&] { file_ = std::make_unique<FeatureFileWriter>(temporary_, key, shape); });
  }
  ~FolderWriter() override {
    file_ = nullptr;
    std::error_code ignored;
    fs::remove(temporary_, ignored);
  }

  void Add(const Tensor& rows, const std::vector<int64_t>& labels) override {
    const Tensor host = rows.to(torch::kCPU).contiguous();
    Try([&] { file_->Add(BytesOf(host), labels); });
  }

  void Finish() override {
    Try([&] {
      file_->Close(options_.sync);
      MakeRoom(path_.parent_path(), path_, fs::file_size(temporary_), options_.most_bytes);
      fs::rename(temporary_, path_);
    });
  }

 private:
  static fs::path TemporaryOf(const fs::path& path, const std::string& key) {
    static std::atomic<uint64_t> number = 0;
    return path.parent_path() /
           ("." + key + "." + std::to_string(getpid()) + "." + std::to_string(++number) + kIncomplete);
  }

  template <typename Work>
  void Try(const Work& work) {
    if (failed_) return;
    try {
      work();
    } catch (const std::exception& error) {
      failed_ = true;
      if (options_.warn) options_.warn(std::string("features are not kept for later runs: ") + error.what());
    }
  }

  FeatureFolderOptions options_;
  fs::path path_, temporary_;
  std::unique_ptr<FeatureFileWriter> file_;
  bool failed_ = false;
};

}  // namespace

std::string FeatureFolder::KeyOf(const std::string& view) const {
  return dataset::Sha256Hex(options_.key + "\nlayers " + layers_ + "\nview " + view + "\n");
}

std::optional<FeatureTable> FeatureFolder::Find(const std::string& view, uint64_t samples) {
  const std::string key = KeyOf(view);
  const fs::path path = options_.folder / (key + kSuffix);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return std::nullopt;
  try {
    auto file = std::make_shared<FeatureFile>(path, key, options_.classes);
    if (file->labels().size() != samples) throw dataset::Error(path, "has another number of samples");
    fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
    const Tensor rows = Borrow(file->features());
    return FeatureTable(rows, file->labels(), file);
  } catch (const dataset::Error& error) {
    if (options_.warn) options_.warn(std::string(error.what()) + "; its features are computed anew");
    return std::nullopt;
  }
}

std::unique_ptr<FeatureStore::Writer> FeatureFolder::Begin(const std::string& view, uint64_t samples,
                                                           const Tensor& first) {
  std::vector<Tensor> storage;
  const TensorView row = AsView("features", first.slice(0, 0, 1), storage);
  FeatureFileShape shape{row.dtype, row.shape};
  shape.shape.front() = static_cast<int64_t>(samples);
  if (!HasRoom(samples * row.bytes.size() + FeatureFileOverhead(samples))) return nullptr;
  const std::string key = KeyOf(view);
  std::error_code failed;
  fs::create_directories(options_.folder, failed);  // else the writer says that it cannot create its file
  return std::make_unique<FolderWriter>(options_, options_.folder / (key + kSuffix), key, shape);
}

}  // namespace train
