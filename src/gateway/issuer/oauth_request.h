// The parameters of OAuth 2: of a query and of a form, read in one way.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "gateway/issuer/clients.h"
#include "http/message.h"

namespace tintype::gateway {

/// What a form sends (application/x-www-form-urlencoded, where a '+' is a space).
/// `invalid_argument` if it is none.
Result<http::Query> parse_form(std::string_view body);

/// The body as a form. `unsupported` if it is announced as something else, `too_large` over
/// `size_max`, `invalid_argument` if it is none.
Task<Result<http::Query>> read_form(http::Request& request, std::size_t size_max);

/// The parameter; absent ones and empty ones are the same (RFC 6749, 3.1).
std::string parameter(const http::Query& query, std::string_view name);
/// The name of one that is there twice, which RFC 6749, 3.1 forbids.
std::optional<std::string> repeated(const http::Query& query);

/// A request to the authorization endpoint whose answer may go to `redirect_uri`.
struct AuthorizationRequest {
  std::string client_id;
  std::string redirect_uri;
  std::string state;
  std::string challenge;
};

/// Why there is none, and whom to tell.
struct AuthorizationRefusal {
  /// Empty: nobody but the person, for the address may be a thief's (RFC 6749, 4.1.2.1).
  std::string redirect_uri;
  std::string state;
  std::string error;  ///< "invalid_request"
  std::string description;
};

/// Response type code, a registered client and address, PKCE with S256, no scope: there are none.
std::expected<AuthorizationRequest, AuthorizationRefusal> parse_authorization(
    const http::Query& query, const OauthClients& clients);

/// `redirect_uri` with the parameters of the answer; empty values are left out.
std::string answer_url(std::string_view redirect_uri,
                       const std::vector<std::pair<std::string_view, std::string>>& parameters);

}  // namespace tintype::gateway
