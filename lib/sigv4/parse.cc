// Reading what a request claims. Everything here is untrusted, and stays so until verify().
#include <algorithm>
#include <map>

#include "base/text.h"
#include "sigv4/canonical.h"
#include "sigv4/policy.h"
#include "sigv4/sign.h"
#include "sigv4/verify.h"

namespace tintype::sigv4 {
namespace {

constexpr std::string_view kAmzPrefix = "x-amz-";

std::unexpected<Failure> refuse(Fault fault, std::string message) {
  return std::unexpected(Failure{.fault = fault,
                                 .message = std::move(message),
                                 .canonical_request = {},
                                 .string_to_sign = {}});
}

/// The parameters that carry a signature, decoded; the rest of the query does not matter here.
using Parameters = std::map<std::string, std::string, std::less<>>;

bool carries_signature(std::string_view name) {
  constexpr std::array<std::string_view, 9> kNames = {
      "X-Amz-Algorithm",      "X-Amz-Credential", "X-Amz-Date",
      "X-Amz-Expires",        "X-Amz-Signature",  "X-Amz-SignedHeaders",
      "X-Amz-Content-Sha256", "AWSAccessKeyId",   "Signature"};
  return std::ranges::find(kNames, name) != kNames.end();
}

Outcome<Parameters> read_parameters(std::string_view query_text) {
  Parameters parameters;
  for (const std::string_view part : split(query_text, '&')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    auto name = percent_decode(part.substr(0, equals));
    auto value = percent_decode(part.substr(std::min(equals + 1, part.size())));
    if (!name || !value) return refuse(Fault::malformed_path, "query: broken percent-encoding");
    if (!carries_signature(*name)) continue;
    if (!parameters.emplace(*name, *std::move(value)).second)
      return refuse(Fault::malformed_query, *name + " is there twice");
  }
  return parameters;
}

std::optional<std::string_view> find_header(const http::Headers& headers, std::string_view name) {
  for (const auto& [field, value] : headers)
    if (equals_ignoring_case(field, name)) return value;
  return std::nullopt;
}

std::size_t count_headers(const http::Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers, [&](const auto& entry) { return equals_ignoring_case(entry.first, name); }));
}

/// "AKID/20130524/us-east-1/s3/aws4_request", from the right: an access key id may hold a slash.
bool read_credential(std::string_view text, Authorization& authorization) {
  auto parts = split(text, '/');
  if (parts.size() < 5 || parts.back() != "aws4_request") return false;
  const std::size_t at = parts.size() - 4;
  authorization.scope = {.date = std::string(parts[at]),
                         .region = std::string(parts[at + 1]),
                         .service = std::string(parts[at + 2])};
  const std::size_t scope_size =
      parts[at].size() + parts[at + 1].size() + parts[at + 2].size() + parts.back().size() + 4;
  authorization.access_key_id = text.substr(0, text.size() - scope_size);
  return !authorization.access_key_id.empty();
}

/// "host;x-amz-date": lower-case, ascending, none twice, as AWS prescribes it.
bool read_signed_headers(std::string_view text, Authorization& authorization) {
  for (const std::string_view name : split(text, ';')) {
    const bool ascends =
        authorization.signed_headers.empty() || authorization.signed_headers.back() < name;
    if (name.empty() || !ascends || to_lower(name) != name) return false;
    authorization.signed_headers.emplace_back(name);
  }
  return true;
}

