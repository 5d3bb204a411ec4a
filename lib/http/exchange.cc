#include "http/exchange.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/connect.h"
#include "http/request_head.h"

namespace tintype::http {
namespace {

constexpr std::size_t kHeadCapacityMin = 32UL * 1024;  // A usual answer comes in one piece.

std::unexpected<UpstreamError> wrong(UpstreamFault fault, ErrorCode code, std::string what) {
  return std::unexpected(UpstreamError{fault, Error{code, std::move(what)}});
}

std::unexpected<UpstreamError> wrong(UpstreamFault fault, Error cause) {
  return std::unexpected(UpstreamError{fault, std::move(cause)});
}

/// These mean a body by themselves, so that its absence must be said (RFC 9110, 8.6).
bool expects_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

Result<std::string> format_head(const UpstreamRequest& request) {
  std::optional<std::uint64_t> size = request.stream_size;
  if (request.stream == nullptr) {
    if (!request.body.empty() || expects_body(request.method)) size = request.body.size();
  }
  return format_upstream_head({.method = request.method,
                               .target = request.target,
                               .headers = request.headers,
                               .content_length = size,
                               .chunked = request.stream != nullptr && !size,
                               .expects_continue = request.expects_continue,
                               .upgrade = request.upgrade});
}

}  // namespace

Exchange::Exchange(std::shared_ptr<const UpstreamServer> server, AsioLoop& loop)
    : server_(std::move(server)), loop_(loop), pool_(loop.own<UpstreamPool>(server_->client, [&] {
        return std::make_shared<UpstreamPool>(loop, server_->limits.kept_max);
      })) {}

Exchange::~Exchange() = default;

Task<std::expected<UpstreamHead, UpstreamError>> Exchange::send(const UpstreamRequest& request) {
  ASSERT(!connection_);
  times_ = request.times;
  stream_ = request.stream;
  stream_size_ = request.stream_size;
  stream_size_max_ = request.stream_size_max;
  asks_ = stream_ != nullptr && request.expects_continue;
  loop_.deadlines().tighten(
      std::min({request.times.head_max, request.times.idle_max, request.times.continue_max}));
  const bool repeatable = request.stream == nullptr && is_idempotent(request.method);
  Source source = Source::kept_first;
  for (;;) {
    if (auto connected = co_await connect(request, source); !connected)
      co_return std::unexpected(std::move(connected.error()));
    const bool was_used = std::exchange(connection_->used, true);
    auto head = co_await attempt(request);
    if (head) co_return head;
    const bool nothing_came = in().empty() && interim_ == 0;
    co_await drop();
    if (aborted_) co_return wrong(UpstreamFault::client, std::move(head.error().cause));
    if (stream_failure_) co_return wrong(UpstreamFault::client, *stream_failure_);
    const bool stale = was_used && nothing_came && head.error().fault == UpstreamFault::lost;
    if (!stale || !repeatable) co_return head;
    source = Source::fresh;
  }
}

Task<Exchange::Outcome<>> Exchange::connect(const UpstreamRequest& request, Source source) {
  if (source == Source::kept_first) connection_ = pool_.take(server_->number);
  if (!connection_) {
    auto permit = take_permit();
    if (!permit)
      co_return wrong(UpstreamFault::full, ErrorCode::unavailable,
                      "connect to '" + server_->origin.authority() + "': too many connections");
    auto socket =
        co_await http::connect(loop_, server_->origin, server_->tls, request.times.connect_max);
    if (aborted_) co_return wrong(UpstreamFault::client, ErrorCode::unavailable, "aborted");
    if (!socket) co_return wrong(UpstreamFault::unreachable, std::move(socket.error()));
    connection_ = std::make_unique<UpstreamConnection>(*std::move(permit), *std::move(socket));
  }
  socket().set_write_idle(request.times.idle_max);
  watch_.emplace(loop_.deadlines(), socket());
  co_return Outcome<>{};
}

std::optional<Permit> Exchange::take_permit() {
  for (;;) {
    auto permit = Permit::take(server_->all, server_->own);
    // Kept connections to other servers, or stale ones to this, give way.
    if (permit || !pool_.drop_oldest()) return permit;
  }
}

Task<Exchange::Outcome<UpstreamHead>> Exchange::attempt(const UpstreamRequest& request) {
  auto head = format_head(request);
  if (!head) co_return wrong(UpstreamFault::client, std::move(head.error()));
  // A server that has enough may answer and close while it is still being written to: what came
  // before is read although writing failed.
  const Status written = co_await socket().write({*head, request.body}, Socket::More::no);
  sent_ = written.has_value() && stream_ == nullptr;
  if (written && stream_ != nullptr && !asks_) start_pump();
  co_return co_await read_head(request);
}

Task<Exchange::Outcome<UpstreamHead>> Exchange::read_head(const UpstreamRequest& request) {
  interim_ = 0;
  HeadScan scan;
  // Of a body on its way, the pump keeps the time.
  if (asks_)
    socket().set_deadline(std::min(times_.continue_max, times_.head_max));
  else if (!pump_.running())
    socket().set_deadline(times_.head_max);
  for (;;) {
    const auto state = scan.scan(in().text());
    const std::size_t size = state == HeadScan::State::whole ? scan.size() : in().size();
    if (state == HeadScan::State::malformed || size > server_->limits.header_bytes_max)
      co_return wrong(UpstreamFault::malformed, ErrorCode::damaged_input, "answer: no head");
    if (state == HeadScan::State::whole) {
      auto head = take_head(request, size);
      if (!head) co_return std::unexpected(std::move(head.error()));
      if (*head) co_return **std::move(head);
      scan = HeadScan();
      continue;
    }
    if (stream_failure_) co_return wrong(UpstreamFault::client, *stream_failure_);
    if (auto filled = co_await fill_head(); !filled)
      co_return std::unexpected(std::move(filled.error()));
  }
}

Task<Exchange::Outcome<>> Exchange::fill_head() {
  const bool full = in().size() == in().capacity();
  const auto room =
      in().make_room(std::max(kHeadCapacityMin, full ? in().capacity() * 2 : in().capacity()));
  auto size = co_await socket().read_some(room);
  if (!size && socket().expired()) {
    // Nothing came in time: of a server that was asked whether it wants the body, that means yes.
    if (!asks_)
      co_return wrong(UpstreamFault::timed_out, ErrorCode::unavailable, "answer: none in time");
    start_pump();
    co_return Outcome<>{};
  }
  if (!size) co_return wrong(UpstreamFault::lost, std::move(size.error()));
  if (*size == 0)
    co_return wrong(UpstreamFault::lost, ErrorCode::damaged_input, "answer: connection closed");
  in().commit(*size);
  co_return Outcome<>{};
}

Exchange::Outcome<std::optional<UpstreamHead>> Exchange::take_head(const UpstreamRequest& request,
                                                                   std::size_t size) {
  auto head = parse_upstream_head(in().text().substr(0, size), request.method);
  if (!head) return wrong(UpstreamFault::malformed, std::move(head.error()));
  in().consume(size);
  const bool switches = head->status == 101;
  if (switches && request.upgrade.empty())
    return wrong(UpstreamFault::malformed, ErrorCode::damaged_input, "answer: 101 unasked");
  if (head->status < 200 && !switches) {
    if (++interim_ > kInterimMax)
      return wrong(UpstreamFault::malformed, ErrorCode::damaged_input, "answer: 1xx without end");
    if (head->status == 100 && asks_) start_pump();
    return std::nullopt;  // The others (103 ...) are for nobody here.
  }
  answered_ = true;
  socket().clear_deadline();
  size_left_ = head->framing == Framing::length ? *head->content_length : 0;
  done_ = head->framing == Framing::none || (head->framing == Framing::length && size_left_ == 0);
  if (switches) {
    done_ = false;
    duplex_.emplace(socket(), in());
  }
  head_.framing = head->framing;
  head_.keep_alive = head->keep_alive;
  return *std::move(head);
}

void Exchange::start_pump() {
  asks_ = false;
  socket().clear_deadline();
  pump_.run(pump());
}

Task<void> Exchange::pump() {
  const Status sent = co_await pump_pieces();
  sent_ = sent.has_value();
  if (answered_ || stopping_) co_return;
  if (stream_failure_)
    socket().cancel_read();  // Nobody is left who wants the answer.
  else
    socket().set_deadline(times_.head_max);
}

Task<Status> Exchange::pump_pieces() {
  std::uint64_t size = 0;
  for (;;) {
    const auto piece = co_await stream_->read();
    if (stopping_) co_return fail(ErrorCode::unavailable, "not wanted any more");
    if (!piece) stream_failure_ = piece.error();
    CO_TRY(piece);
    size += piece->size();
    if (size > stream_size_max_) {
      stream_failure_ = Error{ErrorCode::too_large, "body: larger than allowed"};
      co_return std::unexpected(*stream_failure_);
    }
    const std::string_view text = as_text(*piece);
    const bool chunked = !stream_size_;
    if (text.empty()) {
      if (chunked) co_return co_await socket().write({"0\r\n\r\n"}, Socket::More::no);
      co_return Status{};
    }
    const std::string line = chunked ? fmt::format("{:x}\r\n", text.size()) : std::string();
    CO_TRY(co_await socket().write({line, text, chunked ? "\r\n" : ""}, Socket::More::no));
  }
}

Task<Result<Bytes>> Exchange::read() {
  if (!decoded_.empty()) co_return as_bytes(std::exchange(decoded_, {}));
  if (done_ || !connection_) co_return Bytes{};
  auto piece = co_await read_piece();
  if (!piece && aborted_) co_return fail(ErrorCode::unavailable, "aborted");
  co_return piece;
}

Task<Result<Bytes>> Exchange::read_piece() {
  if (head_.framing == Framing::chunked) co_return co_await read_chunks();
  if (in().empty()) {
    CO_TRY_LET(const std::size_t size, co_await fill());
    if (size == 0) {
      if (head_.framing == Framing::length)
        co_return fail(ErrorCode::damaged_input, "answer: cut within its body");
      done_ = true;
      co_return Bytes{};
    }
  }
  std::string_view piece = in().text();
  if (head_.framing == Framing::length) {
    piece = piece.substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), size_left_)));
    size_left_ -= piece.size();
    done_ = size_left_ == 0;
  }
  in().consume(piece.size());
  co_return as_bytes(piece);
}

