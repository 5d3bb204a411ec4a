#include "bucket/s3/request/bucket_setting.h"

#include <utility>

#include "base/log.h"
#include "bucket/s3/rule/bucket_rules.h"

namespace tintype::bucket {

namespace {

void log_change(const S3Call& call, Setting setting, std::string_view what) {
  log(LogLevel::info, "bucket setting changed",
      {{"request", call.request.id},
       {"bucket", call.bucket().str()},
       {"setting", to_string(setting)},
       {"change", what}});
}

}  // namespace

Task<S3Result<std::optional<std::string>>> find_setting(const S3Service& service,
                                                        const S3Call& call, Setting setting) {
  auto document = co_await service.pool.run(
      [&] { return service.store.settings().get(call.bucket(), setting); });
  if (!document)
    co_return std::unexpected(co_await refine_not_found(service, call, document.error()));
  co_return *std::move(document);
}

Task<S3Result<std::string>> get_setting(const S3Service& service, const S3Call& call,
                                        Setting setting, S3Error missing) {
  CO_TRY_LET(auto document, co_await find_setting(service, call, setting));
  if (!document) co_return refuse(missing);
  co_return *std::move(document);
}

Task<S3Result<void>> put_setting(const S3Service& service, const S3Call& call, Setting setting,
                                 std::string document) {
  const auto stored = co_await service.pool.run(
      [&] { return service.store.settings().put(call.bucket(), setting, document); });
  service.rules.forget(call.bucket());
  if (!stored) co_return std::unexpected(co_await refine_not_found(service, call, stored.error()));
  log_change(call, setting, "put");
  co_return S3Result<void>();
}

Task<S3Result<void>> remove_setting(const S3Service& service, const S3Call& call, Setting setting) {
  const auto removed = co_await service.pool.run(
      [&] { return service.store.settings().remove(call.bucket(), setting); });
  service.rules.forget(call.bucket());
  if (!removed)
    co_return std::unexpected(co_await refine_not_found(service, call, removed.error()));
  log_change(call, setting, "removed");
  co_return S3Result<void>();
}

}  // namespace tintype::bucket
