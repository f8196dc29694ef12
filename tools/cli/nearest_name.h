#pragma once

#include <string>
#include <vector>

namespace cli {

// The nearest of `names` within edit distance 3 (Levenshtein), the first of equals; "" if there is none or more than
// half of the letters would have to change.
std::string Nearest(const std::string& word, const std::vector<std::string>& names);

// "; did you mean 'NAME'?" or "".
std::string DidYouMean(const std::string& word, const std::vector<std::string>& names);

}  // namespace cli
