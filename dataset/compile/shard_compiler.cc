#include "dataset/compile/shard_compiler.h"

#include <tbb/enumerable_thread_specific.h>

#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/ordered_stages.h"
#include "dataset/base/utf8.h"
#include "dataset/compile/sample_encoder.h"
#include "dataset/compile/shard_writer.h"

namespace dataset {
namespace {

// The most bytes of records that wait for an earlier one; some hundred photos.
constexpr size_t kMaxWaitingBytes = size_t{64} << 20;
constexpr size_t kSlots = 1024;

class ShardCompiler {
 public:
  ShardCompiler(const CompileOptions& options, const CompileInput& input,
                const std::vector<const PlannedShard*>& shards, const RejectCount& before,
                const std::filesystem::path& folder, Progress& progress)
      : options_(options),
        input_(input),
        labels_(input.manifest.Labels()),
        shards_(shards),
        folder_(folder),
        progress_(progress),
        rejects_(before),
        encoders_([this] { return SampleEncoder(options_, input_.root, input_.info); }) {}

  bool Run() {
    std::vector<Token> slots(kSlots);
    const OrderedStages stages = {
        .deal = [&](size_t slot) { return !Stopped() && NextSample(&slots[slot]); },
        .work = [&](size_t slot) { return Encode(&slots[slot]); },
        .take = [&](size_t slot) { return Write(&slots[slot]); },
    };
    RunOrdered(stages, {options_.jobs, kSlots, kMaxWaitingBytes});
    if (failure_) std::rethrow_exception(failure_);
    return !stopped_;
  }

 private:
  // A sample on its way through the stages.
  struct Token {
    const PlannedShard* shard = nullptr;
    PlannedSample sample;
    bool first = false;  // the first of its shard
    bool last = false;   // the last of its shard
    EncodedSample encoded;
    std::exception_ptr failure;
  };

  bool Stopped() {
    stopped_ = stopped_ || (options_.stop && options_.stop());
    return stopped_;
  }

  bool NextSample(Token* token) {
    if (shard_ == shards_.size()) return false;
    const PlannedShard& shard = *shards_[shard_];
    token->shard = &shard;
    token->sample = shard.samples[sample_];
    token->first = sample_ == 0;
    token->last = ++sample_ == shard.samples.size();
    if (token->last) {
      ++shard_;
      sample_ = 0;
    }
    return true;
  }

  const ManifestEntry& EntryOf(const Token& token) const { return input_.manifest.entries[token.sample.entry]; }

  // An exception is kept in the token, so that the first one in order is reported whatever the threads do.
  size_t Encode(Token* token) noexcept {
    try {
      token->encoded = encoders_.local().Encode(EntryOf(*token), labels_[token->sample.entry], TakeBuffer());
    } catch (...) {
      token->failure = std::current_exception();
    }
    return token->encoded.content.size();
  }

  bool Write(Token* token) noexcept {
    try {
      if (token->failure) std::rethrow_exception(token->failure);
      if (token->first) writer_.emplace(folder_, *token->shard, input_.info, options_.sync);
      Put(*token);
      if (token->last) {
        writer_->Finish();
        writer_.reset();
      }
      GiveBuffer(std::move(token->encoded.content));
      token->encoded = {};
      progress_.Advance(1);
      return true;
    } catch (...) {
      failure_ = std::current_exception();
      return false;
    }
  }

  // Reuses the memory of records while it is in the processor's cache.
  std::string TakeBuffer() {
    const std::lock_guard lock(buffers_mutex_);
    if (buffers_.empty()) return {};
    std::string buffer = std::move(buffers_.back());
    buffers_.pop_back();
    return buffer;
  }

  void GiveBuffer(std::string buffer) {
    const std::lock_guard lock(buffers_mutex_);
    if (buffers_.size() < static_cast<size_t>(options_.jobs)) buffers_.push_back(std::move(buffer));
  }

  void Put(const Token& token) {
    const EncodedSample& encoded = token.encoded;
    if (encoded.reject.empty()) {
      writer_->Write({encoded.payload(), labels_[token.sample.entry], token.sample.repeated});
      writer_->AddNotes(encoded.notes);
      if (token.shard->split == Split::kTrain && !token.sample.repeated) writer_->AddPixels(encoded.pixels);
      return;
    }
    const Reject reject{EntryOf(token).path, Printable(encoded.reject)};
    writer_->Skip(reject, token.sample.repeated);
    if (token.sample.repeated) return;
    ++rejects_.rejected;
    if (options_.max_bad.Allows(rejects_.rejected, rejects_.samples)) return;
    const std::string cause = reject.path + ": " + reject.reason;
    if (options_.max_bad.count == 0u)
      throw Error(cause + "; `on_bad` skip, with a `max_bad` above 0, leaves such files out");
    throw Error(std::to_string(rejects_.rejected) + " of " + std::to_string(rejects_.samples) +
                " files are not readable, more than `max_bad` allows; the last: " + cause);
  }

  const CompileOptions& options_;
  const CompileInput& input_;
  const std::vector<uint32_t> labels_;  // one per entry of the manifest
  const std::vector<const PlannedShard*>& shards_;
  const std::filesystem::path& folder_;
  Progress& progress_;
  RejectCount rejects_;
  tbb::enumerable_thread_specific<SampleEncoder> encoders_;
  size_t shard_ = 0;   // the shard of the next sample
  size_t sample_ = 0;  // the next sample's place in it
  std::optional<ShardWriter> writer_;
  std::mutex buffers_mutex_;
  std::vector<std::string> buffers_;
  std::exception_ptr failure_;
  bool stopped_ = false;
};

}  // namespace

bool CompileShards(const CompileOptions& options, const CompileInput& input,
                   const std::vector<const PlannedShard*>& shards, const RejectCount& before,
                   const std::filesystem::path& folder, Progress& progress) {
  return ShardCompiler(options, input, shards, before, folder, progress).Run();
}

}  // namespace dataset
