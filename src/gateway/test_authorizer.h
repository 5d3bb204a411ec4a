// What the tests of authorizers share: requests, keys and tokens.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <span>
#include <string>

#include "base/test_loop.h"
#include "crypto/jose.h"
#include "gateway/authorizer.h"
#include "gateway/test_gateway.h"

namespace tintype::gateway::test {

using tintype::test::TestLoop;

inline http::Request request_with(http::Headers headers, const std::string& query = {}) {
  http::Request request;
  request.method = "GET";
  request.path = "/a";
  request.query_text = query;
  request.query = *http::Query::parse(query);
  request.headers = std::move(headers);
  request.id = "request-1";
  return request;
}

inline crypto::SigningKey make_key() {
  auto key = crypto::SigningKey::generate_es256();
  EXPECT_TRUE(key) << key.error().message;
  return *std::move(key);
}

inline std::string jwks_of(const crypto::SigningKey& key) {
  return crypto::public_jwks_json(std::span(&key, 1));
}

inline crypto::KeySet keys_of(const crypto::SigningKey& key) {
  return *crypto::KeySet::parse(jwks_of(key));
}

inline std::string token_of(const crypto::SigningKey& key,
                            std::chrono::seconds ttl = std::chrono::minutes(15)) {
  const std::int64_t now = to_epoch_ms(kNow) / 1000;
  return *key.sign(boost::json::serialize(boost::json::object{{"iss", kIssuer},
                                                              {"sub", "ada"},
                                                              {"aud", kAudience},
                                                              {"exp", now + ttl.count()},
                                                              {"scope", "read write"}}),
                   "at+jwt");
}

/// One call of `authorizer` on `loop`.
inline Result<Identity> authorize(TestLoop& loop, const Authorizer& authorizer,
                                  const http::Request& request, Instant now = kNow,
                                  std::string_view route_key = "GET /a") {
  const std::map<std::string, std::string> parameters;
  const RouteContext route{.route_key = route_key, .scopes = {}, .parameters = parameters};
  return loop.run(authorizer.authorize(request, route, now));
}

}  // namespace tintype::gateway::test
