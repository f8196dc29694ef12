#include "train/device/device_queue.h"

#include <chrono>
#include <utility>

namespace train {

DeviceQueue::DeviceQueue(dataset::BatchSource& source, DeviceLink& link, TensorsOf tensors_of)
    : source_(source), link_(link), tensors_of_(std::move(tensors_of)) {}

DeviceQueue::~DeviceQueue() {
  for (const Copy& copy : copies_) copy.done->Wait();
}

void DeviceQueue::GiveBack() {
  while (!copies_.empty() && copies_.front().done->Reached()) copies_.pop_front();
  if (copies_.size() < kMostCopies) return;
  copies_.front().done->Wait();
  copies_.pop_front();
}

void DeviceQueue::Take() {
  GiveBack();
  const auto begin = std::chrono::steady_clock::now();
  dataset::BatchLease lease = source_.Next();
  waited_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (!lease) {
    ended_ = true;
    return;
  }
  const BatchTensors host = tensors_of_(*lease);
  Transfer transfer = link_.ToDevice({host.bytes, host.labels, host.targets, host.scales, host.shifts});
  const std::vector<torch::Tensor>& there = transfer.tensors;
  DeviceBatch batch{.tensors = {there[0], there[1], there[2], there[3], there[4]},
                    .labels = {lease->labels.begin(), lease->labels.begin() + lease->valid},
                    .ids = {lease->ids.begin(), lease->ids.begin() + lease->valid},
                    .owned = !link_.SharesMemory()};
  if (transfer.done) {
    copies_.push_back({std::move(lease), transfer.done});
  } else {
    batch.lease = std::move(lease);
  }
  waiting_ = {std::move(batch), std::move(transfer)};
}

void DeviceQueue::Prefetch() {
  if (waiting_ || ended_ || error_) return;
  try {
    Take();
  } catch (...) {
    error_ = std::current_exception();
  }
}

std::optional<DeviceBatch> DeviceQueue::Next() {
  Prefetch();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (!waiting_) return std::nullopt;
  Waiting next = std::move(*waiting_);
  waiting_.reset();
  link_.Use(next.transfer);
  return std::move(next.batch);
}

}  // namespace train
