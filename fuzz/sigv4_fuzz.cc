// No Authorization verifies without the secret: header and query forms, one per half of the input.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sigv4/verify.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const std::size_t middle = text.find(static_cast<char>(10));
  tintype::http::Headers headers = {{"Host", "example.com"}, {"X-Amz-Date", "20130524T000000Z"}};
  headers.add("Authorization", std::string(text.substr(0, middle)));
  const std::string_view query = middle == std::string_view::npos ? "" : text.substr(middle + 1);
  const tintype::sigv4::RequestView request = {
      .method = "GET", .path = "/b/k", .query_text = query, .headers = headers};
  static_cast<void>(tintype::sigv4::parse(request));
  headers.remove("Authorization");
  static_cast<void>(tintype::sigv4::parse(request));
  return 0;
}
