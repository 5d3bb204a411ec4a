#include "http/server.h"

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>

#include "base/log.h"
#include "http/lane.h"

namespace tintype::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorOfAsio = boost::system::error_code;

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const std::string host = endpoint.address().is_v6() ? "[" + address + "]" : address;
  return host + ":" + std::to_string(endpoint.port());
}

/// "127.0.0.1:8080" or "[::1]:0".
Result<tcp::endpoint> parse_endpoint(std::string_view text) {
  const auto wrong = fail(ErrorCode::invalid_argument,
                          "listen on '" + std::string(text) +
                              "': not an address; write it like 127.0.0.1:8080 or [::1]:8080");
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  const auto port = parse_integer<std::uint16_t>(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  ErrorOfAsio error;
  const auto address = asio::ip::make_address(host, error);
  if (error || !port || address.is_v6() != bracketed) return wrong;
  return tcp::endpoint(address, *port);
}

std::unexpected<Error> listen_error(const tcp::endpoint& endpoint, const ErrorOfAsio& error) {
  auto failure = errno_error("listen on", text_of(endpoint), error.value());
  // An address that no interface of this machine has.
  if (error.value() == EADDRNOTAVAIL) failure.error().code = ErrorCode::unavailable;
  return failure;
}

enum class Sharing { none, between_loops };

Result<tcp::acceptor> bind_to(asio::io_context& context, const tcp::endpoint& endpoint,
                              Sharing sharing) {
  ErrorOfAsio error;
  tcp::acceptor acceptor(context);
  if (acceptor.open(endpoint.protocol(), error)) return listen_error(endpoint, error);
  if (acceptor.set_option(tcp::acceptor::reuse_address(true), error))
    return listen_error(endpoint, error);
  const int yes = 1;
  if (sharing == Sharing::between_loops &&
      ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes)) != 0)
    return errno_error("share port of", text_of(endpoint), errno);
  if (acceptor.bind(endpoint, error)) return listen_error(endpoint, error);
  return acceptor;
}

/// SO_REUSEPORT would let a second program of the same user take half of our connections, and the
/// other way round, without any error. A bind without it finds out who else is there.
Status check_free(asio::io_context& context, const tcp::endpoint& endpoint) {
  if (endpoint.port() == 0) return {};
  TRY(bind_to(context, endpoint, Sharing::none));
  return {};
}

std::chrono::milliseconds shortest_of(const std::vector<Listener>& listeners) {
  std::chrono::milliseconds shortest = Connection::kLingerTimeMax;
  for (const Listener& listener : listeners) {
    const Limits& limits = listener.limits;
    shortest = std::min({shortest, limits.header_time_max, limits.body_idle_max,
                         limits.write_idle_max, limits.keep_alive_max});
  }
  return shortest;
}

class AsioServer final : public Server {
 public:
  AsioServer(Options options, std::chrono::milliseconds tick_max) : options_(std::move(options)) {
    for (std::size_t i = 0; i < options_.loops; ++i)
      lanes_.push_back(std::make_unique<Lane>(running_, options_.observer, tick_max));
  }
  ~AsioServer() override { stop(); }

  Status listen(Listener listener);
  void run() {
    for (const auto& lane : lanes_) lane->run();
    started_ = true;
  }

  std::vector<std::string> addresses() const override { return addresses_; }
  Loop& loop() override { return lanes_.front()->loop(); }
  void stop() override;

 private:
  const Options options_;
  std::vector<std::unique_ptr<OpenListener>> listeners_;  // Lanes refer to them.
  std::vector<std::string> addresses_;
  Running running_;
  std::mutex stopping_;  // Held while one caller stops; others wait for it.
  bool started_ = false;
  std::vector<std::unique_ptr<Lane>> lanes_;  // Last: their threads use all above.
};

Status AsioServer::listen(Listener listener) {
  TRY_LET(tcp::endpoint endpoint, parse_endpoint(listener.address));
  TRY(check_free(lanes_.front()->loop().context(), endpoint));
  ASSERT(listener.handler != nullptr);
  listeners_.push_back(std::make_unique<OpenListener>());
  listeners_.back()->listener = std::move(listener);
  for (const auto& lane : lanes_) {
    TRY_LET(tcp::acceptor acceptor,
            bind_to(lane->loop().context(), endpoint, Sharing::between_loops));
    ErrorOfAsio error;
    if (acceptor.listen(asio::socket_base::max_listen_connections, error))
      return listen_error(endpoint, error);
    endpoint = acceptor.local_endpoint(error);  // Port 0 has become one that the others share.
    if (error) return listen_error(endpoint, error);
    lane->add(*listeners_.back(), std::move(acceptor));
  }
  addresses_.push_back(text_of(endpoint));
  return {};
}

void AsioServer::stop() {
  for (const auto& lane : lanes_) ASSERT(Loop::current() != &lane->loop());
  const std::lock_guard lock(stopping_);
  if (!started_) return;
  for (const auto& lane : lanes_) lane->stop();
  if (!running_.wait_for_none(options_.shutdown_max)) {
    log(LogLevel::warning, "requests cut off at shutdown",
        {{"after_ms", options_.shutdown_max.count()}});
    for (const auto& lane : lanes_) lane->cut();
    running_.wait_for_none();  // A handler's frame must not die under whoever resumes it.
  }
  started_ = false;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Options options, std::vector<Listener> listeners) {
  ASSERT(options.loops > 0);
  ASSERT(!listeners.empty());
  const auto tick_max = shortest_of(listeners);
  auto server = std::make_unique<AsioServer>(std::move(options), tick_max);
  for (Listener& listener : listeners) {
    const std::string name = listener.name;
    TRY(within(name, server->listen(std::move(listener))));
  }
  server->run();
  return server;
}

}  // namespace tintype::http
