// For tests of what is broken: files with a little changed, and tables of them.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tintype::image::jpeg::test {

inline std::string replaced(std::string file, std::size_t at, std::string_view with) {
  return file.replace(at, with.size(), with);
}
inline std::string inserted(std::string file, std::size_t at, std::string_view what) {
  return file.insert(at, what);
}
inline std::string without(std::string file, std::size_t at, std::size_t count) {
  return file.erase(at, count);
}

struct FileCase {
  const char* name;
  std::string file;
  std::string_view outcome;  ///< "ok", or the error's code.
};

inline void expect_outcomes(const std::function<std::string_view(const std::string&)>& outcome,
                            const std::vector<FileCase>& cases) {
  for (const FileCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(outcome(c.file), c.outcome);
  }
}

}  // namespace tintype::image::jpeg::test
