// What a request and a response are, for every listener of the program. No type of Beast or Asio
// appears here: lib/http alone includes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"
#include "base/task.h"
#include "base/text.h"

namespace tintype::http {

/// Header fields in the order of arrival; names compare without case (RFC 9110, 5.1).
class Headers {
 public:
  using Entry = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Entry> entries) : entries_(entries) {}

  /// The first value, or nothing.
  std::optional<std::string_view> find(std::string_view name) const;
  /// All values of a field sent several times, in order.
  std::vector<std::string_view> find_all(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  /// Appends, also where the name exists.
  void add(std::string name, std::string value);
  /// Replaces every field of that name.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);

  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  std::size_t count() const { return entries_.size(); }

 private:
  std::vector<Entry> entries_;
};

/// The query of a URL: decoded pairs in the order of arrival. "a&b=" are two pairs with empty
/// values.
class Query {
 public:
  using Entry = std::pair<std::string, std::string>;

  /// `invalid_argument` for a broken percent-encoding. '+' is a space only as forms have it, and
  /// S3 does not: it stays '+'.
  static Result<Query> parse(std::string_view text);

  std::optional<std::string_view> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  bool empty() const { return entries_.empty(); }

 private:
  std::vector<Entry> entries_;
};

/// The body of a request, as it arrives. Bound to the request's loop.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// The next bytes, at most 256 KiB, valid until the next call; empty at the end. `too_large` over
  /// the listener's limit, `damaged_input` if the client left, `unavailable` after its time ran
  /// out.
  virtual Task<Result<Bytes>> read() = 0;
  /// A read() that waits comes back with `unavailable`; the next one goes on where it was.
  virtual void cancel() {}
  /// Calls `left` once if the client leaves meanwhile, or the server must end; for who waits for
  /// something else. Noticed within a few seconds. Empty ends it.
  virtual void watch(std::move_only_function<void()> /*left*/) {}
  /// Lowers the listener's limit for this body; before the first read().
  virtual void limit(std::uint64_t /*bytes_max*/) {}
};

/// The whole body, for small ones. `too_large` over `size_max`.
Task<Result<std::string>> read_all(BodyReader& body, std::size_t size_max);

struct Request {
  std::string method;      ///< As sent: "GET". Methods are case-sensitive.
  std::string target;      ///< As sent, for signatures: "/b/a%20b?x=1".
  std::string path;        ///< The target's path, still encoded: "/b/a%20b".
  std::string query_text;  ///< Behind the '?', still encoded; may be empty.
  Query query;             ///< The same, decoded.
  Headers headers;
  std::optional<std::uint64_t> content_length;  ///< Absent: no body, or a chunked one.
  BodyReader* body = nullptr;  ///< Never null in a handler; lives as long as it runs.
  std::string remote_address;  ///< "127.0.0.1", of the peer of the connection.
  std::string id;              ///< Ours, or a trusted proxy's; on every log line and answer.
  bool secure = false;         ///< Came over TLS.
  /// Set by a handler that leaves work running beside its answer: awaited, however the exchange
  /// ended, before anything here goes away. Must not throw.
  std::function<Task<void>()> at_end = {};
  /// What a handler found out, for the observer of the exchange.
  struct Remarks {
    std::string route;    ///< "POST /avatars/key_upload"; of a small set.
    std::string subject;  ///< Who asked, once that was verified.
  };
  Remarks remarks = {};
};

/// Writes the body of a streamed response. Bound to the request's loop.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  /// Sends `bytes` now. `unavailable` if the client left or the server stops.
  virtual Task<Status> write(std::string_view bytes) = 0;
  /// True once the server is stopping: a stream without end should end.
  virtual bool stopping() const = 0;
};

/// Part of an open file. The server sends it without holding it in memory.
struct FileBody {
  Fd file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};
/// Bytes that others hold too, such as a cache; sent without a copy.
struct SharedBody {
  std::shared_ptr<const std::string> bytes;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};
/// Called once after the headers went out; a body that ends when it returns: chunked, or of
/// Response::content_length bytes if that is set. An error breaks the connection off, so that
/// nobody takes what came for the whole.
struct StreamBody {
  std::function<Task<Status>(BodyWriter&)> run;
};

/// A connection that speaks something else than HTTP. Bound to its loop; one read and one write at
/// a time.
class Duplex {
 public:
  virtual ~Duplex() = default;
  /// What has arrived, valid until the next call; empty at the end. `unavailable` if nothing came
  /// for `idle_max` or cancel_read() was called, after which it may be called again.
  virtual Task<Result<Bytes>> read(std::chrono::milliseconds idle_max) = 0;
  /// `unavailable` if the other side left or took nothing for long.
  virtual Task<Status> write(Bytes bytes) = 0;
  virtual void end_writing() = 0;
  virtual void cancel_read() = 0;
};
/// With status 101 alone: called once after the headers went out; the connection ends with it.
/// When the server stops, reading fails.
struct UpgradeBody {
  std::string protocol;  ///< "websocket".
  std::function<Task<void>(Duplex&)> run;
};

struct Response {
  int status = 200;  ///< 200 to 599; 101 with an UpgradeBody.
  /// Date and x-request-id are added where absent. Content-Length, Transfer-Encoding and Connection
  /// are the server's to say: they are left out here, but "Connection: close" is obeyed.
  Headers headers;
  std::variant<std::string, FileBody, SharedBody, StreamBody, UpgradeBody> body;
  /// For HEAD and 304: the Content-Length to announce where no body is sent. A HEAD may also carry
  /// the body of the GET; the server then announces its length and sends none. For a StreamBody:
  /// its exact size, where that is known.
  std::optional<std::uint64_t> content_length;
  /// The code of the problem document that this is, for the observer; empty for another answer.
  std::string problem_code = {};
};

/// Answers one request. Runs on the connection's loop and must not block it. The Request lives
/// until the Task ends. An exception that escapes becomes a 500 and a log line.
using Handler = std::function<Task<Response>(Request&)>;

/// "text/html; q=0.8, */*": how much `header` (Accept, RFC 9110, 12.5.1) wants `media_type`: 0 to
/// 1000. An absent header wants everything.
int accept_quality(std::optional<std::string_view> header, std::string_view media_type);

/// What an If-None-Match or If-Match list (RFC 9110, 13.1) says of `etag` (with its quotes): true
/// if the list has it, or is "*".
bool etag_listed(std::string_view header, std::string_view etag);

/// A single range of a representation (RFC 9110, 14.1.2), resolved: [offset, offset + size).
struct Range {
  std::uint64_t offset;
  std::uint64_t size;
};
/// Resolves a Range header against `size_total`. Nothing if the header is to be ignored (another
/// unit, malformed, several ranges); `invalid_argument` if it cannot be satisfied (416).
Result<std::optional<Range>> parse_range(std::string_view header, std::uint64_t size_total);

/// The standard phrase of a status: "Not Found".
std::string_view reason_phrase(int status);

}  // namespace tintype::http
