// Requests that verify_test.cc and parse_test.cc spoil in one place each.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sigv4/sign.h"
#include "sigv4/verify.h"

namespace tintype::sigv4 {

inline const Instant kNow = *parse_amz_date("20261123T203104Z");
inline const Place kPlace{.region = "eu-central-1", .service = "s3"};
inline const VerifyOptions kOptions{.regions = {"us-east-1", "eu-central-1"}};

inline Credentials credentials() {
  return {.access_key_id = "TTAK/with a slash", .secret = Secret("s3cr3t"), .session_token = {}};
}

/// A request that owns what a RequestView refers to, to spoil one part of it.
struct Sent {
  std::string method = "PUT";
  std::string path = "/bucket/key";
  std::string query;
  http::Headers headers;

  RequestView view() const {
    return {.method = method, .path = path, .query_text = query, .headers = headers};
  }
};

inline Sent signed_by_header(std::string path = "/bucket/key", std::string query = "partNumber=1") {
  Sent sent{.method = "PUT",
            .path = std::move(path),
            .query = std::move(query),
            .headers = {{"Host", "127.0.0.1:9000"},
                        {"x-amz-meta-name", "a  b"},
                        {"Content-Type", "image/jpeg"},
                        {"User-Agent", "test"}}};
  const auto added = sign(sent.view(), credentials(), kPlace, kNow, kUnsignedPayload);
  EXPECT_TRUE(added);
  for (const auto& [name, value] : *added) sent.headers.add(name, value);
  return sent;
}

inline Sent signed_by_query(std::chrono::seconds expires = std::chrono::minutes(5),
                            std::string path = "/bucket/key") {
  const auto url = presign({.method = "PUT",
                            .origin = "http://127.0.0.1:9000",
                            .path = std::move(path),
                            .query = {{"uploadId", "a/b+c d"}},
                            .headers = {{"Content-Type", "image/jpeg"}, {"Content-Length", "17"}},
                            .expires = expires},
                           credentials(), kPlace, kNow);
  EXPECT_TRUE(url);
  const std::string rest = url->substr(std::string_view("http://127.0.0.1:9000").size());
  const std::size_t question = rest.find('?');
  return {.method = "PUT",
          .path = rest.substr(0, question),
          .query = rest.substr(question + 1),
          .headers = {{"Host", "127.0.0.1:9000"},
                      {"content-length", "17"},
                      {"content-type", "image/jpeg"},
                      {"Origin", "http://localhost:8080"}}};
}

/// The fault that stops `sent`, or nothing.
inline std::optional<Fault> fault_of(const Sent& sent, Instant now = kNow) {
  const auto authorization = parse(sent.view());
  if (!authorization) return authorization.error().fault;
  if (!*authorization) return std::nullopt;
  const auto verified = verify(**authorization, sent.view(), credentials().secret, now, kOptions);
  if (!verified) return verified.error().fault;
  return std::nullopt;
}

inline void replace(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
}

inline std::string header(const Sent& sent, std::string_view name) {
  return std::string(sent.headers.find(name).value_or(""));
}

}  // namespace tintype::sigv4
