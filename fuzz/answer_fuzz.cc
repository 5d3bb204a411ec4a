// What is understood as an answer has one framing and no line end in a field, whatever was sent.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/request_head.h"
#include "http/upstream_head.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tintype::http::Framing;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  tintype::http::HeadScan scan;
  if (scan.scan(text) != tintype::http::HeadScan::State::whole) return 0;
  for (const std::string_view method : {"GET", "HEAD"}) {
    const auto head = tintype::http::parse_upstream_head(text.substr(0, scan.size()), method);
    if (!head) continue;
    if (head->status < 100 || head->status > 599) std::abort();
    const bool coded = head->headers.has("transfer-encoding");
    if (coded && head->content_length) std::abort();
    if (head->headers.find_all("content-length").size() > 1) std::abort();
    if (method == "HEAD" && head->framing != Framing::none) std::abort();
    if (head->framing == Framing::length && !head->content_length) std::abort();
    if (head->framing == Framing::until_close && head->keep_alive) std::abort();
    for (const auto& [name, value] : head->headers)
      if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) std::abort();
  }
  return 0;
}
