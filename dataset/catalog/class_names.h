#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// Returns the same text for names that people take for the same: one FoldedName (dataset/base/folded_name.h), or one
// whole number, as "7", "07" and "7.0" are.
std::string LookAlikeKey(std::string_view name);

// Two names of classes that people take for the same.
struct LookAlikePair {
  std::string one;
  std::string other;

  // "classes "Cat" (a/1.jpg) and "cat" (b/2.jpg) differ at most in ...; join them or rename one". The paths are of
  // images of the classes; empty: it has none.
  std::string Text(std::string_view path_of_one, std::string_view path_of_other) const;
};
// Compares each of the names, which differ, with the first one that looks like it.
std::vector<LookAlikePair> FindLookAlikes(const std::vector<std::string>& names);

bool AreWholeNumbers(const std::vector<std::string>& names);
// Sorts names in the order of labels that holds unless somebody chooses another: by value if all are whole numbers,
// else by bytes.
void SortClassNames(std::vector<std::string>* names);

}  // namespace dataset
