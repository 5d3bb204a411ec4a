#include "base/result.h"

#include <system_error>

namespace tintype {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::unauthenticated: return "unauthenticated";
    case ErrorCode::denied: return "denied";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::too_large: return "too_large";
    case ErrorCode::exhausted: return "exhausted";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::damaged_input: return "damaged_input";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::internal: return "internal";
  }
  __builtin_unreachable();
}

namespace {

ErrorCode code_of(int error) {
  switch (error) {
    case ENOENT: return ErrorCode::not_found;
    case EEXIST: return ErrorCode::conflict;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorCode::denied;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
    case ENOMEM:
    case EADDRINUSE: return ErrorCode::unavailable;
    case EFBIG: return ErrorCode::too_large;
    default: return ErrorCode::internal;
  }
}

}  // namespace

std::unexpected<Error> errno_error(std::string_view action, std::string_view object, int error) {
  std::string message(action);
  message += " '";
  message += object;
  message += "': ";
  message += std::generic_category().message(error);
  return fail(code_of(error), std::move(message));
}

}  // namespace tintype
