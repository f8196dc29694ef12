#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace train {

// Appends to a file of metrics, such as whole lines to metrics.jsonl. The constructor cuts the file back to `bytes`; it
// throws dataset::Error if the file is shorter, and makes one only if `bytes` is 0.
class MetricsFile {
 public:
  MetricsFile(const std::filesystem::path& path, uint64_t bytes);
  ~MetricsFile();
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;
  void Append(const std::string& line);  // without its newline
  void AppendBytes(std::string_view bytes);
  void Sync();  // writes the file to the disk
  uint64_t bytes() const { return bytes_; }

 private:
  std::string path_;
  int fd_ = -1;
  uint64_t bytes_ = 0;
};

// Whether the last line of a metrics.jsonl is the event `end`.
bool HasEnd(const std::filesystem::path& metrics);

}  // namespace train
