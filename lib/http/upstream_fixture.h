// For the tests of Upstream: a loop with a client, and what became of its requests.
#pragma once

#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/asio_loop.h"
#include "http/imposter.h"
#include "http/upstream.h"

namespace tintype::http::test {

using namespace std::chrono_literals;

/// What became of one request.
struct Outcome {
  std::optional<UpstreamError> error;
  int status = 0;
  Headers headers;
  std::string body;
  std::optional<Error> body_error;
};

/// A body that comes in pieces, and may fail at its end.
class Pieces final : public BodyReader {
 public:
  explicit Pieces(std::vector<std::string> pieces, std::optional<Error> failure = {})
      : pieces_(std::move(pieces)), failure_(std::move(failure)) {}
  Task<Result<Bytes>> read() override {
    if (next_ < pieces_.size()) co_return as_bytes(pieces_[next_++]);
    if (failure_) co_return std::unexpected(*failure_);
    co_return Bytes{};
  }
  std::size_t read_so_far() const { return next_; }

 private:
  std::vector<std::string> pieces_;
  std::optional<Error> failure_;
  std::size_t next_ = 0;
};

/// A loop, a client, and one server.
class UpstreamFixture {
 public:
  explicit UpstreamFixture(std::uint16_t port, UpstreamClient::Limits limits = {})
      : client_(limits),
        upstream_(*client_.upstream({.secure = false, .host = "127.0.0.1", .port = port})) {
    loop_.run();
  }
  ~UpstreamFixture() { loop_.end(); }

  Outcome send(UpstreamRequest request) {
    std::promise<Outcome> promise;
    request.headers.add("Host", "h");
    loop_.post([&] {
      start(run(*upstream_, request),
            [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
    });
    return promise.get_future().get();
  }
  Outcome get(std::string_view method = "GET") { return send({.method = method, .target = "/"}); }

  AsioLoop& loop() { return loop_; }
  UpstreamClient& client() { return client_; }
  Upstream& upstream() { return *upstream_; }

 private:
  static Task<Outcome> run(Upstream& upstream, const UpstreamRequest& request) {
    const auto exchange = upstream.exchange();
    Outcome outcome;
    auto head = co_await exchange->send(request);
    if (!head) {
      outcome.error = std::move(head.error());
    } else {
      outcome.status = head->status;
      outcome.headers = std::move(head->headers);
      auto body = co_await read_all(*exchange, 64U << 20);
      if (body)
        outcome.body = *std::move(body);
      else
        outcome.body_error = std::move(body.error());
    }
    co_await exchange->finish();
    co_return outcome;
  }

  AsioLoop loop_;
  UpstreamClient client_;
  std::shared_ptr<Upstream> upstream_;
};

inline UpstreamRequest::Times short_times() {
  return {.connect_max = 2s, .head_max = 40ms, .idle_max = 40ms, .continue_max = 20ms};
}

}  // namespace tintype::http::test
