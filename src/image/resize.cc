#include "image/resize.h"

namespace tintype::image {
namespace {

using vips::VImage;

/// Applies `change`, a linear filter, to colours weighted by their alpha, so that the colour of
/// invisible pixels does not bleed into the visible.
template <class Change>
VImage premultiplied(const VImage& image, Change change) {
  if (!image.has_alpha()) return change(image);
  return change(image.premultiply()).unpremultiply().cast(image.format());
}

}  // namespace

VImage resize(const VImage& image, Size target) {
  if (image.width() == target.width && image.height() == target.height) return image;
  const double horizontal = static_cast<double>(target.width) / image.width();
  const double vertical = static_cast<double>(target.height) / image.height();
  return premultiplied(image, [&](const VImage& each) {
    return each.resize(horizontal, VImage::option()->set("vscale", vertical));
  });
}

VImage shrink(const VImage& image, int factor) {
  return premultiplied(image, [factor](const VImage& each) {
    return each.shrink(factor, factor, VImage::option()->set("ceil", true));
  });
}

VImage crop(const VImage& image, Size target, Gravity gravity) {
  const int left = image.width() - target.width;
  const int top = image.height() - target.height;
  if (left == 0 && top == 0) return image;
  if (gravity == Gravity::smart)
    // It looks at the pixels before it decides, and then they are read again.
    return image.copy_memory().smartcrop(
        target.width, target.height,
        VImage::option()->set("interesting", VIPS_INTERESTING_ATTENTION));
  return image.extract_area(left / 2, top / 2, target.width, target.height);
}

const VImage& Levels::for_target(Size target) {
  std::size_t index = 0;
  while (true) {
    if (index == levels_.size()) levels_.push_back(shrink(levels_.back(), 2).copy_memory());
    // The level after this one has half its sides, and must still have twice the target's.
    const VImage& level = levels_[index];
    const bool next_is_enough =
        level.width() / 2 >= 2 * target.width && level.height() / 2 >= 2 * target.height;
    if (!next_is_enough) return level;
    ++index;
  }
}

}  // namespace tintype::image
