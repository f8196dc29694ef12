#include "dataset/io/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/io/descriptor.h"

namespace dataset {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMaxOwnerBytes = 512;

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "";
  return name.data();
}

// The content of a held file: process id, a blank, name of the machine.
std::string OwnText() { return std::to_string(getpid()) + " " + HostName() + "\n"; }

[[noreturn]] void Refuse(int fd, const fs::path& file, const fs::path& subject) {
  std::string text(kMaxOwnerBytes, '\0');
  text.resize(PositionedRead(fd, 0, text.size(), text.data(), [&] { return file.string(); }));
  text = text.substr(0, text.find('\n'));
  const size_t blank = text.find(' ');
  // Its owner may be about to write it.
  std::string owner = blank == text.npos ? "another process" : "process " + Printable(text.substr(0, blank));
  if (blank != text.npos && text.substr(blank + 1) != HostName()) owner += " on " + Printable(text.substr(blank + 1));
  throw Error(subject, "is in use by " + owner + "; wait for its end, or stop it");
}

// Whether `fd` is still the file of that name: its owner removes it at the end.
bool IsCurrent(int fd, const fs::path& file) {
  struct stat opened, named;
  return fstat(fd, &opened) == 0 && stat(file.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

// Some network file systems have no locks.
bool HasNoLocks(int error_number) {
  return error_number == ENOLCK || error_number == ENOSYS || error_number == EOPNOTSUPP || error_number == EINVAL;
}

}  // namespace

FileLock::FileLock(const fs::path& file, const fs::path& subject, Call call) : file_(file) {
  if (call == nullptr) call = flock;
  do {
    fd_ = std::make_unique<ScopedFd>(OpenDescriptor(file, O_RDWR | O_CREAT, "cannot create"));
    int result;
    do {
      result = call(fd_->get(), LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    if (result == 0) continue;
    if (errno == EWOULDBLOCK) Refuse(fd_->get(), file, subject);
    if (!HasNoLocks(errno)) throw Error::System(file, "cannot lock", errno);
    locked_ = false;
  } while (locked_ && !IsCurrent(fd_->get(), file));
  if (ftruncate(fd_->get(), 0) != 0) throw Error::System(file, "cannot write", errno);
  WriteAll(fd_->get(), file, OwnText());
}

FileLock::FileLock(FileLock&&) noexcept = default;

FileLock::~FileLock() {
  if (fd_) unlink(file_.c_str());
}

void RefuseLocked(const fs::path& file, const fs::path& subject) {
  const ScopedFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return;
  if (flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) Refuse(fd.get(), file, subject);
}

}  // namespace dataset
