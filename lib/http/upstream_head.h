// The heads of the client's side: what goes to another server, and what its answer is taken for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace tintype::http {

/// How a body is delimited (RFC 9112, 6.3).
enum class Framing { none, length, chunked, until_close };

/// An answer's head.
struct UpstreamHead {
  int status = 0;  ///< 100 to 599.
  Headers headers;
  Framing framing = Framing::none;
  /// As announced; for HEAD and 304 too, where no body comes.
  std::optional<std::uint64_t> content_length;
  bool keep_alive = false;  ///< The server is willing.
};

/// `text` is a whole head as HeadScan found it, answering a request of `method`. `damaged_input`
/// for what two parsers could read in two ways: a Content-Length there twice or beside
/// Transfer-Encoding, another coding than chunked, a field that is none.
Result<UpstreamHead> parse_upstream_head(std::string_view text, std::string_view method);

/// The head of a request, with its empty line. Connection, Content-Length, Transfer-Encoding,
/// Upgrade and Expect are not taken from `headers`; what delimits the body is added.
/// `invalid_argument` for a method, target or field that would break the head.
struct UpstreamRequestHead {
  std::string_view method;
  std::string_view target;
  const Headers& headers;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool expects_continue = false;
  std::string_view upgrade = {};  ///< A protocol to change to.
};
Result<std::string> format_upstream_head(const UpstreamRequestHead& request);

}  // namespace tintype::http
