// What is understood as a request has one framing and no control characters, whatever was sent.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/request_head.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  tintype::http::HeadScan scan;
  if (scan.scan(text) != tintype::http::HeadScan::State::whole) return 0;
  if (scan.size() > size) std::abort();
  const auto head = tintype::http::parse_head(text.substr(0, scan.size()));
  if (!head) {
    if (head.error().status < 400 || head.error().status > 599) std::abort();
    return 0;
  }
  if (head->chunked && head->request.content_length) std::abort();
  if (head->request.headers.find_all("content-length").size() > 1) std::abort();
  for (const auto& [name, value] : head->request.headers)
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) std::abort();
  return 0;
}
