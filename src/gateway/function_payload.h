// What a function is told of a request: payload format 2.0 of API Gateway's HTTP APIs.
// docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "gateway/gateway.h"

namespace tintype::gateway {

/// Where the gateway is, as a payload names it.
struct PayloadOrigin {
  std::string account_id = "000000000000";  ///< Twelve digits; there is no account here.
  std::string api_id = "tintype";           ///< The stack's name.
};

/// Borrowed for the call.
struct PayloadParts {
  const http::Request& request;
  std::string_view body;
  const Identity* identity;  ///< Null on an open route.
  const Parameters& parameters;
  std::string_view route_key;  ///< "ANY /api/{proxy+}"
  Instant now;
};

/// The payload, JSON. Where AWS's pages are silent, as AWS does it:
///
/// - names of header fields in lower case, values of a repeated one joined by commas; cookies are
/// in
///   `cookies` alone
/// - `rawPath` and `rawQueryString` as sent; parameters decoded as forms are ('+' is a space)
/// - claims of a token as texts: numbers as written, a list as "[a b]"
/// - a body that is no text (by its Content-Type, an encoding, or its bytes) in base64
/// - what is empty is left out, but for `rawQueryString`
///
/// Forwarding fields (X-Forwarded-*, Forwarded) and X-Tintype-* are ours: a client's are dropped.
std::string write_payload(const PayloadOrigin& origin, const PayloadParts& parts);

}  // namespace tintype::gateway
