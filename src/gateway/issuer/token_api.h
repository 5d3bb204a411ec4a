// The token endpoint of OAuth 2 (RFC 6749, 3.2) and revocation (RFC 7009), for public clients.
//
//   POST /oauth2/token    client_id, grant_type=authorization_code, code, redirect_uri,
//                         code_verifier
//                         client_id, grant_type=refresh_token, refresh_token
//   POST /oauth2/revoke   client_id, token
#pragma once

#include <expected>
#include <string>

#include "gateway/issuer/oauth_request.h"
#include "gateway/issuer/service.h"
#include "http/message.h"

namespace tintype::gateway {

/// Shared by all loops. `issuer` outlives it.
class TokenApi {
 public:
  explicit TokenApi(IssuerService& issuer) : issuer_(issuer) {}

  Task<http::Response> token(http::Request& request);
  Task<http::Response> revoke(http::Request& request);

 private:
  /// The form of a registered client, or what it is answered.
  Task<std::expected<http::Query, http::Response>> read(http::Request& request);
  Task<Result<Sessions::Grant>> grant(const http::Query& sent);
  http::Response token_answer(const http::Request& request, const std::string& client_id,
                              const Sessions::Grant& grant) const;

  IssuerService& issuer_;
};

}  // namespace tintype::gateway
