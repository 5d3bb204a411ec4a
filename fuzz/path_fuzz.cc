// A path that the gateway takes has one meaning: no segment of it is another path to somebody else,
// and written anew it is read as the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "gateway/route_table.h"

namespace {

using tintype::gateway::path_segments;
using tintype::gateway::Pattern;

std::string write(const std::vector<std::string>& segments) {
  std::string path;
  for (const std::string& segment : segments) path += '/' + tintype::percent_encode(segment);
  return path;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto segments = path_segments(text);
  if (!segments) return 0;
  for (const std::string& segment : *segments) {
    if (segment == "." || segment == "..") std::abort();
    if (segment.find_first_of(std::string_view("/\\;\r\n\0", 6)) != std::string::npos) std::abort();
    if (!tintype::is_utf8(segment)) std::abort();
  }
  const auto again = path_segments(write(*segments));
  if (!again || *again != *segments) std::abort();

  // The rest of a path goes to another server; it means there what it means here.
  static const auto kRest = Pattern::parse("/a/{proxy+}");
  std::map<std::string, std::string> parameters;
  if (kRest->match(*segments, parameters) && parameters.at("proxy").empty()) std::abort();
  return 0;
}
