#pragma once

#include <cstdint>
#include <string>

namespace dataset {

// How a library reports its progress; the tools draw it. Advance may be called from any thread, so implementations must
// be thread-safe.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void Start(const std::string& what, uint64_t total) = 0;  // total 0: the total is not known
  virtual void Advance(uint64_t count) = 0;
  virtual void Finish() = 0;
};

// For callers that do not care.
class NoProgress : public Progress {
 public:
  void Start(const std::string&, uint64_t) override {}
  void Advance(uint64_t) override {}
  void Finish() override {}
};

}  // namespace dataset