bool is_payload_hash(std::string_view text) {
  constexpr std::array<std::string_view, 4> kWords = {
      kUnsignedPayload, "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"};
  if (std::ranges::find(kWords, text) != kWords.end()) return true;
  return text.size() == kEmptyPayload.size() &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// What could change the meaning of the request must be signed.
Outcome<void> check_signed_headers(const http::Headers& headers,
                                   const Authorization& authorization) {
  if (!authorization.signs("host")) return refuse(Fault::headers_not_signed, "host is not signed");
  for (const auto& [field, value] : headers) {
    const std::string name = to_lower(field);
    if (name.starts_with(kAmzPrefix) && !authorization.signs(name))
      return refuse(Fault::headers_not_signed, name + " is not signed");
  }
  return {};
}

/// Cuts "NAME=value" of one item of the Authorization header, or nothing.
std::optional<std::string_view> value_of(std::string_view item, std::string_view name) {
  if (!item.starts_with(name) || !item.substr(name.size()).starts_with('=')) return std::nullopt;
  return item.substr(name.size() + 1);
}

Outcome<Instant> read_date(const http::Headers& headers) {
  // x-amz-date goes first: browsers and proxies set Date themselves.
  if (const auto text = find_header(headers, "x-amz-date"))
    if (const auto at = parse_amz_date(*text)) return *at;
  if (!find_header(headers, "x-amz-date"))
    if (const auto text = find_header(headers, "date"))
      if (const auto at = parse_http_date(*text)) return *at;
  return refuse(Fault::missing_date, "neither a valid x-amz-date nor a valid date");
}

/// AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...
Outcome<std::optional<Authorization>> parse_header(std::string_view text,
                                                   const http::Headers& headers) {
  const auto malformed = [](std::string why) {
    return refuse(Fault::malformed_authorization, "authorization: " + std::move(why));
  };
  const std::size_t space = std::min(text.find(' '), text.size());
  if (text.substr(0, space) != kAlgorithm)
    return refuse(Fault::unsupported_mechanism, "authorization: not AWS4-HMAC-SHA256");
  if (count_headers(headers, "authorization") != 1) return malformed("there twice");
  const auto items = split(text.substr(space), ',');
  if (items.size() != 3) return malformed("not three items");
  const auto credential = value_of(trim(items[0]), "Credential");
  const auto names = value_of(trim(items[1]), "SignedHeaders");
  const auto signature = value_of(trim(items[2]), "Signature");
  if (!credential || !names || !signature)
    return malformed("not Credential, SignedHeaders and Signature");

  Authorization authorization{};
  authorization.form = Form::header;
  authorization.signature = *signature;
  if (!read_credential(*credential, authorization)) return malformed("bad Credential");
  if (!read_signed_headers(*names, authorization)) return malformed("bad SignedHeaders");
  TRY_LET(authorization.signed_at, read_date(headers));
  if (date_of(authorization.signed_at) != authorization.scope.date)
    return malformed("the credential's date is not the request's");
  const auto hash = find_header(headers, "x-amz-content-sha256");
  if (!hash) return refuse(Fault::missing_payload_hash, "no x-amz-content-sha256");
  if (!is_payload_hash(*hash))
    return refuse(Fault::malformed_payload_hash, "x-amz-content-sha256 is none");
  authorization.payload_hash = *hash;
  TRY(check_signed_headers(headers, authorization));
  return authorization;
}

Outcome<std::optional<Authorization>> parse_query(const Parameters& parameters,
                                                  const http::Headers& headers) {
  const auto malformed = [](std::string why) {
    return refuse(Fault::malformed_query, "query: " + std::move(why));
  };
  for (const std::string_view name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date",
                                      "X-Amz-Expires", "X-Amz-Signature", "X-Amz-SignedHeaders"})
    if (!parameters.contains(name)) return malformed("no " + std::string(name));
  if (parameters.find("X-Amz-Algorithm")->second != kAlgorithm)
    return malformed("X-Amz-Algorithm is not AWS4-HMAC-SHA256");

  Authorization authorization{};
  authorization.form = Form::query;
  authorization.signature = parameters.find("X-Amz-Signature")->second;
  if (!read_credential(parameters.find("X-Amz-Credential")->second, authorization))
    return malformed("bad X-Amz-Credential");
  if (!read_signed_headers(parameters.find("X-Amz-SignedHeaders")->second, authorization))
    return malformed("bad X-Amz-SignedHeaders");
  const auto at = parse_amz_date(parameters.find("X-Amz-Date")->second);
  if (!at) return malformed("bad X-Amz-Date");
  authorization.signed_at = *at;
  if (date_of(*at) != authorization.scope.date)
    return malformed("the credential's date is not X-Amz-Date's");
  const auto expires = parse_integer<std::int64_t>(parameters.find("X-Amz-Expires")->second);
  if (!expires || *expires > kExpiresMax.count())
    return malformed("X-Amz-Expires is not within 1 and 604800");
  if (*expires < 1) return refuse(Fault::expired, "expired when it was signed");
  authorization.expires = std::chrono::seconds(*expires);

  // The body is unsigned unless the signer says otherwise, as AWS's JavaScript SDK does in the
  // query.
  authorization.payload_hash =
      find_header(headers, "x-amz-content-sha256").value_or(kUnsignedPayload);
  if (const auto hash = parameters.find("X-Amz-Content-Sha256"); hash != parameters.end())
    authorization.payload_hash = hash->second;
  if (!is_payload_hash(authorization.payload_hash))
    return refuse(Fault::malformed_payload_hash, "X-Amz-Content-Sha256 is none");
  TRY(check_signed_headers(headers, authorization));
  return authorization;
}

}  // namespace

bool Authorization::signs(std::string_view lower_case_header) const {
  return std::ranges::binary_search(signed_headers, lower_case_header);
}

Outcome<std::optional<Authorization>> parse(const RequestView& request) {
  TRY_LET(const Parameters parameters, read_parameters(request.query_text));
  const auto header = find_header(request.headers, "authorization");
  const bool version_4 = parameters.contains("X-Amz-Algorithm") ||
                         parameters.contains("X-Amz-Credential") ||
                         parameters.contains("X-Amz-Signature");
  const bool version_2 = parameters.contains("AWSAccessKeyId") && parameters.contains("Signature");
  if (header && (version_4 || version_2))
    return refuse(Fault::two_mechanisms, "both header and query sign");
  if (header) return parse_header(*header, request.headers);
  if (version_4) return parse_query(parameters, request.headers);
  if (version_2) return refuse(Fault::unsupported_mechanism, "query: signature version 2");
  return std::nullopt;
}

Outcome<Authorization> parse_policy(const PolicyFields& fields) {
  const auto malformed = [](std::string_view field) {
    return refuse(Fault::malformed_query, "form: bad " + std::string(field));
  };
  if (fields.algorithm != kAlgorithm) return malformed("x-amz-algorithm");
  Authorization authorization{};
  authorization.form = Form::query;
  authorization.signature = fields.signature;
  authorization.payload_hash = kUnsignedPayload;
  authorization.expires = kExpiresMax;
  if (!read_credential(fields.credential, authorization)) return malformed("x-amz-credential");
  const auto at = parse_amz_date(fields.date);
  if (!at || date_of(*at) != authorization.scope.date) return malformed("x-amz-date");
  authorization.signed_at = *at;
  return authorization;
}

}  // namespace tintype::sigv4
