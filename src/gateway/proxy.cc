#include "gateway/proxy.h"

#include <algorithm>
#include <coroutine>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/quota.h"
#include "gateway/proxy_fields.h"
#include "gateway/proxy_target.h"
#include "gateway/proxy_websocket.h"
#include "http/problem.h"
#include "http/tunnel.h"

namespace tintype::gateway {

namespace {

using SharedExchange = std::shared_ptr<http::UpstreamExchange>;

/// A body up to this is read before the upstream is asked, so that a slow client holds no
/// connection to it, and the request can be repeated.
constexpr std::uint64_t kBufferedBytesMax = 64UL * 1024;
constexpr std::size_t kAttemptsMax = 10;
/// Before each further attempt, times the number of those before.
constexpr std::chrono::milliseconds kRetryPause{50};

struct Pause {
  std::chrono::milliseconds time;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) const {
    Loop::current()->post_after(time, [frame] { frame.resume(); });
  }
  void await_resume() const noexcept {}
};

http::Response problem_of(const http::UpstreamError& error, const http::Request& request) {
  using enum http::UpstreamFault;
  switch (error.fault) {
    case full: {
      auto response = http::problem_response(
          {.status = 503, .code = "upstream_busy", .detail = "Too much is going on. Try again."},
          request);
      response.headers.set("Retry-After", "1");
      return response;
    }
    case timed_out:
      return http::problem_response({.status = 504,
                                     .code = "gateway_timeout",
                                     .detail = "The service behind did not answer in time."},
                                    request);
    case client: return http::problem_response(error.cause, request);
    case unreachable:
    case lost:
    case malformed: break;
  }
  return http::problem_response(
      {.status = 502, .code = "bad_gateway", .detail = "The service behind did not answer."},
      request);
}

Task<Status> pass_body(SharedExchange exchange, http::BodyWriter& writer) {
  for (;;) {
    const auto piece = co_await exchange->read();
    // Not `unavailable`, which would say that our client left.
    if (!piece) co_return fail(ErrorCode::damaged_input, "upstream: " + piece.error().message);
    if (piece->empty()) co_return Status{};
    CO_TRY(co_await writer.write(as_text(*piece)));
  }
}

Task<Status> pass_nothing(http::BodyWriter& /*writer*/) { co_return Status{}; }

/// One route's upstream. Immutable but for the counts; shared by all loops.
class Proxy {
 public:
  Proxy(ProxyOptions options, http::UpstreamUrl url, ProxyTarget target,
        std::shared_ptr<http::Upstream> upstream)
      : options_(std::move(options)),
        url_(std::move(url)),
        target_(std::move(target)),
        upstream_(std::move(upstream)),
        websockets_(std::make_shared<Quota>(options_.websockets_max)) {}

  /// `self` is held by the frame. `identity` may end with it.
  static Task<http::Response> answer(std::shared_ptr<const Proxy> self, http::Request& request,
                                     const Identity* identity, Parameters parameters) {
    co_return co_await self->pass(request, identity, std::move(parameters));
  }

 private:
  Task<http::Response> pass(http::Request& request, const Identity* identity,
                            Parameters parameters) const;
  Task<std::optional<http::Response>> take_body(http::Request& request, std::string& body,
                                                http::UpstreamRequest& outgoing) const;
  Task<http::Response> send(http::Request& request, const http::UpstreamRequest& outgoing,
                            std::string_view websocket_key) const;
  bool is_retried(const http::UpstreamRequest& outgoing, const http::UpstreamHead& head) const;
  Task<http::Response> pass_back(const http::Request& request, SharedExchange exchange,
                                 http::UpstreamHead head) const;
  http::Response upgrade(const http::Request& request, SharedExchange exchange,
                         const http::UpstreamHead& head, std::string_view key) const;
  void log_failure(const http::Request& request, std::string_view reason) const;

