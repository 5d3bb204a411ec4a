#include <sysexits.h>

#include <boost/json.hpp>
#include <cstdio>

#include "commands.h"

namespace tintype {
namespace {

int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return EX_CONFIG;
    case ErrorCode::unauthenticated: return EX_NOPERM;
    case ErrorCode::denied: return EX_CANTCREAT;
    case ErrorCode::not_found: return EX_NOINPUT;
    case ErrorCode::conflict: return EX_TEMPFAIL;
    case ErrorCode::too_large: return EX_DATAERR;
    case ErrorCode::exhausted: return EX_CANTCREAT;
    case ErrorCode::unsupported: return EX_UNAVAILABLE;
    case ErrorCode::unavailable: return EX_UNAVAILABLE;
    case ErrorCode::damaged_input: return EX_DATAERR;
    case ErrorCode::corrupt: return EX_DATAERR;
    case ErrorCode::internal: return EX_SOFTWARE;
  }
  __builtin_unreachable();
}

}  // namespace

void print_line(const boost::json::object& object) {
  std::printf("%s\n", boost::json::serialize(object).c_str());
}

int report(const Error& error) {
  std::fprintf(stderr, "tintype: %s\n", error.message.c_str());
  return exit_code_of(error.code);
}

}  // namespace tintype
