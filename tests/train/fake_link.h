#pragma once

#include <memory>
#include <string>
#include <vector>

#include "train/device/device_link.h"

namespace train::testing {

// A device that does nothing before it has to, and writes down what it is asked for: "copy 0" (queued), "use 0",
// "copied 0" (the host waited), "step 0" (its result is asked for) and "read 0" (the host waited). Until then what is
// copied has no meaning.
class FakeLink : public DeviceLink {
 public:
  bool SharesMemory() const override { return false; }

  Transfer ToDevice(const std::vector<torch::Tensor>& host) override {
    const std::string number = std::to_string(copies_++);
    log.push_back("copy " + number);
    const auto event = std::make_shared<Event>(log, "copied " + number, host);
    return {event->there(), event};
  }

  void Use(const Transfer& transfer) override {
    log.push_back("use " + std::to_string(uses_++));
    static_cast<const Event&>(*transfer.done).Copy();
  }

  Transfer ToHost(const torch::Tensor& tensor) override {
    const std::string number = std::to_string(reads_++);
    log.push_back("step " + number);
    const auto event = std::make_shared<Event>(log, "read " + number, std::vector<torch::Tensor>{tensor});
    return {event->there(), event};
  }

  std::vector<std::string> log;

 private:
  class Event : public DeviceEvent {
   public:
    Event(std::vector<std::string>& log, std::string name, std::vector<torch::Tensor> here)
        : log_(log), name_(std::move(name)), here_(std::move(here)) {
      for (const torch::Tensor& tensor : here_) {
        there_.push_back(tensor.defined() ? torch::full_like(tensor, 77) : tensor);
      }
    }
    bool Reached() const override { return reached_; }
    void Wait() const override {
      if (!reached_) log_.push_back(name_);
      Copy();
      reached_ = true;
    }
    void Copy() const {
      if (copied_) return;
      copied_ = true;
      for (size_t i = 0; i < here_.size(); ++i) {
        if (here_[i].defined()) there_[i].detach().copy_(here_[i]);
      }
    }
    const std::vector<torch::Tensor>& there() const { return there_; }

   private:
    std::vector<std::string>& log_;
    std::string name_;
    std::vector<torch::Tensor> here_, there_;
    mutable bool copied_ = false, reached_ = false;
  };

  int copies_ = 0, uses_ = 0, reads_ = 0;
};

}  // namespace train::testing
