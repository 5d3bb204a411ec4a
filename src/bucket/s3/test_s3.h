// For tests: the S3 handler behind a real server, spoken to over real connections.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bucket/disk/test_store.h"
#include "bucket/s3/api.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "http/client.h"
#include "http/server.h"
#include "sigv4/sign.h"
#include "xml/reader.h"

namespace tintype::bucket::test {

inline constexpr const char* kOrigin = "http://app.example:8080";

/// Like the slots of the upload stage: a presigned PUT or form may fill the key "slot", once, with
/// a JPEG. Forms may go elsewhere, too.
class Slot final : public Observer {
 public:
  Status admit(const PutIntent& intent) override {
    if (!intent.options.writer.presigned) return {};
    const bool is_form = intent.options.writer.by == WrittenBy::post;
    if (intent.key.str() != "slot")
      return is_form ? Status() : fail(ErrorCode::denied, "no such slot");
    if (used_) return fail(ErrorCode::denied, "this upload URL was already used");
    if (intent.options.content_type != "image/jpeg")
      return fail(ErrorCode::invalid_argument, "the slot is for image/jpeg");
    if (intent.options.size > 10) return fail(ErrorCode::too_large, "the slot takes 10 bytes");
    return {};
  }
  Status created(sql::Session&, const ObjectInfo& object, const Writer&) override {
    used_ = used_ || object.key.str() == "slot";
    return {};
  }
  void committed(const ObjectInfo&) override {}

 private:
  std::atomic<bool> used_ = false;
};

/// What to change about a request after or before it is signed.
struct Twist {
  http::Headers headers = {};        // Signed.
  http::Headers headers_after = {};  // Added when it is signed.
  std::optional<std::string> payload_hash = {};
  std::optional<sigv4::Credentials> credentials = {};
  sigv4::Place place{.region = "us-east-1", .service = "s3"};
  Instant at = kNow;
};

class S3Test : public ::testing::Test {
 protected:
  S3Test() {
    S3Options options;
    options.keys.emplace(credentials_.access_key_id, credentials_.secret);
    options.cors_origins = {kOrigin};
    options.domains = {"localhost"};
    handler_ = s3_handler(std::move(options), *store_, identities_, pool_, clock_);
    http::Listener listener{
        .name = "s3", .address = "127.0.0.1:0", .limits = {}, .handler = handler_};
    listener.limits.body_bytes_max = 64 << 20;
    std::vector<http::Listener> listeners;
    listeners.push_back(std::move(listener));
    auto server = http::Server::start({}, std::move(listeners));
    EXPECT_TRUE(server);
    server_ = *std::move(server);
    host_ = server_->addresses().at(0);
    EXPECT_TRUE(store_->create_bucket(bucket_));
  }
  ~S3Test() override { server_->stop(); }

  http::ClientResponse send(const std::string& method, const std::string& target,
                            const std::string& body = "", const Twist& twist = {}) {
    const auto question = target.find('?');
    const std::string path = target.substr(0, question);
    const std::string query = question == std::string::npos ? "" : target.substr(question + 1);
    http::Headers headers = twist.headers;
    headers.add("Host", host_);
    const auto signature =
        sigv4::sign({.method = method, .path = path, .query_text = query, .headers = headers},
                    twist.credentials.value_or(credentials_), twist.place, twist.at,
                    twist.payload_hash.value_or(crypto::sha256_hex(as_bytes(body))));
    EXPECT_TRUE(signature);
    for (const auto& [name, value] : *signature) headers.set(name, value);
    for (const auto& [name, value] : twist.headers_after) headers.set(name, value);
    return send_plain(method, target, body, headers);
  }

  http::ClientResponse send_plain(const std::string& method, const std::string& target,
                                  const std::string& body, http::Headers headers) {
    http::ClientRequest request;
    request.method = method;
    request.url = "http://" + host_ + target;
    request.headers = std::move(headers);
    request.body = body;
    request.body_bytes_max = 64 << 20;
    const auto response = client_.send(request);
    EXPECT_TRUE(response) << response.error().message;
    return response.value_or(http::ClientResponse{});
  }

  std::string presign(const std::string& method, const std::string& path,
                      std::vector<std::pair<std::string, std::string>> headers = {},
                      std::vector<std::pair<std::string, std::string>> query = {}) {
    const auto url = sigv4::presign({.method = method,
                                     .origin = "http://" + host_,
                                     .path = path,
                                     .query = std::move(query),
                                     .headers = std::move(headers),
                                     .expires = std::chrono::seconds(60)},
                                    credentials_, {.region = "us-east-1", .service = "s3"}, kNow);
    EXPECT_TRUE(url);
    return url->substr(("http://" + host_).size());
  }

  /// Writes `text` to a connection of its own and reads until the server closes it, or until the
  /// answer holds `until`.
  std::string send_raw(const std::string& text, bool hang_up = false) {
    return send_raw_to(host_, text, hang_up);
  }
  static std::string send_raw_to(const std::string& address_text, const std::string& text,
                                 bool hang_up = false) {
    const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(*parse_integer<std::uint16_t>(
        std::string_view(address_text).substr(address_text.find(':') + 1)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(write_all(fd.get(), as_bytes(text), "socket"));
    if (hang_up) ::shutdown(fd.get(), SHUT_WR);
    std::string answer;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(fd.get(), buffer, sizeof buffer)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(got));
    return answer;
  }

  /// The head of a signed request, for send_raw.
  std::string signed_head(const std::string& method, const std::string& path,
                          http::Headers headers) {
    headers.add("Host", host_);
    const auto signature = sigv4::sign(
        {.method = method, .path = path, .query_text = "", .headers = headers}, credentials_,
        {.region = "us-east-1", .service = "s3"}, kNow, sigv4::kUnsignedPayload);
    EXPECT_TRUE(signature);
    for (const auto& [name, value] : *signature) headers.set(name, value);
    std::string head = method + ' ' + path + " HTTP/1.1\r\nConnection: close\r\n";
    for (const auto& [name, value] : headers) head.append(name + ": ").append(value + "\r\n");
    return head + "\r\n";
  }

  static std::string code_in(const http::ClientResponse& response) {
    return text_in(response, "Code");
  }
  static std::string text_in(const http::ClientResponse& response, const char* name) {
    const auto document = xml::Document::parse(response.body, {});
    if (!document) return "not XML: " + response.body;
    const auto child = document->root().child(name);
    return child ? std::string(child->text()) : "no " + std::string(name);
  }
  static std::string header_in(const http::ClientResponse& response, const char* name) {
    return std::string(response.headers.find(name).value_or("none"));
  }
  std::string stored(std::string_view key) {
    const auto object = store_->open(bucket_, key_of(key));
    return object ? read_all_of(*object) : "none";
  }

  TemporaryFolder folder_;
  FixedClock clock_{kNow};
  Slot slot_;
  OpenStore store_{folder_.path(), clock_, {&slot_}, 32 << 20};
  Identities identities_{store_.database(), clock_, crypto::make_seal_key()};
  const BucketName bucket_ = bucket_of("photos");
  const sigv4::Credentials credentials_{
      .access_key_id = "KEY", .secret = Secret("wJalr"), .session_token = {}};
  BlockingPool pool_{{.threads = 4}};
  http::Client client_;
  http::Handler handler_;
  std::unique_ptr<http::Server> server_;
  std::string host_;
};

}  // namespace tintype::bucket::test
