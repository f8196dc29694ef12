#pragma once

#include <string>
#include <vector>

namespace cli {

// Returns the name with the least edit distance (Levenshtein) to `word`; the first if several have it. Returns "" if
// the least distance is above 3 or more than half of the letters would have to change.
std::string Nearest(const std::string& word, const std::vector<std::string>& names);

// Returns "; did you mean 'NAME'?" with the nearest name, or "" if there is none.
std::string DidYouMean(const std::string& word, const std::vector<std::string>& names);

}  // namespace cli
