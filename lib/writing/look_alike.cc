#include "writing/look_alike.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <memory>

#include "base/text.h"

namespace tintype::writing {
namespace {

struct CloseChecker {
  void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
};
using Checker = std::unique_ptr<USpoofChecker, CloseChecker>;

using Form = const icu::Normalizer2* (*)(UErrorCode&);

Result<icu::UnicodeString> units_of(std::string_view text) {
  if (!is_utf8(text)) return fail(ErrorCode::invalid_argument, "must be UTF-8");
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
}

Result<icu::UnicodeString> normalised(const icu::UnicodeString& units, Form form_of) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const form = form_of(error);
  if (U_FAILURE(error)) return fail(ErrorCode::internal, "ICU lacks a normal form");
  icu::UnicodeString result = form->normalize(units, error);
  if (U_FAILURE(error)) return fail(ErrorCode::internal, "ICU did not normalise");
  return result;
}

std::string to_utf8(const icu::UnicodeString& units) {
  std::string text;
  units.toUTF8String(text);
  return text;
}

Result<icu::UnicodeString> skeleton_of(const USpoofChecker* checker,
                                       const icu::UnicodeString& units) {
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString result;
  // Its second parameter is a type of ICU's past: zero.
  uspoof_getSkeletonUnicodeString(checker, 0, units, result, &error);
  if (U_FAILURE(error)) return fail(ErrorCode::internal, "ICU made no skeleton");
  return result;
}

}  // namespace

Result<std::string> compatible(std::string_view text) {
  TRY_LET(const auto units, units_of(text));
  TRY_LET(const auto result, normalised(units, icu::Normalizer2::getNFKCInstance));
  return to_utf8(result);
}

Result<std::string> fold_case(std::string_view text) {
  TRY_LET(const auto units, units_of(text));
  TRY_LET(const auto result, normalised(units, icu::Normalizer2::getNFKCCasefoldInstance));
  return to_utf8(result);
}

Result<std::string> skeleton(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const Checker checker(uspoof_open(&error));
  if (U_FAILURE(error)) return fail(ErrorCode::internal, "ICU lacks its confusables");
  TRY_LET(auto units, units_of(text));
  TRY_LET(units, normalised(units, icu::Normalizer2::getNFKCInstance));
  // Before the case is folded, for "I" looks like "l" and "i" does not; and behind it, for "m" has
  // a skeleton ("rn") and "M" has none.
  TRY_LET(units, skeleton_of(checker.get(), units));
  TRY_LET(units, normalised(units, icu::Normalizer2::getNFKCCasefoldInstance));
  TRY_LET(units, skeleton_of(checker.get(), units));
  return to_utf8(units);
}

}  // namespace tintype::writing
