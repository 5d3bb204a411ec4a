#include "http/lane.h"

#include <algorithm>
#include <coroutine>
#include <exception>
#include <tuple>

#include "base/log.h"
#include "http/asio_socket.h"
#include "http/tls_context.h"

namespace tintype::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorOfAsio = boost::system::error_code;

/// How long accepting rests when the process has no descriptor left.
constexpr std::chrono::milliseconds kAcceptPause{100};

struct Accepting {
  tcp::acceptor& acceptor;
  ErrorOfAsio error;
  std::optional<tcp::socket> socket;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) {
    acceptor.async_accept([this, frame](const ErrorOfAsio& result, tcp::socket accepted) {
      error = result;
      socket.emplace(std::move(accepted));
      frame.resume();
    });
  }
  void await_resume() const noexcept {}
};

struct Pause {
  Loop& loop;
  std::chrono::milliseconds time;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) const {
    loop.post_after(time, [frame] { frame.resume(); });
  }
  void await_resume() const noexcept {}
};

/// "127.0.0.1" for ::ffff:127.0.0.1 too, or rules on addresses would have to know both.
std::string text_of(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

void Running::enter() {
  const std::lock_guard lock(mutex_);
  ++count_;
}

void Running::leave() {
  const std::lock_guard lock(mutex_);
  ASSERT(count_ > 0);
  --count_;
  if (count_ == 0) none_.notify_all();  // Under the lock: the waiter may destroy this.
}

bool Running::wait_for_none(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return none_.wait_for(lock, time, [this] { return count_ == 0; });
}

void Running::wait_for_none() {
  std::unique_lock lock(mutex_);
  none_.wait(lock, [this] { return count_ == 0; });
}

Lane::Lane(Running& running, const Observer& observer, std::chrono::milliseconds shortest)
    : running_(running), observer_(observer) {
  loop_.deadlines().tighten(shortest);  // Its thread does not run yet.
}

Lane::~Lane() { loop_.end(); }

void Lane::add(OpenListener& listener, tcp::acceptor acceptor) {
  doors_.push_back(std::make_unique<Door>(listener, std::move(acceptor)));
}

void Lane::run() {
  for (const auto& door : doors_) {
    running_.enter();
    loop_.post(
        [this, open = door.get()] { start(accept_all(*open), [this] { running_.leave(); }); });
  }
  loop_.run();
}

void Lane::stop() {
  loop_.post([this] {
    stopping_ = true;
    ErrorOfAsio error;  // The descriptor is gone either way.
    for (const auto& door : doors_) std::ignore = door->acceptor.close(error);
    for (Connection* const connection : connections_) connection->stop();
  });
}

void Lane::cut() {
  loop_.post([this] {
    for (Connection* const connection : connections_) connection->cut();
  });
}

Task<void> Lane::accept_all(Door& door) {
  while (!stopping_) {
    Accepting accepting{.acceptor = door.acceptor, .error = {}, .socket = {}};
    co_await accepting;
    if (stopping_) co_return;
    if (!accepting.error) {
      admit(door.listener, *std::move(accepting.socket));
      continue;
    }
    log(LogLevel::warning, "connection not accepted",
        {{"listener", door.listener.listener.name}, {"reason", accepting.error.message()}});
    co_await Pause{loop_, kAcceptPause};
  }
}

void Lane::admit(OpenListener& listener, tcp::socket socket) {
  ErrorOfAsio error;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) return;  // The client is gone already.
  const Limits& limits = listener.listener.limits;
  const bool admitted = listener.connections.fetch_add(1) < limits.connections_max;
  if (!admitted) {
    listener.connections.fetch_sub(1);
    if (listener.turned_away.fetch_add(1) >= kTurnedAwayMax) {
      listener.turned_away.fetch_sub(1);
      return;
    }
  }
  std::unique_ptr<Socket> wrapped =
      listener.listener.tls ? make_tls_socket(std::move(socket), listener.listener.tls->context())
                            : make_socket(std::move(socket));
  running_.enter();
  auto connection = std::make_unique<Connection>(std::move(wrapped), listener.listener, observer_,
                                                 text_of(remote.address()));
  start(serve(std::move(connection), listener, admitted), [this] { running_.leave(); });
}

Task<void> Lane::serve(std::unique_ptr<Connection> connection, OpenListener& listener,
                       bool admitted) {
  connections_.push_back(connection.get());
  try {
    const Deadlines::Watch watch(loop_.deadlines(), connection->socket());
    co_await (admitted ? connection->serve() : connection->turn_away());
  } catch (const std::exception& exception) {  // Out of memory, or an observer of ours threw.
    log(LogLevel::error, "connection failed",
        {{"listener", listener.listener.name}, {"reason", exception.what()}});
  }
  std::erase(connections_, connection.get());
  connection.reset();
  (admitted ? listener.connections : listener.turned_away).fetch_sub(1);
}

}  // namespace tintype::http
