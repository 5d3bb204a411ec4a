// Headers: what is read of them, and what is refused.

#include "image/jpeg/markers.h"

#include <gtest/gtest.h>

#include "image/jpeg/decoder.h"
#include "image/jpeg/test_damage.h"
#include "image/jpeg/test_jpegs.h"

namespace tintype::image::jpeg {
namespace {

using namespace std::string_view_literals;
using test::expect_outcomes;
using test::inserted;
using test::replaced;
using test::segment;

/// "ok", or the error's code.
std::string_view outcome(const std::string& file) {
  const auto info = read_info(as_bytes(file));
  if (!info) return to_string(info.error().code);
  const auto photo = decode(
      as_bytes(file), {.window = {.left = 0, .top = 0, .width = info->size.width, .height = 1}});
  return photo ? "ok" : to_string(photo.error().code);
}

std::string baseline() { return test::make_jpeg({.width = 20, .height = 18, .quality = 30}); }

/// Without JFIF's segment, which says that it is Y'CbCr.
std::string unnamed() {
  std::string file = baseline();
  return file.erase(2, 18);
}

TEST(Markers, RefuseABadFrame) {
  const std::string file = baseline();
  const std::size_t frame = test::find_marker(file, 0xc0);  // FF C0, length, bits, height, width.
  const std::string whole = file.substr(frame, 19);
  expect_outcomes(
      outcome,
      {
          {"untouched", file, "ok"},
          {"extended sequential", replaced(file, frame + 1, "\xc1"), "ok"},
          {"lossless", replaced(file, frame + 1, "\xc3"), "unsupported"},
          {"hierarchical", replaced(file, frame + 1, "\xc5"), "unsupported"},
          {"arithmetic", replaced(file, frame + 1, "\xc9"), "unsupported"},
          {"progressive, arithmetic", replaced(file, frame + 1, "\xca"), "unsupported"},
          {"12 bits", replaced(file, frame + 4, "\x0c"), "unsupported"},
          {"no height", replaced(file, frame + 5, "\0\0"sv), "unsupported"},
          {"no width", replaced(file, frame + 7, "\0\0"sv), "damaged_input"},
          {"no components", replaced(file, frame + 9, "\0"sv), "unsupported"},
          {"two components", replaced(file, frame + 9, "\2"), "unsupported"},
          {"four components", replaced(file, frame + 9, "\4"), "unsupported"},
          {"one component, too long", replaced(file, frame + 9, "\1"), "damaged_input"},
          {"one name twice", replaced(file, frame + 13, "\1"), "unsupported"},
          {"factor 0", replaced(file, frame + 11, "\x20"), "damaged_input"},
          {"factor 5", replaced(file, frame + 11, "\x51"), "damaged_input"},
          {"factors 3 and 2", replaced(replaced(file, frame + 11, "\x31"), frame + 14, "\x21"),
           "unsupported"},
          {"eighteen blocks", replaced(file, frame + 11, "\x44"), "unsupported"},
          {"a fifth table", replaced(file, frame + 12, "\4"), "unsupported"},
          {"a table that is missing", replaced(file, frame + 12, "\3"), "damaged_input"},
          {"two frames", inserted(file, frame, whole), "damaged_input"},
          {"no frame", std::string(file).erase(frame, 19), "damaged_input"},
          {"a height that follows", inserted(file, frame, segment(0xdc, "\0\x12"sv)),
           "unsupported"},
      });
}

TEST(Markers, RefuseABadScan) {
  const std::string file = baseline();
  const std::size_t scan = test::find_marker(file, 0xda);  // FF DA, length, count, components.
  expect_outcomes(
      outcome,
      {
          {"bands are ignored, as there is no choice", replaced(file, scan + 11, "\1\5\x21"), "ok"},
          {"none", file.substr(0, scan) + "\xff\xd9", "damaged_input"},
          {"of nothing", replaced(file, scan + 4, "\0"sv), "damaged_input"},
          {"of four", replaced(file, scan + 4, "\4"), "damaged_input"},
          {"too short for its components", replaced(file, scan + 4, "\2"), "damaged_input"},
          {"unknown component", replaced(file, scan + 7, "\x09"), "damaged_input"},
          {"one component twice", replaced(file, scan + 7, "\1"), "damaged_input"},
          {"a fifth table", replaced(file, scan + 6, "\x40"), "damaged_input"},
          {"a fifth table, of the others", replaced(file, scan + 6, "\x04"), "damaged_input"},
          {"a table that is not there", replaced(file, scan + 6, "\x33"), "unsupported"},
      });
}

TEST(Markers, RefuseBadTablesAndSegments) {
  const std::string file = baseline();
  const std::size_t steps = test::find_marker(file, 0xdb);
  const std::size_t code = test::find_marker(file, 0xc4);
  const std::size_t scan = test::find_marker(file, 0xda);
  expect_outcomes(
      outcome,
      {
          {"a comment", inserted(file, scan, segment(0xfe, "hello")), "ok"},
          {"an empty comment", inserted(file, scan, segment(0xfe, "")), "ok"},
          {"junk between segments", inserted(file, scan, "junk\x01\xff\0"sv), "ok"},
          {"fill bytes between segments", inserted(file, scan, "\xff\xff\xff\xff"), "ok"},
          {"junk behind the end", file + "and more \xff\xda\xff", "ok"},
          {"a segment of length 0", inserted(file, scan, "\xff\xfe\0\0"sv), "damaged_input"},
          {"a segment of length 1", inserted(file, scan, "\xff\xfe\0\1"sv), "damaged_input"},
          {"a segment beyond the end", inserted(file, scan, "\xff\xfe\xff\xff"), "damaged_input"},
          {"no end", file.substr(0, file.size() - 2), "damaged_input"},
          {"an end at once", "\xff\xd8\xff\xd9", "damaged_input"},
          {"nothing", "", "damaged_input"},
          {"text", "GIF89a and so on", "damaged_input"},
          {"a fifth quantisation table", replaced(file, steps + 4, "\4"), "damaged_input"},
          {"a short quantisation table", inserted(file, scan, segment(0xdb, "\0\1\2"sv)),
           "unsupported"},
          {"a fifth code", replaced(file, code + 4, "\4"), "damaged_input"},
          {"a code of a third class", replaced(file, code + 4, "\x20"), "damaged_input"},
          {"three codes of one bit", replaced(file, code + 5, "\3"), "damaged_input"},
          {"a code longer than its segment", replaced(file, code + 20, "\xff"), "damaged_input"},
          {"a code cut off", inserted(file, scan, segment(0xc4, "\0\1"sv)), "damaged_input"},
          {"a difference of 16 bits", replaced(file, code + 21, "\x10"), "damaged_input"},
          {"a short restart interval", inserted(file, scan, segment(0xdd, "\1")), "damaged_input"},
          {"a long restart interval", inserted(file, scan, segment(0xdd, "\0\0\0"sv)),
           "damaged_input"},
          {"arithmetic conditioning", inserted(file, scan, segment(0xcc, "\0\1"sv)), "unsupported"},
      });
}

TEST(Markers, LeaveOtherColoursToOthers) {
  const std::string file = unnamed();
  const std::size_t frame = test::find_marker(file, 0xc0);
  const std::size_t scan = test::find_marker(file, 0xda);
  const auto named = [&](std::string_view names) {
    std::string result = file;
    for (std::size_t i = 0; i < 3; ++i) {
      result[frame + 10 + i * 3] = names[i];
      result[scan + 5 + i * 2] = names[i];
    }
    return result;
  };
  const auto adobe = [](char transform) {
    return segment(0xee, std::string("Adobe\0\x64\0\0\0\0"sv) + transform);
  };
  const std::string jfif = segment(0xe0, "JFIF\0\1\1\0\0\1\0\1\0\0"sv);
  expect_outcomes(
      outcome,
      {
          {"1 2 3", file, "ok"},
          {"any names", named("\0\1\7"sv), "ok"},
          {"R G B", named("RGB"), "unsupported"},
          {"R G B, but JFIF", inserted(named("RGB"), 2, jfif), "ok"},
          {"R G B, but Adobe says 1", inserted(named("RGB"), 2, adobe(1)), "ok"},
          {"Adobe says 0", inserted(file, 2, adobe(0)), "unsupported"},
          {"Adobe says 0, but JFIF", inserted(file, 2, adobe(0) + jfif), "ok"},
          {"Adobe says 0, and JFIF is cut",
           inserted(file, 2, adobe(0) + segment(0xe0, "JFIF\0\1"sv)), "unsupported"},
          {"Adobe is cut", inserted(file, 2, segment(0xee, "Adobe\0\x64\0\0\0\0"sv)), "ok"},
      });
}

TEST(Markers, FindExif) {
  const struct {
    const char* name;
    std::string segments;
    std::string_view exif;
  } cases[] = {
      {"none", "", ""},
      {"one", segment(0xe1, "Exif\0\0MM.."sv), "MM.."},
      {"XMP before it",
       segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x/>"sv) + segment(0xe1, "Exif\0\0II"sv), "II"},
      {"the first of two", segment(0xe1, "Exif\0\0II"sv) + segment(0xe1, "Exif\0\0MM"sv), "II"},
      {"empty", segment(0xe1, "Exif\0\0"sv), ""},
      {"cut in its name", segment(0xe1, "Exif\0"sv), ""},
      {"in another segment", segment(0xe2, "Exif\0\0MM"sv), ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string file = inserted(baseline(), 2, c.segments);
    const auto info = read_info(as_bytes(file));
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->exif, c.exif);
  }
}

TEST(Markers, PutProfilesTogether) {
  const auto part = [](std::string_view numbers, std::string_view bytes) {
    return segment(0xe2, std::string("ICC_PROFILE\0"sv).append(numbers).append(bytes));
  };
  const struct {
    const char* name;
    std::string segments;
    std::string_view profile;
  } cases[] = {
      {"none", "", ""},
      {"one part", part("\1\1", "abc"), "abc"},
      {"two parts", part("\1\2", "abc") + part("\2\2", "def"), "abcdef"},
      {"two parts, the second first", part("\2\2", "def") + part("\1\2", "abc"), "abcdef"},
      {"one of two", part("\1\2", "abc"), ""},
      {"one twice", part("\1\2", "abc") + part("\1\2", "abc"), ""},
      {"one twice, and empty", part("\1\2", "") + part("\1\2", "abc"), ""},
      {"numbered from zero", part("\0\1"sv, "abc"), ""},
      {"beyond the last", part("\2\1", "abc"), ""},
      {"two counts", part("\1\2", "abc") + part("\2\3", "def"), ""},
      {"cut in its numbers", part("\1", ""), ""},
      {"cut in its name", segment(0xe2, "ICC_PROFILE"), ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string file = inserted(baseline(), 2, c.segments);
    const auto info = read_info(as_bytes(file));
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->icc, c.profile);
    EXPECT_FALSE(info->grey);
    EXPECT_EQ(info->size, (Size{20, 18}));
  }
}

}  // namespace
}  // namespace tintype::image::jpeg
