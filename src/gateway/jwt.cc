#include "gateway/jwt.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

/// 9999-12-31: what every calendar of ours can hold.
constexpr double kNumericDateMax = 253'402'300'799.0;

std::unexpected<Error> refuse(std::string_view what) {
  return fail(ErrorCode::unauthenticated, "token: " + std::string(what));
}

/// A NumericDate (RFC 7519, 2): seconds, whole or not. Nothing if the claim is absent.
Result<std::optional<Instant>> read_date(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) return refuse(std::string(name) + " is not a number");
  const auto seconds = value->to_number<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > kNumericDateMax)
    return refuse(std::string(name) + " is out of range");
  return from_epoch_ms(static_cast<std::int64_t>(seconds * 1000));
}

bool is_text(const json::value* value, std::string_view expected) {
  return value != nullptr && value->is_string() && value->get_string() == expected;
}

/// `typ` of the header: RFC 9068's, RFC 7519's, or none at all (Cognito). An ID token of most
/// issuers is a plain "JWT" too, and shows by its claims.
Status check_kind(std::string_view typ, const json::object& claims, bool id_tokens) {
  constexpr std::array<std::string_view, 4> kKinds = {"", "jwt", "at+jwt", "application/at+jwt"};
  if (std::ranges::find(kKinds, to_lower(typ)) == kKinds.end())
    return refuse("typ is not an access token's");
  // Cognito's way of telling the two apart.
  if (const json::value* use = claims.if_contains("token_use")) {
    const bool is_id = is_text(use, "id");
    if (!is_text(use, "access") && !(is_id && id_tokens)) return refuse("token_use is not access");
  }
  // OpenID Connect Core, 2 and 3.1.3.6: only ID tokens have these.
  if (id_tokens) return {};
  for (const std::string_view claim : {"nonce", "at_hash", "c_hash"})
    if (claims.contains(claim)) return refuse("is an ID token, it has " + std::string(claim));
  return {};
}

Status check_audience(const json::object& claims, const std::vector<std::string>& audiences) {
  const auto is_ours = [&](const json::value* value) {
    return std::ranges::any_of(audiences,
                               [&](const std::string& one) { return is_text(value, one); });
  };
  const json::value* aud = claims.if_contains("aud");
  if (aud == nullptr) {
    if (!is_ours(claims.if_contains("client_id")))
      return refuse("aud is missing, and client_id is not ours");
    return {};
  }
  if (is_ours(aud)) return {};
  if (aud->is_array())
    for (const json::value& one : aud->get_array())
      if (is_ours(&one)) return {};
  return refuse("aud is not ours");
}

Result<std::string> read_subject(const json::object& claims) {
  const json::value* sub = claims.if_contains("sub");
  if (sub == nullptr) return refuse("sub is missing");
  if (!sub->is_string()) return refuse("sub is not a text");
  const std::string_view text = sub->get_string();
  if (text.empty()) return refuse("sub is empty");
  if (text.size() > Identity::kSubjectSizeMax) return refuse("sub is over 128 bytes");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, is_control)) return refuse("sub has a control character");
  return std::string(text);
}

/// RFC 9068, 2.2. OpenID Connect calls it `azp`.
Result<std::string> read_client(const json::object& claims) {
  for (const std::string_view name : {"client_id", "azp"}) {
    const json::value* value = claims.if_contains(name);
    if (value == nullptr) continue;
    if (!value->is_string()) return refuse(std::string(name) + " is not a text");
    return std::string(value->get_string());
  }
  return std::string();
}

/// `scope`, a text of names (RFC 8693, 4.2), or `scp`, a list of them or such a text, as others
/// have it.
Result<std::vector<std::string>> read_scopes(const json::object& claims) {
  std::vector<std::string> scopes;
  const auto add = [&](std::string_view names) {
    for (const std::string_view name : split(names, ' '))
      if (!name.empty()) scopes.emplace_back(name);
  };
  for (const std::string_view claim : {"scope", "scp"}) {
    const json::value* value = claims.if_contains(claim);
    if (value == nullptr) continue;
    if (value->is_string()) {
      add(value->get_string());
      continue;
    }
    if (!value->is_array() || claim == "scope")
      return refuse(std::string(claim) + " is not a text");
    for (const json::value& one : value->get_array()) {
      if (!one.is_string()) return refuse(std::string(claim) + " has an element that is no text");
      add(one.get_string());
    }
  }
  return scopes;
}

/// When the token ends.
Result<Instant> check_times(const json::object& claims, Instant now, std::chrono::seconds skew) {
  TRY_LET(const auto expires_at, read_date(claims, "exp"));
  TRY_LET(const auto not_before, read_date(claims, "nbf"));
  TRY_LET(const auto issued_at, read_date(claims, "iat"));
  if (!expires_at) return refuse("exp is missing");
  // RFC 7519, 4.1.4: the current time must be before exp; ours may run ahead by the skew.
  if (now >= *expires_at + skew) return refuse("exp has passed");
  if (not_before && now + skew < *not_before) return refuse("nbf has not come");
  if (issued_at && now + skew < *issued_at) return refuse("iat is in the future");
  return *expires_at;
}

}  // namespace

Result<Identity> verify_jwt(std::string_view token, const crypto::KeySet& keys,
                            const JwtPolicy& policy, Instant now) {
  TRY_LET(crypto::Verified verified, crypto::verify_jws(token, keys));
  // Signed by the issuer, and still read as if it were not: a bug of theirs must not be ours.
  const auto claims = parse_json_object(verified.payload_json);
  if (!claims) return refuse(claims.error().message);

  TRY(check_kind(verified.typ, *claims, policy.id_tokens));
  if (!is_text(claims->if_contains("iss"), policy.issuer)) return refuse("iss is not ours");
  TRY(check_audience(*claims, policy.audiences));
  TRY_LET(const Instant expires_at, check_times(*claims, now, policy.clock_skew_max));
  TRY_LET(std::string subject, read_subject(*claims));
  TRY_LET(std::string client_id, read_client(*claims));
  TRY_LET(std::vector<std::string> scopes, read_scopes(*claims));
  return Identity{.subject = std::move(subject),
                  .issuer = policy.issuer,
                  .client_id = std::move(client_id),
                  .scopes = std::move(scopes),
                  .claims_json = std::move(verified.payload_json),
                  .context = {},
                  .expires_at = expires_at};
}

std::optional<Instant> claimed_end(std::string_view token) {
  if (token.size() > crypto::kTokenSizeMax) return std::nullopt;
  const auto segments = split(token, '.');
  if (segments.size() != 3) return std::nullopt;
  const auto payload = from_base64url(segments[1]);
  if (!payload) return std::nullopt;
  const auto claims = parse_json_object(*payload);
  if (!claims) return std::nullopt;
  return read_date(*claims, "exp").value_or(std::nullopt);
}

}  // namespace tintype::gateway
