#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"

namespace tintype::http {

/// What a Client sends. Whole bodies: what Tintype asks of others is small.
struct ClientRequest {
  std::string method = "GET";
  std::string url;  ///< http or https; other schemes are refused.
  Headers headers = {};
  std::string body = {};
  std::chrono::milliseconds time_max{10'000};  ///< For all of it, connecting included.
  std::uint64_t body_bytes_max = 1 << 20;      ///< Of the answer; `too_large` above.
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

/// libcurl with its connections kept open. Follows no redirect. Thread-safe; blocks, so call it
/// from the blocking pool.
class Client {
 public:
  Client();
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// `unavailable` if no answer came (refused, unknown host, time ran out); any status is an
  /// answer.
  Result<ClientResponse> send(const ClientRequest& request);

 private:
  class Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace tintype::http
