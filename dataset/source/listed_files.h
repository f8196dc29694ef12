#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/io/folder_reader.h"

namespace dataset {

// Finds the files that the paths of a list mean. A path as it is written goes before any other reading of it. Other
// readings: without blanks at its ends, '\' as '/', file: URLs, without the folders above the root (or those of the
// machine that the list comes from, if all absolute paths begin with the same ones), in other letters A-Z, with accents
// encoded in another way (macOS decomposes them), and with the extension of a picture.
class ListedFiles {
 public:
  // `root` is absolute, without symbolic links; `list` is named in errors.
  ListedFiles(const std::filesystem::path& root, const std::string& list);

  // Whether the path needs no other reading. Thread-safe.
  bool IsPlain(const std::string& path) const;
  // Returns the file's path relative to the root, as IsCleanRelativePath has it; nullopt if there is no such file.
  // Throws Error with `where`, the place in the list, for a path that fits several files, a file outside of the root,
  // and a URL.
  std::optional<std::string> Find(const std::string& path, const std::string& where);
  // What was read in another way than it is written: one sentence for each way.
  std::vector<std::string> Notes() const;

 private:
  enum Reading { kBlanks, kBackslashes, kUrl, kPrefix, kLetters, kAccents, kExtension, kReadings };
  struct Seen {
    size_t count = 0;
    std::string path;
    std::string file;
  };
  // The names in one folder by their small letters, composed, and those of pictures without their extensions too.
  struct Folder {
    std::map<std::string, std::vector<std::string>> names;
    std::map<std::string, std::vector<std::string>> stems;
  };

  std::optional<std::string> FindSpelling(const std::string& path);
  // Returns a path relative to the root, of files that may not exist; nullopt if it cannot be one.
  std::optional<std::string> Relative(const std::string& path);
  std::optional<std::string> WithoutForeignFolders(const std::string& path);
  std::optional<std::string> Locate(const std::string& relative);
  std::optional<std::string> LocateLoosely(const std::string& relative);
  std::optional<std::string> Choose(const std::vector<std::string>& names, const std::string& name) const;
  const Folder& FolderAt(const std::string& relative);
  [[noreturn]] void Fail(const std::string& cause) const;

  const std::string root_;
  const std::string list_;
  const FolderReader reader_;
  std::map<std::string, Folder> folders_;
  std::optional<std::string> prefix_;  // the folders above the root on the list's own machine, if known
  std::string path_;                   // what Find looks for, and its place
  std::string where_;
  std::array<bool, kReadings> read_{};
  std::array<Seen, kReadings> seen_;
};

}  // namespace dataset
