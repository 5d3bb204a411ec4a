#include "gateway/function_authorizer.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/json.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "gateway/bearer.h"
#include "gateway/jwt.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

/// A digest of what decides, with sizes, so that no two lists read alike.
std::string key_of(std::string_view route_key, const std::vector<std::string>& values) {
  std::string text(route_key);
  for (const std::string& value : values) text += '\n' + std::to_string(value.size()) + ':' + value;
  return crypto::sha256(as_bytes(text));
}

ErrorCode code_of(FunctionFailure::Fault fault) {
  switch (fault) {
    case FunctionFailure::Fault::unavailable: return ErrorCode::unavailable;
    case FunctionFailure::Fault::timed_out: return ErrorCode::unavailable;
    case FunctionFailure::Fault::failed: return ErrorCode::internal;
    case FunctionFailure::Fault::too_large: return ErrorCode::internal;
  }
  __builtin_unreachable();
}

std::size_t size_of(const AuthorizerAnswer& answer) {
  std::size_t size = 512 + answer.subject.size();
  for (const auto& [name, value] : answer.context) size += 64 + name.size() + value.size();
  for (const auto& statement : answer.statements)
    for (const std::string& resource : statement.resources) size += 64 + resource.size();
  return size;
}

}  // namespace

Result<IdentitySource> IdentitySource::parse(std::string_view text) {
  constexpr std::string_view kHeader = "$request.header.";
  constexpr std::string_view kQuery = "$request.querystring.";
  const auto named = [&](Kind kind, std::string_view prefix) -> Result<IdentitySource> {
    const std::string_view name = text.substr(prefix.size());
    if (name.empty() || name.find_first_of(" \t\r\n:$") != name.npos)
      return fail(ErrorCode::invalid_argument, "a name is missing, or is none");
    return IdentitySource{.kind = kind, .name = std::string(name)};
  };
  if (text.starts_with(kHeader)) return named(Kind::header, kHeader);
  if (text.starts_with(kQuery)) return named(Kind::query, kQuery);
  if (text == "$context.routeKey") return IdentitySource{.kind = Kind::route_key, .name = {}};
  return fail(ErrorCode::invalid_argument,
              "write $request.header.NAME, $request.querystring.NAME or $context.routeKey");
}

FunctionAuthorizer::FunctionAuthorizer(Options options, std::shared_ptr<FunctionClient> client,
                                       Describe describe)
    : options_(std::move(options)), client_(std::move(client)), describe_(std::move(describe)) {
  ASSERT(!options_.sources.empty() && options_.sources.size() <= kSourcesMax);
  ASSERT(options_.cache_ttl >= std::chrono::seconds(0));
  ASSERT(options_.cache_ttl <= kCacheTtlMax);
}

Result<std::vector<std::string>> FunctionAuthorizer::source_values(
    const http::Request& request, const RouteContext& route) const {
  std::vector<std::string> values;
  for (const IdentitySource& source : options_.sources) {
    std::vector<std::string_view> found;
    switch (source.kind) {
      case IdentitySource::Kind::header: found = request.headers.find_all(source.name); break;
      case IdentitySource::Kind::query:
        for (const auto& [name, value] : request.query)
          if (name == source.name) found.push_back(value);
        break;
      case IdentitySource::Kind::route_key: found = {route.route_key}; break;
    }
    // There twice: the function and whoever is behind it may each look at another one.
    if (found.size() != 1 || found.front().empty())
      return fail(ErrorCode::unauthenticated,
                  "identity source '" + source.name + "': missing, empty or there twice");
    values.emplace_back(found.front());
  }
  return values;
}

std::string FunctionAuthorizer::arn_of(const http::Request& request) const {
  return "arn:aws:execute-api:" + options_.region + ":000000000000:" + options_.api_id +
         "/$default/" + request.method + request.path;
}

Result<std::string> FunctionAuthorizer::payload(const http::Request& request,
                                                const RouteContext& route,
                                                const std::vector<std::string>& values,
                                                Instant now) const {
  TRY_LET(json::object object,
          within("payload", parse_json_object(describe_(request, route, now))));
  // An authorizer is told nothing of the body, and of the route as a resource.
  object.erase("body");
  object.erase("isBase64Encoded");
  object["type"] = "REQUEST";
  object["routeArn"] = arn_of(request);
  object["identitySource"] = json::array(values.begin(), values.end());
  return json::serialize(object);
}

Instant FunctionAuthorizer::kept_until(const std::vector<std::string>& values, Instant now) const {
  Instant until = now + options_.cache_ttl;
  for (const std::string& value : values) {
    const auto bearer = parse_bearer(value);
    if (const auto end = claimed_end(bearer ? *bearer : value)) until = std::min(until, *end);
  }
  return until;
}

Result<Identity> FunctionAuthorizer::decide(const Known& known,
                                            const http::Request& request) const {
  if (!known.answer.allows(arn_of(request)))
    return fail(ErrorCode::denied, "authorizer '" + options_.name + "': denied");
  return Identity{.subject = known.answer.subject,
                  .issuer = options_.name,
                  .client_id = {},
                  .scopes = {},
                  .claims_json = {},
                  .context = known.answer.context,
                  .expires_at = known.until};
}

Task<Result<Identity>> FunctionAuthorizer::authorize(const http::Request& request,
                                                     const RouteContext& route, Instant now) const {
  CO_TRY_LET(const auto values, source_values(request, route));
  const std::string key = key_of(route.route_key, values);
  if (const auto known = known_.find(key); known && now < (*known)->until)
    co_return decide(**known, request);

  const std::string context = "authorizer '" + options_.name + "'";
  CO_TRY_LET(std::string text, payload(request, route, values, now));
  auto answered = co_await client_->invoke(
      {.payload = std::move(text),
       .request_id = request.id,
       .traceparent = std::string(request.headers.find("traceparent").value_or(""))});
  if (!answered)
    co_return fail(code_of(answered.error().fault), context + ": " + answered.error().message);
  auto answer = AuthorizerAnswer::parse(*answered);
  if (!answer) co_return fail(ErrorCode::internal, context + ": " + answer.error().message);
  // Shared by the cache and whoever finds it.
  const auto known = std::make_shared<const Known>(
      Known{.answer = *std::move(answer), .until = kept_until(values, now)});
  if (known->until > now) known_.insert(key, known, size_of(known->answer));
  co_return decide(*known, request);
}

}  // namespace tintype::gateway