Task<Result<Bytes>> Exchange::read_chunks() {
  for (;;) {
    CO_TRY_LET(const std::string_view piece, chunks_.decode(in()));
    done_ = chunks_.done();
    if (!piece.empty() || done_) co_return as_bytes(piece);
    CO_TRY_LET(const std::size_t size, co_await fill());
    if (size == 0) co_return fail(ErrorCode::damaged_input, "answer: cut within its chunks");
  }
}

Task<Result<std::size_t>> Exchange::fill() {
  const std::span<char> room = in().make_room(kPieceBytesMax);
  socket().set_deadline(times_.idle_max);
  auto size = co_await socket().read_some(room);
  socket().clear_deadline();
  if (size) in().commit(*size);
  co_return size;
}

std::optional<std::string_view> Exchange::take_whole() {
  if (done_) return std::string_view();
  if (head_.framing == Framing::length && in().size() >= size_left_) {
    const auto whole = in().text().substr(0, static_cast<std::size_t>(size_left_));
    in().consume(whole.size());
    size_left_ = 0;
    done_ = true;
    return whole;
  }
  if (head_.framing != Framing::chunked) return std::nullopt;
  const auto decoded = chunks_.decode(in());
  if (!decoded) return std::nullopt;  // It says so again when it is read.
  done_ = chunks_.done();
  if (done_) return *decoded;
  decoded_ = *decoded;
  return std::nullopt;
}

Duplex& Exchange::duplex() {
  ASSERT(duplex_);
  return *duplex_;
}

Task<void> Exchange::drop() {
  stopping_ = true;
  if (connection_) socket().close();
  if (pump_.running()) {
    stream_->cancel();
    co_await pump_.end();
  }
  watch_.reset();
  duplex_.reset();
  connection_.reset();
  stopping_ = false;
}

Task<void> Exchange::finish() {
  const bool fit = connection_ && answered_ && done_ && sent_ && !pump_.running() &&
                   head_.keep_alive && in().empty() && !aborted_;
  if (fit) {
    watch_.reset();
    pool_.keep(server_->number, std::move(connection_));
  }
  co_await drop();
}

void Exchange::abort() {
  aborted_ = true;
  if (connection_) socket().close();
}

}  // namespace tintype::http
