#include "image/planes/plane.h"

#include <cstdlib>
#include <new>

#include "base/assert.h"

namespace tintype::image {

Plane::Plane(int width, int height) : width_(width), height_(height) {
  ASSERT(width > 0);
  ASSERT(height > 0);
  const std::size_t row = (static_cast<std::size_t>(width) + 2 * kAlignment - 1) / kAlignment;
  stride_ = static_cast<std::ptrdiff_t>(row * kAlignment);
  const std::size_t size = static_cast<std::size_t>(stride_) * static_cast<std::size_t>(height);
  samples_.reset(static_cast<std::uint8_t*>(std::aligned_alloc(kAlignment, size + kAlignment)));
  if (!samples_) throw std::bad_alloc();
}

void Plane::trim(int width, int height) {
  ASSERT(width > 0 && width <= width_);
  ASSERT(height > 0 && height <= height_);
  width_ = width;
  height_ = height;
}

void Plane::Free::operator()(std::uint8_t* samples) const { std::free(samples); }

}  // namespace tintype::image
