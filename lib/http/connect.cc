#include "http/connect.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <coroutine>
#include <tuple>
#include <vector>

#include "http/asio_socket.h"

namespace tintype::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorOfAsio = boost::system::error_code;

/// What the timer and the operation that it limits share. Whoever comes first resumes the frame:
/// the system's resolver cannot be interrupted, and its answer may come when nobody waits.
struct Attempt {
  explicit Attempt(asio::io_context& context)
      : resolver(context), socket(context), timer(context) {}

  tcp::resolver resolver;
  tcp::socket socket;
  asio::steady_timer timer;
  std::coroutine_handle<> frame;  // Of who waits, or null.
  ErrorOfAsio error;
  std::vector<tcp::endpoint> endpoints;
  bool timed_out = false;

  void wake() {
    if (frame) std::exchange(frame, nullptr).resume();
  }
};
using SharedAttempt = std::shared_ptr<Attempt>;

struct Resolving {
  SharedAttempt attempt;
  const Origin& origin;

  bool await_ready() const noexcept { return attempt->timed_out; }
  void await_suspend(std::coroutine_handle<> frame) const {
    attempt->frame = frame;
    attempt->resolver.async_resolve(
        origin.host, std::to_string(origin.port),
        tcp::resolver::numeric_service | tcp::resolver::address_configured,
        [shared = attempt](const ErrorOfAsio& error, const tcp::resolver::results_type& found) {
          if (shared->timed_out) return;
          shared->error = error;
          for (const auto& entry : found) shared->endpoints.push_back(entry.endpoint());
          shared->wake();
        });
  }
  void await_resume() const noexcept {}
};

struct Connecting {
  SharedAttempt attempt;
  tcp::endpoint endpoint;

  bool await_ready() const noexcept { return attempt->timed_out; }
  void await_suspend(std::coroutine_handle<> frame) const {
    attempt->frame = frame;
    attempt->socket.async_connect(endpoint, [shared = attempt](const ErrorOfAsio& error) {
      if (shared->timed_out) return;
      shared->error = error;
      shared->wake();
    });
  }
  void await_resume() const noexcept {}
};

Task<Result<tcp::socket>> reach(SharedAttempt attempt, const Origin& origin) {
  ErrorOfAsio error;
  const auto address = asio::ip::make_address(origin.host, error);
  if (error)
    co_await Resolving{.attempt = attempt, .origin = origin};
  else
    attempt->endpoints.emplace_back(address, origin.port);
  const auto failed = [&](std::string why) {
    return fail(ErrorCode::unavailable, "connect to '" + origin.authority() + "': " + why);
  };
  if (attempt->error) co_return failed(attempt->error.message());
  for (std::size_t i = 0; i < attempt->endpoints.size() && !attempt->timed_out; ++i) {
    std::ignore = attempt->socket.close(error);  // Of the address before.
    co_await Connecting{.attempt = attempt, .endpoint = attempt->endpoints[i]};
    if (!attempt->timed_out && !attempt->error) co_return std::move(attempt->socket);
  }
  if (attempt->timed_out) co_return failed("it took too long");
  co_return failed(attempt->endpoints.empty() ? "no address" : attempt->error.message());
}

}  // namespace

Task<Result<std::unique_ptr<Socket>>> connect(AsioLoop& loop, const Origin& origin,
                                              std::shared_ptr<ClientContext> context,
                                              std::chrono::milliseconds time_max) {
  const auto end = std::chrono::steady_clock::now() + time_max;
  auto attempt = std::make_shared<Attempt>(loop.context());
  attempt->timer.expires_after(time_max);
  attempt->timer.async_wait([attempt](const ErrorOfAsio& error) {
    if (error) return;
    attempt->timed_out = true;
    attempt->resolver.cancel();
    ErrorOfAsio ignored;  // The descriptor is gone either way.
    std::ignore = attempt->socket.close(ignored);
    attempt->wake();
  });
  auto reached = co_await reach(attempt, origin);
  attempt->timer.cancel();
  if (!reached) co_return std::unexpected(reached.error());
  if (!context) co_return make_socket(*std::move(reached));
  auto socket = make_tls_socket(*std::move(reached), std::move(context), origin.host);
  loop.deadlines().tighten(time_max);
  socket->set_deadline(std::chrono::duration_cast<std::chrono::milliseconds>(
      end - std::chrono::steady_clock::now()));
  const Deadlines::Watch watch(loop.deadlines(), *socket);
  auto opened = co_await socket->open();
  socket->clear_deadline();
  if (!opened)
    co_return fail(ErrorCode::unavailable,
                   "connect to '" + origin.authority() + "': " + opened.error().message);
  co_return std::move(socket);
}

}  // namespace tintype::http