  const ProxyOptions options_;
  const http::UpstreamUrl url_;
  const ProxyTarget target_;
  const std::shared_ptr<http::Upstream> upstream_;
  const std::shared_ptr<Quota> websockets_;
};

Task<http::Response> Proxy::pass(http::Request& request, const Identity* identity,
                                 Parameters parameters) const {
  http::UpstreamRequest outgoing{
      .method = request.method,
      .target = target_.of(request, parameters),
      .headers = request_fields(request, identity, options_, url_.origin),
      .stream_size_max = options_.body_bytes_max,
      .times = {.connect_max = options_.connect_max,
                .head_max = options_.head_max,
                .idle_max = options_.idle_max},
  };
  std::string key;
  if (options_.websocket && asks_for_websocket(request)) {
    auto handshake = parse_websocket_handshake(request);
    if (!handshake) {
      const bool old = handshake.error().code == ErrorCode::unsupported;
      auto response = http::problem_response({.status = old ? 426 : 400,
                                              .code = "bad_websocket_handshake",
                                              .detail = "This is no WebSocket handshake."},
                                             request);
      if (old) response.headers.set("Sec-WebSocket-Version", "13");
      co_return response;
    }
    key = *std::move(handshake);
    outgoing.upgrade = "websocket";
  }
  std::string body;
  if (auto refusal = co_await take_body(request, body, outgoing)) co_return *std::move(refusal);
  co_return co_await send(request, outgoing, key);
}

/// Reads a small body into `body`, or makes `outgoing` stream it. A response if it is refused.
Task<std::optional<http::Response>> Proxy::take_body(http::Request& request, std::string& body,
                                                     http::UpstreamRequest& outgoing) const {
  const bool chunked = request.headers.has("Transfer-Encoding");
  const std::uint64_t size = request.content_length.value_or(0);
  if (size > options_.body_bytes_max)
    co_return http::problem_response(Error{ErrorCode::too_large, ""}, request);
  if (!chunked && size <= kBufferedBytesMax) {
    if (size > 0) {
      auto whole = co_await http::read_all(*request.body, kBufferedBytesMax);
      if (!whole) co_return http::problem_response(whole.error(), request);
      body = *std::move(whole);
    }
    outgoing.body = body;
    co_return std::nullopt;
  }
  outgoing.stream = request.body;
  if (!chunked) outgoing.stream_size = size;
  outgoing.expects_continue = request.headers.has("Expect");
  co_return std::nullopt;
}

Task<http::Response> Proxy::send(http::Request& request, const http::UpstreamRequest& outgoing,
                                 std::string_view websocket_key) const {
  const bool repeatable = outgoing.stream == nullptr && http::is_idempotent(outgoing.method);
  for (std::size_t attempt = 1;; ++attempt) {
    const bool last = attempt >= options_.attempts_max;
    const SharedExchange exchange = upstream_->exchange();
    request.at_end = [exchange] { return exchange->finish(); };
    request.body->watch([exchange] { exchange->abort(); });
    auto head = co_await exchange->send(outgoing);
    if (!head) {
      const auto fault = head.error().fault;
      // Where no connection was made nothing was sent, so that even a stream is still whole.
      const bool again = fault == http::UpstreamFault::unreachable ||
                         (fault == http::UpstreamFault::lost && repeatable);
      if (fault != http::UpstreamFault::client) log_failure(request, head.error().cause.message);
      if (last || !again) co_return problem_of(head.error(), request);
    } else if (last || !repeatable || !is_retried(outgoing, *head)) {
      if (head->status == 101) co_return upgrade(request, exchange, *head, websocket_key);
      co_return co_await pass_back(request, exchange, *std::move(head));
    }
    co_await exchange->finish();
    co_await Pause{kRetryPause * attempt};
  }
}

bool Proxy::is_retried(const http::UpstreamRequest& outgoing,
                       const http::UpstreamHead& head) const {
  return outgoing.upgrade.empty() &&
         std::ranges::find(options_.retry_statuses, head.status) != options_.retry_statuses.end();
}

Task<http::Response> Proxy::pass_back(const http::Request& request, SharedExchange exchange,
                                      http::UpstreamHead head) const {
  http::Response response;
  response.status = head.status;
  response.headers = answer_fields(head.headers, url_, request.id);
  response.content_length = head.content_length;
  if (head.framing == http::Framing::none) {
    response.body = http::StreamBody{pass_nothing};  // For HEAD, whose length nobody may know.
    co_return response;
  }
  if (const auto whole = exchange->take_whole()) {
    response.body = std::string(*whole);
    co_await exchange->finish();
    co_return response;
  }
  response.body = http::StreamBody{
      [exchange](http::BodyWriter& writer) { return pass_body(exchange, writer); }};
  co_return response;
}

Task<void> run_tunnel(SharedExchange exchange, std::shared_ptr<Quota::Place> /*place*/,
                      http::Duplex& client, std::chrono::milliseconds idle_max) {
  co_await http::tunnel(client, exchange->duplex(), idle_max);
}

http::Response Proxy::upgrade(const http::Request& request, SharedExchange exchange,
                              const http::UpstreamHead& head, std::string_view key) const {
  if (!accepts_websocket(head, key)) {
    log_failure(request, "answer: 101 without WebSocket's handshake");
    return problem_of({http::UpstreamFault::malformed, {}}, request);
  }
  auto place = Quota::take(websockets_);
  if (!place) return problem_of({http::UpstreamFault::full, {}}, request);
  const auto held = std::make_shared<Quota::Place>(*std::move(place));
  http::Response response;
  response.status = 101;
  response.headers = answer_fields(head.headers, url_, request.id);
  response.body = http::UpgradeBody{
      .protocol = "websocket",
      .run = [exchange, held, idle_max = options_.websocket_idle_max](http::Duplex& client) {
        return run_tunnel(exchange, held, client, idle_max);
      }};
  return response;
}

void Proxy::log_failure(const http::Request& request, std::string_view reason) const {
  log(LogLevel::warning, "upstream failed",
      {{"request", request.id}, {"upstream", url_.origin.authority()}, {"reason", reason}});
}

Status check(const ProxyOptions& options) {
  const auto wrong = [](std::string what) {
    return fail(ErrorCode::invalid_argument, std::move(what));
  };
  if (options.attempts_max < 1 || options.attempts_max > kAttemptsMax)
    return wrong("attempts: must be 1 to " + std::to_string(kAttemptsMax));
  for (const int status : options.retry_statuses)
    if (status < 502 || status > 504)
      return wrong("retry " + std::to_string(status) + ": only 502, 503 and 504 can be");
  for (const auto time :
       {options.connect_max, options.head_max, options.idle_max, options.websocket_idle_max})
    if (time.count() <= 0) return wrong("a time-out must be more than 0");
  if (options.body_bytes_max == 0) return wrong("the body's limit must be more than 0");
  return {};
}

}  // namespace

Result<Integration> proxy_integration(ProxyOptions options,
                                      std::shared_ptr<http::UpstreamClient> client) {
  ASSERT(client != nullptr);
  TRY(check(options));
  TRY_LET(http::UpstreamUrl url, http::UpstreamUrl::parse(options.url));
  TRY_LET(ProxyTarget target, ProxyTarget::parse(url.path, options.route_path));
  TRY_LET(auto upstream, client->upstream(url.origin, options.tls_ca_file));
  const auto proxy = std::make_shared<const Proxy>(std::move(options), std::move(url),
                                                   std::move(target), std::move(upstream));
  return Integration(
      [proxy](http::Request& request, const Identity* identity, Parameters parameters) {
        return Proxy::answer(proxy, request, identity, std::move(parameters));
      });
}

}  // namespace tintype::gateway
