#include "dataset/split/split_tree.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <optional>
#include <set>
#include <sstream>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/base/utf8.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

// This file marks a tree as dsplit's, says how and from which manifest it was made, and lists its files.
constexpr char kMarker[] = ".dsplit";

std::string HeadOf(std::string_view way, std::string_view sha256) {
  return std::string(way) + "\n" + std::string(sha256) + "\n";
}

struct Entry {
  std::string from;  // relative to the root
  std::string to;    // relative to the split's folder
};

std::string_view WithoutPrefix(std::string_view path, std::string_view folder) {
  const bool inside = path.size() > folder.size() + 1 && path.starts_with(folder) && path[folder.size()] == '/';
  return inside ? path.substr(folder.size() + 1) : path;
}

std::string PlaceOf(const ManifestEntry& entry) {
  if (entry.label.find('/') != entry.label.npos || entry.label == "." || entry.label == "..") {
    throw Error("class \"" + Printable(entry.label) + "\" cannot be the name of a folder");
  }
  std::string_view path = entry.path;
  const size_t slash = path.find('/');
  if (slash != path.npos && ParseSplit(path.substr(0, slash)) &&
      path.substr(slash + 1).starts_with(entry.label + '/')) {
    path.remove_prefix(slash + 1);
  }
  return entry.label + '/' + std::string(WithoutPrefix(path, entry.label));
}

std::vector<Entry> EntriesOf(const Manifest& manifest, Split split) {
  std::vector<Entry> entries;
  for (const ManifestEntry& entry : manifest.entries) {
    if (entry.split == split) entries.push_back({entry.path, PlaceOf(entry)});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.to < b.to; });
  for (size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].to == entries[i - 1].to) {
      throw Error(Printable(entries[i - 1].from) + " and " + Printable(entries[i].from) + " would both be " +
                  std::string(NameOf(split)) + "/" + Printable(entries[i].to));
    }
  }
  return entries;
}

void MakeFolders(const fs::path& target, const std::vector<Entry>& entries) {
  std::set<std::string> folders;
  for (const Entry& entry : entries) folders.insert(entry.to.substr(0, entry.to.rfind('/')));
  for (const std::string& folder : folders) {
    std::error_code error;
    fs::create_directories(target / folder, error);
    if (error) throw Error::System((target / folder).string(), "cannot create", error.value());
  }
}

void Reflink(const std::string& from, const std::string& to) {
  const int source = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0) throw Error::System(from, "cannot open", errno);
  const int target = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  const int result = target < 0 ? -1 : ioctl(target, FICLONE, source);
  const int error = errno;
  if (target >= 0) close(target);
  close(source);
  if (result == 0) return;
  if (target >= 0 && (error == EOPNOTSUPP || error == ENOTTY || error == EINVAL || error == EXDEV)) {
    throw Error(from,
                "lies on a file system that cannot share blocks with the output's; use `materialize` copy or hardlink");
  }
  throw Error::System(to, "cannot create", error);
}

void MakeFile(Materialize materialize, const std::string& from, const std::string& to) {
  switch (materialize) {
    case Materialize::kNone:
      return;
    case Materialize::kHardlink:
      if (linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), AT_SYMLINK_FOLLOW) == 0) return;
      if (errno == EXDEV) {
        throw Error(from, "lies on another file system than the output; use `materialize` symlink or copy");
      }
      throw Error::System(from, "cannot link to " + to, errno);
    case Materialize::kSymlink:
      if (symlink(from.c_str(), to.c_str()) == 0) return;
      throw Error::System(to, "cannot make the link", errno);
    case Materialize::kReflink:
      return Reflink(from, to);
    case Materialize::kCopy:
      return CopyFile(from, to, Sync::kNo);
  }
}

