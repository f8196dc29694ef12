#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "dataset/load/batch.h"
#include "train/device/device_batch.h"
#include "train/device/device_link.h"

namespace train {

// Gives the batches of a source on a device. The next one is copied while the device computes with the one before it.
// A lease is given back when its copy is done, and where nothing is copied, with the batch. Not thread-safe.
class DeviceQueue {
 public:
  using TensorsOf = std::function<BatchTensors(const dataset::Batch&)>;  // in host memory

  // `source` and `link` must outlive the object.
  DeviceQueue(dataset::BatchSource& source, DeviceLink& link, TensorsOf tensors_of);
  ~DeviceQueue();  // waits for copies that are under way
  DeviceQueue(const DeviceQueue&) = delete;
  DeviceQueue& operator=(const DeviceQueue&) = delete;

  // Takes a batch from the source, unless one waits already, and queues its copy. It never throws: an error comes from
  // Next in place of the batch.
  void Prefetch();
  // Returns the next batch; nullopt: there are no more. What the device computes from then on waits for its copy.
  std::optional<DeviceBatch> Next();
  // Seconds that the source was waited for.
  double waited() const { return waited_; }

 private:
  // A copy is queued one step ahead, so of more than these leases one has been copied long ago.
  static constexpr size_t kMostCopies = 2;
  struct Waiting {
    DeviceBatch batch;
    Transfer transfer;
  };
  struct Copy {
    dataset::BatchLease lease;
    std::shared_ptr<const DeviceEvent> done;
  };
  void Take();
  void GiveBack();

  dataset::BatchSource& source_;
  DeviceLink& link_;
  TensorsOf tensors_of_;
  std::deque<Copy> copies_;
  std::optional<Waiting> waiting_;
  std::exception_ptr error_;
  bool ended_ = false;
  double waited_ = 0;
};

}  // namespace train
