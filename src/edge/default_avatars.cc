#include "edge/default_avatars.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "bucket/naming.h"
#include "crypto/digest.h"

namespace tintype::edge {
namespace {

constexpr std::chrono::milliseconds kStandstillMax{30'000};

/// A larger variant is drawn so large and enlarged: it is flat colour, and nobody misses more.
constexpr int kDrawnSideMax = 2048;
/// Of a variant that prescribes no side.
constexpr int kSideDefault = 512;

struct Size {
  int width;
  int height;
};

Size drawn_size(const image::Plan& plan) {
  int width = plan.width > 0 ? plan.width : plan.height;
  int height = plan.height > 0 ? plan.height : plan.width;
  if (width <= 0) width = height = kSideDefault;
  const int longer = std::max(width, height);
  if (longer <= kDrawnSideMax) return {.width = width, .height = height};
  const auto scaled = [longer](int side) {
    return std::max(1, static_cast<int>(std::int64_t{side} * kDrawnSideMax / longer));
  };
  return {.width = scaled(width), .height = scaled(height)};
}

Result<Fd> in_memory_file(std::string_view content) {
  Fd file(::memfd_create("default-avatar", MFD_CLOEXEC));
  if (!file) return errno_error("create", "memfd", errno);
  TRY(write_all(file.get(), as_bytes(content), "memfd"));
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return errno_error("rewind", "memfd", errno);
  return file;
}

}  // namespace

DefaultAvatars::DefaultAvatars(worker::Pool& workers, BlockingPool& pool)
    : workers_(workers),
      pool_(pool),
      gate_({.inside_max = kAtOnceMax,
             .waiting_max = kWaitingMax,
             .standstill_max = kStandstillMax}) {}

Task<Result<Asset>> DefaultAvatars::render(AvatarDrawing drawing, image::Plan plan,
                                           std::string request_id) {
  CO_TRY_LET(const Gate::Pass pass, co_await gate_.enter());
  auto asset = co_await pool_.run(
      [this, &drawing, &plan, &request_id] { return render_now(drawing, plan, request_id); });
  if (asset) co_return asset;
  // The drawing is ours: a client that is told 413 or 400 could do nothing about it.
  Error error = std::move(asset).error();
  if (error.code != ErrorCode::unavailable) error.code = ErrorCode::internal;
  co_return std::unexpected(std::move(error).within("render default avatar"));
}

Result<Asset> DefaultAvatars::render_now(const AvatarDrawing& drawing, image::Plan plan,
                                         const std::string& request_id) {
  const Size size = drawn_size(plan);
  plan.gravity = image::Gravity::centre;
  plan.enlarge = true;
  TRY_LET(const Fd source, in_memory_file(to_svg(drawing, size.width, size.height)));
  TRY_LET(worker::JobResult result, workers_.run({.source = source.get(),
                                                  .trusted = true,
                                                  .plans = {plan},
                                                  .limits = {},
                                                  .id = request_id}));
  if (result.variants.size() != 1)
    return fail(ErrorCode::internal, "the worker returned not one variant");
  std::string& bytes = result.variants.front().bytes;
  const std::string hash = crypto::sha256_hex(as_bytes(bytes)).substr(0, bucket::kAssetHashSize);
  return Asset{.etag = '"' + hash + '"',
               .format = plan.format,
               .modified_at = {},
               .size = bytes.size(),
               .bytes = std::make_shared<const std::string>(std::move(bytes)),
               .content = {}};
}

}  // namespace tintype::edge
