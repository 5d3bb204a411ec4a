#include "sql/connection.h"

#include <fcntl.h>

#include <cerrno>
#include <filesystem>
#include <unordered_map>

#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "sql/statement.h"

namespace tintype::sql {
namespace {

/// How long a statement waits for a lock that another connection has. The same for both engines.
constexpr const char* kSqliteWait = "PRAGMA busy_timeout = 5000";
constexpr const char* kPostgresqlWait = "SET lock_timeout = 5000";
/// Statements that one connection keeps prepared. The program has fewer; this bounds a mistake.
constexpr std::size_t kStatementsMax = 256;
/// How much of a statement an error shows.
constexpr std::size_t kStatementShownMax = 100;

/// Runs `action`; what it throws becomes an error within `context`. SOCI's exceptions end here.
template <class Action>
std::invoke_result_t<Action&> guarded(std::string_view context, Action action) {
  try {
    return within(context, action());
  } catch (const std::exception& exception) {
    return std::unexpected(to_error(exception).within(context));
  }
}

std::string shown(std::string_view statement) {
  std::string text = "run '";
  text += statement.substr(0, kStatementShownMax);
  text += statement.size() > kStatementShownMax ? "...'" : "'";
  return text;
}

/// PostgreSQL refuses such a text, or (a NUL) SOCI would cut it; SQLite would keep it.
Status check_texts(const Values& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto* const text = std::get_if<std::string>(&values[i]);
    if (text == nullptr) continue;
    if (text->find('\0') == std::string::npos && is_utf8(*text)) continue;
    return fail(ErrorCode::invalid_argument,
                "parameter " + std::to_string(i + 1) + ": not UTF-8, or a NUL in it");
  }
  return {};
}

/// The file, made if it is missing. SQLite would do it too, but with a wider mode and without
/// saying what is wrong.
Status make_file(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd) return sync_folder(std::filesystem::absolute(path).parent_path());
  if (errno == EEXIST) fd = Fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd) return errno_error("open database", path, errno);
  return {};
}

/// SOCI takes a text without '=' as the path, whatever is in it; else it reads key=value.
Result<std::string> soci_name(const std::string& path) {
  if (path.find('=') == std::string::npos) return path;
  if (path.find('"') == std::string::npos) return "dbname=\"" + path + '"';
  return fail(ErrorCode::invalid_argument,
              "open database '" + path + "': '=' and '\"' in its path");
}

class SociConnection final : public Connection {
 public:
  SociConnection(Address address, Purpose purpose)
      : address_(std::move(address)), purpose_(purpose), place_{address_.engine, {}} {}

  Status connect() { return sqlite() ? connect_sqlite() : connect_postgresql(); }

  Status begin() override {
    const Status begun = connected_ ? control(begin_statement()) : connect_and_begin();
    if (begun || sqlite() || !connected_) return begun;
    return connect_and_begin();  // The server may have gone away and come back since.
  }

  Status commit() override { return control("COMMIT"); }

  void rollback() override {
    if (sqlite()) {
      // After some errors (a full disk) SQLite has rolled back already.
      if (sqlite_api::sqlite3_get_autocommit(place_.sqlite()) == 0) (void)control("ROLLBACK");
      return;
    }
    if (connected_ && !control("ROLLBACK")) connected_ = false;
  }

  Status save() override { return control("SAVEPOINT work"); }
  Status keep() override { return control("RELEASE SAVEPOINT work"); }
  Status undo() override {
    TRY(control("ROLLBACK TO SAVEPOINT work"));
    return control("RELEASE SAVEPOINT work");
  }

  Result<std::int64_t> execute(std::string_view statement, const Values& values) override {
    Rows ignored;
    return run(statement, values, ignored);
  }

  Result<Rows> query(std::string_view statement, const Values& values) override {
    Rows rows;
    TRY(run(statement, values, rows));
    return rows;
  }

 private:
  bool sqlite() const { return address_.engine == Engine::sqlite; }

  const char* begin_statement() const {
    const bool read = purpose_ == Purpose::read;
    if (sqlite()) return read ? "BEGIN" : "BEGIN IMMEDIATE";
    return read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN";
  }

