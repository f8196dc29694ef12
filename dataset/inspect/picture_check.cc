#include "dataset/inspect/picture_check.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "dataset/image/image.h"
#include "dataset/sample/sample.h"

namespace dataset {
namespace {

// Records that wait for the threads; some hundred photos.
constexpr size_t kMaxWaitingBytes = size_t{32} << 20;

}  // namespace

void PictureCheck::Add(std::string_view payload, const Place& place) {
  waiting_.push_back({std::string(payload), place});
  waiting_bytes_ += payload.size();
  if (waiting_bytes_ >= kMaxWaitingBytes) Finish();
}

void PictureCheck::Finish() {
  struct Scratch {
    Sample sample;
    Image picture;
  };
  tbb::enumerable_thread_specific<Scratch> scratches;
  std::vector<std::string> found(waiting_.size());
  tbb::parallel_for(size_t{0}, waiting_.size(), [&](size_t i) {
    const Record& record = waiting_[i];
    Scratch& scratch = scratches.local();
    try {
      parser_.ParseSized(record.payload, record.place, &scratch.sample);
    } catch (const Error& error) {
      found[i] = error.what();
      return;
    }
    try {
      parser_.CheckPicture(scratch.sample, &scratch.picture);
    } catch (const Error& error) {
      const std::string& name = scratch.sample.filename;
      found[i] = Error(record.place, (name.empty() ? "" : name + ": ") + error.what()).what();
    }
  });
  for (std::string& problem : found) {
    if (!problem.empty()) problems_.push_back(std::move(problem));
  }
  waiting_.clear();
  waiting_bytes_ = 0;
}

}  // namespace dataset
