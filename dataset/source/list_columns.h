#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dataset/source/sample_list.h"

namespace dataset {

// Which columns of a list hold what. Numbers are places in `names`, or kNone.
struct ListColumns {
  static constexpr size_t kNone = SIZE_MAX;
  std::vector<std::string> names;
  bool header = false;  // `names` are the first row
  size_t path = kNone;
  size_t label = kNone;
  size_t extra = kNone;
  size_t split = kNone;
  // Every value must name a split. Otherwise the column gives the splits only if all of its values do.
  bool split_is_certain = false;

  // "no header; column \"subset\" is not used": what a person should know of them. `has_splits`: the splits were taken.
  std::string Description(bool has_splits) const;
};

// Throws Error::Usage if options.columns are not as SampleListOptions says.
void CheckColumnNames(const SampleListOptions& options);

// Chooses the columns of a table by its first row, which may be a header, or of objects by the names of members: path
// and label by those of the first object, the others by those of `all` objects, which begin with the same. Names match
// in any case of letters. Without options.columns, path and label are the first of the names that people use for them
// ("filename", "image_id", ...; "class", "species", ...); a single column beside a path is the label. Throws Error with
// `file` and `where` (the first row's place) if that leaves a doubt.
ListColumns ChooseListColumns(const std::vector<std::string>& first_row, const SampleListOptions& options,
                              const std::string& file, const std::string& where);
ListColumns ChooseListMembers(const std::vector<std::string>& first, const std::vector<std::string>& all,
                              const SampleListOptions& options, const std::string& file, const std::string& where);

}  // namespace dataset
