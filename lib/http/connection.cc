#include "http/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "base/log.h"
#include "base/random.h"
#include "http/socket_duplex.h"

namespace tintype::http {
namespace {

constexpr std::size_t kHeadCapacityMin = 4096;

/// Writes a stream's pieces as chunks (RFC 9112, 7.1), or as they are.
class StreamWriter final : public BodyWriter {
 public:
  StreamWriter(Socket& socket, const Delivery& delivery, const bool& stopping)
      : socket_(socket),
        chunked_(delivery.chunked),
        size_left_(delivery.content_length),
        stopping_(stopping) {}

  Task<Status> write(std::string_view bytes) override {
    if (bytes.empty()) co_return Status{};  // An empty chunk would end the body.
    if (size_left_) {
      if (bytes.size() > *size_left_)
        co_return fail(ErrorCode::internal, "stream: longer than announced");
      *size_left_ -= bytes.size();
    }
    if (!chunked_) co_return co_await socket_.write({bytes}, Socket::More::no);
    const std::string size = fmt::format("{:x}\r\n", bytes.size());
    co_return co_await socket_.write({size, bytes, "\r\n"}, Socket::More::no);
  }
  bool stopping() const override { return stopping_; }

  Task<Status> finish() {
    if (size_left_.value_or(0) > 0)
      co_return fail(ErrorCode::internal, "stream: shorter than announced");
    if (!chunked_) co_return Status{};
    co_return co_await socket_.write({"0\r\n\r\n"}, Socket::More::no);
  }

