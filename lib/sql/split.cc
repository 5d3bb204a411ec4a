#include "sql/split.h"

#include <algorithm>

namespace tintype::sql {

std::vector<std::string> split_statements(std::string_view text) {
  std::vector<std::string> statements;
  std::string statement;
  const auto finish = [&] {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t begin = statement.find_first_not_of(kSpace);
    if (begin != std::string::npos)
      statements.push_back(statement.substr(begin, statement.find_last_not_of(kSpace) + 1 - begin));
    statement.clear();
  };
  char quote = 0;  // The one we are in. A doubled quote leaves and enters again, which is as good.
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (text.substr(i).starts_with("--")) {
      i = std::min(text.find('\n', i), text.size()) - 1;  // The line's end is read next.
      continue;
    } else if (c == ';') {
      finish();
      continue;
    }
    statement += c;
  }
  finish();
  return statements;
}

}  // namespace tintype::sql
