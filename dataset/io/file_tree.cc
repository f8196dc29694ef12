#include "dataset/io/file_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <tbb/parallel_sort.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

enum class Kind { kFile, kFolder, kOther, kBrokenLink };

Kind KindOf(mode_t mode) { return S_ISREG(mode) ? Kind::kFile : S_ISDIR(mode) ? Kind::kFolder : Kind::kOther; }

struct FolderIdentity {
  dev_t device;
  ino_t inode;
  bool operator==(const FolderIdentity&) const = default;
};

class Walker {
 public:
  Walker(const fs::path& root, const TreeFilter& skips, Progress& progress)
      : root_(root), skips_(skips), progress_(progress) {}
  ~Walker() {
    if (fd_ >= 0) close(fd_);
  }
  Walker(const Walker&) = delete;
  Walker& operator=(const Walker&) = delete;

  FileTree Walk() {
    fd_ = open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd_ < 0) throw Error::System(root_, "cannot read", errno);
    Visit("");
    // Visit sorts folders by their names with a slash at the end, which is another order.
    std::sort(tree_.folders.begin(), tree_.folders.end());
    return std::move(tree_);
  }

 private:
  std::string FullName(const std::string& path) const { return (root_ / path).string(); }

  // Adds what lies below `folder`, which is "" or ends in a slash.
  void Visit(const std::string& folder) {
    const int fd = openat(fd_, folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) throw Error::System(FullName(folder), "cannot read the folder", errno);
    struct stat status;
    if (fstat(fd, &status) != 0) {
      close(fd);
      throw Error::System(FullName(folder), "cannot read", errno);
    }
    const FolderIdentity identity{status.st_dev, status.st_ino};
    if (std::find(parents_.begin(), parents_.end(), identity) != parents_.end()) {
      close(fd);
      throw Error(fs::path(FullName(folder)).parent_path().string(),
                  "is a link to a folder that it lies in; remove the link");
    }
    parents_.push_back(identity);
    for (std::string& name : TakenNames(fd, folder)) {
      if (name.back() == '/') {
        tree_.folders.push_back(folder + name.substr(0, name.size() - 1));
        Visit(folder + name);
      } else {
        tree_.files.push_back(folder + name);
      }
    }
    parents_.pop_back();
  }

  // Takes over `fd`. Returns the files, and the folders with a slash at the end, sorted bytewise; in this order whole
  // paths are sorted too.
  std::vector<std::string> TakenNames(int fd, const std::string& folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(fd), closedir);
    if (!directory) throw Error::System(FullName(folder), "cannot read the folder", errno);
    std::vector<std::string> names;
    while (true) {
      errno = 0;
      const dirent* entry = readdir(directory.get());
      if (entry == nullptr) break;
      std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      const Kind kind = KindOfEntry(*entry, folder);
      const int link_error = errno;
      if (kind == Kind::kFolder) name += '/';
      if (skips_(folder + name)) continue;
      if (!IsUtf8(name)) {
        throw Error(Printable(FullName(folder + entry->d_name)), "the name is not UTF-8; rename it");
      }
      if (kind == Kind::kBrokenLink) {
        if (link_error == ELOOP) throw Error(FullName(folder + name), "is a loop of links");
        throw Error::System(FullName(folder + name), "cannot read", link_error);
      }
      (kind == Kind::kOther ? tree_.others : names).push_back(kind == Kind::kOther ? folder + name : name);
    }
    if (errno != 0) throw Error::System(FullName(folder), "cannot read the folder", errno);
    tbb::parallel_sort(names.begin(), names.end());
    progress_.Advance(names.size());
    return names;
  }

  // Makes a system call only if readdir does not tell the kind. Sets errno for a broken link.
  Kind KindOfEntry(const dirent& entry, const std::string& folder) const {
    if (entry.d_type != DT_UNKNOWN && entry.d_type != DT_LNK) return KindOf(DTTOIF(entry.d_type));
    struct stat status;
    const bool found = fstatat(fd_, (folder + entry.d_name).c_str(), &status, 0) == 0;
    return found ? KindOf(status.st_mode) : Kind::kBrokenLink;
  }

  const fs::path root_;
  const TreeFilter& skips_;
  Progress& progress_;
  int fd_ = -1;
  FileTree tree_;
  std::vector<FolderIdentity> parents_;
};

}  // namespace

FileTree ScanFileTree(const fs::path& root, const TreeFilter& skips, Progress& progress) {
  progress.Start("finding files", 0);
  FileTree tree = Walker(root, skips, progress).Walk();
  std::sort(tree.others.begin(), tree.others.end());
  progress.Finish();
  return tree;
}

}  // namespace dataset
