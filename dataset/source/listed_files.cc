#include "dataset/source/listed_files.h"

#include <algorithm>
#include <system_error>

#include "dataset/base/ascii.h"
#include "dataset/base/error.h"
#include "dataset/base/folded_name.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/manifest.h"
#include "dataset/codec/codec_table.h"
#include "dataset/io/table_reader.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool HasDrive(std::string_view path) {
  return path.size() > 2 && IsLetter(path[0]) && path[1] == ':' && (path[2] == '/' || path[2] == '\\');
}

// Undoes the %20 of a URL.
std::string PercentDecoded(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// Returns the path without empty and "." parts and with each ".." resolved; nullopt if it leads above its beginning.
std::optional<std::string> Cleaned(std::string_view path) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (parts.empty()) {
      return std::nullopt;
    } else {
      parts.pop_back();
    }
  }
  std::string clean;
  for (const std::string_view part : parts) (clean += clean.empty() ? "" : "/") += part;
  return IsCleanRelativePath(clean) ? std::optional(clean) : std::nullopt;
}

bool IsBelow(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && path.substr(folder.size()).starts_with('/');
}

// The same for names that differ in the case of A-Z and in the way accents are encoded.
std::string LooseName(std::string_view name) { return ComposedName(AsciiLower(name)); }

bool IsFile(const std::string& path) {
  std::error_code error;
  return path.find('\0') == path.npos && fs::is_regular_file(path, error);
}

}  // namespace

ListedFiles::ListedFiles(const fs::path& root, const std::string& list)
    : root_(root.string() == "/" ? "" : root.string()), list_(list), reader_(root) {}

bool ListedFiles::IsPlain(const std::string& path) const {
  try {
    return IsCleanRelativePath(path) && reader_.HasFile(path);
  } catch (const Error&) {
    return false;  // Find throws it, in the order of the list
  }
}

std::optional<std::string> ListedFiles::Find(const std::string& path, const std::string& where) {
  if (IsPlain(path)) return path;
  path_ = path;
  where_ = where;
  std::string spelling = path;
  const size_t scheme = spelling.find("://");
  const auto is_scheme = [](char c) { return IsLetter(c) || (c >= '0' && c <= '9'); };
  const bool url = scheme != spelling.npos && scheme > 1 &&
                   std::all_of(spelling.begin(), spelling.begin() + static_cast<ptrdiff_t>(scheme), is_scheme);
  if (url) {
    if (AsciiLower(spelling.substr(0, scheme)) != "file") Fail("is a URL; fetch the pictures, and list their paths");
    const size_t slash = std::min(spelling.find('/', scheme + 3), spelling.size());
    spelling = PercentDecoded(spelling.substr(slash));
    if (spelling.size() > 3 && HasDrive(spelling.substr(1))) spelling.erase(0, 1);
  }
  std::string slashes = spelling;
  std::replace(slashes.begin(), slashes.end(), '\\', '/');
  for (const bool backslashes : {false, true}) {
    for (const bool blanks : {false, true}) {
      std::string tried = backslashes ? slashes : spelling;
      if (backslashes && slashes == spelling) continue;
      const std::string trimmed(Trimmed(tried));
      if (blanks && trimmed == tried) continue;
      read_ = {};
      read_[kUrl] = url;
      read_[kBackslashes] = backslashes;
      read_[kBlanks] = blanks;
      std::optional<std::string> file = FindSpelling(blanks ? trimmed : tried);
      if (!file) continue;
      for (size_t i = 0; i < kReadings; ++i) {
        if (read_[i] && seen_[i].count++ == 0) seen_[i] = {1, path, *file};
      }
      return file;
    }
  }
  return std::nullopt;
}

std::optional<std::string> ListedFiles::FindSpelling(const std::string& path) {
  const std::optional<std::string> relative = Relative(path);
  return relative ? Locate(*relative) : std::nullopt;
}

std::optional<std::string> ListedFiles::Relative(const std::string& path) {
  const bool drive = HasDrive(path);
  if (!drive && !path.starts_with('/')) {
    if (std::optional<std::string> clean = Cleaned(path)) return clean;
  }
  if (!drive) {
    const std::optional<std::string> clean = Cleaned(path.starts_with('/') ? path : root_ + "/" + path);
    if (clean && IsBelow("/" + *clean, root_)) return clean->substr(root_.size());
    const std::string full = path.starts_with('/') ? path : root_ + "/" + path;
    if (IsFile(full)) {
      std::error_code error;
      const fs::path folder = fs::canonical(fs::path(full).parent_path(), error);
      const std::string real = (folder / fs::path(full).filename()).string();
      if (!error && IsBelow(real, root_)) return Cleaned(real.substr(root_.size()));
      Fail("lies outside of " + (root_.empty() ? "/" : root_) + "; `root` must name a folder above all pictures");
    }
    if (!path.starts_with('/')) return std::nullopt;
  }
  return WithoutForeignFolders(path);
}

