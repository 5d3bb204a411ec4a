// What makes a browser's request different: cookies, and pages of others that may have sent it.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "http/message.h"

namespace tintype::gateway {

/// The cookie's value; nothing if it is not there, or twice: then one was planted (RFC 6265, 4.2.2
/// gives no order to trust).
std::optional<std::string> cookie_of(const http::Request& request, std::string_view name);

struct Cookie {
  std::string_view name;
  std::string_view path;          ///< Under which it is sent back.
  bool secure;                    ///< Over https alone.
  std::chrono::seconds lifetime;  ///< Zero takes it away.
};
/// A Set-Cookie that no script reads and no other site's page sends.
std::string write_cookie(const Cookie& cookie, const Secret& value);

/// Whether a page sent it that is none of `origins` and not of the host that is asked. False where
/// nothing says who sent it: that is no browser of our time.
bool is_foreign(const http::Request& request, std::span<const std::string> origins);

}  // namespace tintype::gateway
