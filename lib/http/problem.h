#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace tintype::http {

/// A problem document (RFC 9457): application/problem+json with `type`, `title`, `status`,
/// `detail`, `code` (stable, for programs) and `request_id`. `detail` goes to the client: never a
/// path, never a library's text.
struct Problem {
  /// What is wrong with one field of the body (RFC 9457, 3): `pointer` is a JSON pointer in a URI
  /// fragment, "#/handle".
  struct Fault {
    std::string pointer;
    std::string detail;
  };

  int status;
  std::string code;
  std::string detail;
  std::vector<Fault> errors = {};  ///< The member `errors`, if there are any.
};
Response problem_response(const Problem& problem, const Request& request);

/// The status of a code where nobody knows better. One exhaustive switch.
int status_of(ErrorCode code);
/// The fixed sentence that a client sees for a code.
std::string_view public_detail(ErrorCode code);
/// The problem of an Error: its code, status and fixed sentence; the message is for the log.
/// `unavailable` carries Retry-After.
Response problem_response(const Error& error, const Request& request);

/// An application/json answer.
Response json_response(int status, std::string json);

}  // namespace tintype::http
