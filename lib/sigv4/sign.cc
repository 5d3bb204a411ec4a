#include "sigv4/sign.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "sigv4/canonical.h"
#include "sigv4/policy.h"

namespace tintype::sigv4 {
namespace {

constexpr std::string_view kAmzPrefix = "x-amz-";

/// "example.com:8080" of "http://example.com:8080", as a browser's Host has it: without the
/// scheme's own port.
Result<std::string> host_of(std::string_view origin) {
  std::string_view standard_port;
  std::string_view host;
  if (origin.starts_with("https://")) {
    standard_port = ":443";
    host = origin.substr(8);
  } else if (origin.starts_with("http://")) {
    standard_port = ":80";
    host = origin.substr(7);
  }
  if (host.empty() || host.find_first_of("/?#@ \t\r\n") != std::string_view::npos)
    return fail(ErrorCode::invalid_argument,
                "presign: '" + std::string(origin) + "' is not an http(s) origin");
  if (host.ends_with(standard_port)) host.remove_suffix(standard_port.size());
  return to_lower(host);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ';';
    text += name;
  }
  return text;
}

Scope scope_of(const Place& place, Instant now) {
  return {.date = date_of(now), .region = place.region, .service = place.service};
}

/// The query of a URL in the making: each parameter is encoded once, for the signature and for the
/// URL.
class Parameters {
 public:
  void add(std::string_view name, std::string_view value) {
    all_.emplace_back(percent_encode(name), percent_encode(value));
  }
  std::string text() const { return joined(all_); }
  /// As canonical_query makes it of text().
  std::string canonical() const {
    auto sorted = all_;
    std::ranges::sort(sorted);
    return joined(sorted);
  }

 private:
  using List = std::vector<std::pair<std::string, std::string>>;

  static std::string joined(const List& list) {
    std::string text;
    for (const auto& [name, value] : list) {
      if (!text.empty()) text += '&';
      text += name;
      text += '=';
      text += value;
    }
    return text;
  }

  List all_;
};

}  // namespace

Result<std::vector<http::Headers::Entry>> sign(const RequestView& request,
                                               const Credentials& credentials, const Place& place,
                                               Instant now, std::string_view payload_hash,
                                               const std::vector<std::string>& also_signed) {
  std::vector<http::Headers::Entry> added = {{"X-Amz-Date", to_amz_date(now)}};
  if (place.service == "s3") added.emplace_back("X-Amz-Content-Sha256", payload_hash);
  if (!credentials.session_token.empty())
    added.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());

  std::set<std::string> wanted = {"host", "content-type"};
  for (const std::string& name : also_signed) wanted.insert(to_lower(name));
  const auto is_added = [&](std::string_view name) {
    return std::ranges::any_of(added,
                               [&](const auto& a) { return equals_ignoring_case(a.first, name); });
  };
  std::set<std::string> names;
  for (const auto& [field, value] : request.headers) {
    std::string name = to_lower(field);
    if (is_added(name))
      return fail(ErrorCode::invalid_argument, "sign: the request has '" + field + "' already");
    if (wanted.contains(name) || name.starts_with(kAmzPrefix)) names.insert(std::move(name));
  }
  if (!names.contains("host")) return fail(ErrorCode::invalid_argument, "sign: no Host");
  for (const auto& [field, value] : added) names.insert(to_lower(field));

  // The headers as they will be sent.
  const std::vector<std::string> signed_headers(names.begin(), names.end());
  http::Headers headers = request.headers;
  for (const auto& [field, value] : added) headers.add(field, value);
  const RequestView complete{.method = request.method,
                             .path = request.path,
                             .query_text = request.query_text,
                             .headers = headers};
  TRY_LET(const std::string canonical,
          canonical_request(complete, {.service = place.service,
                                       .signed_headers = signed_headers,
                                       .payload_hash = payload_hash,
                                       .left_out = {}}));
  const Scope scope = scope_of(place, now);
  const std::string signature =
      signature_of(signing_key(credentials.secret, scope), string_to_sign(canonical, scope, now));
  added.emplace_back("Authorization",
                     std::string(kAlgorithm) + " Credential=" + credentials.access_key_id + '/' +
                         scope.to_string() + ", SignedHeaders=" + joined(signed_headers) +
                         ", Signature=" + signature);
  return added;
}

Result<std::string> presign(const Presign& request, const Credentials& credentials,
                            const Place& place, Instant now) {
  if (request.expires < std::chrono::seconds(1) || request.expires > kExpiresMax)
    return fail(ErrorCode::invalid_argument, "presign: 'expires' is not within 1 s to 7 days");
  if (!request.path.starts_with('/'))
    return fail(ErrorCode::invalid_argument, "presign: the path does not begin with '/'");
  TRY_LET(const std::string host, host_of(request.origin));

  http::Headers headers = {{"host", host}};
  std::set<std::string> names = {"host"};
  for (const auto& [field, value] : request.headers) {
    headers.add(field, value);
    names.insert(to_lower(field));
  }
  const std::vector<std::string> signed_headers(names.begin(), names.end());
  const Scope scope = scope_of(place, now);

  Parameters parameters;
  for (const auto& [name, value] : request.query) parameters.add(name, value);
  parameters.add("X-Amz-Algorithm", kAlgorithm);
  parameters.add("X-Amz-Credential", credentials.access_key_id + '/' + scope.to_string());
  parameters.add("X-Amz-Date", to_amz_date(now));
  parameters.add("X-Amz-Expires", std::to_string(request.expires.count()));
  if (!credentials.session_token.empty())
    parameters.add("X-Amz-Security-Token", credentials.session_token.reveal());
  parameters.add("X-Amz-SignedHeaders", joined(signed_headers));

  const RequestView view{
      .method = request.method, .path = request.path, .query_text = {}, .headers = headers};
  TRY_LET(const std::string canonical, canonical_request(view, parameters.canonical(),
                                                         {.service = place.service,
                                                          .signed_headers = signed_headers,
                                                          .payload_hash = kUnsignedPayload,
                                                          .left_out = {}}));
  parameters.add("X-Amz-Signature", signature_of(signing_key(credentials.secret, scope),
                                                 string_to_sign(canonical, scope, now)));
  return request.origin + request.path + '?' + parameters.text();
}

std::vector<std::pair<std::string, std::string>> policy_fields(const Credentials& credentials,
                                                               const Place& place, Instant now) {
  return {{"x-amz-algorithm", std::string(kAlgorithm)},
          {"x-amz-credential", credentials.access_key_id + '/' + scope_of(place, now).to_string()},
          {"x-amz-date", to_amz_date(now)}};
}

std::string sign_policy(std::string_view policy_base64, const Credentials& credentials,
                        const Place& place, Instant now) {
  return signature_of(signing_key(credentials.secret, scope_of(place, now)), policy_base64);
}

Result<std::string> Signer::presign(const Presign& request, Instant now) const {
  return sigv4::presign(request, credentials_, place_, now);
}

std::vector<std::pair<std::string, std::string>> Signer::policy_fields(Instant now) const {
  return sigv4::policy_fields(credentials_, place_, now);
}

std::string Signer::sign_policy(std::string_view policy_base64, Instant now) const {
  return sigv4::sign_policy(policy_base64, credentials_, place_, now);
}

}  // namespace tintype::sigv4
