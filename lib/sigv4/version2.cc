#include "sigv4/version2.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text.h"
#include "crypto/digest.h"

namespace tintype::sigv4 {
namespace {

constexpr std::string_view kScheme = "AWS ";

/// Parameters that ask for something else than the object itself, so that they are signed. Sorted.
constexpr std::array<std::string_view, 33> kSigned = {
    "accelerate",   "acl",
    "analytics",    "attributes",
    "cors",         "delete",
    "encryption",   "inventory",
    "legal-hold",   "lifecycle",
    "location",     "logging",
    "metrics",      "notification",
    "object-lock",  "ownershipControls",
    "partNumber",   "policy",
    "policyStatus", "publicAccessBlock",
    "replication",  "requestPayment",
    "restore",      "retention",
    "select",       "tagging",
    "torrent",      "uploadId",
    "uploads",      "versionId",
    "versioning",   "versions",
    "website",
};
constexpr std::string_view kOverridePrefix = "response-";

std::unexpected<Failure> refuse(Fault fault, std::string message) {
  return std::unexpected(Failure{.fault = fault,
                                 .message = std::move(message),
                                 .canonical_request = {},
                                 .string_to_sign = {}});
}

struct Parameter {
  std::string name;
  std::string value;  // Decoded.
  bool has_equals;
  std::size_t place;
};

Outcome<std::vector<Parameter>> read_parameters(std::string_view query_text) {
  std::vector<Parameter> parameters;
  if (query_text.empty()) return parameters;
  for (const std::string_view part : split(query_text, '&')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    auto name = percent_decode(part.substr(0, equals));
    auto value = percent_decode(part.substr(std::min(equals + 1, part.size())));
    if (!name || !value) return refuse(Fault::malformed_path, "query: broken percent-encoding");
    parameters.push_back(
        {*std::move(name), *std::move(value), equals < part.size(), parameters.size()});
  }
  return parameters;
}

/// Nothing unless it is there just once.
std::optional<std::string> find_once(const std::vector<Parameter>& parameters,
                                     std::string_view name) {
  if (std::ranges::count(parameters, name, &Parameter::name) != 1) return std::nullopt;
  return std::ranges::find(parameters, name, &Parameter::name)->value;
}

std::string header_of(const RequestView& request, std::string_view name) {
  return std::string(trim(request.headers.find(name).value_or("")));
}

/// An HTTP date, which clients of this age also write with "+0000".
std::optional<Instant> read_date(std::string text) {
  constexpr std::string_view kZero = "+0000";
  if (text.ends_with(kZero)) text.replace(text.size() - kZero.size(), kZero.size(), "GMT");
  const auto date = parse_http_date(text);
  return date ? std::optional(*date) : std::nullopt;
}

Outcome<Version2> parse_header(const RequestView& request, std::string_view text) {
  const std::string_view rest = text.substr(kScheme.size());
  // From the right: no base64 has a colon.
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    return refuse(Fault::malformed_authorization, "authorization: not KEY:SIGNATURE");
  Version2 claimed{.form = Form::header,
                   .access_key_id = std::string(trim(rest.substr(0, colon))),
                   .signature = std::string(trim(rest.substr(colon + 1))),
                   .date = header_of(request, "Date"),
                   .at = {}};
  const std::string amz_date = header_of(request, "x-amz-date");
  const auto at = read_date(amz_date.empty() ? claimed.date : amz_date);
  if (!at) return refuse(Fault::missing_date, "neither x-amz-date nor Date is a date");
  claimed.at = *at;
  if (!amz_date.empty()) claimed.date.clear();
  return claimed;
}

Outcome<Version2> parse_query(const std::vector<Parameter>& parameters) {
  const auto key = find_once(parameters, "AWSAccessKeyId");
  const auto signature = find_once(parameters, "Signature");
  const auto expires = find_once(parameters, "Expires");
  if (!key || !signature || !expires)
    return refuse(Fault::malformed_query,
                  "query: not one each of AWSAccessKeyId, Signature and Expires");
  constexpr std::int64_t kSecondsMax = 253'402'300'799;  // The end of the year 9999.
  const auto seconds = parse_integer<std::int64_t>(*expires);
  if (!seconds || *seconds < 0 || *seconds > kSecondsMax)
    return refuse(Fault::malformed_query, "query: Expires is no time");
  return Version2{.form = Form::query,
                  .access_key_id = *key,
                  .signature = *signature,
                  .date = *expires,
                  .at = from_epoch_ms(*seconds * 1000)};
}

/// "x-amz-acl:private\n...": lower-case, sorted, of one name's several values a list.
std::string canonical_headers(const http::Headers& headers) {
  std::map<std::string, std::string> fields;
  for (const auto& [raw_name, value] : headers) {
    const std::string name = to_lower(raw_name);
    if (!name.starts_with("x-amz-")) continue;
    const auto [field, is_new] = fields.try_emplace(name);
    if (!is_new) field->second += ',';
    field->second += trim(value);
  }
  std::string text;
  for (const auto& [name, value] : fields) text.append(name).append(":").append(value) += '\n';
  return text;
}

/// "?acl&uploadId=x", or nothing.
std::string canonical_query(std::vector<Parameter> parameters) {
  std::string text;
  std::erase_if(parameters, [](const Parameter& parameter) {
    return !std::ranges::binary_search(kSigned, parameter.name) &&
           !parameter.name.starts_with(kOverridePrefix);
  });
  // Of one name as they were sent.
  std::ranges::sort(parameters, {}, [](const Parameter& p) { return std::tie(p.name, p.place); });
  char mark = '?';
  for (const Parameter& parameter : parameters) {
    text += std::exchange(mark, '&');
    text += parameter.name;
    if (parameter.has_equals) text.append("=").append(parameter.value);
  }
  return text;
}

}  // namespace

std::string sign_version2(std::string_view text, const Secret& secret) {
  return to_base64(as_bytes(crypto::hmac_sha1(secret.reveal(), as_bytes(text))));
}

Outcome<std::optional<Version2>> parse_version2(const RequestView& request) {
  TRY_LET(const std::vector<Parameter> parameters, read_parameters(request.query_text));
  const auto has = [&](std::string_view name) {
    return std::ranges::find(parameters, name, &Parameter::name) != parameters.end();
  };
  const bool in_query = has("AWSAccessKeyId") && has("Signature");
  const auto fields = request.headers.find_all("Authorization");
  if (in_query && !fields.empty())
    return refuse(Fault::two_mechanisms, "both header and query sign");
  if (in_query) return parse_query(parameters);
  if (fields.size() != 1 || !fields.front().starts_with(kScheme)) return std::nullopt;
  return parse_header(request, fields.front());
}

Outcome<void> verify_version2(const Version2& claimed, const RequestView& request,
                              std::string_view host_bucket, const std::optional<Secret>& secret,
                              Instant now, std::chrono::seconds skew_max) {
  if (!secret) return refuse(Fault::unknown_access_key, "no key '" + claimed.access_key_id + "'");
  if (claimed.form == Form::header && (now - claimed.at > skew_max || claimed.at - now > skew_max))
    return refuse(Fault::request_time_skewed, "the clocks differ too much");
  if (claimed.form == Form::query && now > claimed.at)
    return refuse(Fault::expired, "query: expired");
  TRY_LET(std::vector<Parameter> parameters, read_parameters(request.query_text));
  std::string path(request.path);
  if (!host_bucket.empty()) path.insert(0, "/" + std::string(host_bucket));
  std::string text(request.method);
  text.append("\n").append(header_of(request, "Content-MD5"));
  text.append("\n").append(header_of(request, "Content-Type"));
  text.append("\n").append(claimed.date).append("\n");
  text.append(canonical_headers(request.headers));
  const std::string query = canonical_query(std::move(parameters));
  const auto matches = [&](const std::string& resource) {
    return crypto::equal_in_constant_time(sign_version2(text + resource + query, *secret),
                                          claimed.signature);
  };
  if (matches(path)) return {};
  // "/bucket" for the bucket itself is signed by some as it is, by others with a slash behind.
  if (path.find('/', 1) == std::string::npos && matches(path + '/')) return {};
  text += path + query;
  return std::unexpected(
      Failure{.fault = Fault::signature_mismatch,
              .message = "signature of '" + claimed.access_key_id + "' does not match",
              .canonical_request = {},
              .string_to_sign = std::move(text)});
}

}  // namespace tintype::sigv4
