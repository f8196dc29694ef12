#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/read/sample_parser.h"

namespace dataset {

// Tries to decode the pictures of records, in many threads, and lists those that do not. Not thread-safe.
class PictureCheck {
 public:
  // One line for each bad record is added to *problems, in the order of the records. Both must outlive this object.
  PictureCheck(const SampleParser& parser, std::vector<std::string>* problems)
      : parser_(parser), problems_(*problems) {}

  // Copies the record, which is checked now or later.
  void Add(std::string_view payload, const Place& place);
  // Checks all records that were added.
  void Finish();

 private:
  struct Record {
    std::string payload;
    Place place;
  };

  const SampleParser& parser_;
  std::vector<std::string>& problems_;
  std::vector<Record> waiting_;
  size_t waiting_bytes_ = 0;
};

}  // namespace dataset