 private:
  Socket& socket_;
  const bool chunked_;
  std::optional<std::uint64_t> size_left_;  // Where it was announced.
  const bool& stopping_;
};

Task<Status> write_stream(StreamWriter& writer, const StreamBody& body) {
  CO_TRY(co_await body.run(writer));
  co_return co_await writer.finish();
}

Response internal_error(const Request& request) {
  return problem_response(Error{ErrorCode::internal, {}}, request);
}

}  // namespace

Connection::Connection(std::unique_ptr<Socket> socket, const Listener& listener,
                       const Observer& observer, std::string remote_address)
    : socket_(std::move(socket)),
      listener_(listener),
      observer_(observer),
      remote_address_(std::move(remote_address)) {
  socket_->set_write_idle(listener.limits.write_idle_max);
}

Task<bool> Connection::open() {
  if (!listener_.tls) co_return true;
  socket_->set_deadline(listener_.limits.header_time_max);
  idle_ = true;  // Owes nothing yet.
  const Status opened = co_await socket_->open();
  idle_ = false;
  if (!opened)
    log(LogLevel::debug, "handshake failed",
        {{"listener", listener_.name}, {"reason", opened.error().message}});
  co_return opened.has_value();
}

Task<void> Connection::serve() {
  if (!co_await open()) {
    socket_->close();
    co_return;
  }
  while (co_await exchange()) in_.shrink(kIdleCapacityMax);
  if (!upgraded_ && (unread_ || !in_.empty())) co_await linger();
  socket_->close();
}

Task<void> Connection::turn_away() {
  if (!co_await open()) {
    socket_->close();
    co_return;
  }
  co_await refuse(Problem{.status = 503,
                          .code = "too_many_connections",
                          .detail = "Too many connections are open. Try again later."},
                  new_request());
  co_await linger();
  socket_->close();
}

void Connection::stop() {
  stopping_ = true;
  if (idle_) socket_->cancel_read();
  if (upgraded_) socket_->close();
}

void Connection::cut() {
  stopping_ = true;
  socket_->close();
  socket_->tell_left();
}

Request Connection::new_request() const {
  Request request;
  request.id = make_id();
  request.remote_address = remote_address_;
  return request;
}

Task<bool> Connection::exchange() {
  const Arrival arrival = co_await receive_head();
  begun_at_ = SteadyClock::now();
  if (!arrival) {
    if (arrival.error()) co_await refuse(*arrival.error(), new_request());
    co_return false;
  }
  first_ = false;
  auto head = parse_head(in_.text().substr(0, *arrival));
  in_.consume(*arrival);
  if (!head) {
    co_await refuse(std::move(head.error()), new_request());
    co_return false;
  }
  Request& request = head->request;
  request.id = make_id();
  request.remote_address = remote_address_;
  request.secure = listener_.tls != nullptr;
  if (listener_.trusted) listener_.trusted->apply(request);
  if (request.content_length.value_or(0) > listener_.limits.body_bytes_max) {
    co_await refuse(
        Problem{.status = 413, .code = "too_large", .detail = "The body is larger than allowed."},
        std::move(request));
    co_return false;
  }

  RequestBody body(*socket_, in_, listener_.limits, *head);
  request.body = &body;
  const bool kept = co_await finish(request, body, *head);
  const bool goes_on = kept && co_await body.drain();
  unread_ = !body.finished();
  co_return goes_on;
}

Task<bool> Connection::finish(Request& request, const RequestBody& body, const Head& head) {
  bool kept = false;
  std::exception_ptr failure;
  try {
    Response response = co_await answer(request);
    kept = co_await respond(
        request, response,
        Circumstances{.head_request = request.method == "HEAD",
                      .http_1_0 = head.http_1_0,
                      .keep_alive = head.keep_alive && body.drainable() && !stopping_});
  } catch (...) {
    failure = std::current_exception();
  }
  socket_->watch({});
  if (request.at_end) co_await request.at_end();
  if (failure) std::rethrow_exception(failure);
  co_return kept;
}

Task<Connection::Arrival> Connection::receive_head() {
  const Limits& limits = listener_.limits;
  const auto tell = [](int status, std::string code, std::string detail) {
    return Arrival(std::unexpect, Problem{status, std::move(code), std::move(detail)});
  };
  HeadScan scan;
  bool begun = false;
  bool empty_line = false;
  socket_->set_deadline(first_ ? limits.header_time_max : limits.keep_alive_max);
  for (;;) {
    // One empty line in front is forgiven (RFC 9112, 2.2).
    if (!empty_line && in_.text().starts_with("\r\n")) {
      in_.consume(2);
      empty_line = true;
    }
    const bool perhaps_empty_line = !empty_line && in_.text() == "\r";
    const auto state = perhaps_empty_line ? HeadScan::State::more : scan.scan(in_.text());
    if (state == HeadScan::State::malformed)
      co_return tell(400, "malformed_request", "The request is not HTTP.");
    const bool whole = state == HeadScan::State::whole;
    if ((whole ? scan.size() : in_.size()) > limits.header_bytes_max)
      co_return tell(431, "header_too_large", "The header is larger than allowed.");
    if (whole) {
      socket_->clear_deadline();
      co_return scan.size();
    }
    if (!in_.empty() && !begun) {
      begun = true;
      socket_->set_deadline(limits.header_time_max);
    }
    const auto size = co_await receive_more();
    if (!size && socket_->expired() && begun)
      co_return tell(408, "header_timeout", "The header did not arrive in time.");
    if (!size || *size == 0) co_return Arrival(std::unexpect, std::nullopt);
  }
}

Task<Result<std::size_t>> Connection::receive_more() {
  idle_ = in_.empty();
  if (idle_ && stopping_) co_return std::size_t{0};
  const bool full = in_.size() == in_.capacity();
  const std::span<char> room =
      in_.make_room(std::max(kHeadCapacityMin, full ? in_.capacity() * 2 : in_.capacity()));
  auto size = co_await socket_->read_some(room);
  idle_ = false;
  if (size) in_.commit(*size);
  co_return size;
}

Task<Response> Connection::answer(Request& request) {
  std::string what;
  try {
    Response response = co_await listener_.handler(request);
    const bool upgrade = std::holds_alternative<UpgradeBody>(response.body);
    if (upgrade ? response.status == 101 : response.status >= 200 && response.status <= 599)
      co_return response;
    what = fmt::format("status {}", response.status);
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
    what = "not a std::exception";
  }
  log(LogLevel::error, "handler failed",
      {{"listener", listener_.name}, {"request", request.id}, {"reason", what}});
  co_return internal_error(request);
}

Task<bool> Connection::respond(const Request& request, Response& response,
                               const Circumstances& circumstances) {
  const Delivery delivery = plan_delivery(response, circumstances);
  std::string head = format_head(response, delivery, request.id);
  const std::uint64_t head_size = head.size();
  const std::uint64_t before = socket_->bytes_written();
  const Status sent = co_await send(response, delivery, std::move(head));
  if (!sent && sent.error().code != ErrorCode::unavailable)
    log(LogLevel::warning, "response cut short",
        {{"listener", listener_.name}, {"request", request.id}, {"reason", sent.error().message}});
  if (observer_) {
    const std::uint64_t written = socket_->bytes_written() - before;
    observer_(Exchange{.listener = listener_.name,
                       .request = request,
                       .status = response.status,
                       .problem_code = response.problem_code,
                       .body_bytes_sent = written - std::min(written, head_size),
                       .duration = std::chrono::duration_cast<std::chrono::microseconds>(
                           SteadyClock::now() - begun_at_)});
  }
  co_return sent.has_value() && delivery.keep_alive;
}

Task<Status> Connection::send(Response& response, const Delivery& delivery, std::string head) {
  using More = Socket::More;
  if (const auto* upgrade = std::get_if<UpgradeBody>(&response.body)) {
    CO_TRY(co_await socket_->write({head}, More::no));
    co_return co_await run_upgraded(*upgrade);
  }
  if (!delivery.send_body) co_return co_await socket_->write({head}, More::no);
  if (const auto* text = std::get_if<std::string>(&response.body))
    co_return co_await socket_->write({head, *text}, More::no);
  if (const auto* shared = std::get_if<SharedBody>(&response.body)) {
    ASSERT(shared->offset <= shared->bytes->size());
    ASSERT(shared->size <= shared->bytes->size() - shared->offset);
    const std::string_view bytes(*shared->bytes);
    co_return co_await socket_->write({head, bytes.substr(shared->offset, shared->size)}, More::no);
  }
  if (const auto* file = std::get_if<FileBody>(&response.body)) {
    CO_TRY(co_await socket_->write({head}, file->size > 0 ? More::yes : More::no));
    co_return co_await socket_->send_file(file->file.get(), file->offset, file->size);
  }
  // The first bytes of a stream of known size are about to come; others may be hours away.
  const bool more = delivery.content_length.value_or(0) > 0;
  CO_TRY(co_await socket_->write({head}, more ? More::yes : More::no));
  co_return co_await send_stream(std::get<StreamBody>(response.body), delivery);
}

Task<Status> Connection::send_stream(const StreamBody& body, const Delivery& delivery) {
  StreamWriter writer(*socket_, delivery, stopping_);
  Status sent;
  try {
    sent = co_await write_stream(writer, body);
  } catch (const std::exception& exception) {
    sent = fail(ErrorCode::internal, fmt::format("stream: {}", exception.what()));
  }
  // Where the connection's end is the body's, only a reset tells that something is missing.
  if (!sent && !delivery.chunked && !delivery.content_length) socket_->reset();
  co_return sent;
}

Task<Status> Connection::run_upgraded(const UpgradeBody& body) {
  upgraded_ = true;
  if (stopping_) co_return Status{};
  SocketDuplex duplex(*socket_, in_);
  try {
    co_await body.run(duplex);
  } catch (const std::exception& exception) {
    co_return fail(ErrorCode::internal, fmt::format("upgraded: {}", exception.what()));
  }
  co_return Status{};
}

Task<void> Connection::refuse(Problem problem, Request request) {
  Response response =
      listener_.refusal ? listener_.refusal(problem, request) : problem_response(problem, request);
  if (problem.status == 503) response.headers.set("Retry-After", "1");
  if (problem.status == 405)  // RFC 9110, 15.5.6 wants it.
    response.headers.set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  unread_ = true;
  co_await respond(request, response, Circumstances{.head_request = request.method == "HEAD"});
}

Task<void> Connection::linger() {
  socket_->end_writing();
  socket_->set_deadline(kLingerTimeMax);
  idle_ = true;
  while (!stopping_) {
    in_.consume(in_.size());
    const auto size = co_await socket_->read_some(in_.make_room(kIdleCapacityMax));
    if (!size || *size == 0) co_return;
  }
}

}  // namespace tintype::http
