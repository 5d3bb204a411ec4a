// Errors are values. A function that can fail returns Result<T>; what went wrong is an Error, whose
// code says what the caller can do about it and whose message is for the log: a path from intent to
// cause, "publish 'cats/1.jpg': rename '/var/x': No space left on device".
//
// What a client may see is made from the code alone, in one switch per protocol (http/problem.h,
// bucket/s3/error.h, ...): neither paths nor texts of libraries reach the wire.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace tintype {

/// Chosen by what the caller does about it.
enum class ErrorCode {
  invalid_argument,  ///< The request is wrong: mend it.
  unauthenticated,   ///< We do not know who asks: sign in.
  denied,            ///< We know, and the answer is no.
  not_found,         ///< There is no such thing.
  conflict,          ///< It is not as the caller thought: read again.
  too_large,         ///< Over a named limit.
  exhausted,         ///< Over a quota: what may be stored is used up.
  unsupported,       ///< Well-formed, but we do not do it.
  unavailable,       ///< Not now: try later.
  damaged_input,     ///< What was sent is broken: send it again, or something else.
  corrupt,           ///< What we stored is broken: a person must look.
  internal,          ///< Our fault.
};

/// The code's name as logs, metrics and problem documents spell it, such as "not_found".
std::string_view to_string(ErrorCode code);

struct [[nodiscard]] Error {
  ErrorCode code;
  std::string message;  ///< For the log; outermost intent first.

  /// Prefixes `context`, so that the message reads as a path from intent to cause.
  Error within(std::string_view context) && {
    message.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// Makes the failing side of any Result.
inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

/// The one maker of errors from errno: "read '/var/x': Permission denied".
std::unexpected<Error> errno_error(std::string_view action, std::string_view object, int error);

/// Adds `context` to the error of `result`, if it has one.
template <class T>
Result<T> within(std::string_view context, Result<T> result) {
  if (!result) return std::unexpected(std::move(result).error().within(context));
  return result;
}

}  // namespace tintype

// NOLINTBEGIN(bugprone-macro-parentheses): `decl` is a declaration, which takes none.

/// Leaves the function with the error of the expression, if it has one.
#define TRY(...)                                             \
  do {                                                       \
    if (auto try_result = (__VA_ARGS__); !try_result)        \
      return std::unexpected(std::move(try_result).error()); \
  } while (false)

/// Like TRY, and binds the value:  TRY_LET(auto body, read_body(request));
#define TRY_LET(decl, ...) TT_TRY_LET(TT_JOIN(try_result_, __LINE__), decl, __VA_ARGS__)
#define TT_TRY_LET(r, decl, ...)                        \
  auto r = (__VA_ARGS__);                               \
  if (!r) return std::unexpected(std::move(r).error()); \
  decl = *std::move(r)

/// The same two inside a coroutine that returns Task<Result<T>>.
#define CO_TRY(...)                                             \
  do {                                                          \
    if (auto try_result = (__VA_ARGS__); !try_result)           \
      co_return std::unexpected(std::move(try_result).error()); \
  } while (false)
#define CO_TRY_LET(decl, ...) TT_CO_TRY_LET(TT_JOIN(try_result_, __LINE__), decl, __VA_ARGS__)
#define TT_CO_TRY_LET(r, decl, ...)                        \
  auto r = (__VA_ARGS__);                                  \
  if (!r) co_return std::unexpected(std::move(r).error()); \
  decl = *std::move(r)

#define TT_JOIN(a, b) TT_JOIN_AGAIN(a, b)
#define TT_JOIN_AGAIN(a, b) a##b

// NOLINTEND(bugprone-macro-parentheses)
