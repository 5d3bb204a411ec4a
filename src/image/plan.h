// A plan says what is to become of a picture. It is parsed and checked once; nothing downstream
// doubts it. Its canonical text is the same for the same plan, so it serves as a message, a log
// field and a cache key: "width=512,height=512,fit=cover,format=jpeg,quality=80,mode=fast";
// ",gravity=smart", ",enlarge=true" and ",colour=keep" stand in it only where they are asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tintype::image {

enum class Format { jpeg, webp, png, avif };
enum class Fit {
  cover,    ///< Fills the box, cropping what hangs over.
  contain,  ///< All of the picture, inside the box; the result may be smaller than the box.
};
/// What stays where `cover` crops.
enum class Gravity {
  centre,
  smart,  ///< Where the eye goes: skin, saturation, edges.
};
enum class Mode {
  fast,  ///< At least the quality of the usual engines, as fast as can be.
  best,  ///< Linear light and full-size decoding.
};

/// What the numbers of the result mean.
enum class Colour {
  srgb,  ///< Converted; the file has no profile, which everybody reads as sRGB.
  keep,  ///< As in the source, whose RGB profile goes along. Where it has none that can be used
         ///< (code points, ink, grey, damage), or one that says sRGB: as `srgb`.
};

inline constexpr int kSideMax = 16'384;  ///< Of a result, in pixels.

struct Plan {
  int width = 0;  ///< Pixels of the result; 0: follows from height (both 0: as the source).
  int height = 0;
  Fit fit = Fit::cover;
  Gravity gravity = Gravity::centre;
  Format format = Format::jpeg;
  int quality = 0;  ///< 1 to 100; 0: the format's default.
  Mode mode = Mode::fast;
  bool enlarge = false;  ///< Whether a small source may grow to the box. With cover, a source
                         ///< smaller than the box is still cropped to the box's shape.
  Colour colour = Colour::srgb;

  bool operator==(const Plan&) const = default;
};

/// `invalid_argument` naming the option for anything unknown, twice, or out of range. What is not
/// named is as in Plan{}; at least one option must be.
Result<Plan> parse_plan(std::string_view text);
/// The canonical text: parse_plan() of it is the same plan, its default quality spelt out.
std::string to_string(const Plan& plan);
/// The quality asked for, or the format's default.
int quality_of(const Plan& plan);

std::string_view to_string(Format format);                         ///< "jpeg"
std::string_view media_type(Format format);                        ///< "image/jpeg"
std::string_view extension(Format format);                         ///< "jpg"
std::optional<Format> parse_format(std::string_view text);         ///< "jpeg" or "jpg"
std::optional<Format> format_of_extension(std::string_view text);  ///< "jpg" or "jpeg"
std::string_view to_string(Fit fit);
std::string_view to_string(Gravity gravity);
std::string_view to_string(Mode mode);
std::string_view to_string(Colour colour);

}  // namespace tintype::image
