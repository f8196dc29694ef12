#include "dataset/source/name_filter.h"

#include <algorithm>
#include <utility>

#include "dataset/base/ascii.h"

namespace dataset {
namespace {

// All in lower case.
constexpr std::string_view kSystemFolders[] = {
    "@eadir",    "@tmp",     "@sharebin",    "@recycle",   "@recently-snapshot",        "#recycle",
    "#snapshot", "__macosx", "$recycle.bin", "lost+found", "system volume information", "__pycache__",
    "found.000",
};

struct Extensions {
  SkipKind kind;
  std::vector<std::string_view> names;
};

const std::vector<Extensions>& ExtensionTable() {
  static const std::vector<Extensions> table = {
      {SkipKind::kCameraRaw,
       {"3fr", "ari", "arw", "bay", "cap", "cr2", "cr3", "crw", "dcr", "dcs", "dng", "drf", "eip", "erf",
        "fff", "gpr", "iiq", "k25", "kdc", "mdc", "mef", "mos", "mrw", "nef", "nrw", "orf", "ori", "pef",
        "ptx", "pxn", "r3d", "raf", "raw", "rw2", "rwl", "rwz", "sr2", "srf", "srw", "x3f"}},
      {SkipKind::kBackup, {"backup", "bak", "old", "orig", "original", "swp"}},
      {SkipKind::kUnfinished,
       {"!ut", "aria2", "crdownload", "download", "filepart", "opdownload", "part", "partial", "temp", "tmp"}},
      {SkipKind::kThumbnail, {"ithmb", "jbf", "thm"}},
      {SkipKind::kNoPicture,
       {"7z",   "aae", "avi",  "bz2",  "cfg", "conf",  "csv",  "db",     "doc", "docx",     "dop", "gz",   "h5",
        "hdf5", "htm", "html", "idx",  "ini", "ipynb", "json", "jsonl",  "lnk", "log",      "m4v", "mat",  "md",
        "mkv",  "mov", "mp3",  "mp4",  "npy", "npz",   "odt",  "onnx",   "pdf", "pickle",   "pkl", "pp3",  "ppt",
        "pptx", "pt",  "pth",  "py",   "rar", "rst",   "sh",   "sqlite", "tar", "tfrecord", "tgz", "toml", "tsv",
        "txt",  "url", "wav",  "webm", "xls", "xlsx",  "xml",  "xmp",    "xz",  "yaml",     "yml", "zip"}},
  };
  return table;
}

std::optional<SkipKind> KindOfFolder(std::string_view name) {
  const std::string lower = AsciiLower(name);
  const bool known = std::find(std::begin(kSystemFolders), std::end(kSystemFolders), lower) != std::end(kSystemFolders);
  return known || lower.ends_with(".lrdata") ? std::optional(SkipKind::kSystemFolder) : std::nullopt;
}

std::optional<SkipKind> KindOfFile(std::string_view name) {
  if (name.ends_with('~')) return SkipKind::kBackup;
  const size_t dot = name.rfind('.');
  if (dot == name.npos) return std::nullopt;
  const std::string extension = AsciiLower(name.substr(dot + 1));
  if (extension.ends_with("_original")) return SkipKind::kBackup;  // exiftool's
  for (const Extensions& row : ExtensionTable()) {
    if (std::find(row.names.begin(), row.names.end(), extension) != row.names.end()) return row.kind;
  }
  return std::nullopt;
}

std::optional<SkipKind> KindOfName(std::string_view path) {
  const bool folder = path.ends_with('/');
  if (folder) path.remove_suffix(1);
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.starts_with('.')) return SkipKind::kHidden;
  return folder ? KindOfFolder(name) : KindOfFile(name);
}

}  // namespace

NameFilter::NameFilter(const std::vector<std::string>& include, const std::vector<std::string>& exclude) {
  for (const std::string& pattern : include) include_.push_back({PathGlob(pattern, "`include`")});
  for (const std::string& pattern : exclude) exclude_.push_back({PathGlob(pattern, "`exclude`")});
}

bool NameFilter::Matches(std::vector<Pattern>* patterns, std::string_view path) {
  bool matches = false;
  for (Pattern& pattern : *patterns) {
    if (!pattern.glob.Matches(path)) continue;
    pattern.used = matches = true;
  }
  return matches;
}

std::optional<SkipKind> NameFilter::Skips(std::string_view path) {
  if (Matches(&exclude_, path)) return SkipKind::kExcluded;
  const std::optional<SkipKind> kind = KindOfName(path);
  return kind && !Matches(&include_, path) ? kind : std::nullopt;
}

std::vector<std::string> NameFilter::WarningsOfUnused() const {
  std::vector<std::string> warnings;
  for (const Pattern& pattern : exclude_) {
    if (pattern.used) continue;
    warnings.push_back("`exclude` '" + pattern.glob.pattern() + "' matches no name; patterns begin at the raw folder");
  }
  for (const Pattern& pattern : include_) {
    if (pattern.used) continue;
    warnings.push_back("`include` '" + pattern.glob.pattern() +
                       "' changes nothing: it matches no name that would be skipped; `exclude` leaves out the others");
  }
  return warnings;
}

}  // namespace dataset
