#include "gateway/issuer/issuer.h"

#include <boost/json.hpp>
#include <utility>

#include "base/random.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

std::int64_t seconds_of(Instant at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Result<std::unique_ptr<Issuer>> Issuer::open(Options options, Instant now) {
  TRY_LET(auto keys, KeyRing::open(options.key_file, now));
  return std::unique_ptr<Issuer>(new Issuer(std::move(options), std::move(keys)));
}

Result<Secret> Issuer::issue(std::string_view subject, std::string_view client_id,
                             std::chrono::seconds ttl, Instant now) const {
  if (subject.empty()) return fail(ErrorCode::invalid_argument, "issue: no subject");
  if (ttl <= std::chrono::seconds(0))
    return fail(ErrorCode::invalid_argument, "issue: the time to live must be positive");
  const std::int64_t issued_at = seconds_of(now);
  const json::object claims = {
      {"iss", options_.url},      {"sub", view(subject)},
      {"aud", options_.audience}, {"client_id", view(client_id)},
      {"iat", issued_at},         {"exp", issued_at + ttl.count()},
      {"jti", make_id()},
  };
  TRY_LET(std::string token, keys_->keys()->signing(now).sign(json::serialize(claims), "at+jwt"));
  return Secret(std::move(token));
}

std::string Issuer::metadata_json() const {
  const std::string& url = options_.url;
  const json::object document = {
      {"issuer", url},
      {"authorization_endpoint", url + "/oauth2/authorize"},
      {"token_endpoint", url + "/oauth2/token"},
      {"revocation_endpoint", url + "/oauth2/revoke"},
      {"jwks_uri", url + "/.well-known/jwks.json"},
      {"response_types_supported", {"code"}},
      {"response_modes_supported", {"query"}},
      {"grant_types_supported", {"authorization_code", "refresh_token"}},
      {"code_challenge_methods_supported", {"S256"}},
      {"token_endpoint_auth_methods_supported", {"none"}},
      {"revocation_endpoint_auth_methods_supported", {"none"}},
      {"authorization_response_iss_parameter_supported", true},  // RFC 9207.
      // Required by OpenID Connect Discovery, 3, though there are no ID tokens.
      {"subject_types_supported", {"public"}},
      {"id_token_signing_alg_values_supported", {"ES256"}},
      {"claims_supported", {"iss", "sub", "aud", "client_id", "iat", "exp", "jti"}},
  };
  return json::serialize(document);
}

Task<Result<crypto::KeySet>> RingKeys::keys(Instant) { co_return issuer_.keys().keys()->verifying; }

Task<Result<crypto::KeySet>> RingKeys::newer_keys(std::string_view, const crypto::KeySet&,
                                                  Instant) {
  // What the file says is looked at by a timer, and a key is published long before it signs.
  co_return issuer_.keys().keys()->verifying;
}

}  // namespace tintype::gateway
