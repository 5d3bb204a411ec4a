#include "image/variant.h"

#include <algorithm>

namespace tintype::image {
namespace {

constexpr std::size_t kNameSizeMax = 64;

/// A variant's name is a segment of keys and URLs.
bool is_name(std::string_view text) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return !text.empty() && text.size() <= kNameSizeMax && text.front() != '-' &&
         text.front() != '_' && text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

}  // namespace

Result<Variant> read_variant(const config::Table& table) {
  Variant variant;
  TRY_LET(variant.name, table.text("name"));
  if (!is_name(variant.name))
    return table.error("name", "write 1 to 64 of a-z 0-9 _ -, beginning with a letter or digit");

  TRY_LET(const std::int64_t width, table.integer("width", {0, kSideMax}, 0));
  TRY_LET(const std::int64_t height, table.integer("height", {0, kSideMax}, 0));
  TRY_LET(const std::int64_t quality, table.integer("quality", {1, 100}, 0));
  TRY_LET(const std::string fit, table.choice("fit", {"cover", "contain"}, "cover"));
  TRY_LET(const std::string gravity, table.choice("gravity", {"centre", "smart"}, "centre"));
  TRY_LET(const std::string mode, table.choice("mode", {"fast", "best"}, "fast"));
  TRY_LET(const std::string colour, table.choice("colour", {"srgb", "keep"}, "srgb"));
  TRY_LET(variant.plan.enlarge, table.boolean("enlarge", false));
  variant.plan.width = static_cast<int>(width);
  variant.plan.height = static_cast<int>(height);
  variant.plan.quality = static_cast<int>(quality);
  variant.plan.fit = fit == "contain" ? Fit::contain : Fit::cover;
  variant.plan.gravity = gravity == "smart" ? Gravity::smart : Gravity::centre;
  variant.plan.mode = mode == "best" ? Mode::best : Mode::fast;
  variant.plan.colour = colour == "keep" ? Colour::keep : Colour::srgb;
  if (width == 0 && height == 0)
    return table.error("width", "neither width nor height is given; write at least one");

  TRY_LET(const auto formats, table.texts("formats", std::vector<std::string>{"jpeg"}));
  for (const std::string& text : formats) {
    const auto format = parse_format(text);
    if (!format) return table.error("formats", "unknown format; write of: jpeg, webp, avif, png");
    if (std::ranges::find(variant.formats, *format) != variant.formats.end())
      return table.error("formats", "a format stands twice; remove one");
    variant.formats.push_back(*format);
  }
  if (variant.formats.empty()) return table.error("formats", "is empty; write [\"jpeg\"]");
  variant.plan.format = variant.formats.front();
  return variant;
}

}  // namespace tintype::image
