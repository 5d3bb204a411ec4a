#include "image/planes/range.h"

#include <utility>

namespace tintype::image {
namespace {

Plane with_tone(const Plane& plane, Tone tone) {
  const Stretch columns = {0, static_cast<double>(plane.width()), plane.width()};
  const Stretch rows = {0, static_cast<double>(plane.height()), plane.height()};
  return resample(plane, columns, rows, tone);
}

}  // namespace

Planes with_range(Planes planes, Range range) {
  if (range == Range::full) return planes;
  planes.luma = with_tone(planes.luma, luma_tone(Range::full, range));
  if (planes.grey()) return planes;
  planes.cb = with_tone(planes.cb, chroma_tone(Range::full, range));
  planes.cr = with_tone(planes.cr, chroma_tone(Range::full, range));
  return planes;
}

}  // namespace tintype::image
