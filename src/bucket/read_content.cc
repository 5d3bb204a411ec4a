#include "bucket/read_content.h"

namespace tintype::bucket {

Result<std::string> read_content(const Object& object) {
  const std::string context = "read content of '" + object.info.key.str() + "'";
  std::string bytes(object.info.size, '\0');
  const auto buffer = std::as_writable_bytes(std::span(bytes));
  for (std::size_t size = 0; size < buffer.size();) {
    TRY_LET(const std::size_t got,
            within(context, object.content->read(size, buffer.subspan(size))));
    if (got == 0) return fail(ErrorCode::corrupt, context + ": cut short");
    size += got;
  }
  return bytes;
}

}  // namespace tintype::bucket
