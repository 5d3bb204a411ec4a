#include "people/handle.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "base/random.h"
#include "base/text.h"

namespace tintype::people {
namespace {

/// Paths of the app and of the API, and who somebody might take for us. Sorted.
constexpr std::array<std::string_view, 56> kReserved = {
    "about",     "abuse",      "account",  "activities", "admin",     "administrator", "all",
    "anonymous", "api",        "app",      "assets",     "auth",      "avatars",       "banners",
    "billing",   "blog",       "contact",  "deleted",    "everyone",  "feed",          "healthz",
    "help",      "here",       "home",     "login",      "logout",    "mail",          "moderator",
    "nobody",    "null",       "oauth",    "oauth2",     "official",  "password",      "people",
    "person",    "postmaster", "privacy",  "profile",    "root",      "search",        "security",
    "settings",  "sign_in",    "sign_out", "sign_up",    "signup",    "staff",         "static",
    "support",   "system",     "terms",    "tintype",    "undefined", "uploads",       "webmaster"};
static_assert(std::ranges::is_sorted(kReserved));

constexpr std::size_t kSuffixSize = 4;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// The last characters of an id are random.
std::string random_suffix(std::size_t size) {
  const std::string id = make_id();
  ASSERT(size <= 16);
  return id.substr(id.size() - size);
}

/// What of `hint` can be part of a handle; words are joined by one underscore. Of an e-mail address
/// the part before the @.
std::string cleaned(std::string_view hint) {
  std::string text;
  for (const char c : to_lower(hint.substr(0, hint.find('@')))) {
    if (is_letter_or_digit(c))
      text += c;
    else if (!text.empty() && text.back() != '_' && static_cast<unsigned char>(c) < 0x80)
      text += '_';
  }
  text.resize(std::min(text.size(), Handle::kLengthMax));
  while (text.ends_with('_')) text.pop_back();
  return text;
}

}  // namespace

Result<Handle> Handle::parse(std::string_view text) {
  std::string handle = to_lower(text);
  if (handle.size() < kLengthMin || handle.size() > kLengthMax)
    return fail(ErrorCode::invalid_argument, "must have 3 to 30 characters");
  if (!is_letter_or_digit(handle.front()) ||
      !std::ranges::all_of(handle, [](char c) { return is_letter_or_digit(c) || c == '_'; }))
    return fail(ErrorCode::invalid_argument,
                "must be of the letters a to z, digits and _, and begin with a letter or digit");
  if (std::ranges::binary_search(kReserved, std::string_view(handle)))
    return fail(ErrorCode::invalid_argument, "is a reserved word");
  return Handle(std::move(handle));
}

Handle Handle::suggest(std::string_view hint, int attempt) {
  std::string text = cleaned(hint);
  if (attempt > 0 && attempt < kHintedAttempts && !text.empty()) {
    text.resize(std::min(text.size(), kLengthMax - kSuffixSize - 1));
    text += "_" + random_suffix(kSuffixSize);
  }
  if (attempt < kHintedAttempts)
    if (auto handle = parse(text)) return *std::move(handle);
  return Handle("person_" + random_suffix(12));
}

}  // namespace tintype::people
