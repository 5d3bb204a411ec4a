#include "bucket/s3/request/part_of.h"

#include "bucket/s3/request/multipart_request.h"

namespace tintype::bucket {

Task<S3Result<std::optional<ObjectPart>>> find_part(const S3Service& service, const S3Call& call,
                                                    const ObjectInfo& object) {
  if (!call.request.query.has("partNumber")) co_return std::nullopt;
  if (call.request.headers.has("Range"))
    co_return refuse(S3Error::invalid_request,
                     "Cannot specify both Range header and partNumber query parameter");
  CO_TRY_LET(const std::int64_t number, parse_part_number(call.request.query));
  CO_TRY_LET(const auto parts, to_s3(co_await service.pool.run(
                                   [&] { return service.store.multiparts().parts_of(object); })));
  if (parts.empty() && number == 1)
    co_return ObjectPart{.range = {.offset = 0, .size = object.size}, .checksum = object.checksum};
  ObjectPart found{.range = {.offset = 0, .size = 0}, .count = parts.size()};
  for (const PartInfo& part : parts) {
    found.range.size = part.size;
    found.checksum = part.checksum;
    if (part.number == number) co_return found;
    found.range.offset += part.size;
  }
  co_return refuse(S3Error::invalid_part_number);
}

}  // namespace tintype::bucket
