#include "bucket/disk/open_content.h"

#include <string>
#include <utility>

namespace tintype::bucket {

namespace {
/// How often to look again for a content that was moved or replaced between row and file.
constexpr int kOpenAttempts = 16;
}  // namespace

Result<Object> open_content(ContentFolder& folder,
                            const std::function<Result<StoredObject>()>& find) {
  std::string content_id;
  bool is_same = false;  // As in the attempt before.
  for (int attempt = 0; attempt < kOpenAttempts; ++attempt) {
    TRY_LET(StoredObject found, find());
    auto content = folder.read(found.content_id);
    if (content)
      return Object{.info = std::move(found.info),
                    .content = std::make_unique<FileContent>(*std::move(content))};
    if (content.error().code != ErrorCode::not_found) return std::unexpected(content.error());
    // Between row and file the object was replaced, or the file went from pending/ to content/
    // while we looked in the one and then in the other. Both show when looking again.
    is_same = found.content_id == content_id;
    content_id = found.content_id;
  }
  return fail(is_same ? ErrorCode::corrupt : ErrorCode::unavailable,
              "no content '" + content_id + "'");
}

}  // namespace tintype::bucket
