#include "dataset/read/foreign_check.h"

#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/jobs.h"
#include "dataset/codec/decoder.h"
#include "dataset/image/image.h"
#include "dataset/read/foreign_notes.h"
#include "dataset/read/foreign_sample.h"
#include "dataset/record/record_format.h"
#include "dataset/record/record_reader.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/sample_fields.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr size_t kChunkBytes = 4 << 20;  // of records that one job checks

struct Record {
  std::string payload;
  Place place;
};

struct Problem {
  std::string text;
  bool no_label = false;  // it is no problem if all of the split is so
};

// What is wrong with consecutive records of one file.
struct Chunk {
  uint64_t test_records = 0;
  uint64_t test_unlabelled = 0;
  std::vector<Problem> problems;
};

class Checker {
 public:
  Checker(const fs::path& path, const ForeignOptions& options, Progress& progress)
      : source_(OpenForeignSource(path, options, FirstRecord::kMayBeBroken)), progress_(progress) {}

  ForeignCheck Run() {
    progress_.Start("verifying", 0);
    RunJobs([this] { return NextJob(); });
    progress_.Finish();
    check_.notes = source_.notes;
    std::string note = NoteOfEmptyFiles(empty_, source_.files.size());
    if (!note.empty()) check_.notes.push_back(std::move(note));
    uint64_t records = 0, unlabelled = 0;
    for (const Chunk& chunk : chunks_) {
      records += chunk.test_records;
      unlabelled += chunk.test_unlabelled;
    }
    const bool hidden = unlabelled > 0 && unlabelled == records;
    if (hidden) check_.notes.push_back("none of the " + std::to_string(records) + " records of test has a label");
    for (Chunk& chunk : chunks_) {
      for (Problem& problem : chunk.problems) {
        if (!(hidden && problem.no_label)) check_.problems.push_back(std::move(problem.text));
      }
    }
    return std::move(check_);
  }

 private:
  std::optional<Job> NextJob() {
    if (!reader_ && check_.files == source_.files.size()) return std::nullopt;
    auto records = std::make_shared<std::vector<Record>>();
    Chunk* const chunk = &chunks_.emplace_back();
    try {
      if (!reader_) reader_ = std::make_unique<RecordReader>(source_.files[check_.files++].path);
      if (!Take(records.get())) reader_.reset();
    } catch (const Error& error) {
      reader_.reset();
      chunks_.emplace_back().problems.push_back({error.what()});
    }
    return [this, records, chunk, split = source_.files[check_.files - 1].split] {
      for (const Record& record : *records) Check(record, split, chunk);
    };
  }

  // Takes the next records of the file that is read. Returns false at its end.
  bool Take(std::vector<Record>* records) {
    for (size_t bytes = 0; bytes < kChunkBytes;) {
      const auto payload = reader_->Next();
      if (!payload) {
        if (reader_->records() == 0) empty_.push_back(source_.files[check_.files - 1].path);
        return false;
      }
      const std::string file = source_.files[check_.files - 1].path.string();
      records->push_back({std::string(*payload), {file, reader_->records() - 1, reader_->offset()}});
      ++check_.records;
      check_.bytes += kRecordOverheadBytes + payload->size();
      bytes += payload->size();
    }
    return true;
  }

  void Check(const Record& record, Split split, Chunk* chunk) const {
    const bool unlabelled = split == Split::kTest && LacksLabel(record);
    chunk->test_records += split == Split::kTest ? 1 : 0;
    chunk->test_unlabelled += unlabelled ? 1 : 0;
    bool picture = false;
    try {
      CheckPicture(record);
      picture = true;
      ForeignLabel(SampleFields(record.payload, source_.keys, record.place), source_.format, source_.classes);
    } catch (const Error& error) {
      chunk->problems.push_back({error.what(), picture && unlabelled});
    }
    progress_.Advance(1);
  }

  void CheckPicture(const Record& record) const {
    thread_local Image picture;
    Sample sample;
    ParseForeignPicture(record.payload, source_.keys, source_.format, record.place, &sample);
    try {
      if (sample.store == Store::kCompressed) {
        CheckImage(sample.content, {}, &picture);
      } else {
        StoredPixels(sample, source_.scale, &picture);
      }
    } catch (const Error& error) {
      throw Error(record.place, error.what());
    }
  }

  bool LacksLabel(const Record& record) const {
    try {
      return !FindForeignLabel(SampleFields(record.payload, source_.keys, record.place), source_.format,
                               source_.classes);
    } catch (const Error&) {
      return false;
    }
  }

  const ForeignSource source_;
  Progress& progress_;
  ForeignCheck check_;
  std::unique_ptr<RecordReader> reader_;  // of the last of check_.files files
  std::deque<Chunk> chunks_;
  std::vector<fs::path> empty_;  // files without records
};

}  // namespace

ForeignCheck CheckForeign(const fs::path& path, const ForeignOptions& options, Progress& progress) {
  return Checker(path, options, progress).Run();
}

}  // namespace dataset
