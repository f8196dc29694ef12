#include "dataset/shard_compiler.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_pipeline.h>

#include <atomic>
#include <exception>
#include <optional>

#include "dataset/error.h"
#include "dataset/sample_encoder.h"
#include "dataset/shard_writer.h"
#include "dataset/utf8.h"

namespace dataset {
namespace {

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
    // The writer ends tokens in order, so with this many alive the slot of token i is free again for token i + slots.
    std::vector<Token> slots(2 * static_cast<size_t>(options_.jobs) + 2);
    size_t next = 0;
    const auto deal = [&](tbb::flow_control& control) -> Token* {
      Token* token = &slots[next % slots.size()];
      if (failed_ || Stopped() || !NextSample(token)) {
        control.stop();
        return nullptr;
      }
      ++next;
      return token;
    };
    const auto encode = [&](Token* token) {
      Encode(token);
      return token;
    };
    const auto write = [&](Token* token) { Write(token); };
    tbb::parallel_pipeline(slots.size(), tbb::make_filter<void, Token*>(tbb::filter_mode::serial_in_order, deal) &
                                             tbb::make_filter<Token*, Token*>(tbb::filter_mode::parallel, encode) &
                                             tbb::make_filter<Token*, void>(tbb::filter_mode::serial_in_order, write));
    if (failure_) std::rethrow_exception(failure_);
    return !stopped_;
  }

 private:
  // A sample on its way through the pipeline.
  struct Token {
    const PlannedShard* shard = nullptr;
    PlannedSample sample;
    bool first = false;  // of its shard
    bool last = false;
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

  // Failures travel in the token, so that the first one in order is reported whatever the threads do.
  void Encode(Token* token) noexcept {
    try {
      token->encoded = encoders_.local().Encode(EntryOf(*token), labels_[token->sample.entry]);
    } catch (...) {
      token->failure = std::current_exception();
    }
  }

  void Write(Token* token) noexcept {
    if (failed_) return;
    try {
      if (token->failure) std::rethrow_exception(token->failure);
      if (token->first) writer_.emplace(folder_, token->shard->name, input_.info, options_.sync);
      Put(*token);
      if (token->last) {
        writer_->Finish();
        writer_.reset();
      }
      token->encoded = {};
      progress_.Advance(1);
    } catch (...) {
      failure_ = std::current_exception();
      failed_ = true;
    }
  }

  void Put(const Token& token) {
    const EncodedSample& encoded = token.encoded;
    if (encoded.reject.empty()) {
      writer_->Write({encoded.payload, labels_[token.sample.entry], token.sample.repeated});
      if (token.shard->split == Split::kTrain && !token.sample.repeated) writer_->AddPixels(encoded.pixels);
      return;
    }
    const Reject reject{EntryOf(token).path, Printable(encoded.reject)};
    writer_->Skip(reject, token.sample.repeated);
    if (token.sample.repeated) return;
    ++rejects_.rejected;
    if (options_.max_bad.Allows(rejects_.rejected, rejects_.samples)) return;
    const std::string cause = reject.path + ": " + reject.reason;
    if (options_.max_bad.count == 0u) throw Error(cause + "; --on-bad skip leaves such files out");
    throw Error(std::to_string(rejects_.rejected) + " of " + std::to_string(rejects_.samples) +
                " files are not readable, more than --max-bad allows; the last: " + cause);
  }

  const CompileOptions& options_;
  const CompileInput& input_;
  const std::vector<uint32_t> labels_;  // of the manifest's entries
  const std::vector<const PlannedShard*>& shards_;
  const std::filesystem::path& folder_;
  Progress& progress_;
  RejectCount rejects_;
  tbb::enumerable_thread_specific<SampleEncoder> encoders_;
  size_t shard_ = 0;  // of the next token
  size_t sample_ = 0;
  std::optional<ShardWriter> writer_;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false;
  bool stopped_ = false;
};

}  // namespace

bool CompileShards(const CompileOptions& options, const CompileInput& input,
                   const std::vector<const PlannedShard*>& shards, const RejectCount& before,
                   const std::filesystem::path& folder, Progress& progress) {
  return ShardCompiler(options, input, shards, before, folder, progress).Run();
}

}  // namespace dataset
