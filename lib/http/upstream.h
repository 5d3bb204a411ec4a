// Requests to other servers from a loop, without blocking it: kept connections, streamed bodies
// both ways, bounded in number and time. (client.h is the small blocking one.)
//
//   UpstreamClient ── has the limits ──▶ Upstream ── one server ──▶ UpstreamExchange ── one request
//
//   free ──▶ connected ──▶ head sent, body pumped ──▶ head read ──▶ body read ──▶ finish: kept for
//    ▲                                                                            the next, or
//    closed └──────────────────────────────────────────────────────────────────────────────┘
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"
#include "http/message.h"
#include "http/upstream_head.h"

namespace tintype::http {

/// A server that requests go to.
struct Origin {
  bool secure = false;  ///< https.
  std::string host;     ///< "127.0.0.1", "::1", "api.example.com".
  std::uint16_t port = 80;

  /// As a Host field has it: "api.example.com", "[::1]:8080"; without the scheme's own port.
  std::string authority() const;
  bool operator==(const Origin&) const = default;
};

/// "https://api.example.com:8443/v1".
struct UpstreamUrl {
  Origin origin;
  std::string path;  ///< "/v1", or empty; never with '/' at its end.

  /// `invalid_argument` naming the fault: a scheme other than http and https, no host, user and
  /// password, a query, a fragment, a character that no URL has. The path may have "{name}"s.
  static Result<UpstreamUrl> parse(std::string_view text);
};

/// Whether sending it twice is as good as once (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method);

/// What went wrong with a request to another server, chosen by what the caller does about it.
enum class UpstreamFault {
  full,         ///< No connection is free; nothing was sent.
  unreachable,  ///< No connection could be made; nothing was sent.
  timed_out,    ///< No answer came in time.
  lost,         ///< The connection ended before an answer began.
  malformed,    ///< What came is no answer that has one meaning.
  client,       ///< The request's own body could not be read, or its client left.
};
struct UpstreamError {
  UpstreamFault fault;
  Error cause;  ///< For the log; of `client`, what reading the body said.
};

/// A request on its way. What the views and pointers mean outlives send(); `stream`, finish().
struct UpstreamRequest {
  struct Times {
    std::chrono::milliseconds connect_max{5'000};   ///< Name, TCP and TLS together.
    std::chrono::milliseconds head_max{30'000};     ///< From the request's last byte, or a body's.
    std::chrono::milliseconds idle_max{60'000};     ///< Without a byte of a body, either way.
    std::chrono::milliseconds continue_max{1'000};  ///< For "100 Continue"; then the body goes.
  };

  std::string_view method;
  std::string target = {};  ///< Origin-form: "/a?b=c".
  Headers headers = {};     ///< With Host; what delimits the body is added.
  /// The body: whole, or a stream of `stream_size` bytes (absent: chunked).
  std::string_view body = {};
  BodyReader* stream = nullptr;
  std::optional<std::uint64_t> stream_size = {};
  std::uint64_t stream_size_max = UINT64_MAX;  ///< `client` with `too_large` above.
  bool expects_continue = false;               ///< Asks before it sends the stream.
  std::string_view upgrade = {};               ///< A protocol to change to; the answer may be 101.
  Times times = {};
};

/// One request, its answer, and the answer's body. Bound to its loop. What it started ends with
/// finish(), which must be awaited once send() was.
class UpstreamExchange : public BodyReader {
 public:
  /// Until the answer's head is there. A kept connection that turns out to be closed is replaced by
  /// a new one if the request is safe to repeat (RFC 9110, 9.2.2) and no stream. After an error it
  /// may be called again.
  virtual Task<std::expected<UpstreamHead, UpstreamError>> send(const UpstreamRequest& request) = 0;
  /// The answer's next bytes, as BodyReader has it: `unavailable` if none came in time,
  /// `damaged_input` if the connection ended within the body or the framing is broken.
  Task<Result<Bytes>> read() override = 0;
  /// The whole body if it came with the head: valid until finish(). Then read() has no more.
  virtual std::optional<std::string_view> take_whole() = 0;
  /// After 101.
  virtual Duplex& duplex() = 0;
  /// Ends the request's own body, and gives the connection back, or closes it where more could
  /// come.
  virtual Task<void> finish() = 0;
  /// Whatever waits comes back with an error, soon.
  virtual void abort() = 0;
};

/// One server. Thread-safe.
class Upstream {
 public:
  virtual ~Upstream() = default;
  /// An exchange of the calling loop.
  virtual std::shared_ptr<UpstreamExchange> exchange() = 0;
  virtual const Origin& origin() const = 0;
};

/// Makes Upstreams, which share its limits. Thread-safe; may end before them.
class UpstreamClient {
 public:
  struct Limits {
    std::size_t connections_max = 2048;              ///< Of all loops and servers, kept ones too.
    std::size_t connections_per_upstream_max = 512;  ///< Of all loops.
    std::chrono::milliseconds kept_max{30'000};      ///< Unused for so long: closed.
    std::uint32_t header_bytes_max = 64 * 1024;      ///< Of an answer; `malformed` above.
  };
  explicit UpstreamClient(Limits limits);
  ~UpstreamClient();
  UpstreamClient(const UpstreamClient&) = delete;
  UpstreamClient& operator=(const UpstreamClient&) = delete;

  /// For https, certificate and host name are verified against `ca_file` (PEM), or the system's
  /// authorities where it is empty. `invalid_argument` if that cannot be read.
  Result<std::shared_ptr<Upstream>> upstream(Origin origin, const std::string& ca_file = {});
  /// Connections open now, kept ones too.
  std::size_t connections() const;

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace tintype::http
