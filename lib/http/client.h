#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "http/message.h"

namespace tintype::http {

class CurlSteppers;

/// Part of an open file, to send without holding it in memory. The caller keeps it open.
struct ClientFile {
  int fd = -1;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// What a Client sends.
struct ClientRequest {
  std::string method = "GET";
  std::string url;  ///< http or https; other schemes are refused.
  Headers headers = {};
  std::string body = {};
  std::optional<ClientFile> file = {};  ///< The body, if it is given; then `body` is empty.
  /// For all of it, connecting included. Of a download(): until its head is there.
  std::chrono::milliseconds time_max{10'000};
  /// What is large may take long, but not stand still for so long; absent: `time_max` alone counts.
  /// To the second.
  std::optional<std::chrono::milliseconds> idle_max = {};
  std::uint64_t body_bytes_max = 1 << 20;  ///< Of send()'s answer; `too_large` above.
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

/// An answer whose body is still to come. Bound to one thread at a time; blocks. Its connection is
/// used again if the body was read to its end, and closed if not. Outlives its Client.
class ClientDownload {
 public:
  class Transfer;
  explicit ClientDownload(std::unique_ptr<Transfer> transfer);
  ~ClientDownload();
  ClientDownload(ClientDownload&&) noexcept;
  ClientDownload& operator=(ClientDownload&&) noexcept;

  int status() const;
  const Headers& headers() const;
  /// The next bytes, at least one; 0 at the end. `unavailable` if the body was cut short, or if
  /// nothing came for the request's `idle_max` (without one: its `time_max`).
  Result<std::size_t> read(std::span<std::byte> buffer);

 private:
  std::unique_ptr<Transfer> transfer_;
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
  /// The same for a request without a body, as soon as the answer's head is there.
  Result<ClientDownload> download(const ClientRequest& request);

 private:
  class Handles;
  std::unique_ptr<Handles> handles_;
  std::shared_ptr<CurlSteppers> steppers_;  // Shared with the downloads that run.
};

}  // namespace tintype::http
