#include "function/runner.h"

#include <algorithm>
#include <exception>

#include "base/log.h"
#include "bucket/naming.h"

namespace tintype::function {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// For the log: the upload that the event tells of, if it is one.
std::string upload_of(const event::Lease& lease) {
  const auto key = bucket::Key::parse(lease.record.key);
  const auto place = key ? bucket::parse_upload_key(*key) : std::nullopt;
  return place ? place->upload_id : std::string();
}

void log_failure(std::string_view phrase, const event::Lease& lease, std::int64_t duration_ms,
                 std::string_view reason) {
  log(LogLevel::warning, phrase,
      {{"invocation", lease.invocation_id},
       {"function", lease.function},
       {"upload", upload_of(lease)},
       {"attempt", lease.attempt},
       {"duration_ms", duration_ms},
       {"reason", reason}});
}

void log_completion(const event::Lease& lease, std::int64_t duration_ms) {
  log(LogLevel::info, "invocation completed",
      {{"invocation", lease.invocation_id},
       {"function", lease.function},
       {"upload", upload_of(lease)},
       {"attempt", lease.attempt},
       {"duration_ms", duration_ms}});
}

std::string reason_of(const Error& error) {
  return std::string(to_string(error.code)) + ": " + error.message;
}

/// The one place where what a function throws becomes an error.
Status run(Function& function, const event::Lease& lease) {
  try {
    return function.run(lease);
  } catch (const std::exception& exception) {
    return fail(ErrorCode::internal, std::string("function threw: ") + exception.what());
  } catch (...) {
    return fail(ErrorCode::internal, "function threw something");
  }
}

}  // namespace

Runner::Runner(Options options, event::Queue& queue, sql::Database& database,
               std::vector<Function*> functions)
    : options_(options), queue_(queue), database_(database), functions_(std::move(functions)) {
  for (std::size_t i = 0; i < options_.threads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
}

Runner::~Runner() {
  // All at once: then all of them end within the time of one attempt.
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Runner::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto served = serve_one();
    if (!served) {
      log(LogLevel::warning, "runner paused", {{"reason", served.error().message}});
      pause(stop);
    } else if (!*served) {
      queue_.wait(stop);
    }
  }
}

/// Not queue_.wait(): that returns at once while something is due.
void Runner::pause(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  paused_.wait_for(lock, stop, options_.pause, [] { return false; });
}

Result<bool> Runner::serve_one() {
  TRY_LET(const auto leased, queue_.lease([this](sql::Session& session, const event::Lease& lease) {
    Function* const function = find(lease.function);
    return function == nullptr || lease.exhausted ? Status() : function->leased(session, lease);
  }));
  if (!leased) return false;
  const event::Lease& lease = *leased;

  Function* const function = find(lease.function);
  const auto started = SteadyClock::now();
  Status outcome;
  if (function == nullptr)
    outcome = fail(ErrorCode::unsupported, "no function of this name: " + lease.function);
  else if (lease.exhausted)
    outcome = fail(ErrorCode::internal, "every attempt ended without a word: the node or its time");
  else
    outcome = run(*function, lease);
  const std::int64_t duration_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - started).count();

  if (outcome)
    log_completion(lease, duration_ms);
  else
    TRY(settle_failure(function, lease, outcome.error(), duration_ms));
  return true;
}

Function* Runner::find(const std::string& name) const {
  const auto found = std::ranges::find_if(
      functions_, [&name](const Function* function) { return function->name() == name; });
  return found == functions_.end() ? nullptr : *found;
}

/// Retries or buries, and if it is buried the function adds to that transaction.
Status Runner::settle_failure(Function* function, const event::Lease& lease, const Error& error,
                              std::int64_t duration_ms) {
  const std::string reason = reason_of(error);
  const bool hopeless = function == nullptr || lease.exhausted || is_permanent(error.code);
  const auto state = database_.write([&](sql::Session& session) -> Result<event::State> {
    auto next = event::State::dead;
    if (hopeless) {
      TRY(queue_.bury(session, lease, reason));
    } else {
      TRY_LET(next, queue_.retry(session, lease, reason));
    }
    if (next == event::State::dead && function != nullptr)
      TRY(function->buried(session, lease, error));
    return next;
  });
  if (!state && state.error().code == ErrorCode::conflict) {
    // The lease expired and is another's: that attempt decides.
    log_failure("invocation lost", lease, duration_ms, reason);
    return {};
  }
  // The lease will expire, and so the attempt is not forgotten.
  if (!state)
    return within("settle invocation '" + lease.invocation_id + "' after " + reason,
                  Status(std::unexpected(state.error())));

  const bool dead = *state == event::State::dead;
  log_failure(dead ? "invocation buried" : "invocation failed", lease, duration_ms, reason);
  if (dead && function != nullptr) function->settled(lease);
  return {};
}

}  // namespace tintype::function
