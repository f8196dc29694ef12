#include "train/metrics/metrics_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/io/readable_file.h"

namespace train {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kEndEvent = R"({"event":"end",)";
constexpr uint64_t kMaxEndBytes = 4096;  // far more than its line has

}  // namespace

MetricsFile::MetricsFile(const fs::path& path, uint64_t bytes) : path_(path.string()), bytes_(bytes) {
  fd_ = ::open(path_.c_str(), O_WRONLY | (bytes > 0 ? 0 : O_CREAT) | O_CLOEXEC, 0666);
  if (fd_ < 0 && errno == ENOENT && bytes > 0) {
    throw dataset::Error(path_, "is gone; bring it back, or `overwrite` starts again");
  }
  if (fd_ < 0) throw dataset::Error::System(path_, "cannot open", errno);
  const off_t length = ::lseek(fd_, 0, SEEK_END);
  if (length < 0 || static_cast<uint64_t>(length) < bytes) {
    ::close(fd_);
    throw dataset::Error(path_, "is shorter than its checkpoint says: " + std::to_string(bytes) + " bytes");
  }
  if (::ftruncate(fd_, static_cast<off_t>(bytes)) != 0 || ::lseek(fd_, 0, SEEK_END) < 0) {
    const int number = errno;
    ::close(fd_);
    throw dataset::Error::System(path_, "cannot cut back", number);
  }
}

MetricsFile::~MetricsFile() { ::close(fd_); }

void MetricsFile::Append(const std::string& line) { AppendBytes(line + "\n"); }

void MetricsFile::AppendBytes(std::string_view text) {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::write(fd_, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw dataset::Error::System(path_, "cannot write", errno);
    done += static_cast<size_t>(count);
  }
  bytes_ += text.size();
}

void MetricsFile::Sync() {
  if (::fdatasync(fd_) != 0) throw dataset::Error::System(path_, "cannot sync", errno);
}

bool HasEnd(const fs::path& metrics) {
  const dataset::ReadableFile file(metrics);
  std::string tail(std::min<uint64_t>(file.size(), kMaxEndBytes), '\0');
  tail.resize(file.ReadAt(file.size() - tail.size(), tail.size(), tail.data()));
  if (!tail.ends_with('\n')) return false;
  const size_t line = tail.rfind('\n', tail.size() - 2);
  return tail.substr(line == std::string::npos ? 0 : line + 1).starts_with(kEndEvent);
}

}  // namespace train
