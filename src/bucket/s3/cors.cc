#include "bucket/s3/cors.h"

#include <utility>

#include "base/text.h"

namespace tintype::bucket {

namespace {

/// An hour: browsers cap it themselves (Chromium at two).
constexpr std::uint32_t kMaxAge = 3600;

std::string join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

void allow_by(const CorsRule& rule, std::string_view origin, http::Headers& headers) {
  const bool for_everyone = is_for_everyone(rule);
  headers.set("Access-Control-Allow-Origin", for_everyone ? "*" : std::string(origin));
  if (!for_everyone) headers.set("Access-Control-Allow-Credentials", "true");
  headers.set("Access-Control-Allow-Methods", join(rule.methods));
  if (!rule.exposed.empty()) headers.set("Access-Control-Expose-Headers", join(rule.exposed));
  if (rule.max_age_s) headers.set("Access-Control-Max-Age", std::to_string(*rule.max_age_s));
}

}  // namespace

S3Cors::S3Cors(std::vector<std::string> origins) {
  if (origins.empty()) return;
  app_.push_back({.origins = std::move(origins),
                  .methods = {"GET", "HEAD", "PUT", "POST", "DELETE"},
                  .headers = {"*"},
                  .exposed = {"ETag", "x-amz-request-id"},
                  .max_age_s = kMaxAge});
}

const CorsRule* S3Cors::find(const CorsRules& rules, const CorsQuestion& question) const {
  if (const CorsRule* const rule = find_rule(rules, question)) return rule;
  // The stack names its origins in full: a '*' there is no pattern.
  for (const CorsRule& rule : app_)
    for (const std::string& origin : rule.origins)
      if (origin == question.origin) return find_rule(app_, question);
  return nullptr;
}

S3Result<http::Response> S3Cors::preflight(const http::Request& request,
                                           const CorsRules& rules) const {
  const auto origin = request.headers.find("Origin");
  const auto method = request.headers.find("Access-Control-Request-Method");
  if (!origin)
    return refuse(S3Error::bad_request, "Insufficient information. Origin request header needed.");
  if (!method) return refuse(S3Error::bad_request, "Invalid Access-Control-Request-Method: null");
  CorsQuestion question{.origin = *origin, .method = *method};
  const auto wanted = request.headers.find("Access-Control-Request-Headers");
  if (wanted)
    for (const std::string_view name : split(*wanted, ','))
      if (!trim(name).empty()) question.headers.push_back(to_lower(trim(name)));
  const CorsRule* const rule = find(rules, question);
  if (rule == nullptr) return refuse(S3Error::access_forbidden);

  http::Response response;
  allow_by(*rule, *origin, response.headers);
  if (wanted) response.headers.set("Access-Control-Allow-Headers", join(question.headers));
  return response;
}

void S3Cors::allow(const http::Request& request, const CorsRules& rules,
                   http::Response& response) const {
  // Also for other origins and none: a cache must not give one's answer to another.
  response.headers.add("Vary",
                       "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  const auto origin = request.headers.find("Origin");
  if (!origin || request.method == "OPTIONS") return;
  // A client may say of a request what it would ask of a preflight.
  const auto method = request.headers.find("Access-Control-Request-Method");
  const CorsRule* const rule =
      find(rules, {.origin = *origin, .method = method.value_or(request.method)});
  if (rule != nullptr) allow_by(*rule, *origin, response.headers);
}

}  // namespace tintype::bucket
