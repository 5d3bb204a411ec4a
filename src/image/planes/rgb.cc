#include "image/planes/rgb.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/planes/rgb.cc"
#include <hwy/foreach_target.h>
// Keep this order: foreach_target.h includes the file again for each target.
#include <hwy/aligned_allocator.h>
#include <hwy/highway.h>

#include "image/planes/rows-inl.h"

#ifndef TINTYPE_IMAGE_PLANES_RGB_ONCE
#define TINTYPE_IMAGE_PLANES_RGB_ONCE

namespace tintype::image {
namespace {

/// By both sides: half of a picture that is one pixel wide is one pixel wide.
bool chroma_is_smaller(const Planes& planes) {
  return planes.cb.width() != planes.width() || planes.cb.height() != planes.height();
}

}  // namespace
}  // namespace tintype::image

#endif

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

void copy_chroma(const std::uint8_t* source, std::size_t count, float* HWY_RESTRICT target) {
  for (std::size_t x = 0; x < count; x += hn::Lanes(FloatTag()))
    hn::StoreU(widen(source + x), FloatTag(), target + x);
}

/// JFIF 1.02, page 3 (BT.601 in full range).
void mix_rgb(const std::uint8_t* luma, const float* cb, const float* cr, std::size_t count,
             std::uint8_t* HWY_RESTRICT target) {
  const FloatTag d;
  const auto middle = hn::Set(d, 128.0F);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d)) {
    const auto y = widen(luma + x);
    const auto u = hn::Sub(hn::LoadU(d, cb + x), middle);
    const auto v = hn::Sub(hn::LoadU(d, cr + x), middle);
    const auto red = hn::MulAdd(v, hn::Set(d, 1.402F), y);
    const auto green =
        hn::MulAdd(u, hn::Set(d, -0.344136286F), hn::MulAdd(v, hn::Set(d, -0.714136286F), y));
    const auto blue = hn::MulAdd(u, hn::Set(d, 1.772F), y);
    hn::StoreInterleaved3(rounded(red), rounded(green), rounded(blue), SampleTag(), target + 3 * x);
  }
}

void colour_rows(const Planes& planes, Rgb& target) {
  const auto width = static_cast<std::size_t>(planes.width());
  const auto chroma_width = static_cast<std::size_t>(planes.cb.width());
  const std::size_t room = width + 2 * kRowRoom;
  const auto blended = hwy::AllocateAligned<float>(room);
  const auto cb = hwy::AllocateAligned<float>(room);
  const auto cr = hwy::AllocateAligned<float>(room);
  const auto row = hwy::AllocateAligned<std::uint8_t>(3 * room);
  for (int y = 0; y < planes.height(); ++y) {
    if (chroma_is_smaller(planes)) {
      const int near = y / 2;
      const int far = std::clamp(near + (y % 2 == 0 ? -1 : 1), 0, planes.cb.height() - 1);
      float* const inner = blended.get() + kRowRoom / sizeof(float);
      widen_chroma(planes.cb.row(near), planes.cb.row(far), chroma_width, inner, cb.get());
      widen_chroma(planes.cr.row(near), planes.cr.row(far), chroma_width, inner, cr.get());
    } else {
      copy_chroma(planes.cb.row(y), width, cb.get());
      copy_chroma(planes.cr.row(y), width, cr.get());
    }
    mix_rgb(planes.luma.row(y), cb.get(), cr.get(), width, row.get());
    std::memcpy(target.row(y), row.get(), 3 * width);
  }
}

void split_row(const std::uint8_t* source, std::size_t count, std::uint8_t* HWY_RESTRICT luma,
               float* HWY_RESTRICT cb, float* HWY_RESTRICT cr) {
  const FloatTag d;
  const auto middle = hn::Set(d, 128.0F);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d)) {
    Samples r;
    Samples g;
    Samples b;
    hn::LoadInterleaved3(SampleTag(), source + 3 * x, r, g, b);
    const auto red = hn::ConvertTo(d, hn::PromoteTo(IntTag(), r));
    const auto green = hn::ConvertTo(d, hn::PromoteTo(IntTag(), g));
    const auto blue = hn::ConvertTo(d, hn::PromoteTo(IntTag(), b));
    const auto y =
        hn::MulAdd(red, hn::Set(d, 0.299F),
                   hn::MulAdd(green, hn::Set(d, 0.587F), hn::Mul(blue, hn::Set(d, 0.114F))));
    hn::StoreU(rounded(y), SampleTag(), luma + x);
    const auto blueness = hn::Sub(blue, y);
    const auto redness = hn::Sub(red, y);
    hn::StoreU(hn::MulAdd(blueness, hn::Set(d, 0.5F / (1 - 0.114F)), middle), d, cb + x);
    hn::StoreU(hn::MulAdd(redness, hn::Set(d, 0.5F / (1 - 0.299F)), middle), d, cr + x);
  }
}

void split_rows(const Rgb& source, Planes& target) {
  const auto width = static_cast<std::size_t>(source.width);
  const std::size_t room = width + 2 * kRowRoom;
  const auto row = hwy::AllocateAligned<std::uint8_t>(3 * room);
  const auto chroma = hwy::AllocateAligned<float>(4 * room);
  std::memset(row.get(), 0, 3 * room);
  const bool subsampled = chroma_is_smaller(target);
  const auto split = [&](int y, float* cb, float* cr) {
    std::memcpy(row.get(), source.row(y), 3 * width);
    split_row(row.get(), width, target.luma.row(y), cb, cr);
    cb[width] = cb[width - 1];
    cr[width] = cr[width - 1];
  };
  float* const cb0 = chroma.get();
  float* const cr0 = cb0 + room;
  float* const cb1 = cr0 + room;
  float* const cr1 = cb1 + room;
  for (int y = 0; y < source.height; y += subsampled ? 2 : 1) {
    split(y, cb0, cr0);
    if (!subsampled) {
      round_row(cb0, 1, 0, width, target.cb.row(y));
      round_row(cr0, 1, 0, width, target.cr.row(y));
      continue;
    }
    split(std::min(y + 1, source.height - 1), cb1, cr1);
    halve_rows(cb0, cb1, (width + 1) / 2, target.cb.row(y / 2));
    halve_rows(cr0, cr1, (width + 1) / 2, target.cr.row(y / 2));
  }
}

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image {
namespace {
HWY_EXPORT(colour_rows);
HWY_EXPORT(split_rows);
}  // namespace

Rgb::Rgb(int columns, int rows)
    : width(columns),
      height(rows),
      samples(3 * static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}

Rgb to_rgb(const Planes& planes) {
  Rgb target(planes.width(), planes.height());
  if (!planes.grey()) {
    HWY_DYNAMIC_DISPATCH(colour_rows)(planes, target);
    return target;
  }
  for (int y = 0; y < planes.height(); ++y) {
    const std::uint8_t* const luma = planes.luma.row(y);
    std::uint8_t* pixel = target.row(y);
    for (int x = 0; x < planes.width(); ++x, pixel += 3) std::fill_n(pixel, 3, luma[x]);
  }
  return target;
}

Planes from_rgb(const Rgb& rgb, bool subsampled) {
  Planes target;
  target.luma = Plane(rgb.width, rgb.height);
  const int width = subsampled ? halved(rgb.width) : rgb.width;
  const int height = subsampled ? halved(rgb.height) : rgb.height;
  target.cb = Plane(width, height);
  target.cr = Plane(width, height);
  HWY_DYNAMIC_DISPATCH(split_rows)(rgb, target);
  return target;
}

}  // namespace tintype::image
#endif
