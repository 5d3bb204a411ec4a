#include "image/jpeg/plain_data.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/jpeg/plain_data.cc"
#include <hwy/foreach_target.h>  // Must come before highway.h.

#include <hwy/highway.h>

#ifndef TINTYPE_IMAGE_JPEG_UNSTUFFED
#define TINTYPE_IMAGE_JPEG_UNSTUFFED
namespace tintype::image::jpeg {

/// How far it came.
struct Unstuffed {
  const std::uint8_t* source;
  std::uint8_t* target;
  bool complete;  ///< At a marker or the end.
};

/// More than `target_end` may be written: a vector.
inline constexpr std::size_t kOverwritten = 32;

}  // namespace tintype::image::jpeg
#endif

HWY_BEFORE_NAMESPACE();
namespace tintype::image::jpeg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// From `source` to `target`, until one of them ends or a marker comes.
Unstuffed unstuff(const std::uint8_t* source, const std::uint8_t* end, std::uint8_t* target,
                  const std::uint8_t* target_end) {
  const hn::CappedTag<std::uint8_t, kOverwritten> d;
  const auto step = static_cast<std::ptrdiff_t>(hn::Lanes(d));
  const auto ff = hn::Set(d, 0xff);
  while (target < target_end) {
    if (end - source >= step) {
      const auto bytes = hn::LoadU(d, source);
      hn::StoreU(bytes, d, target);
      const std::ptrdiff_t plain = hn::FindFirstTrue(d, hn::Eq(bytes, ff));
      source += plain < 0 ? step : plain;
      target += plain < 0 ? step : plain;
      if (plain < 0) continue;
    } else if (source != end && *source != 0xff) {
      *target++ = *source++;
      continue;
    }
    // A marker, whatever fill bytes are before it, or stuffing: T.81, B.1.1.2 and B.1.1.5.
    while (end - source >= 2 && source[0] == 0xff && source[1] == 0xff) ++source;
    if (end - source < 2 || source[1] != 0) return {source, target, true};
    *target++ = 0xff;
    source += 2;
  }
  return {source, target, false};
}

}  // namespace HWY_NAMESPACE
}  // namespace tintype::image::jpeg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image::jpeg {

HWY_EXPORT(unstuff);

PlainData::PlainData(std::size_t capacity)
    : capacity_(capacity),
      bytes_(
          std::make_unique_for_overwrite<std::uint8_t[]>(capacity + kOverwritten + kMcuBytesMax)) {}

void PlainData::start(const std::uint8_t* begin, const std::uint8_t* end) {
  source_ = begin;
  end_ = end;
  size_ = 0;
  take_in();
}

void PlainData::advance(std::size_t forgotten) {
  size_ -= forgotten;
  std::memmove(bytes_.get(), bytes_.get() + forgotten, size_);
  take_in();
}

void PlainData::take_in() {
  const Unstuffed result =
      HWY_DYNAMIC_DISPATCH(unstuff)(source_, end_, bytes_.get() + size_, bytes_.get() + capacity_);
  source_ = result.source;
  complete_ = result.complete;
  size_ = static_cast<std::size_t>(result.target - bytes_.get());
  std::memset(result.target, 0, kMcuBytesMax);
}

}  // namespace tintype::image::jpeg
#endif