void MakeFiles(Materialize materialize, const std::string& root, const fs::path& target,
               const std::vector<Entry>& entries) {
  std::vector<std::exception_ptr> failures(entries.size());
  const std::string prefix = target.string() + '/';
  tbb::parallel_for(tbb::blocked_range<size_t>(0, entries.size(), 64), [&](const auto& range) {
    for (size_t i = range.begin(); i != range.end(); ++i) {
      try {
        MakeFile(materialize, root + '/' + entries[i].from, prefix + entries[i].to);
      } catch (const Error&) {
        failures[i] = std::current_exception();
        return;
      }
    }
  });
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

struct Marker {
  std::string head;             // the lines before the list
  std::set<std::string> files;  // of the tree; empty: the tree is from the time before there were lists
};

// Returns the marker of a tree of dsplit's; nullopt: it has none, or one without its head, which tells nothing, least
// of all that everything beside it is dsplit's.
std::optional<Marker> ReadMarker(const fs::path& tree) {
  std::error_code error;
  if (fs::is_symlink(tree, error) || !fs::is_regular_file(tree / kMarker, error)) return std::nullopt;
  std::istringstream lines(ReadFile(tree / kMarker));
  std::string way, sha256;
  std::getline(lines, way);
  std::getline(lines, sha256);
  constexpr size_t kSha256Digits = 64;
  if (!ParseName<Materialize>(way) || sha256.size() != kSha256Digits) return std::nullopt;
  Marker marker{.head = HeadOf(way, sha256), .files = {}};
  for (std::string line; std::getline(lines, line);) marker.files.insert(line);
  return marker;
}

bool IsWhole(const fs::path& tree, const Marker& marker) {
  std::error_code error;
  return std::all_of(marker.files.begin(), marker.files.end(),
                     [&](const std::string& file) { return fs::exists(tree / file, error); });
}

IsOwnFile FilesOfTree(const fs::path& tree) {
  const std::optional<Marker> marker = ReadMarker(tree);
  if (!marker) return [](const std::string&) { return false; };
  if (marker->files.empty()) return [](const std::string&) { return true; };
  return [files = marker->files](const std::string& path) { return path == kMarker || files.contains(path); };
}

}  // namespace

bool IsSplitTree(const fs::path& tree) { return ReadMarker(tree).has_value(); }

SplitTrees::SplitTrees(const Manifest& manifest, const fs::path& root, Materialize materialize, const fs::path& folder,
                       OldTree old_tree) {
  const std::string head = HeadOf(NameOf(materialize), Sha256Hex(FormatManifest(manifest) + root.string()));
  for (Split split : kSplits) {
    const fs::path tree = folder / NameOf(split);
    const std::optional<Marker> there = ReadMarker(tree);
    const bool keeps = old_tree == OldTree::kKeepIfWhole && materialize != Materialize::kNone;
    if (keeps && there && there->head == head && IsWhole(tree, *there)) continue;
    const std::vector<Entry> entries =
        materialize == Materialize::kNone ? std::vector<Entry>() : EntriesOf(manifest, split);
    if (entries.empty()) {
      if (there) {
        RefuseOthersFiles(tree, FilesOfTree(tree));
        obsolete_.push_back(tree);
      }
      continue;
    }
    std::error_code error;
    if (!there && fs::exists(fs::symlink_status(tree, error))) {
      throw Error(tree, "is there already and was not made by dsplit; move it away");
    }
    staged_.push_back(std::make_unique<StagingFolder>(tree, FilesOfTree));
    const fs::path& target = staged_.back()->path();
    MakeFolders(target, entries);
    MakeFiles(materialize, root.string(), target, entries);
    std::string list = head;
    for (const Entry& entry : entries) list += entry.to + "\n";
    PublishFile(target / kMarker, list, Sync::kNo);
    SyncFileSystem(target);
  }
}

void SplitTrees::Publish() {
  for (const auto& tree : staged_) tree->Publish(Sync::kYes);
  for (const fs::path& tree : obsolete_) RemoveOwnFiles(tree, FilesOfTree(tree));
}

}  // namespace dataset
