#include "image/general/resize.h"

#include <algorithm>

#include "image/general/rgb_image.h"
#include "image/smart_cut.h"

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

/// Looks at the pixels, on a white ground.
Cut smart_cut_of(const VImage& image, Size target) {
  const Size whole = {image.width(), image.height()};
  const double scale =
      std::min(1.0, static_cast<double>(kSmartSideMax) / std::max(whole.width, whole.height));
  const Size small = {std::max(1, static_cast<int>(whole.width * scale)),
                      std::max(1, static_cast<int>(whole.height * scale))};
  VImage seen = resize(image, small);
  if (seen.has_alpha()) seen = seen.flatten(VImage::option()->set("background", 255));
  return smart_cut(to_rgb(seen), {.resized = whole, .result = target});
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
  if (gravity == Gravity::smart) {
    const VImage memory = image.copy_memory();  // Or all before it would run twice.
    const Cut cut = smart_cut_of(memory, target);
    return memory.extract_area(cut.left, cut.top, target.width, target.height);
  }
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
