#include "edge/asset.h"

#include <fcntl.h>

#include <utility>

#include "bucket/read_content.h"

namespace tintype::edge {

Result<Asset> load_asset(bucket::Store& store, const AssetQuery& query) {
  TRY_LET(bucket::Object object, store.open(query.bucket, query.key));
  Asset asset{.etag = '"' + query.hash + '"',
              .format = query.format,
              .modified_at = object.info.modified_at,
              .size = object.info.size,
              .bytes = nullptr,
              .content = {}};
  if (asset.size > query.bytes_max) {
    TRY_LET(asset.content, within("fetch asset", object.content->to_file()));
    return asset;
  }
  TRY_LET(std::string bytes, within("read asset", bucket::read_content(object)));
  asset.bytes = std::make_shared<const std::string>(std::move(bytes));
  return asset;
}

Status set_body(http::Response& response, const Asset& asset, const http::Range& range) {
  if (asset.bytes != nullptr) {
    response.body =
        http::SharedBody{.bytes = asset.bytes, .offset = range.offset, .size = range.size};
    return {};
  }
  // Whoever asked for it at the same time shares this descriptor; each response closes its own.
  Fd file(::fcntl(asset.content.get(), F_DUPFD_CLOEXEC, 0));
  if (!file) return fail(ErrorCode::unavailable, "send asset: no descriptor is free");
  response.body =
      http::FileBody{.file = std::move(file), .offset = range.offset, .size = range.size};
  return {};
}

}  // namespace tintype::edge
