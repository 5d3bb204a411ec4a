#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "upload/policy.h"
#include "upload/slots.h"

namespace tintype::upload {

/// What a client says that it wants to upload. Its words choose among the policy's types and
/// methods and bind the size; they never become part of a key.
struct UploadRequest {
  std::string content_type;          ///< Lower-case; not yet known to be allowed.
  std::optional<std::int64_t> size;  ///< Positive.
  std::optional<Method> method;      ///< Absent: the policy's first.
};

/// One body, whose files stand or fall each by itself.
struct UploadRequests {
  /// More in one body is `invalid_argument`.
  static constexpr std::size_t kFilesMax = 20;
  /// An error: `invalid_argument` whose message the client sees, `unsupported` for an extension of
  /// no picture, `too_large` for a size beyond all numbers.
  std::vector<Result<UploadRequest>> files;
  bool many = false;  ///< They came as {"files":[...]}, and so goes the answer.
};

/// Reads {"content_type","size"} or {"extension"} (with or without "size"), each with or without
/// "method", or {"files":[...]} of these. Names that we do not know are ignored. `invalid_argument`
/// whose message the client sees if it is none of these.
Result<UploadRequests> parse_upload_requests(std::string_view body);

/// The Idempotency-Key of a request with `body`, as a text in quotes (as the draft has it) or
/// without (as most clients send it): 1 to 255 visible ASCII characters. `invalid_argument` whose
/// message the client sees.
Result<std::optional<IdempotencyKey>> parse_idempotency_key(const http::Headers& headers,
                                                            std::string_view body);

/// The numbers of parts: {"numbers":[1,2,3]}, each from 1, at most kNumbersMax.
inline constexpr std::size_t kNumbersMax = 1000;
Result<std::vector<std::int64_t>> parse_part_numbers(std::string_view body);

/// Who completes may say which parts there are, as S3's clients do: {"parts":[{"PartNumber":1,
/// "ETag":"..."}]}. The ETags in order of the parts, without quotes; nothing if the body is empty
/// or does not name any. `invalid_argument` unless the numbers are 1, 2, 3, ...
Result<std::optional<std::vector<std::string>>> parse_part_etags(std::string_view body);

}  // namespace tintype::upload
