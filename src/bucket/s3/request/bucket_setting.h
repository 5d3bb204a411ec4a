// What the operations on a bucket's settings have in common.
#pragma once

#include <optional>
#include <string>

#include "bucket/s3/operations.h"
#include "bucket/settings.h"

namespace tintype::bucket {

inline constexpr std::size_t kSettingSizeMax = std::size_t{64} << 10;

/// The document; nothing where the bucket has none.
Task<S3Result<std::optional<std::string>>> find_setting(const S3Service& service,
                                                        const S3Call& call, Setting setting);
/// The same; `missing` where the bucket has none.
Task<S3Result<std::string>> get_setting(const S3Service& service, const S3Call& call,
                                        Setting setting, S3Error missing);
/// Keeps a document that was checked; from now on requests obey it.
Task<S3Result<void>> put_setting(const S3Service& service, const S3Call& call, Setting setting,
                                 std::string document);
Task<S3Result<void>> remove_setting(const S3Service& service, const S3Call& call, Setting setting);

}  // namespace tintype::bucket
