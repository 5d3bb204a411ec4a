#include "sigv4/canonical.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "crypto/digest.h"

namespace tintype::sigv4 {
namespace {

constexpr std::size_t kRequestSizeUsual = 512;

std::string hmac(std::string_view key, std::string_view text) {
  return crypto::hmac_sha256(key, as_bytes(text));
}

/// Whatever the sender left unencoded, encoded, and the reverse: "%7e" and "~" are the same name.
Result<std::string> encode_again(std::string_view text) {
  if (text.find('%') == std::string_view::npos) return percent_encode(text);
  TRY_LET(const std::string decoded, percent_decode(text));
  return percent_encode(decoded);
}

/// RFC 3986, 5.2.4, and without empty segments, as every service but s3 has it.
std::vector<std::string_view> normal_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment != "..")
      kept.push_back(segment);
    else if (!kept.empty())
      kept.pop_back();
  }
  return kept;
}

}  // namespace

std::string Scope::to_string() const {
  return date + '/' + region + '/' + service + "/aws4_request";
}

std::string signing_key(const Secret& secret, const Scope& scope) {
  // Four HMACs, of which a thread that signs and verifies mostly needs the same all day.
  struct Last {
    Secret secret;
    Scope scope;
    std::string key;
  };
  thread_local Last last;
  if (last.key.empty() || last.scope != scope ||
      !crypto::equal_in_constant_time(last.secret.reveal(), secret.reveal())) {
    const std::string start = "AWS4" + std::string(secret.reveal());
    last.key =
        hmac(hmac(hmac(hmac(start, scope.date), scope.region), scope.service), "aws4_request");
    last.secret = secret;
    last.scope = scope;
  }
  return last.key;
}

std::string signature_of(std::string_view key, std::string_view text) {
  return to_hex(as_bytes(hmac(key, text)));
}

Result<std::string> canonical_path(std::string_view path, std::string_view service) {
  std::string result;
  if (service == "s3") {
    for (const std::string_view segment : split(path, '/')) {
      TRY_LET(const std::string encoded, encode_again(segment));
      result += encoded;
      result += '/';
    }
    result.pop_back();
  } else {
    for (const std::string_view segment : normal_segments(path)) {
      result += '/';
      result += percent_encode(segment);
    }
    if (path.ends_with('/') && !result.empty()) result += '/';
  }
  if (result.empty()) result = "/";
  return result;
}

Result<std::string> canonical_query(std::string_view query_text, std::string_view left_out) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string_view part : split(query_text, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    TRY_LET(std::string name, encode_again(part.substr(0, equals)));
    if (!left_out.empty() && name == left_out) continue;
    TRY_LET(std::string value, encode_again(part.substr(std::min(equals + 1, part.size()))));
    parameters.emplace_back(std::move(name), std::move(value));
  }
  std::ranges::sort(parameters);
  std::string result;
  for (const auto& [name, value] : parameters) {
    if (!result.empty()) result += '&';
    result += name;
    result += '=';
    result += value;
  }
  return result;
}

std::string canonical_header_value(const http::Headers& headers, std::string_view name) {
  std::string result;
  bool first = true;
  for (const auto& [field, value] : headers) {
    if (!equals_ignoring_case(field, name)) continue;
    if (!std::exchange(first, false)) result += ',';
    bool space = false;
    for (const char c : trim(value)) {
      const bool blank = c == ' ' || c == '\t';
      if (!blank) result += c;
      if (blank && !space) result += ' ';
      space = blank;
    }
  }
  return result;
}

Result<std::string> canonical_request(const RequestView& request, const CanonicalOptions& options) {
  TRY_LET(const std::string query, canonical_query(request.query_text, options.left_out));
  return canonical_request(request, query, options);
}

Result<std::string> canonical_request(const RequestView& request, std::string_view query,
                                      const CanonicalOptions& options) {
  TRY_LET(const std::string path, canonical_path(request.path, options.service));
  std::string text;
  text.reserve(kRequestSizeUsual);
  for (const std::string_view line : {request.method, std::string_view(path), query}) {
    text += line;
    text += '\n';
  }
  std::string names;
  for (const std::string& name : options.signed_headers) {
    text += name;
    text += ':';
    text += canonical_header_value(request.headers, name);
    text += '\n';
    if (!names.empty()) names += ';';
    names += name;
  }
  text += '\n';
  text += names;
  text += '\n';
  text += options.payload_hash;
  return text;
}

std::string string_to_sign(std::string_view canonical_request, const Scope& scope, Instant at) {
  return std::string(kAlgorithm) + '\n' + to_amz_date(at) + '\n' + scope.to_string() + '\n' +
         crypto::sha256_hex(as_bytes(canonical_request));
}

std::string date_of(Instant at) { return to_amz_date(at).substr(0, 8); }

}  // namespace tintype::sigv4
