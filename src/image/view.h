// Which part of a source a result shows: from the law of dimensions, which speaks of upright
// pictures, to columns and rows of the file. Numbers only.
#pragma once

#include "image/geometry.h"
#include "image/planes/photo.h"
#include "image/planes/taps.h"
#include "image/planes/turn.h"

namespace tintype::image {

/// What is cut off on the left and at the top of the resized picture, in its pixels.
struct Cut {
  int left = 0;
  int top = 0;

  /// As much on either side.
  static Cut centre(const Placement& place) {
    return {(place.resized.width - place.result.width) / 2,
            (place.resized.height - place.result.height) / 2};
  }
};

/// Columns and rows of the file, in its pixels, that become those of the result before it is
/// transposed; backwards where it is mirrored.
struct View {
  Stretch columns;
  Stretch rows;
  bool transpose = false;

  /// The same for chroma of half the size. An odd result has half a chroma sample more than it
  /// shows, so its chroma reaches further.
  View halved() const;
};

/// `size` is that of the file, which `orientation` turns upright.
View view_of(const Placement& place, Cut cut, Size size, int orientation);

/// What a decoder has to bring for a view to be resampled: the view and as much around it as the
/// kernel reaches. `sample_pixels`: pixels of the file in one decoded sample.
Window window_of(const View& view, Size size, double sample_pixels);

/// The smallest that holds both.
Window join(const Window& one, const Window& other);

}  // namespace tintype::image
