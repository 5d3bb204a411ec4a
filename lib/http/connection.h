#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "http/in_buffer.h"
#include "http/message.h"
#include "http/request_body.h"
#include "http/request_head.h"
#include "http/response_head.h"
#include "http/server.h"
#include "http/socket.h"

namespace tintype::http {

/// One client: reads a request, has it answered, again and again (the diagram in server.h). Bound
/// to its loop's thread. Must not be destroyed while serve() or turn_away() runs.
class Connection final {
 public:
  static constexpr std::size_t kIdleCapacityMax = 16384;  ///< Of the buffer, between requests.
  /// How long, after an answer that came before all was read, the client may go on sending.
  /// Closing at once would reset the connection, and the answer be lost (RFC 9112, 9.6).
  static constexpr std::chrono::milliseconds kLingerTimeMax{2000};

  /// `listener` and `observer` outlive this.
  Connection(std::unique_ptr<Socket> socket, const Listener& listener, const Observer& observer,
             std::string remote_address);

  /// Until either side has enough.
  Task<void> serve();
  /// Says 503 and closes.
  Task<void> turn_away();

  /// No request after the present one; closes if there is none.
  void stop();
  /// Closes at once. A handler that still runs finds out when it reads or writes.
  void cut();
  Socket& socket() { return *socket_; }

 private:
  using SteadyClock = std::chrono::steady_clock;
  // A head's size in the buffer, what to tell the client instead, or that there is nobody to tell.
  using Arrival = std::expected<std::size_t, std::optional<Problem>>;

  /// False if nobody is there to be talked to.
  Task<bool> open();
  Task<bool> exchange();
  Task<Arrival> receive_head();
  Task<Result<std::size_t>> receive_more();
  Task<bool> finish(Request& request, const RequestBody& body, const Head& head);
  Task<Response> answer(Request& request);
  Task<bool> respond(const Request& request, Response& response,
                     const Circumstances& circumstances);
  Task<Status> send(Response& response, const Delivery& delivery, std::string head);
  Task<Status> send_stream(const StreamBody& body, const Delivery& delivery);
  Task<Status> run_upgraded(const UpgradeBody& body);
  Task<void> refuse(Problem problem, Request request);
  Task<void> linger();
  Request new_request() const;

  const std::unique_ptr<Socket> socket_;
  const Listener& listener_;
  const Observer& observer_;
  const std::string remote_address_;
  InBuffer in_;
  SteadyClock::time_point begun_at_ = SteadyClock::now();  // When the present request had arrived.
  bool first_ = true;                                      // No request came yet.
  bool idle_ = false;                                      // Waits for a client that owes nothing.
  bool unread_ = false;    // The client may still be sending what nobody will read.
  bool upgraded_ = false;  // Speaks something else than HTTP.
  bool stopping_ = false;
};

}  // namespace tintype::http