std::optional<std::string> ListedFiles::WithoutForeignFolders(const std::string& path) {
  if (prefix_) {
    if (!IsBelow(path, *prefix_)) return std::nullopt;
    read_[kPrefix] = true;
    return Cleaned(path.substr(prefix_->size()));
  }
  constexpr size_t kMostFolders = 64;
  size_t slash = path.find('/');
  for (size_t i = 0; i < kMostFolders && slash != path.npos; ++i, slash = path.find('/', slash + 1)) {
    std::optional<std::string> rest = Cleaned(path.substr(slash));
    if (!rest || !Locate(*rest)) continue;
    prefix_ = path.substr(0, slash);
    read_[kPrefix] = true;
    return rest;
  }
  return std::nullopt;
}

std::optional<std::string> ListedFiles::Locate(const std::string& relative) {
  if (reader_.HasFile(relative)) return relative;
  return LocateLoosely(relative);
}

std::optional<std::string> ListedFiles::LocateLoosely(const std::string& relative) {
  read_[kLetters] = read_[kAccents] = read_[kExtension] = false;
  std::string found;
  for (size_t begin = 0;;) {
    const size_t end = std::min(relative.find('/', begin), relative.size());
    const std::string name = relative.substr(begin, end - begin);
    const Folder& folder = FolderAt(found);
    const auto named = folder.names.find(LooseName(name));
    std::optional<std::string> match = named == folder.names.end() ? std::nullopt : Choose(named->second, name);
    const bool last = end == relative.size();
    if (match) {
      read_[kLetters] = read_[kLetters] || ComposedName(*match) != ComposedName(name);
      read_[kAccents] = read_[kAccents] || AsciiLower(*match) != AsciiLower(name);
    } else if (last && !HasImageExtension(name)) {
      const auto stem = folder.stems.find(LooseName(name));
      if (stem != folder.stems.end()) match = Choose(stem->second, name);
      read_[kExtension] = match.has_value();
    }
    if (!match) return std::nullopt;
    (found += found.empty() ? "" : "/") += *match;
    if (last) return reader_.HasFile(found) ? std::optional(found) : std::nullopt;
    begin = end + 1;
  }
}

std::optional<std::string> ListedFiles::Choose(const std::vector<std::string>& names, const std::string& name) const {
  if (std::find(names.begin(), names.end(), name) != names.end()) return name;
  std::vector<std::string> fit;
  for (const std::string& candidate : names) {
    if (ComposedName(candidate).starts_with(ComposedName(name))) fit.push_back(candidate);
  }
  if (fit.empty()) fit = names;
  if (fit.size() > 1) {
    Fail("may mean " + Printable(fit[0]) + " and " + Printable(fit[1]) + "; write it as the file is named");
  }
  return fit.front();
}

const ListedFiles::Folder& ListedFiles::FolderAt(const std::string& relative) {
  const auto [found, added] = folders_.try_emplace(relative);
  Folder& folder = found->second;
  if (!added) return folder;
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(root_ + "/" + relative, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (!IsUtf8(name)) continue;
    folder.names[LooseName(name)].push_back(name);
    if (HasImageExtension(name)) folder.stems[LooseName(name.substr(0, name.rfind('.')))].push_back(name);
  }
  return folder;
}

std::vector<std::string> ListedFiles::Notes() const {
  const std::string how[] = {
      "read without the blanks at their ends",
      "read with / instead of \\",
      "read from file: URLs",
      "of another machine, read with " + root_ + "/ instead of " + Printable(prefix_.value_or("")) + "/",
      "that differ from their files in the case of letters",
      "that differ from their files in the way accents are encoded",
      "read with the extension of their files"};
  std::vector<std::string> notes;
  for (size_t i = 0; i < kReadings; ++i) {
    const Seen& seen = seen_[i];
    if (seen.count == 0) continue;
    notes.push_back("paths " + how[i] + ": " + std::to_string(seen.count) + ", the first " + Printable(seen.path) +
                    " (" + Printable(seen.file) + ")");
  }
  return notes;
}

void ListedFiles::Fail(const std::string& cause) const {
  throw Error(list_, where_ + ": path \"" + Printable(path_) + "\" " + cause);
}

}  // namespace dataset
