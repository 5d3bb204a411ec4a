#include "writing/prose.h"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <span>
#include <vector>

#include "base/text.h"

namespace tintype::writing {
namespace {

constexpr UChar32 kLineFeed = '\n';
constexpr UChar32 kNonJoiner = 0x200c;
constexpr UChar32 kJoiner = 0x200d;
constexpr UChar32 kEmojiStyle = 0xfe0f;  // VARIATION SELECTOR-16.
constexpr UChar32 kNothing = 0;          // Before the first and behind the last character.
constexpr uint8_t kVirama = 9;           // Its canonical combining class.

using Characters = std::vector<UChar32>;

Result<Characters> normalised(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const form = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) return fail(ErrorCode::internal, "ICU has no NFC");
  const icu::UnicodeString units = form->normalize(
      icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())}), error);
  if (U_FAILURE(error)) return fail(ErrorCode::internal, "ICU did not normalise");
  Characters characters;
  for (int32_t i = 0; i < units.length(); i = units.moveIndex32(i, 1)) {
    UChar32 c = units.char32At(i);
    if (c == '\r' && units.char32At(i + 1) == kLineFeed) continue;
    if (c == '\t' || u_charType(c) == U_SPACE_SEPARATOR) c = ' ';
    characters.push_back(c);
  }
  return characters;
}

bool is_blank(UChar32 c) { return c == ' ' || c == kLineFeed; }

std::span<const UChar32> trimmed(std::span<const UChar32> all) {
  while (!all.empty() && is_blank(all.front())) all = all.subspan(1);
  while (!all.empty() && is_blank(all.back())) all = all.first(all.size() - 1);
  return all;
}

bool is_mark(UChar32 c) { return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0; }

/// Whether a joiner at `i` is part of an emoji or of a word, as RFC 5892 (A.1 and A.2) has it.
bool joins(std::span<const UChar32> all, std::size_t i) {
  std::size_t before = i;
  const auto previous = [&] { return before == 0 ? kNothing : all[--before]; };
  const UChar32 next = i + 1 < all.size() ? all[i + 1] : kNothing;
  UChar32 last = previous();
  if (u_getCombiningClass(last) == kVirama) return true;
  const auto joining = [](UChar32 c) { return u_getIntPropertyValue(c, UCHAR_JOINING_TYPE); };
  if (all[i] == kNonJoiner) {
    while (joining(last) == U_JT_TRANSPARENT) last = previous();
    const int left = joining(last);
    const int right = joining(next);
    return (left == U_JT_DUAL_JOINING || left == U_JT_LEFT_JOINING) &&
           (right == U_JT_DUAL_JOINING || right == U_JT_RIGHT_JOINING);
  }
  while (last == kEmojiStyle || u_hasBinaryProperty(last, UCHAR_EMOJI_MODIFIER)) last = previous();
  return u_hasBinaryProperty(last, UCHAR_EXTENDED_PICTOGRAPHIC) &&
         u_hasBinaryProperty(next, UCHAR_EXTENDED_PICTOGRAPHIC);
}

bool may_stand(std::span<const UChar32> all, std::size_t i, const ProseRule& rule) {
  const UChar32 c = all[i];
  if (c == kLineFeed) return rule.lines;
  if (c == kJoiner || c == kNonJoiner) return joins(all, i);
  if (c == kEmojiStyle) return i > 0 && u_hasBinaryProperty(all[i - 1], UCHAR_EMOJI);
  constexpr uint32_t kInvisible = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_CO_MASK |
                                  U_GC_CN_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK;
  return (U_GET_GC_MASK(c) & kInvisible) == 0 &&
         !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

Status check_characters(std::span<const UChar32> all, const ProseRule& rule) {
  std::size_t mark_count = 0;
  bool visible = all.empty();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!may_stand(all, i, rule))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("must not have the character U+{:04X}", all[i]));
    mark_count = is_mark(all[i]) ? mark_count + 1 : 0;
    if (mark_count > kMarksMax)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("must not have more than {} marks on one letter", kMarksMax));
    visible = visible || (u_isgraph(all[i]) && !is_mark(all[i]));
  }
  if (!visible) return fail(ErrorCode::invalid_argument, "must have a character that can be seen");
  return {};
}

}  // namespace

Result<std::string> parse_prose(std::string_view text, const ProseRule& rule) {
  if (!is_utf8(text)) return fail(ErrorCode::invalid_argument, "must be UTF-8");
  TRY_LET(const Characters characters, normalised(text));
  const std::span<const UChar32> kept = trimmed(characters);
  if (kept.size() < rule.length_min || kept.size() > rule.length_max)
    return fail(ErrorCode::invalid_argument,
                fmt::format("must have {} to {} characters", rule.length_min, rule.length_max));
  TRY(check_characters(kept, rule));
  std::string result;
  icu::UnicodeString::fromUTF32(kept.data(), static_cast<int32_t>(kept.size()))
      .toUTF8String(result);
  return result;
}

}  // namespace tintype::writing
