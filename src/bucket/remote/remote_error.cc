#include "bucket/remote/remote_error.h"

#include <algorithm>
#include <array>
#include <utility>

#include "xml/reader.h"

namespace tintype::bucket {
namespace {

constexpr std::array<std::pair<std::string_view, ErrorCode>, 8> kCodes = {{
    {"EntityTooLarge", ErrorCode::too_large},
    {"QuotaExceeded", ErrorCode::exhausted},
    {"NoSuchBucket", ErrorCode::not_found},
    {"NoSuchKey", ErrorCode::not_found},
    {"NoSuchUpload", ErrorCode::not_found},
    {"NotImplemented", ErrorCode::unsupported},
    {"BadDigest", ErrorCode::damaged_input},
    {"XAmzContentSHA256Mismatch", ErrorCode::damaged_input},
}};

/// Those that come with a status of another meaning.
constexpr std::array<std::string_view, 4> kPassing = {"RequestTimeout", "SlowDown",
                                                      "OperationAborted", "InternalError"};

ErrorCode code_of_status(int status) {
  switch (status) {
    case 404: return ErrorCode::not_found;
    case 401:
    case 403: return ErrorCode::denied;
    case 409:
    case 412: return ErrorCode::conflict;
    case 413: return ErrorCode::too_large;
    case 501: return ErrorCode::unsupported;
    case 507: return ErrorCode::exhausted;
    default:
      return status >= 500 || status == 429 ? ErrorCode::unavailable : ErrorCode::invalid_argument;
  }
}

}  // namespace

RemoteFault read_fault(int status, std::string_view body) {
  RemoteFault fault{.status = status};
  const auto document = xml::Document::parse(body, {});
  if (!document || document->root().name() != "Error") return fault;
  if (const auto code = document->root().child("Code")) fault.code = code->text();
  if (const auto message = document->root().child("Message")) fault.message = message->text();
  return fault;
}

bool is_passing(const RemoteFault& fault) {
  if (std::ranges::find(kPassing, fault.code) != kPassing.end()) return true;
  return fault.status == 429 || fault.status == 408 || fault.status == 500 ||
         (fault.status >= 502 && fault.status <= 504);
}

Error error_of(const RemoteFault& fault, const http::Headers& headers) {
  std::string message = "status " + std::to_string(fault.status);
  if (!fault.code.empty()) message += " " + fault.code + ": " + fault.message;
  if (const auto region = headers.find("x-amz-bucket-region"))
    message += " (the bucket's region is '" + std::string(*region) + "')";
  if (is_passing(fault)) return {.code = ErrorCode::unavailable, .message = std::move(message)};
  const auto known = std::ranges::find(kCodes, fault.code, &decltype(kCodes)::value_type::first);
  return {.code = known == kCodes.end() ? code_of_status(fault.status) : known->second,
          .message = std::move(message)};
}

}  // namespace tintype::bucket