  Status connect_sqlite() {
    if (purpose_ == Purpose::write) TRY(make_file(address_.where));
    TRY_LET(const std::string name, soci_name(address_.where));
    return guarded("open database '" + address_.where + "'", [&]() -> Status {
      soci::session& session = place_.session;
      session.open(soci::sqlite3, name);
      sqlite_api::sqlite3_extended_result_codes(place_.sqlite(), 1);
      session << kSqliteWait;  // First: the others may meet a lock.
      std::string mode;
      session << "PRAGMA journal_mode = WAL", soci::into(mode);
      if (mode != "wal") return fail(ErrorCode::unsupported, "its file system cannot do WAL");
      session << "PRAGMA synchronous = FULL";  // In WAL mode NORMAL may lose the last commits.
      session << "PRAGMA foreign_keys = ON";
      session << "PRAGMA journal_size_limit = 16777216";
      session << "PRAGMA mmap_size = 0";  // An I/O error stays an error, not a SIGBUS.
      if (purpose_ == Purpose::read) session << "PRAGMA query_only = ON";
      connected_ = true;
      return {};
    });
  }

  Status connect_postgresql() {
    statements_.clear();
    connected_ = false;
    Status done = guarded("connect to PostgreSQL", [&]() -> Status {
      soci::session& session = place_.session;
      session.close();
      session.open(soci::postgresql, address_.where);  // libpq reads the URL.
      session << "SET client_encoding = 'UTF8'";
      session << "SET client_min_messages = warning";  // libpq writes notices to standard error.
      session << "SET synchronous_commit = on";
      session << kPostgresqlWait;
      connected_ = true;
      return {};
    });
    // SOCI has no code for a connection that fails; whatever it is, a request can try again.
    if (!done && done.error().code == ErrorCode::internal)
      done.error().code = ErrorCode::unavailable;
    return done;
  }

  Status connect_and_begin() {
    TRY(connect());
    return control(begin_statement());
  }

  /// A statement of ours that moves the transaction.
  Status control(const char* statement) {
    Rows ignored;
    const auto done = guarded(statement, [&] { return run_prepared(statement, {}, ignored); });
    if (!done) return std::unexpected(done.error());
    return {};
  }

  Result<std::int64_t> run(std::string_view statement, const Values& values, Rows& rows) {
    auto done = guarded(shown(statement), [&]() -> Result<std::int64_t> {
      TRY(check_texts(values));
      return run_prepared(statement, values, rows);
    });
    // Our bug, or SOCI's: nobody knows in what state it left the statement.
    if (!done && done.error().code == ErrorCode::internal)
      statements_.erase(Statement::cache_key(statement, values));
    return done;
  }

  /// Preparing takes SQLite four times as long as running (18 us and 5 us for a row by its key),
  /// and PostgreSQL two more journeys.
  Result<std::int64_t> run_prepared(std::string_view text, const Values& values, Rows& rows) {
    std::string key = Statement::cache_key(text, values);
    auto found = statements_.find(key);
    if (found == statements_.end()) {
      TRY_LET(auto prepared, Statement::prepare(place_, text, values));
      if (statements_.size() >= kStatementsMax) statements_.clear();
      found = statements_.emplace(std::move(key), std::move(prepared)).first;
    }
    return found->second->run(values, rows);
  }

  const Address address_;
  const Purpose purpose_;
  bool connected_ = false;
  Place place_;
  std::unordered_map<std::string, std::unique_ptr<Statement>>
      statements_;  // Last: they use place_.
};

}  // namespace

Result<Address> Address::parse(const std::string& url) {
  constexpr std::string_view kSqlite = "sqlite://";
  if (url.starts_with(kSqlite)) {
    const std::string path = url.substr(kSqlite.size());
    // To SQLite "" and ":memory:" are databases of one connection; ours have several.
    if (path.empty() || path.starts_with(':') || path.find('\0') != std::string::npos)
      return fail(ErrorCode::invalid_argument, "database URL: no path after sqlite://");
    return Address{Engine::sqlite, path};
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://"))
    return Address{Engine::postgresql, url};
  return fail(ErrorCode::invalid_argument,
              "database URL: begins with neither sqlite:// nor postgresql://");
}

Result<std::unique_ptr<Connection>> Connection::open(const Address& address, Purpose purpose) {
  auto connection = std::make_unique<SociConnection>(address, purpose);
  TRY(connection->connect());
  return connection;
}

}  // namespace tintype::sql
