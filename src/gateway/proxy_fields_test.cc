#include "gateway/proxy_fields.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "gateway/proxy_target.h"
#include "gateway/proxy_websocket.h"

namespace tintype::gateway {
namespace {

const http::Origin kOrigin{.secure = false, .host = "10.0.0.9", .port = 4567};

http::Request request_with(http::Headers headers) {
  http::Request request;
  request.method = "GET";
  request.headers = std::move(headers);
  request.remote_address = "192.0.2.7";
  request.id = "ours";
  return request;
}

TEST(RequestFields, ForgedAndHopByHopOnesStay) {
  const char* const names[] = {
      "X-Tintype-Sub",
      "x-tintype-anything",
      "X_Tintype_Sub",
      "X-Forwarded-For",
      "X-Forwarded-Proto",
      "x_forwarded_host",
      "X-Forwarded-New",
      "Forwarded",
      "X-Real-IP",
      "X-Request-Id",
      "X-Original-URL",
      "Proxy",
      "Connection",
      "Keep-Alive",
      "TE",
      "Trailer",
      "Transfer-Encoding",
      "Upgrade",
      "Expect",
      "Proxy-Connection",
      "Proxy-Authorization",
      "Authorization",
      "X-Hop",
  };
  http::Headers headers{{"Host", "h"}, {"Connection", "close, X-Hop"}, {"Accept", "*/*"}};
  for (const char* const name : names) headers.add(name, "forged");
  const auto fields = request_fields(request_with(headers), nullptr, {}, kOrigin);
  for (const auto& [name, value] : fields)
    EXPECT_EQ(value.find("forged"), std::string::npos) << name << ": " << value;
  EXPECT_EQ(fields.find("Accept"), "*/*");
  EXPECT_FALSE(fields.has("X-Tintype-Sub"));
}

TEST(RequestFields, SayWhoAndWhence) {
  const Identity identity{.subject = "al\nice%\xc3\xa4",
                          .issuer = "https://i",
                          .client_id = "app",
                          .scopes = {"read", "write"},
                          .claims_json = "{}",
                          .context = {{"tier", "gold"}},
                          .expires_at = {}};
  const auto fields = request_fields(request_with({{"Host", "api.example.com:8080"},
                                                   {"Via", "1.1 cdn"},
                                                   {"Connection", "x-tintype-sub, via"}}),
                                     &identity, {}, kOrigin);
  const struct {
    const char* name;
    const char* value;
  } expected[] = {
      {"Host", "10.0.0.9:4567"},
      {"Via", "1.1 cdn, 1.1 tintype"},
      {"X-Request-Id", "ours"},
      {"X-Forwarded-For", "192.0.2.7"},
      {"X-Forwarded-Proto", "http"},
      {"X-Forwarded-Host", "api.example.com:8080"},
      {"Forwarded", "for=192.0.2.7;proto=http;host=\"api.example.com:8080\""},
      {"X-Tintype-Sub", "al%0Aice%25%C3%A4"},
      {"X-Tintype-Issuer", "https://i"},
      {"X-Tintype-Client-Id", "app"},
      {"X-Tintype-Scopes", "read write"},
      {"X-Tintype-Claims", "e30"},
      {"X-Tintype-Context", "eyJ0aWVyIjoiZ29sZCJ9"},
  };
  for (const auto& e : expected) {
    SCOPED_TRACE(e.name);
    ASSERT_EQ(fields.find_all(e.name).size(), 1U);
    EXPECT_EQ(fields.find(e.name), e.value);
  }
}

TEST(RequestFields, FollowTheRoute) {
  auto request = request_with({{"Host", "h.example"}, {"Authorization", "Bearer t"}});
  request.remote_address = "2001:db8::1";
  request.secure = true;
  const auto fields = request_fields(
      request, nullptr,
      {.url = {}, .route_path = {}, .pass_authorization = true, .pass_host = true}, kOrigin);
  EXPECT_EQ(fields.find("Authorization"), "Bearer t");
  EXPECT_EQ(fields.find("Host"), "h.example");
  EXPECT_EQ(fields.find("Forwarded"), "for=\"[2001:db8::1]\";proto=https;host=\"h.example\"");
}

TEST(RequestFields, AHostThatIsNoneIsNotForwarded) {
  const auto fields =
      request_fields(request_with({{"Host", "h\";for=1.2.3.4"}}), nullptr, {}, kOrigin);
  EXPECT_FALSE(fields.has("X-Forwarded-Host"));
  EXPECT_EQ(fields.find("Forwarded"), "for=192.0.2.7;proto=http");
}

TEST(AnswerFields, LeaveOutWhatIsNotTheClients) {
  const http::Headers headers{{"Connection", "X-Hop"}, {"X-Hop", "x"},
                              {"Keep-Alive", "x"},     {"Access-Control-Allow-Origin", "*"},
                              {"Alt-Svc", "x"},        {"x-request-id", "theirs"},
                              {"Content-Length", "5"}, {"Content-Type", "text/plain"},
                              {"Set-Cookie", "a=1"},   {"Set-Cookie", "b=2"}};
  const auto fields = answer_fields(headers, *http::UpstreamUrl::parse("http://h"), "ours");
  EXPECT_EQ(fields.count(), 4U);
  EXPECT_EQ(fields.find_all("Set-Cookie").size(), 2U);
  EXPECT_EQ(fields.find("x-request-id"), "ours");
}

TEST(AnswerFields, LocationsDoNotTellWhereTheUpstreamIs) {
  const struct {
    const char* url;
    const char* location;
    const char* seen;
  } cases[] = {
      {"http://10.0.0.9:4567", "http://10.0.0.9:4567/login?x", "/login?x"},
      {"http://10.0.0.9:4567", "HTTP://10.0.0.9:4567", "/"},
      {"http://10.0.0.9", "http://10.0.0.9:80/a", "/a"},
      {"http://10.0.0.9/base", "http://10.0.0.9/base/a", "/a"},
      {"http://10.0.0.9/base", "http://10.0.0.9/basement", "/basement"},
      {"http://10.0.0.9", "/relative", "/relative"},
      {"http://10.0.0.9", "https://elsewhere.example/a", "https://elsewhere.example/a"},
      {"http://10.0.0.9", "http://10.0.0.99/a", "http://10.0.0.99/a"},
      {"http://10.0.0.9", "http://10.0.0.9.evil.example/a", "http://10.0.0.9.evil.example/a"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.location);
    const auto fields =
        answer_fields({{"Location", c.location}}, *http::UpstreamUrl::parse(c.url), "");
    EXPECT_EQ(fields.find("Location"), c.seen);
  }
}

TEST(ProxyTarget, PassesThePathOnOrBuildsIt) {
  const struct {
    const char* url_path;
    const char* route;
    const char* path;
    const char* query;
    Parameters parameters;
    const char* target;
  } cases[] = {
      {"", "/api/{proxy+}", "/api/a%20b/c", "x=%2F&y", {}, "/api/a%20b/c?x=%2F&y"},
      {"/v1", "/api/{proxy+}", "/api/a", "", {}, "/v1/api/a"},
      {"/v1/{proxy}", "/api/{proxy+}", "/api/a/b", "q", {{"proxy", "a/b c"}}, "/v1/a/b%20c?q"},
      {"/p/{id}/x", "/people/{id}", "/people/7", "", {{"id", "a?b"}}, "/p/a%3Fb/x"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.target);
    http::Request request;
    request.path = c.path;
    request.query_text = c.query;
    const auto target = ProxyTarget::parse(c.url_path, c.route);
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(target->of(request, c.parameters), c.target);
  }
}

TEST(ProxyTarget, RefusesParametersThatTheRouteHasNot) {
  for (const char* const path : {"/{other}", "/{}", "/{proxy", "/proxy}", "/{proxy+}", "/}{"}) {
    SCOPED_TRACE(path);
    EXPECT_FALSE(ProxyTarget::parse(path, "/api/{proxy+}"));
  }
}

TEST(WebSocketHandshake, IsCheckedOnBothSides) {
  const http::Headers good{{"Upgrade", "websocket"},
                           {"Connection", "keep-alive, Upgrade"},
                           {"Sec-WebSocket-Version", "13"},
                           {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  EXPECT_TRUE(asks_for_websocket(request_with(good)));
  EXPECT_TRUE(parse_websocket_handshake(request_with(good)));
  const struct {
    const char* name;
    const char* field;
    const char* value;
    ErrorCode code;
  } bad[] = {
      {"old version", "Sec-WebSocket-Version", "8", ErrorCode::unsupported},
      {"no base64", "Sec-WebSocket-Key", "***", ErrorCode::invalid_argument},
      {"short key", "Sec-WebSocket-Key", "YQ==", ErrorCode::invalid_argument},
      {"a body", "Transfer-Encoding", "chunked", ErrorCode::invalid_argument},
  };
  for (const auto& c : bad) {
    SCOPED_TRACE(c.name);
    auto headers = good;
    headers.set(c.field, c.value);
    const auto key = parse_websocket_handshake(request_with(headers));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, c.code);
  }
  // The example of RFC 6455, 1.3.
  http::UpstreamHead head;
  head.headers = {{"Upgrade", "websocket"},
                  {"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}};
  EXPECT_TRUE(accepts_websocket(head, "dGhlIHNhbXBsZSBub25jZQ=="));
  EXPECT_FALSE(accepts_websocket(head, "AAAAAAAAAAAAAAAAAAAAAA=="));
}

}  // namespace
}  // namespace tintype::gateway
