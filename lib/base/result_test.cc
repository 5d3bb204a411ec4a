#include "base/result.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <memory>
#include <set>

namespace tintype {
namespace {

TEST(ErrorCode, HasAStableNameEach) {
  constexpr std::array kCodes = {
      ErrorCode::invalid_argument, ErrorCode::unauthenticated, ErrorCode::denied,
      ErrorCode::not_found,        ErrorCode::conflict,        ErrorCode::too_large,
      ErrorCode::unsupported,      ErrorCode::unavailable,     ErrorCode::damaged_input,
      ErrorCode::corrupt,          ErrorCode::internal};
  std::set<std::string_view> names;
  for (const ErrorCode code : kCodes) names.insert(to_string(code));
  EXPECT_EQ(names.size(), kCodes.size());
  EXPECT_EQ(to_string(ErrorCode::not_found), "not_found");
}

TEST(Error, ReadsFromIntentToCause) {
  Error error{ErrorCode::internal, "rename: no space"};
  error = std::move(error).within("write 'a'");
  error = std::move(error).within("publish");
  EXPECT_EQ(error.message, "publish: write 'a': rename: no space");
  EXPECT_EQ(error.code, ErrorCode::internal);
}

TEST(Within, TouchesErrorsAlone) {
  EXPECT_EQ(*within("context", Result<int>(7)), 7);
  const auto failed = within("context", Result<int>(fail(ErrorCode::denied, "no")));
  EXPECT_EQ(failed.error().message, "context: no");
}

TEST(ErrnoError, ChoosesTheCodeByWhatTheCallerCanDo) {
  const struct {
    const char* name;
    int error;
    ErrorCode code;
  } cases[] = {
      {"ENOENT", ENOENT, ErrorCode::not_found},
      {"EEXIST", EEXIST, ErrorCode::conflict},
      {"EACCES", EACCES, ErrorCode::denied},
      {"EPERM", EPERM, ErrorCode::denied},
      {"EROFS", EROFS, ErrorCode::denied},
      {"ENOSPC", ENOSPC, ErrorCode::unavailable},
      {"EDQUOT", EDQUOT, ErrorCode::unavailable},
      {"EMFILE", EMFILE, ErrorCode::unavailable},
      {"ENFILE", ENFILE, ErrorCode::unavailable},
      {"EAGAIN", EAGAIN, ErrorCode::unavailable},
      {"ENOMEM", ENOMEM, ErrorCode::unavailable},
      {"EADDRINUSE", EADDRINUSE, ErrorCode::unavailable},
      {"EFBIG", EFBIG, ErrorCode::too_large},
      {"EIO", EIO, ErrorCode::internal},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(errno_error("open", "/x", c.error).error().code, c.code);
  }
  EXPECT_EQ(errno_error("open", "/x", ENOENT).error().message,
            "open '/x': No such file or directory");
}

Result<int> half_of(int number) {
  if (number % 2 != 0) return fail(ErrorCode::invalid_argument, "odd");
  return number / 2;
}
Result<int> quarter_of(int number) {
  TRY_LET(const int half, half_of(number));
  TRY_LET(const int quarter, half_of(half));
  return quarter;
}
Status check_twice(int number) {
  if (number > 0)
    TRY(half_of(number));
  else
    TRY(half_of(number + 1));
  return {};
}

TEST(Try, LeavesWithTheError) {
  EXPECT_EQ(*quarter_of(8), 2);
  EXPECT_EQ(quarter_of(6).error().message, "odd");
  EXPECT_TRUE(check_twice(2));
  EXPECT_FALSE(check_twice(1));
  EXPECT_TRUE(check_twice(-1));
  EXPECT_FALSE(check_twice(-2));
}

Result<std::unique_ptr<int>> make_pointer() { return std::make_unique<int>(7); }
Result<int> take_pointer() {
  TRY_LET(const std::unique_ptr<int> pointer, make_pointer());
  return *pointer;
}

TEST(Try, MovesTheValue) { EXPECT_EQ(*take_pointer(), 7); }

}  // namespace
}  // namespace tintype
