// From bytes to a Request, and what is refused on the way. Beast reads the grammar; everything that
// two parsers could read in two ways (request smuggling, RFC 9112, 11.2) is refused on top of it.
#pragma once

#include <cstddef>
#include <expected>
#include <string_view>

#include "http/message.h"
#include "http/problem.h"

namespace tintype::http {

/// Finds the end of a head that arrives in pieces, and refuses at once what no head may have: a
/// line end without CR, a folded line (RFC 9112, 5.2), an empty first line.
class HeadScan {
 public:
  enum class State { more, whole, malformed };

  /// `text` is all that arrived so far of this head; it only grows from call to call.
  State scan(std::string_view text);
  /// Of a whole head, with its empty line.
  std::size_t size() const { return size_; }

 private:
  std::size_t scanned_ = 0;  // All line ends before it are fine.
  std::size_t size_ = 0;
};

/// A head that was understood. `request.body`, `.id` and `.remote_address` are still to be set.
struct Head {
  Request request;
  bool http_1_0 = false;
  bool keep_alive = false;        ///< The client is willing.
  bool chunked = false;           ///< The body is; otherwise it has content_length bytes, or none.
  bool expects_continue = false;  ///< It waits for "100 Continue" before it sends the body.
};

constexpr std::size_t kFieldCountMax = 200;  ///< 431 above.

/// `text` is a whole head as HeadScan found it. The error is what to tell the client.
std::expected<Head, Problem> parse_head(std::string_view text);

}  // namespace tintype::http
