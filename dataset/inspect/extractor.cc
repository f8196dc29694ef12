#include "dataset/inspect/extractor.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/jobs.h"
#include "dataset/codec/codec_table.h"
#include "dataset/codec/encoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/inspect/safe_name.h"
#include "dataset/io/file.h"
#include "dataset/io/staging_folder.h"
#include "dataset/io/sync.h"
#include "dataset/io/writable_file.h"
#include "dataset/read/record_stream.h"
#include "dataset/read/sample_parser.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

// This file marks a folder as one of extracted pictures, and lists them, one path a line.
constexpr char kMarker[] = ".dsinspect";

void CheckOutput(const ExtractOptions& options) {
  const fs::path& output = options.output;
  if (IsInside(options.path, output)) {
    throw Error::Usage("the output folder " + output.string() + " holds the records; choose another folder");
  }
  if (!fs::exists(output)) return;
  if (!fs::is_directory(output)) throw Error(output, "is not a folder");
  if (fs::is_empty(output)) return;
  if (!fs::exists(output / kMarker))
    throw Error(output, "is not empty and holds no extracted pictures; choose another folder");
  if (!options.overwrite) throw Error(output, "holds extracted pictures; `overwrite` replaces them");
}

// The own files of a folder of extracted pictures: the marker and those that it lists.
IsOwnFile FilesExtractedTo(const fs::path& folder) {
  std::set<std::string> names = {kMarker};
  if (fs::exists(folder / kMarker)) {
    std::istringstream lines(ReadFile(folder / kMarker));
    for (std::string line; std::getline(lines, line);) names.insert(line);
  }
  return [names](const std::string& path) { return names.contains(path); };
}

std::optional<ImageFormat> FormatOf(std::string_view extension) {
  for (const CodecRow& codec : CodecTable()) {
    const auto& known = codec.extensions;
    if (std::find(known.begin(), known.end(), extension) != known.end()) return codec.format;
  }
  return std::nullopt;
}

struct FileName {
  std::string stem;
  std::string extension;
};

// Keeps the source's extension if it fits the format of the content, and replaces it if it is another format's.
FileName NameFile(const Sample& sample, uint64_t number) {
  const fs::path source = fs::path(sample.filename).filename();
  FileName name{source.stem().string(), source.extension().string()};
  const std::optional<ImageFormat> named = FormatOf(name.extension);
  if (!named) name.stem = source.string();
  name.stem = name.stem.empty() ? std::to_string(number) : SafeName(name.stem);

  const std::optional<ImageFormat> format =
      sample.store == Store::kCompressed ? SniffImageFormat(sample.content) : ImageFormat::kPng;
  if (!format) {
    name.extension = ".bin";
  } else if (format != named) {
    name.extension = CodecOf(*format).extensions.front();
  }
  return name;
}

void WriteContent(const fs::path& path, std::string_view content) {
  WritableFile file(path);
  file.Append(content);
  file.Close(Sync::kNo);
}

class Extractor {
 public:
  Extractor(const ExtractOptions& options, RecordStream* stream, const fs::path& folder, Progress& progress)
      : options_(options),
        stream_(*stream),
        parser_(options.path, stream->info()),
        folder_(folder),
        progress_(progress) {}

  // Returns the number of pictures. The folder then holds them and the list of them.
  uint64_t Run() {
    progress_.Start("extracting", options_.record ? 1 : stream_.records());
    RunJobs([this]() -> std::optional<Job> {
      if (options_.record && files_ == 1) return std::nullopt;
      const auto record = options_.record ? stream_.Find(*options_.record) : stream_.Next();
      if (!record) return std::nullopt;
      ++files_;
      return Take(*record);
    });
    progress_.Finish();
    WriteContent(folder_ / kMarker, list_);
    return files_;
  }

 private:
  // Gives the record its name and returns the job that writes it. Names are given in the order of the records.
  Job Take(RecordStream::Record record) {
    auto payload = std::make_shared<const std::string>(record.payload);
    record.payload = *payload;
    const Sample sample = parser_.Parse(record);
    const fs::path path = PathOf(sample, record);
    return [this, payload, record, sample, path] {
      Write(sample, record.place, path);
      progress_.Advance(1);
    };
  }

  fs::path PathOf(const Sample& sample, const RecordStream::Record& record) {
    const std::string split(record.split ? NameOf(*record.split) : "");
    const auto [found, added] = classes_.try_emplace({split, sample.class_name});
    Class& its_class = found->second;
    if (added) {
      its_class.folder = folder_ / split / class_folders_[split].Take(SafeName(sample.class_name), "");
      std::error_code error;
      fs::create_directories(its_class.folder, error);
      if (error) throw Error::System(its_class.folder, "cannot create", error.value());
    }
    const FileName name = NameFile(sample, record.number);
    fs::path path = its_class.folder / its_class.names.Take(name.stem, name.extension);
    list_ += path.lexically_relative(folder_).string() + "\n";
    return path;
  }

  void Write(const Sample& sample, const Place& place, const fs::path& path) const {
    if (sample.store == Store::kCompressed) {
      WriteContent(path, sample.content);
      return;
    }
    thread_local Image picture;
    std::string png;
    try {
      parser_.Picture(sample, 0, &picture);
      EncodePng(picture, &png);
    } catch (const Error& error) {
      throw Error(place, error.what());
    }
    WriteContent(path, png);
  }

  struct Class {
    fs::path folder;
    NameSet names;
  };

  const ExtractOptions& options_;
  RecordStream& stream_;
  const SampleParser parser_;
  const fs::path folder_;
  Progress& progress_;
  std::map<std::pair<std::string, std::string>, Class> classes_;  // by split and name
  std::map<std::string, NameSet> class_folders_;                  // of each split
  uint64_t files_ = 0;
  std::string list_;  // the marker's content
};

}  // namespace

uint64_t ExtractImages(const ExtractOptions& options, Progress& progress) {
  CheckOutput(options);
  RecordStream stream(options.path, options.split, options.foreign);
  const FileLock lock = StagingFolder::Lock(options.output);
  StagingFolder folder(options.output, FilesExtractedTo);
  const uint64_t files = Extractor(options, &stream, folder.path(), progress).Run();
  if (options.sync == Sync::kYes) SyncFileSystem(folder.path());
  folder.Publish(options.sync);
  return files;
}

}  // namespace dataset
