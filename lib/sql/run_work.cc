#include <exception>
#include <optional>

#include "sql/connection.h"

namespace tintype::sql {
namespace {

/// The Session of one work: remembers the first failure, after which nothing runs.
class WorkSession final : public Session {
 public:
  explicit WorkSession(Connection& connection) : connection_(connection) {}

  Result<std::int64_t> execute(std::string_view statement, const Values& values) override {
    if (failure_) return std::unexpected(*failure_);
    return noted(connection_.execute(statement, values));
  }

  Result<Rows> query(std::string_view statement, const Values& values) override {
    if (failure_) return std::unexpected(*failure_);
    return noted(connection_.query(statement, values));
  }

  const std::optional<Error>& failure() const { return failure_; }

 private:
  template <class T>
  Result<T> noted(Result<T> result) {
    if (!result) failure_ = result.error();
    return result;
  }

  Connection& connection_;
  std::optional<Error> failure_;
};

/// Work is the caller's code: whatever it throws must not end the thread that serves everybody.
Status without_exceptions(Session& session, const Work& work) {
  try {
    return work(session);
  } catch (const std::exception& exception) {
    return fail(ErrorCode::internal, std::string("work threw: ") + exception.what());
  } catch (...) {
    return fail(ErrorCode::internal, "work threw something");
  }
}

}  // namespace

Status run_work(Connection& connection, const Work& work) {
  WorkSession session(connection);
  TRY(without_exceptions(session, work));
  if (session.failure()) return std::unexpected(*session.failure());
  return {};
}

}  // namespace tintype::sql
