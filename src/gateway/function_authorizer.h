// An authorizer that asks a function (AWS's "Lambda authorizer" of HTTP APIs, payload format 2.0):
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/lru.h"
#include "gateway/authorizer.h"
#include "gateway/authorizer_answer.h"
#include "gateway/function_client.h"

namespace tintype::gateway {

/// Where a request carries who it is from. Without it the function is not asked: 401.
struct IdentitySource {
  enum class Kind { header, query, route_key };
  Kind kind;
  std::string name;  ///< Of the header or the query's parameter.

  /// "$request.header.Authorization", "$request.querystring.token", "$context.routeKey";
  /// `invalid_argument` for anything else.
  static Result<IdentitySource> parse(std::string_view text);
};

/// Lets pass whom the function lets pass. What it answers is kept for `cache_ttl` per route and
/// values of the identity sources, and where one of these is a JWT never beyond its end. If it
/// fails, is late or answers nonsense, nobody passes.
class FunctionAuthorizer final : public Authorizer {
 public:
  static constexpr std::size_t kSourcesMax = 10;
  static constexpr std::chrono::seconds kCacheTtlMax{3600};
  static constexpr std::size_t kCacheBytesMax = std::size_t{8} << 20;

  struct Options {
    std::string name;    ///< Of the authorizer: the `issuer` of its identities.
    std::string api_id;  ///< In the routeArn: the stack's name.
    std::string region;
    std::vector<IdentitySource> sources;  ///< At least one.
    std::chrono::seconds cache_ttl{0};    ///< Zero: every request asks.
  };
  /// The JSON object that describes a request to a function, payload format 2.0.
  using Describe = std::function<std::string(const http::Request&, const RouteContext&, Instant)>;

  /// `client` is shared with the routes of the same function.
  FunctionAuthorizer(Options options, std::shared_ptr<FunctionClient> client, Describe describe);

  Task<Result<Identity>> authorize(const http::Request& request, const RouteContext& route,
                                   Instant now) const override;

 private:
  struct Known {
    AuthorizerAnswer answer;
    Instant until;
  };

  Result<std::vector<std::string>> source_values(const http::Request& request,
                                                 const RouteContext& route) const;
  Result<std::string> payload(const http::Request& request, const RouteContext& route,
                              const std::vector<std::string>& values, Instant now) const;
  std::string arn_of(const http::Request& request) const;
  Instant kept_until(const std::vector<std::string>& values, Instant now) const;
  Result<Identity> decide(const Known& known, const http::Request& request) const;

  const Options options_;
  const std::shared_ptr<FunctionClient> client_;
  const Describe describe_;
  mutable Lru<std::string, std::shared_ptr<const Known>> known_{
      kCacheBytesMax};  // Shared as found.
};

}  // namespace tintype::gateway
