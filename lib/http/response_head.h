#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace tintype::http {

/// What decides how a response is delimited, besides the response itself.
struct Circumstances {
  bool head_request = false;
  bool http_1_0 = false;
  bool keep_alive = false;  ///< The client is willing, and so are we.
};

/// How a response goes out (RFC 9112, 6.3).
struct Delivery {
  bool send_body = false;
  bool chunked = false;
  bool keep_alive = false;
  bool tell_keep_alive = false;                      ///< HTTP/1.0 wants it said.
  std::optional<std::uint64_t> content_length = {};  ///< As announced.
};

std::uint64_t body_size(const Response& response);  ///< 0 for a stream.
Delivery plan_delivery(const Response& response, const Circumstances& circumstances);

/// The status line and all fields, with the empty line. Adds Date, x-request-id (unless the handler
/// named the request itself) and what delimits the body. A handler's Content-Length,
/// Transfer-Encoding, Connection and Keep-Alive are the server's to say and are left out; a field
/// that would break the head (CR, LF, NUL, a name that is no token) is dropped and logged.
std::string format_head(const Response& response, const Delivery& delivery,
                        std::string_view request_id);

}  // namespace tintype::http
