#include "image/plan.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace tintype::image {
namespace {

// What each enumerator is called, in one table per type, read both ways.
constexpr std::array<std::pair<Fit, std::string_view>, 2> kFits = {{
    {Fit::cover, "cover"},
    {Fit::contain, "contain"},
}};
constexpr std::array<std::pair<Gravity, std::string_view>, 2> kGravities = {{
    {Gravity::centre, "centre"},
    {Gravity::smart, "smart"},
}};
constexpr std::array<std::pair<Mode, std::string_view>, 2> kModes = {{
    {Mode::fast, "fast"},
    {Mode::best, "best"},
}};
constexpr std::array<std::pair<Colour, std::string_view>, 2> kColours = {{
    {Colour::srgb, "srgb"},
    {Colour::keep, "keep"},
}};
constexpr std::array<std::pair<bool, std::string_view>, 2> kSwitches = {{
    {false, "false"},
    {true, "true"},
}};

template <class Value, std::size_t count>
std::string_view name_of(const std::array<std::pair<Value, std::string_view>, count>& names,
                         Value value) {
  for (const auto& [each, name] : names)
    if (each == value) return name;
  std::unreachable();
}

template <class Value, std::size_t count>
bool read(std::string_view text, const std::array<std::pair<Value, std::string_view>, count>& names,
          Value& target) {
  for (const auto& [each, name] : names) {
    if (name != text) continue;
    target = each;
    return true;
  }
  return false;
}

struct Range {
  int min;
  int max;
};

bool read(std::string_view text, Range range, int& target) {
  const auto value = parse_integer<int>(text);
  if (!value || *value < range.min || *value > range.max) return false;
  target = *value;
  return true;
}

bool read_format(std::string_view text, Format& target) {
  const auto format = parse_format(text);
  if (!format) return false;
  target = *format;
  return true;
}

constexpr std::array<std::string_view, 9> kNames = {
    "width", "height", "fit", "gravity", "format", "quality", "mode", "enlarge", "colour"};

/// Sets the option at `index` of kNames.
bool set_option(std::size_t index, std::string_view value, Plan& plan) {
  switch (index) {
    case 0: return read(value, Range{0, kSideMax}, plan.width);
    case 1: return read(value, Range{0, kSideMax}, plan.height);
    case 2: return read(value, kFits, plan.fit);
    case 3: return read(value, kGravities, plan.gravity);
    case 4: return read_format(value, plan.format);
    case 5: return read(value, Range{1, 100}, plan.quality);
    case 6: return read(value, kModes, plan.mode);
    case 7: return read(value, kSwitches, plan.enlarge);
    case 8: return read(value, kColours, plan.colour);
    default: std::unreachable();
  }
}

/// What a person typed, short enough for a message.
std::string quoted(std::string_view text) {
  constexpr std::size_t kShownMax = 32;
  std::string shown(text.substr(0, kShownMax));
  for (char& c : shown)
    if (c < ' ' || c > '~') c = '?';
  return "'" + shown + "'";
}

}  // namespace

Result<Plan> parse_plan(std::string_view text) {
  Plan plan;
  std::array<bool, kNames.size()> seen{};
  for (const std::string_view option : split(text, ',')) {
    const std::size_t equals = option.find('=');
    if (equals == std::string_view::npos)
      return fail(ErrorCode::invalid_argument,
                  "plan: " + quoted(option) + " is not an option such as width=512");
    const std::string_view name = option.substr(0, equals);
    const std::string_view value = option.substr(equals + 1);

    std::size_t index = 0;
    while (index < kNames.size() && kNames[index] != name) ++index;
    if (index == kNames.size())
      return fail(ErrorCode::invalid_argument, "plan: unknown option " + quoted(name));
    if (std::exchange(seen[index], true))
      return fail(ErrorCode::invalid_argument, "plan: " + quoted(name) + " is given twice");
    if (!set_option(index, value, plan))
      return fail(ErrorCode::invalid_argument,
                  "plan: " + quoted(name) + " cannot be " + quoted(value));
  }
  return plan;
}

std::string to_string(const Plan& plan) {
  std::string text =
      fmt::format("width={},height={},fit={}", plan.width, plan.height, to_string(plan.fit));
  // The three that are seldom asked for stand only where they change something.
  if (plan.gravity != Gravity::centre) text += fmt::format(",gravity={}", to_string(plan.gravity));
  // The quality is spelt out even where it is the default: with another default, this text has to
  // be another key.
  text += fmt::format(",format={},quality={},mode={}", to_string(plan.format), quality_of(plan),
                      to_string(plan.mode));
  if (plan.enlarge) text += ",enlarge=true";
  if (plan.colour != Colour::srgb) text += fmt::format(",colour={}", to_string(plan.colour));
  return text;
}

int quality_of(const Plan& plan) {
  if (plan.quality != 0) return plan.quality;
  switch (plan.format) {
    case Format::jpeg: return 80;
    case Format::webp: return 80;
    case Format::avif: return 60;  // About what JPEG's 80 looks like, on another scale.
    case Format::png: return 100;  // Lossless, whatever is asked.
  }
  std::unreachable();
}

std::string_view to_string(Format format) {
  switch (format) {
    case Format::jpeg: return "jpeg";
    case Format::webp: return "webp";
    case Format::png: return "png";
    case Format::avif: return "avif";
  }
  std::unreachable();
}

std::string_view media_type(Format format) {
  switch (format) {
    case Format::jpeg: return "image/jpeg";
    case Format::webp: return "image/webp";
    case Format::png: return "image/png";
    case Format::avif: return "image/avif";
  }
  std::unreachable();
}

std::string_view extension(Format format) {
  return format == Format::jpeg ? "jpg" : to_string(format);
}

std::optional<Format> parse_format(std::string_view text) {
  if (text == "jpg") return Format::jpeg;
  for (const Format format : {Format::jpeg, Format::webp, Format::png, Format::avif})
    if (to_string(format) == text) return format;
  return std::nullopt;
}

std::optional<Format> format_of_extension(std::string_view text) { return parse_format(text); }

std::string_view to_string(Fit fit) { return name_of(kFits, fit); }
std::string_view to_string(Gravity gravity) { return name_of(kGravities, gravity); }
std::string_view to_string(Mode mode) { return name_of(kModes, mode); }
std::string_view to_string(Colour colour) { return name_of(kColours, colour); }

}  // namespace tintype::image
