// The fields of a form, once all of them are read: who lets it be sent, and what it asks for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "bucket/s3/operations.h"
#include "bucket/s3/request/post_policy.h"
#include "bucket/s3/request/put_request.h"

namespace tintype::bucket {

/// A form that may be sent. Exists only after its policy's signature and conditions were
/// checked; without a policy, its caller is anonymous.
struct PostForm {
  Caller caller;
  Key key;
  PutOptions options;
  std::optional<std::string> md5_hex;       ///< Of Content-MD5.
  std::optional<ContentChecksum> checksum;  ///< What the file must have.
  std::uint64_t size_min = 0;               ///< Of the file.
  std::uint64_t size_max = 0;
  int success_status = 204;      ///< 200, 201, 204.
  std::string success_redirect;  ///< An http(s) URL; empty: none.
};

/// `file_name` takes the place of "${filename}" in the key.
Task<S3Result<PostForm>> parse_post_form(const FormFields& fields, const std::string& file_name,
                                         const S3Service& service, const S3Call& call);

}  // namespace tintype::bucket
