// One database, two engines (SQLite, PostgreSQL), one set of queries.
//
// Writing is done by one thread that commits in groups: what waits when it begins shares one
// transaction and so one sync to disk. Each write runs in a savepoint of its own, so that one that
// fails takes nothing with it. write() returns when its group is on disk.
//
//   write A ─┐
//   write B ─┼─▶ begin · savepoint A · savepoint B · savepoint C · commit (one sync) ─▶ all return
//   write C ─┘
//
// Reading uses connections of its own and sees what is committed. No type of SOCI appears here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace tintype::sql {

enum class Engine { sqlite, postgresql };

/// A parameter or a column: NULL, a number, a text. Floating point and blobs are not needed.
/// A text is UTF-8 without a NUL: PostgreSQL keeps nothing else, so neither engine takes it.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string>;
using Values = std::vector<Value>;

/// One row of an answer.
class Row {
 public:
  explicit Row(Values values) : values_(std::move(values)) {}

  bool is_null(std::size_t column) const;
  /// A NULL is 0 or ""; ask is_null() where it matters. A number reads as text and the other way
  /// where it is one (0 where it is none). `column` from zero, in the order of the SELECT; beyond
  /// it is our bug.
  std::int64_t integer(std::size_t column) const;
  std::string text(std::size_t column) const;

 private:
  Values values_;
};
using Rows = std::vector<Row>;

/// A connection inside a transaction (write) or a consistent read. Bound to the call that got it.
///
/// A statement that fails ends its work: every later one returns the same error and the write is
/// rolled back, even if its work then returns success. (PostgreSQL is so; SQLite is made so.) Where
/// a row may be there already, say so in SQL (ON CONFLICT ...) and look at the count.
class Session {
 public:
  virtual ~Session() = default;
  /// Runs one INSERT, UPDATE, DELETE or CREATE; its parameters are `:1`, `:2`, ..., each used at
  /// least once. How many rows it changed.
  /// `conflict` for a violated uniqueness; `unavailable` for a full disk, a lock that somebody else
  /// keeps or a lost server; `invalid_argument` for a text that is not UTF-8 or has a NUL;
  /// `corrupt` for a damaged file; `internal` otherwise.
  virtual Result<std::int64_t> execute(std::string_view statement, const Values& values = {}) = 0;
  /// Runs a SELECT (or a statement with RETURNING); errors as above. Its columns are BIGINT or
  /// TEXT, or expressions of these; bound the number of rows with LIMIT.
  virtual Result<Rows> query(std::string_view statement, const Values& values = {}) = 0;
};

/// Thread-safe. Blocks: call it from the blocking pool, never from a loop.
class Database {
 public:
  struct Options {
    std::size_t readers = 4;                ///< Connections for reading.
    std::size_t writes_waiting_max = 4096;  ///< More is `unavailable`.
    std::size_t group_max = 256;            ///< Writes that share one commit.
  };

  /// Since the database was opened, for metrics. `writes` / `commits` is the mean group.
  struct Totals {
    std::uint64_t writes = 0;   ///< That are on disk.
    std::uint64_t commits = 0;  ///< That brought them there.
  };

  /// "sqlite:///path/tintype.db" (what follows "sqlite://" is the path as it is, nothing is
  /// decoded) or "postgresql://..." (a libpq URL). Creates an SQLite file that is missing, mode
  /// 0600; WAL, synchronous FULL, foreign keys on. `invalid_argument` for another URL, `corrupt` if
  /// the file is no database, `unavailable` if the server does not answer, else as open(2) says.
  /// The error names the file and never the password.
  static Result<std::unique_ptr<Database>> open(const std::string& url, Options options);
  /// Finishes the writes that were accepted.
  virtual ~Database() = default;

  virtual Engine engine() const = 0;
  virtual Totals totals() const = 0;

  /// Runs `work` in the transaction of the next group; returns when that is on disk. If `work`
  /// fails its changes are rolled back and its error is returned; if the commit fails, everybody in
  /// the group gets that error and nothing happened (only if PostgreSQL's server is lost during a
  /// commit nobody knows: `unavailable`). `unavailable` too if `writes_waiting_max` are waiting.
  /// Calling it from inside a write's work is our bug. An exception of `work` is `internal`.
  virtual Status write(std::function<Status(Session&)> work) = 0;
  /// Runs `work` on a reading connection; waits for one. All its queries see one instant. Calling
  /// it from inside a read's work is our bug: it might wait for itself.
  virtual Status read(const std::function<Status(Session&)>& work) = 0;

  /// write/read whose work returns a Result<T>.
  template <class Work, class R = std::invoke_result_t<Work&, Session&>>
    requires(!std::is_same_v<R, Status>)
  R write(Work work) {
    std::optional<R> result;
    TRY(write(std::function<Status(Session&)>([&](Session& session) -> Status {
      result.emplace(work(session));
      if (!*result) return std::unexpected(result->error());
      return {};
    })));
    return std::move(*result);
  }
  template <class Work, class R = std::invoke_result_t<Work&, Session&>>
    requires(!std::is_same_v<R, Status>)
  R read(Work work) {
    std::optional<R> result;
    TRY(read(std::function<Status(Session&)>([&](Session& session) -> Status {
      result.emplace(work(session));
      if (!*result) return std::unexpected(result->error());
      return {};
    })));
    return std::move(*result);
  }
};

}  // namespace tintype::sql
