// One connection to SQLite or PostgreSQL. SOCI and all that differs between the two engines lives
// behind this header (connection.cc, statement.cc); Writer and ReaderPool are built on it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/database.h"

namespace tintype::sql {

/// Where a database is.
struct Address {
  Engine engine;
  std::string where;  ///< SQLite: the path. PostgreSQL: the whole URL, which may hold a password.

  /// `invalid_argument`, without repeating the URL, if it is neither.
  static Result<Address> parse(const std::string& url);
};

enum class Purpose { read, write };

/// Thread-compatible: one thread at a time. An interface, so that tests can make it fail.
class Connection {
 public:
  /// `write` creates an SQLite file that is missing; `read` can change nothing.
  static Result<std::unique_ptr<Connection>> open(const Address& address, Purpose purpose);
  virtual ~Connection() = default;

  /// Begins a transaction; takes SQLite's write lock if the purpose is `write`. Connects again if
  /// PostgreSQL's server went away since.
  virtual Status begin() = 0;
  virtual Status commit() = 0;
  /// Leaves whatever transaction there is.
  virtual void rollback() = 0;

  /// One level inside a transaction: after save(), undo() takes back what happened since, keep()
  /// makes it part of the transaction.
  virtual Status save() = 0;
  virtual Status keep() = 0;
  virtual Status undo() = 0;

  /// As in Session.
  virtual Result<std::int64_t> execute(std::string_view statement, const Values& values) = 0;
  virtual Result<Rows> query(std::string_view statement, const Values& values) = 0;
};

using Work = std::function<Status(Session&)>;

/// Runs `work` with a Session on `connection`, whose transaction the caller began. Its error, or
/// that of the first statement that failed in it; `internal` if it threw.
Status run_work(Connection& connection, const Work& work);

}  // namespace tintype::sql
